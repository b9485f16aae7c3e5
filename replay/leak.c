// SPDX-License-Identifier: BSD-2-Clause
#include "leak.h"

#include <errno.h>
#include <stdlib.h>

#include "array.h"

#define HOUR_NS 3600000000000.0
#define MINUTE_NS 60000000000

/* Which processes, and a kind; the process that is not known is the greatest of all. */
struct leak_key {
	uint32_t to, from, kind;
};

static struct leak_key key_of(const struct holders *h, const struct pass *pass)
{
	uint32_t from = pass->from.process;
	return (struct leak_key){
		.to = h->processes.places[pass->to.process],
		.from = from == TRACE_NONE ? TRACE_NONE : h->processes.places[from],
		.kind = pass->file_place == TRACE_NONE
				? FDP_KIND_UNKNOWN
				: files_kind(&h->trace->files, pass->file_place),
	};
}

static int compare_u32(uint32_t x, uint32_t y)
{
	return (x > y) - (x < y);
}

/* By key, so that those that belong together are neighbours. */
struct sorted_pass {
	struct leak_key key;
	const struct pass *pass;
};

static int key_compare(const void *a, const void *b)
{
	const struct leak_key *x = a, *y = b;
	int order = compare_u32(x->to, y->to);
	if (!order)
		order = compare_u32(x->from, y->from);
	return order ? order : compare_u32(x->kind, y->kind);
}

/* Both are of the one list of the holders. */
static int compare_place(const struct pass *x, const struct pass *y)
{
	return (x > y) - (x < y);
}

static int sorted_compare(const void *a, const void *b)
{
	const struct sorted_pass *x = a, *y = b;
	int order = key_compare(&x->key, &y->key);
	return order ? order : compare_place(x->pass, y->pass);
}

static int tally_compare(const void *a, const void *b)
{
	const struct leak_tally *x = a, *y = b;
	if (x->held != y->held)
		return x->held > y->held ? -1 : 1;
	if (x->pass->to.time_ns != y->pass->to.time_ns)
		return x->pass->to.time_ns < y->pass->to.time_ns ? -1 : 1;
	return compare_place(x->pass, y->pass);
}

static int count(struct leaks *l, const struct sorted_pass *sorted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && key_compare(&sorted[i - 1].key, &sorted[i].key) == 0) {
			l->items[l->n - 1].held++;
			continue;
		}
		void *grown = array_grow(l->items, l->n, &l->capacity, sizeof(*l->items));
		if (!grown)
			return -ENOMEM;
		l->items = grown;
		l->items[l->n++] = (struct leak_tally){.pass = sorted[i].pass, .held = 1};
	}
	return 0;
}

int leaks_init(struct leaks *l, const struct holders *h)
{
	*l = (struct leaks){0};
	struct sorted_pass *sorted = malloc((h->n + 1) * sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	size_t n = 0;
	for (size_t i = 0; i < h->n; i++) {
		const struct pass *pass = &h->items[i].pass;
		if (!h->items[i].gone && pass->outcome != OUTCOME_SENT)
			sorted[n++] = (struct sorted_pass){key_of(h, pass), pass};
	}
	if (n)
		qsort(sorted, n, sizeof(*sorted), sorted_compare);
	int err = count(l, sorted, n);
	free(sorted);
	uint64_t ns = h->trace->last_ns - h->trace->first_ns;
	for (size_t i = 0; i < l->n; i++)
		l->items[i].per_hour = ns < MINUTE_NS
					       ? LEAK_RATE_UNKNOWN
					       : (uint64_t)((double)l->items[i].held *
								    HOUR_NS / (double)ns +
							    0.5);
	if (!err && l->n)
		qsort(l->items, l->n, sizeof(*l->items), tally_compare);
	if (err)
		leaks_release(l);
	return err;
}

void leaks_release(struct leaks *l)
{
	free(l->items);
	*l = (struct leaks){0};
}
