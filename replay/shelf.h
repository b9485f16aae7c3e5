/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shelves: instants at which something happened, put away under a key each, so that the
 * latest one of a key before any instant is found quickly. First all are added, then the
 * shelf is sorted once, then it is asked.
 */
#pragma once

#include "index.h"

struct shelf_item {
	uint64_t time_ns;
	uint32_t what;
	uint32_t group; /* of all items of one key */
};

struct shelf {
	struct index groups; /* by key */
	uint32_t n_groups;
	uint32_t *firsts; /* of each group, and where the last one ends */
	struct shelf_item *items;
	size_t n, capacity;
};

void shelf_release(struct shelf *s);

/* *groupp is a number for the key, from 0. */
int shelf_add(struct shelf *s, uint64_t key, uint64_t time_ns, uint32_t what,
	      uint32_t *groupp);
int shelf_sort(struct shelf *s);

uint32_t shelf_group(const struct shelf *s, uint64_t key);

/*
 * The last item of the key that is not after the instant and, of those at that instant,
 * not greater than what; NULL if there is none.
 */
const struct shelf_item *shelf_find(const struct shelf *s, uint64_t key, uint64_t time_ns,
				    uint32_t what);
