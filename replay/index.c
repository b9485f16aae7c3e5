// SPDX-License-Identifier: BSD-2-Clause
#include "index.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void index_release(struct index *x)
{
	for (size_t i = 0; i < x->n_pages; i++)
		free(x->pages[i]);
	free(x->pages);
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

/* Of greater numbers the array of pages would be too long; few traces have any. */
#define PAGED_MAX (1 << 24)

static bool is_paged(const struct index *x, uint64_t key)
{
	uint64_t at = key / INDEX_PAGE;
	if (at < x->n_pages && x->pages[at])
		return true;
	return key < PAGED_MAX && x->n_pages_used < x->n / 8 + 64;
}

static int pages_reach(struct index *x, size_t at)
{
	size_t n = x->n_pages ? x->n_pages : 16;
	while (n <= at)
		n *= 2;
	if (n == x->n_pages)
		return 0;
	struct index_page **pages = realloc(x->pages, n * sizeof(*pages));
	if (!pages)
		return -ENOMEM;
	memset(pages + x->n_pages, 0, (n - x->n_pages) * sizeof(*pages));
	x->pages = pages;
	x->n_pages = n;
	return 0;
}

static int page_take(struct index_page **pagep, struct index *x, size_t at)
{
	int err = pages_reach(x, at);
	if (!err && !x->pages[at]) {
		x->pages[at] = malloc(sizeof(**x->pages));
		if (!x->pages[at])
			return -ENOMEM;
		memset(x->pages[at], 0xff, sizeof(**x->pages));
		x->n_pages_used++;
	}
	*pagep = err ? NULL : x->pages[at];
	return err;
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
	/* Keys that went to a slot before there was a page stay there. */
	if (!is_paged(x, key) || (x->n_used && index_get_slot(x, key) != INDEX_NONE))
		return slot_set(x, key, place);
	struct index_page *page;
	int err = page_take(&page, x, (size_t)(key / INDEX_PAGE));
	if (err)
		return err;
	uint32_t *at = &page->places[key % INDEX_PAGE];
	x->n += *at == INDEX_NONE;
	*at = place;
	return 0;
}

uint32_t index_get_slot(const struct index *x, uint64_t key)
{
	return slot_of(x->slots, x->n_slots, key)->place;
}
