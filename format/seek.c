/* SPDX-License-Identifier: BSD-2-Clause */
/* Seek table: see seek.h. */
#include "seek.h"

#include <errno.h>
#include <stdlib.h>

#include "block.h"
#include "frame.h"

#define ENTRY_LEN 8
#define FOOTER_LEN 9
#define FOOTER_MAGIC 0x8f92eab1u
#define BLOCKS_FIRST 256

void seek_table_release(struct seek_table *t)
{
	free(t->blocks);
	*t = (struct seek_table){0};
}

int seek_table_add(struct seek_table *t, uint32_t packed_len, uint32_t raw_len)
{
	if (t->n == SEEK_BLOCKS_MAX)
		t->dropped = true;
	if (t->dropped)
		return 0;
	if (t->n == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : BLOCKS_FIRST;
		struct seek_block *blocks = realloc(t->blocks, cap * sizeof(*blocks));

		if (!blocks)
			return -ENOMEM;
		t->blocks = blocks;
		t->cap = cap;
	}
	t->blocks[t->n++] = (struct seek_block){packed_len, raw_len};

	return 0;
}

/* Header and trailer of the section, and two frames for each block. */
static uint32_t entry_count(const struct seek_table *t)
{
	return 2 + 2 * (uint32_t)t->n;
}

size_t seek_table_len(const struct seek_table *t)
{
	if (t->dropped)
		return 0;

	return FRAME_PREFIX + ENTRY_LEN * (size_t)entry_count(t) + FOOTER_LEN;
}

static void put_entry(struct buffer *out, uint32_t packed_len, uint32_t raw_len)
{
	put_u32(out, packed_len);
	put_u32(out, raw_len);
}

void seek_table_encode(struct buffer *out, const struct seek_table *t, uint32_t head_len,
		       uint32_t end_len)
{
	const uint8_t descriptor = 0; /* no checksums */

	put_u32(out, FRAME_SEEK);
	put_u32(out, (uint32_t)(seek_table_len(t) - FRAME_PREFIX));
	put_entry(out, head_len, 0);
	for (size_t i = 0; i < t->n; i++) {
		put_entry(out, BLOCK_HEADER_LEN, 0);
		put_entry(out, t->blocks[i].packed_len, t->blocks[i].raw_len);
	}
	put_entry(out, end_len, 0);
	put_u32(out, entry_count(t));
	put_bytes(out, &descriptor, sizeof(descriptor));
	put_u32(out, FOOTER_MAGIC);
}
