/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An index: from a number of the trace to a place in an array. Numbers come from the
 * file and may be any, but most are counters: neighbours lie in one page of places. Of
 * pages there are as many as are used well, and a hash table has the other numbers, so
 * that a hostile one costs no memory.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define INDEX_NONE UINT32_MAX

struct index_slot {
	uint64_t key;
	uint32_t place; /* INDEX_NONE: a free slot */
};

#define INDEX_PAGE 64

struct index_page {
	uint32_t places[INDEX_PAGE];
};

struct index {
	struct index_page **pages; /* by key / INDEX_PAGE; NULL: none */
	size_t n_pages, n_pages_used;
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
	uint64_t at = key / INDEX_PAGE;
	const struct index_page *page = at < x->n_pages ? x->pages[at] : NULL;
	if (page && page->places[key % INDEX_PAGE] != INDEX_NONE)
		return page->places[key % INDEX_PAGE];
	return x->n_used ? index_get_slot(x, key) : INDEX_NONE;
}

/* Bytes that it takes. */
static inline size_t index_size(const struct index *x)
{
	return x->n_pages * sizeof(*x->pages) + x->n_pages_used * sizeof(**x->pages) +
	       x->n_slots * sizeof(*x->slots);
}
