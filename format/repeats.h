/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Repeats: definitions that a block has although the block before it had the same, byte
 * for byte. Every block stands alone, so most definitions are repeats, and who reads all
 * blocks need not decode them again. What was in the block before is looked up where it
 * lies, in that block's bytes; a slot that was taken by another definition means that a
 * repeat is not recognized, never the opposite.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

#define REPEATS_SLOTS 4096 /* two for each hash */

struct repeat {
	uint64_t key;	   /* number and type, 0: free */
	const uint8_t *at; /* a whole record */
	uint32_t len;
	uint32_t block; /* in which it was last */
};

struct repeats {
	bool wanted;
	uint32_t block; /* blocks so far */
	uint32_t first; /* block from which on slots may be believed */
	struct repeat slots[REPEATS_SLOTS];
};

/* A block begins. The bytes of the one before it are still there. */
void repeats_block(struct repeats *r);

/* Nothing is known: the next block is the first one. */
void repeats_forget(struct repeats *r);

/* Whether the definition is a repeat; if not, it will be known. */
bool repeats_has(struct repeats *r, const struct record_frame *definition);
