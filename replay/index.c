// SPDX-License-Identifier: BSD-2-Clause
#include "index.h"

#include <errno.h>
#include <stdlib.h>

void index_release(struct index *x)
{
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

int index_set(struct index *x, uint64_t key, uint32_t place)
{
	if (x->n >= x->n_slots / 2) {
		int err = index_grow(x);
		if (err)
			return err;
	}
	struct index_slot *slot = slot_of(x->slots, x->n_slots, key);
	if (slot->place == INDEX_NONE)
		x->n++;
	*slot = (struct index_slot){key, place};
	return 0;
}

uint32_t index_get(const struct index *x, uint64_t key)
{
	if (!x->n_slots)
		return INDEX_NONE;
	return slot_of(x->slots, x->n_slots, key)->place;
}
