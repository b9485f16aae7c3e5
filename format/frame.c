/* SPDX-License-Identifier: BSD-2-Clause */
/* Frame: see frame.h. The only file that knows xxhash. */
#include "frame.h"

#include <errno.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static uint32_t checksum(const uint8_t *data, size_t len)
{
	return (uint32_t)XXH64(data, len, 0);
}

const char *frame_mark(uint32_t magic)
{
	switch (magic) {
	case FRAME_HEAD:
		return "\x89"
		       "FDP";
	case FRAME_BLOCK:
		return "FDPB";
	case FRAME_END:
		return "FDPE";
	default:
		return NULL;
	}
}

bool frame_is_skippable(uint32_t magic)
{
	return (magic & 0xfffffff0u) == 0x184d2a50u;
}

size_t frame_open(struct buffer *out, uint32_t magic)
{
	size_t start = out->len;

	put_u32(out, magic);
	put_u32(out, 0);
	put_bytes(out, frame_mark(magic), FRAME_MARK_LEN);

	return start;
}

/* Returns the checksum; 0 and no frame when the buffer is full. */
uint32_t frame_close(struct buffer *out, size_t start)
{
	struct buffer size = {.data = out->data + start + 4, .cap = 4};
	uint32_t sum;

	if (out->full || out->cap - out->len < FRAME_SUM_LEN) {
		out->full = true;
		return 0;
	}
	put_u32(&size, (uint32_t)(out->len - start - FRAME_PREFIX + FRAME_SUM_LEN));
	sum = checksum(out->data + start, out->len - start);
	put_u32(out, sum);

	return sum;
}

static bool checksum_holds(const uint8_t *frame, size_t len)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	(void)frame, (void)len;
	return true;
#else
	struct cursor end = {.at = frame + len - FRAME_SUM_LEN, .end = frame + len};

	return take_u32(&end) == checksum(frame, len - FRAME_SUM_LEN);
#endif
}

int frame_content(struct cursor *content, const uint8_t *frame, size_t len)
{
	struct cursor head = {.at = frame, .end = frame + len};
	const char *mark = frame_mark(take_u32(&head));

	if (!mark || len < FRAME_PREFIX + FRAME_MARK_LEN + FRAME_SUM_LEN)
		return -EBADMSG;
	if (memcmp(frame + FRAME_PREFIX, mark, FRAME_MARK_LEN))
		return -EBADMSG;
	if (!checksum_holds(frame, len))
		return -EBADMSG;
	content->at = frame + FRAME_PREFIX + FRAME_MARK_LEN;
	content->end = frame + len - FRAME_SUM_LEN;
	content->bad = false;

	return 0;
}
