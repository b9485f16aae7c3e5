/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "../../format/block.h"
#include "../../format/frame.h"

static struct failure why;

static struct block_header sample_block(void)
{
	return (struct block_header){.section = 1,
				     .sequence = 2,
				     .records = 4,
				     .definitions = 3,
				     .raw_len = 5,
				     .packed_len = 6,
				     .first_ns = 7,
				     .last_ns = UINT64_MAX,
				     .lost = 9,
				     .has_clock = true,
				     .clock = {10, 11, -12, 13}};
}

static int decode(const struct block_header *h, struct block_header *back)
{
	uint8_t space[BLOCK_HEADER_LEN];
	struct buffer out = {.data = space, .cap = sizeof(space)};

	block_header_encode(&out, h);
	cr_assert(eq(sz, out.len, BLOCK_HEADER_LEN));

	return block_header_decode(back, space, out.len, &why);
}

static bool headers_equal(const struct block_header *a, const struct block_header *b)
{
	uint8_t space[2][BLOCK_HEADER_LEN];
	struct buffer of_a = {.data = space[0], .cap = sizeof(space[0])};
	struct buffer of_b = {.data = space[1], .cap = sizeof(space[1])};

	block_header_encode(&of_a, a);
	block_header_encode(&of_b, b);

	return !memcmp(space[0], space[1], sizeof(space[0])) &&
	       a->has_clock == b->has_clock;
}

Test(block, a_header_comes_back)
{
	const struct block_header before = sample_block();
	struct block_header after = {0};

	cr_assert(zero(int, decode(&before, &after)));
	cr_assert(headers_equal(&before, &after));
}

Test(block, a_longer_header_of_a_later_version_is_read)
{
	const struct block_header before = sample_block();
	struct block_header after = {0};
	uint8_t space[BLOCK_HEADER_LEN + 8];
	struct buffer out = {.data = space, .cap = sizeof(space)};

	block_header_encode(&out, &before);
	out.len -= FRAME_SUM_LEN;
	put_u64(&out, 42);
	frame_close(&out, 0);
	cr_assert(zero(int, block_header_decode(&after, space, out.len, &why)));
	cr_assert(headers_equal(&before, &after));
}

Test(block, any_flipped_bit_of_a_header_is_noticed)
{
	const struct block_header before = sample_block();
	struct block_header after;
	uint8_t space[BLOCK_HEADER_LEN];
	struct buffer out = {.data = space, .cap = sizeof(space)};

	block_header_encode(&out, &before);
	for (size_t bit = 0; bit < 8 * out.len; bit++) {
		space[bit / 8] ^= 1 << bit % 8;
		cr_assert(lt(int, block_header_decode(&after, space, out.len, &why), 0));
		space[bit / 8] ^= 1 << bit % 8;
	}
}

Test(block, lengths_beyond_the_limits_are_refused)
{
	struct block_header h = sample_block(), back;

	h.raw_len = FDP_BLOCK_MAX + 1;
	cr_assert(eq(int, decode(&h, &back), -EBADMSG));
	cr_assert(eq(str, why.phrase, "block length 1048577 exceeds 1048576"));
	h = sample_block();
	h.packed_len = BLOCK_PACKED_MAX + 1;
	cr_assert(eq(int, decode(&h, &back), -EBADMSG));
	h.packed_len = BLOCK_PACKED_MAX;
	cr_assert(zero(int, decode(&h, &back)));
}

Test(block, an_unknown_flag_is_refused_by_its_bit)
{
	struct block_header h = sample_block(), back;

	h.flags = 4;
	cr_assert(eq(int, decode(&h, &back), -EPROTONOSUPPORT));
	cr_assert(
		eq(str, why.phrase, "block needs feature bit 2, newer than this reader"));
}

Test(block, a_header_that_contradicts_itself_is_refused)
{
	struct block_header h = sample_block(), back;

	h.definitions = 5;
	cr_assert(eq(int, decode(&h, &back), -EBADMSG));
	h = sample_block();
	h.records = h.definitions = 0;
	cr_assert(eq(int, decode(&h, &back), -EBADMSG));
	h = sample_block();
	h.last_ns = 6;
	cr_assert(eq(int, decode(&h, &back), -EBADMSG));
}

static char records[] = "records that repeat, records that repeat, records that repeat";

/* A block made by hand, of a frame with other parameters than ours. */
static int unpack(const void *frame, size_t len, uint32_t raw_len)
{
	const struct block_header h = {.raw_len = raw_len, .packed_len = (uint32_t)len};
	struct unpacker *u;
	struct cursor in;
	int err;

	cr_assert(zero(int, unpacker_new(&u)));
	err = unpacker_unpack(u, &in, &h, frame, &why);
	unpacker_free(u);

	return err;
}

static size_t pack(void *frame, size_t cap, ZSTD_cParameter parameter, int value)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	size_t len;

	ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
	ZSTD_CCtx_setParameter(zstd, parameter, value);
	len = ZSTD_compress2(zstd, frame, cap, records, sizeof(records));
	ZSTD_freeCCtx(zstd);

	return len;
}

Test(block, records_come_back)
{
	struct buffer raw = {.data = (uint8_t *)records, .len = sizeof(records)};
	struct block_header h = {.records = 1}, back;
	struct packer *p;
	struct unpacker *u;
	struct fdp_text piece;
	struct cursor in;

	cr_assert(zero(int, packer_new(&p)));
	cr_assert(zero(int, unpacker_new(&u)));
	cr_assert(zero(int, packer_pack(p, &h, &raw, &piece)));
	cr_assert(eq(sz, piece.len, BLOCK_HEADER_LEN + h.packed_len));
	cr_assert(zero(int, block_header_decode(&back, (const uint8_t *)piece.data,
						BLOCK_HEADER_LEN, &why)));
	cr_assert(
		zero(int, unpacker_unpack(u, &in, &back,
					  (const uint8_t *)piece.data + BLOCK_HEADER_LEN,
					  &why)));
	cr_assert(eq(sz, cursor_left(&in), sizeof(records)));
	cr_assert(zero(i32, memcmp(in.at, records, sizeof(records))));
	packer_free(p);
	unpacker_free(u);
}

Test(block, the_largest_incompressible_block_comes_back)
{
	struct buffer raw;
	struct block_header h = {.records = 1};
	struct packer *p;
	struct unpacker *u;
	struct fdp_text piece;
	struct cursor in;

	buffer_init(&raw, FDP_BLOCK_MAX);
	srand(1);
	for (raw.len = 0; raw.len < raw.cap; raw.len++)
		raw.data[raw.len] = (uint8_t)(rand() >> 8);
	packer_new(&p);
	unpacker_new(&u);
	cr_assert(zero(int, packer_pack(p, &h, &raw, &piece)));
	cr_assert(le(u32, h.packed_len, BLOCK_PACKED_MAX));
	cr_assert(
		zero(int, unpacker_unpack(u, &in, &h,
					  (const uint8_t *)piece.data + BLOCK_HEADER_LEN,
					  &why)));
	cr_assert(zero(i32, memcmp(in.at, raw.data, raw.len)));
	packer_free(p);
	unpacker_free(u);
	buffer_release(&raw);
}

Test(block, a_frame_without_a_checksum_is_refused)
{
	char frame[256];
	size_t len = pack(frame, sizeof(frame), ZSTD_c_checksumFlag, 0);

	cr_assert(eq(int, unpack(frame, len, sizeof(records)), -EBADMSG));
	cr_assert(eq(str, why.phrase, "block without a checksum"));
}

Test(block, a_frame_without_a_content_size_is_refused)
{
	char frame[256];
	size_t len = pack(frame, sizeof(frame), ZSTD_c_contentSizeFlag, 0);

	cr_assert(eq(int, unpack(frame, len, sizeof(records)), -EBADMSG));
}

Test(block, a_length_that_is_not_the_frames_is_refused)
{
	char frame[256];
	size_t len = pack(frame, sizeof(frame), ZSTD_c_compressionLevel, 3);

	cr_assert(zero(int, unpack(frame, len, sizeof(records))));
	cr_assert(eq(int, unpack(frame, len, sizeof(records) + 1), -EBADMSG));
	cr_assert(eq(int, unpack(frame, len - 1, sizeof(records)), -EBADMSG));
	cr_assert(eq(int, unpack(frame, len + 1, sizeof(records)), -EBADMSG));
}

Test(block, a_frame_that_says_less_than_it_holds_is_refused)
{
	char frame[256];
	size_t len = pack(frame, sizeof(frame), ZSTD_c_compressionLevel, 3);

	frame[5]--; /* the content size of a single segment, in one byte */
	cr_assert(eq(int, unpack(frame, len, sizeof(records) - 1), -EBADMSG));
}

Test(block, a_skippable_frame_is_no_block)
{
	uint8_t frame[16] = {0x50, 0x2a, 0x4d, 0x18, 8};

	cr_assert(eq(int, unpack(frame, sizeof(frame), 8), -EBADMSG));
}

Test(block, any_flipped_bit_is_noticed_or_changes_nothing)
{
	char frame[256];
	size_t len = pack(frame, sizeof(frame), ZSTD_c_compressionLevel, 3);
	const struct block_header h = {.raw_len = sizeof(records),
				       .packed_len = (uint32_t)len};
	struct unpacker *u;
	struct cursor in;

	unpacker_new(&u);
	for (size_t bit = 0; bit < 8 * len; bit++) {
		frame[bit / 8] ^= (char)(1 << bit % 8);
		if (!unpacker_unpack(u, &in, &h, (uint8_t *)frame, &why))
			cr_assert(zero(i32, memcmp(in.at, records, sizeof(records))));
		frame[bit / 8] ^= (char)(1 << bit % 8);
	}
	unpacker_free(u);
}
