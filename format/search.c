/* SPDX-License-Identifier: BSD-2-Clause */
/* Search: see search.h. */
#include "search.h"

#include <string.h>

#include "frame.h"

/*
 * A hostile input can be full of frame beginnings, each of which would have us hash up to
 * 64 KiB. So much hashing is allowed for each byte that is passed over.
 */
#define HASH_PER_BYTE 64

/* Is the frame at the window's start intact? 1, 0, or the source's errno. */
static int frame_intact(struct input *in, search_len_fn len_max, uint64_t *budget)
{
	struct cursor at = {.at = input_at(in), .end = input_at(in) + FRAME_PREFIX};
	uint32_t magic = take_u32(&at);
	size_t len = (size_t)FRAME_PREFIX + take_u32(&at);
	const char *mark = frame_mark(magic);
	struct cursor content;
	int ret;

	if (!mark || len > len_max(magic) || len > *budget)
		return 0;
	ret = input_need(in, FRAME_PREFIX + FRAME_MARK_LEN);
	if (ret <= 0 || memcmp(input_at(in) + FRAME_PREFIX, mark, FRAME_MARK_LEN))
		return ret < 0 ? ret : 0;
	ret = input_need(in, len);
	if (ret <= 0)
		return ret;
	*budget -= len;

	return !frame_content(&content, input_at(in), len);
}

int search_frame(struct input *in, search_len_fn len_max)
{
	uint64_t budget = FDP_HEADER_MAX;

	for (;;) {
		int ret = input_need(in, FRAME_PREFIX);

		if (ret == 1)
			ret = frame_intact(in, len_max, &budget);
		else if (ret == 0)
			input_pass(in, input_left(in));
		if (ret || !input_left(in))
			return ret;
		input_pass(in, 1);
		budget += HASH_PER_BYTE;
	}
}
