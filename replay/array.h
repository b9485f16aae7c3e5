/* SPDX-License-Identifier: BSD-2-Clause */
/* Arrays that grow: items, how many there are, how many there is room for. */
#pragma once

#include <stdint.h>
#include <stdlib.h>

/*
 * Makes room for one item more than n, doubling. Returns the (moved) items; NULL without
 * memory, and then the items are where they were.
 */
static inline void *array_grow(void *items, size_t n, size_t *capacity, size_t item_size)
{
	if (n < *capacity)
		return items;
	size_t wanted = *capacity ? *capacity * 2 : 64;
	if (wanted > SIZE_MAX / item_size)
		return NULL;
	void *grown = realloc(items, wanted * item_size);
	if (grown)
		*capacity = wanted;
	return grown;
}
