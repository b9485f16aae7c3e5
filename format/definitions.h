/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Definitions: what a writer remembers of processes, sockets and files, as encoded bytes,
 * to repeat them in later blocks.
 *
 * All together they take at most DEFINITIONS_BYTES_MAX; what was used longest ago is
 * forgotten first. A forgotten definition is in the trace all the same, only not in each
 * block that refers to it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "fdp.h"

#define DEFINITIONS_BYTES_MAX (32 * 1024 * 1024)

struct definition {
	struct definition *older, *newer; /* by last use */
	uint64_t id;
	uint64_t socket;  /* a file's: must be defined with it, 0 none */
	uint64_t written; /* number of the last block that has it, 0: none */
	uint32_t len;
	enum fdp_type type;
	uint8_t bytes[];
};

struct definitions {
	struct definition **slots; /* open addressing, a power of two */
	size_t n_slots, n;
	size_t bytes;
	struct definition *oldest, *newest;
};

/* Zeroed, it is an empty one. */
void definitions_release(struct definitions *d);

/*
 * Copies the encoded record; replaces what is remembered of that number. The result is
 * lent until the next definitions_ call. NULL: out of memory, nothing has changed.
 */
struct definition *definitions_set(struct definitions *d, enum fdp_type type, uint64_t id,
				   const void *bytes, uint32_t len);

/* Finds it and counts as a use; NULL: not remembered. Lent like the above. */
struct definition *definitions_use(struct definitions *d, enum fdp_type type,
				   uint64_t id);

void definitions_forget(struct definitions *d, enum fdp_type type, uint64_t id);
