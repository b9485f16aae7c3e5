/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kept blocks: the newest ones, compressed, in a bounded number of bytes. The oldest goes
 * when there is no room; what was in it is as if it had never been recorded.
 */
#pragma once

#include "block.h"
#include "tally.h"

struct kept_block {
	struct kept_block *newer;
	struct block_header header;
	struct tally tally;
	uint8_t piece[]; /* as it is written: room for the header, and the frame */
};

struct keep {
	struct kept_block *oldest, *newest;
	size_t bytes, bytes_max; /* 0: nothing is kept */
};

void keep_release(struct keep *k);

/* Copies the piece. A block that alone is more than there is room for is kept alone. */
int keep_add(struct keep *k, const struct block_header *h, const struct tally *tally,
	     const struct fdp_text *piece);
