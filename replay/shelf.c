// SPDX-License-Identifier: BSD-2-Clause
#include "shelf.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "array.h"

void shelf_release(struct shelf *s)
{
	index_release(&s->groups);
	free(s->firsts);
	free(s->items);
	*s = (struct shelf){0};
}

int shelf_add(struct shelf *s, uint64_t key, uint64_t time_ns, uint32_t what,
	      uint32_t *groupp)
{
	void *grown = array_grow(s->items, s->n, &s->capacity, sizeof(*s->items));
	if (!grown)
		return -ENOMEM;
	s->items = grown;
	uint32_t group = index_get(&s->groups, key);
	if (group == INDEX_NONE) {
		group = s->n_groups;
		int err = index_set(&s->groups, key, group);
		if (err)
			return err;
		s->n_groups++;
	}
	s->items[s->n++] = (struct shelf_item){time_ns, what, group};
	*groupp = group;
	return 0;
}

static int item_compare(const void *a, const void *b)
{
	const struct shelf_item *x = a, *y = b;
	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? -1 : 1;
	return (x->what > y->what) - (x->what < y->what);
}

static void sort_by_time(struct shelf *s)
{
	for (size_t i = 1; i < s->n; i++) {
		if (item_compare(&s->items[i - 1], &s->items[i]) > 0) {
			qsort(s->items, s->n, sizeof(*s->items), item_compare);
			return;
		}
	}
}

/* In the order of time first, then by counting: a group keeps that order. */
int shelf_sort(struct shelf *s)
{
	sort_by_time(s);
	struct shelf_item *sorted = malloc((s->n + 1) * sizeof(*sorted));
	s->firsts = calloc(s->n_groups + 1ul, sizeof(*s->firsts));
	if (!sorted || !s->firsts) {
		free(sorted);
		return -ENOMEM;
	}
	for (size_t i = 0; i < s->n; i++)
		s->firsts[s->items[i].group + 1]++;
	for (size_t i = 0; i < s->n_groups; i++)
		s->firsts[i + 1] += s->firsts[i];
	/* Placing an item moves its group's first on; they are moved back after. */
	for (size_t i = 0; i < s->n; i++)
		sorted[s->firsts[s->items[i].group]++] = s->items[i];
	for (size_t i = s->n_groups; i > 0; i--)
		s->firsts[i] = s->firsts[i - 1];
	s->firsts[0] = 0;
	free(s->items);
	s->items = sorted;
	return 0;
}

uint32_t shelf_group(const struct shelf *s, uint64_t key)
{
	return index_get(&s->groups, key);
}

const struct shelf_item *shelf_find(const struct shelf *s, uint64_t key, uint64_t time_ns,
				    uint32_t what)
{
	uint32_t group = index_get(&s->groups, key);
	if (group == INDEX_NONE)
		return NULL;
	const struct shelf_item wanted = {.time_ns = time_ns, .what = what};
	size_t first = s->firsts[group], low = first, high = s->firsts[group + 1];
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (item_compare(&s->items[middle], &wanted) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > first ? &s->items[low - 1] : NULL;
}
