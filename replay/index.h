/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An index: from a number of the trace to a place in an array. Numbers come from the
 * file and may be any, but most count up from 1: those go to an array of places, as long
 * as at least half of what that would have is used, and the others to a hash table, so
 * that a hostile number costs no memory.
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
	uint32_t *places; /* of the keys below n_places that are not in a slot */
	size_t n_places;
	struct index_slot *slots;
	size_t n, n_slots; /* all; slots */
	size_t n_used;	   /* slots */
};

void index_release(struct index *x);

/* Adds or replaces. */
int index_set(struct index *x, uint64_t key, uint32_t place);

/* In the hash table alone. */
uint32_t index_get_slot(const struct index *x, uint64_t key);

/* INDEX_NONE when it is not there. */
static inline uint32_t index_get(const struct index *x, uint64_t key)
{
	if (key < x->n_places && x->places[key] != INDEX_NONE)
		return x->places[key];
	return x->n_used ? index_get_slot(x, key) : INDEX_NONE;
}

/* Bytes that it takes. */
static inline size_t index_size(const struct index *x)
{
	return x->n_places * sizeof(*x->places) + x->n_slots * sizeof(*x->slots);
}
