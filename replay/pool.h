/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pool: memory that lives as long as a section of the trace, and is freed at once.
 * What the pool hands out never moves.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "../format/fdp.h"

struct pool_chunk;

struct pool {
	struct pool_chunk *chunks;
	struct fdp_text *texts; /* open addressing; len 0: free */
	size_t n_texts, n_slots;
	struct fdp_text *copies; /* the last ones, by hash */
	size_t size;		 /* bytes that it has taken */
};

void pool_init(struct pool *p);
void pool_release(struct pool *p);

/* Aligned for any type; NULL without memory. */
void *pool_take(struct pool *p, size_t size);

/*
 * Replaces *text by a copy or by that of an equal one not long ago, as it is worth for
 * texts of which most differ.
 */
int pool_copy(struct pool *p, struct fdp_text *text);

/* Replaces *fdsp by a copy of its n descriptors; by NULL if there are none. */
int pool_copy_fds(struct pool *p, const struct fdp_descriptor **fdsp, uint32_t n);

/* Replaces *text by the pool's only copy. */
int pool_intern(struct pool *p, struct fdp_text *text);
