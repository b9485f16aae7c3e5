// SPDX-License-Identifier: BSD-2-Clause
#include "index.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

void index_release(struct index *x)
{
	free(x->places);
	free(x->slots);
	*x = (struct index){0};
}

static struct index_slot *slot_of(struct index_slot *slots, size_t n_slots, uint64_t key)
{
	/* Fibonacci hashing; the high bits are the mixed ones. */
	size_t at = (key * 0x9e3779b97f4a7c15) >> 32 & (n_slots - 1);
	while (slots[at].place != INDEX_NONE && slots[at].key != key)
		at = (at + 1) & (n_slots - 1);
	return &slots[at];
}

static int index_grow(struct index *x)
{
	size_t n_slots = x->n_slots ? x->n_slots * 2 : 256;
	struct index_slot *slots = malloc(n_slots * sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < n_slots; i++)
		slots[i].place = INDEX_NONE;
	for (size_t i = 0; i < x->n_slots; i++)
		if (x->slots[i].place != INDEX_NONE)
			*slot_of(slots, n_slots, x->slots[i].key) = x->slots[i];
	free(x->slots);
	x->slots = slots;
	x->n_slots = n_slots;
	return 0;
}

static int places_grow(struct index *x, uint64_t key)
{
	size_t n = x->n_places ? x->n_places : 256;
	while (n <= key)
		n *= 2;
	uint32_t *places = realloc(x->places, n * sizeof(*places));
	if (!places)
		return -ENOMEM;
	for (size_t i = x->n_places; i < n; i++)
		places[i] = INDEX_NONE;
	x->places = places;
	x->n_places = n;
	return 0;
}

static int slot_set(struct index *x, uint64_t key, uint32_t place)
{
	if (x->n_used >= x->n_slots / 2) {
		int err = index_grow(x);
		if (err)
			return err;
	}
	struct index_slot *slot = slot_of(x->slots, x->n_slots, key);
	x->n += slot->place == INDEX_NONE;
	x->n_used += slot->place == INDEX_NONE;
	*slot = (struct index_slot){key, place};
	return 0;
}

int index_set(struct index *x, uint64_t key, uint32_t place)
{
	/* Keys that were too high for the array when they came stay where they are. */
	bool dense = key < 2 * x->n + 256;
	if (!dense || (x->n_used && index_get_slot(x, key) != INDEX_NONE))
		return slot_set(x, key, place);
	int err = key < x->n_places ? 0 : places_grow(x, key);
	if (err)
		return err;
	x->n += x->places[key] == INDEX_NONE;
	x->places[key] = place;
	return 0;
}

uint32_t index_get_slot(const struct index *x, uint64_t key)
{
	return slot_of(x->slots, x->n_slots, key)->place;
}
