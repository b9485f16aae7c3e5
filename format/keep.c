// SPDX-License-Identifier: BSD-2-Clause
/* Kept blocks: see keep.h. */
#include "keep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t block_size(const struct kept_block *b)
{
	return sizeof(*b) + BLOCK_HEADER_LEN + b->header.packed_len;
}

static void oldest_drop(struct keep *k)
{
	struct kept_block *b = k->oldest;

	k->oldest = b->newer;
	if (!k->oldest)
		k->newest = NULL;
	k->bytes -= block_size(b);
	free(b);
}

void keep_release(struct keep *k)
{
	while (k->oldest)
		oldest_drop(k);
}

int keep_add(struct keep *k, const struct block_header *h, const struct tally *tally,
	     const struct fdp_text *piece)
{
	struct kept_block *b = malloc(sizeof(*b) + piece->len);

	if (!b)
		return -ENOMEM;
	b->newer = NULL;
	b->header = *h;
	b->tally = *tally;
	memcpy(b->piece, piece->data, piece->len);
	while (k->oldest && k->bytes + block_size(b) > k->bytes_max)
		oldest_drop(k);
	if (k->newest)
		k->newest->newer = b;
	else
		k->oldest = b;
	k->newest = b;
	k->bytes += block_size(b);

	return 0;
}
