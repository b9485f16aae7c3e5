/* SPDX-License-Identifier: BSD-2-Clause */
/* Block: see block.h. */
#include "block.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#define ZSTD_STATIC_LINKING_ONLY
#endif
#include <zstd.h>
#include <zstd_errors.h>

#include "frame.h"

#define LEVEL_DEFAULT 2
#define CLOCK_LEN 32 /* in the header */

_Static_assert(BLOCK_PACKED_MAX >= ZSTD_COMPRESSBOUND(FDP_BLOCK_MAX), "room for any");

void block_header_encode(struct buffer *out, const struct block_header *h)
{
	size_t start = frame_open(out, FRAME_BLOCK);

	put_u32(out, h->section);
	put_u32(out, h->flags);
	put_u64(out, h->sequence);
	put_u32(out, h->records);
	put_u32(out, h->definitions);
	put_u32(out, h->raw_len);
	put_u32(out, h->packed_len);
	put_u64(out, h->first_ns);
	put_u64(out, h->last_ns);
	put_u64(out, h->lost);
	put_u64(out, h->clock.boot_ns);
	put_u64(out, h->clock.mono_ns);
	put_u64(out, (uint64_t)h->clock.real_ns);
	put_u64(out, h->clock.error_ns);
	frame_close(out, start);
}

static int lengths_check(const struct block_header *h, struct failure *why)
{
	if (h->raw_len > FDP_BLOCK_MAX)
		return failure_set(why, -EBADMSG, "block length %" PRIu32 " exceeds %d",
				   h->raw_len, FDP_BLOCK_MAX);
	if (h->packed_len > BLOCK_PACKED_MAX)
		return failure_set(why, -EBADMSG,
				   "compressed block length %" PRIu32 " exceeds %d",
				   h->packed_len, BLOCK_PACKED_MAX);
	if (!h->records || !h->raw_len || h->definitions > h->records ||
	    h->first_ns > h->last_ns)
		return failure_set(why, -EBADMSG, "block header contradicts itself");

	return 0;
}

static void clock_decode(struct fdp_clock *clock, struct cursor *in)
{
	clock->boot_ns = take_u64(in);
	clock->mono_ns = take_u64(in);
	clock->real_ns = (int64_t)take_u64(in);
	clock->error_ns = take_u64(in);
}

int block_header_decode(struct block_header *h, const uint8_t *frame, size_t len,
			struct failure *why)
{
	struct cursor in;

	if (frame_content(&in, frame, len))
		return failure_set(why, -EBADMSG,
				   "checksum of the block header is wrong");
	h->section = take_u32(&in);
	h->flags = take_u32(&in);
	h->sequence = take_u64(&in);
	h->records = take_u32(&in);
	h->definitions = take_u32(&in);
	h->raw_len = take_u32(&in);
	h->packed_len = take_u32(&in);
	h->first_ns = take_u64(&in);
	h->last_ns = take_u64(&in);
	h->lost = take_u64(&in);
	h->has_clock = cursor_left(&in) >= CLOCK_LEN;
	h->clock = (struct fdp_clock){0};
	if (h->has_clock)
		clock_decode(&h->clock, &in);
	if (in.bad)
		return failure_set(why, -EBADMSG, "block header is too short");
	if (h->flags)
		return failure_set(why, -EPROTONOSUPPORT,
				   "block needs feature bit %d, newer than this reader",
				   __builtin_ctz(h->flags));

	return lengths_check(h, why);
}

struct packer {
	ZSTD_CCtx *zstd;
	int level;
	struct buffer piece;
};

int packer_new(struct packer **pp)
{
	struct packer *p = calloc(1, sizeof(*p));
	int err = -ENOMEM;

	if (!p)
		return -ENOMEM;
	p->level = LEVEL_DEFAULT;
	p->zstd = ZSTD_createCCtx();
	if (!p->zstd)
		goto out;
	err = buffer_init(&p->piece, BLOCK_HEADER_LEN + BLOCK_PACKED_MAX);
	if (err)
		goto out;
	*pp = p;

	return 0;
out:
	packer_free(p);

	return err;
}

void packer_free(struct packer *p)
{
	if (!p)
		return;
	ZSTD_freeCCtx(p->zstd);
	buffer_release(&p->piece);
	free(p);
}

void packer_set_level(struct packer *p, int level)
{
	p->level = level;
}

int packer_pack(struct packer *p, struct block_header *h, const struct buffer *records,
		struct fdp_text *piece)
{
	struct buffer *out = &p->piece;
	size_t len;

	ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_compressionLevel, p->level);
	ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_checksumFlag, 1);
	len = ZSTD_compress2(p->zstd, out->data + BLOCK_HEADER_LEN,
			     out->cap - BLOCK_HEADER_LEN, records->data, records->len);
	if (ZSTD_isError(len))
		return ZSTD_getErrorCode(len) == ZSTD_error_memory_allocation ? -ENOMEM
									      : -EIO;
	h->raw_len = (uint32_t)records->len;
	h->packed_len = (uint32_t)len;
	out->len = 0;
	block_header_encode(out, h);
	*piece = (struct fdp_text){.data = (const char *)out->data,
				   .len = BLOCK_HEADER_LEN + len};

	return 0;
}

struct unpacker {
	ZSTD_DCtx *zstd;
	struct buffer raw[2]; /* taken in turns */
	size_t turn;
};

int unpacker_new(struct unpacker **up)
{
	struct unpacker *u = calloc(1, sizeof(*u));
	int err = -ENOMEM;

	if (!u)
		return -ENOMEM;
	u->zstd = ZSTD_createDCtx();
	if (!u->zstd)
		goto out;
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_forceIgnoreChecksum,
			       ZSTD_d_ignoreChecksum);
#endif
	err = buffer_init(&u->raw[0], FDP_BLOCK_MAX);
	if (!err)
		err = buffer_init(&u->raw[1], FDP_BLOCK_MAX);
	if (err)
		goto out;
	*up = u;

	return 0;
out:
	unpacker_free(u);

	return err;
}

void unpacker_free(struct unpacker *u)
{
	if (!u)
		return;
	ZSTD_freeDCtx(u->zstd);
	buffer_release(&u->raw[0]);
	buffer_release(&u->raw[1]);
	free(u);
}

/* Frame_Header_Descriptor of RFC 8878, 3.1.1.1.1. */
#define DESCRIPTOR_AT 4
#define DESCRIPTOR_CHECKSUM 0x04
#define DESCRIPTOR_DICTIONARY 0x03

/* Exactly one frame, with checksum and content size and without a dictionary. */
static int frame_check(const struct block_header *h, const uint8_t *frame,
		       struct failure *why)
{
	if (ZSTD_findFrameCompressedSize(frame, h->packed_len) != h->packed_len ||
	    frame_is_skippable(take_u32(&(struct cursor){.at = frame, .end = frame + 4})))
		return failure_set(why, -EBADMSG, "block is not one Zstandard frame");
	if (ZSTD_getFrameContentSize(frame, h->packed_len) != h->raw_len)
		return failure_set(why, -EBADMSG,
				   "block has another length than its "
				   "header says");
	if (!(frame[DESCRIPTOR_AT] & DESCRIPTOR_CHECKSUM))
		return failure_set(why, -EBADMSG, "block without a checksum");
	if (frame[DESCRIPTOR_AT] & DESCRIPTOR_DICTIONARY)
		return failure_set(why, -EBADMSG, "block needs a dictionary");

	return 0;
}

int unpacker_unpack(struct unpacker *u, struct cursor *records,
		    const struct block_header *h, const uint8_t *frame,
		    struct failure *why)
{
	const struct buffer *raw = &u->raw[u->turn];
	int err = frame_check(h, frame, why);
	size_t len;

	if (err)
		return err;
	len = ZSTD_decompressDCtx(u->zstd, raw->data, raw->cap, frame, h->packed_len);
	switch (ZSTD_getErrorCode(len)) {
	case ZSTD_error_no_error:
		break;
	case ZSTD_error_memory_allocation:
		return failure_set(why, -ENOMEM, "out of memory");
	default: /* its data or its checksum: decoders differ in what they find first */
		return failure_set(why, -EBADMSG, "block is damaged");
	}
	*records = (struct cursor){.at = raw->data, .end = raw->data + len};
	u->turn = !u->turn;

	return 0;
}
