/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Seek table: the last frame of a section, as the Zstandard Seekable Format 0.1.0 has it:
 * compressed and decompressed size of each frame before it, skippable ones included with
 * a decompressed size of 0. Without checksums: the frames have their own.
 *
 * A section of more than SEEK_BLOCKS_MAX blocks gets none, so that a recorder that runs
 * for months stays small; nothing depends on it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

#define SEEK_BLOCKS_MAX (1 << 20)

struct seek_block {
	uint32_t packed_len, raw_len;
};

struct seek_table {
	struct seek_block *blocks;
	size_t n, cap;
	bool dropped; /* too many */
};

void seek_table_release(struct seek_table *t);
int seek_table_add(struct seek_table *t, uint32_t packed_len, uint32_t raw_len);

/* Bytes of the frame, 0: there is none to write. */
size_t seek_table_len(const struct seek_table *t);
void seek_table_encode(struct buffer *out, const struct seek_table *t, uint32_t head_len,
		       uint32_t end_len);
