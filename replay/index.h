/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An index: from a number of the trace to a place in an array. Numbers come from the
 * file and may be any; so it is a hash table, and a hostile number costs no memory.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define INDEX_NONE UINT32_MAX

struct index_slot {
	uint64_t key;
	uint32_t place; /* INDEX_NONE: a free slot */
};

struct index {
	struct index_slot *slots;
	size_t n, n_slots;
};

void index_release(struct index *x);

/* Adds or replaces. */
int index_set(struct index *x, uint64_t key, uint32_t place);

/* INDEX_NONE when it is not there. */
uint32_t index_get(const struct index *x, uint64_t key);
