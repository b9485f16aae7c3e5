/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: one frame with a section's header, its trailer, or a block's header, as
 * the first byte says. What can be decoded is encoded; and decoding and encoding that
 * makes the same bytes again.
 */
#include <stdlib.h>
#include <string.h>

#include "../../format/block.h"
#include "../../format/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static bool header_again(struct buffer *out, const uint8_t *frame, size_t len)
{
	struct header_lists lists;
	struct fdp_header header;
	struct failure why = {0};
	uint32_t section;

	if (header_decode(&header, &lists, &section, frame, len, &why)) {
		check(*why.phrase);
		return false;
	}
	check(header.n_hooks <= FDP_HOOKS_MAX &&
	      header.n_blind_spots <= FDP_BLIND_SPOTS_MAX);

	return !header_encode(out, &header, &section);
}

static bool trailer_again(struct buffer *out, const uint8_t *frame, size_t len)
{
	struct fdp_trailer trailer;
	struct section_end end;
	struct failure why = {0};

	if (trailer_decode(&trailer, &end, frame, len, &why)) {
		check(*why.phrase);
		return false;
	}

	return !trailer_encode(out, &trailer, &end);
}

static bool block_header_again(struct buffer *out, const uint8_t *frame, size_t len)
{
	struct block_header header;
	struct failure why = {0};

	if (block_header_decode(&header, frame, len, &why)) {
		check(*why.phrase);
		return false;
	}
	check(header.raw_len <= FDP_BLOCK_MAX && header.packed_len <= BLOCK_PACKED_MAX);
	block_header_encode(out, &header);

	return true;
}

static bool (*const frames[])(struct buffer *out, const uint8_t *frame, size_t len) = {
	header_again,
	trailer_again,
	block_header_again,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer once = {0}, twice = {0};

	if (!size || buffer_init(&once, FDP_HEADER_MAX) ||
	    buffer_init(&twice, FDP_HEADER_MAX))
		goto out;
	bool (*again)(struct buffer * out, const uint8_t *frame, size_t len) =
		frames[data[0] % (sizeof(frames) / sizeof(frames[0]))];
	if (again(&once, data + 1, size - 1)) {
		check(again(&twice, once.data, once.len));
		check(once.len == twice.len && !memcmp(once.data, twice.data, once.len));
	}
out:
	buffer_release(&once);
	buffer_release(&twice);

	return 0;
}
