// SPDX-License-Identifier: BSD-2-Clause
#include "tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "fact.h"
#include "shape.h"

/* In this order they are shown. */
static const char *const groups[] = {"outcome", "errno", "kind", "via", "way"};

int tally_init(struct tally *t, const struct trace *trace)
{
	*t = (struct tally){.trace = trace};
	pool_init(&t->names);
	return out_init(&t->scratch, -1);
}

void tally_release(struct tally *t)
{
	free(t->items);
	index_release(&t->index);
	pool_release(&t->names);
	out_release(&t->scratch);
	*t = (struct tally){0};
}

/*
 * A name is kept once in the pool, so that its address and the group are the key; the
 * groups differ in low bits that an aligned address has not.
 */
static int count(struct tally *t, size_t group, struct fdp_text name)
{
	int err = pool_intern(&t->names, &name);
	if (err)
		return err;
	uint64_t key = (uint64_t)(uintptr_t)name.data + group;
	uint32_t place = index_get(&t->index, key);
	if (place != INDEX_NONE) {
		t->items[place].passes++;
		return 0;
	}
	void *grown = array_grow(t->items, t->n, &t->capacity, sizeof(*t->items));
	if (!grown)
		return -ENOMEM;
	t->items = grown;
	err = index_set(&t->index, key, (uint32_t)t->n);
	if (!err)
		t->items[t->n++] = (struct summary_tally){groups[group], name, 1};
	return err;
}

static int count_word(struct tally *t, size_t group, const char *word)
{
	return count(t, group, (struct fdp_text){word, strlen(word)});
}

static int count_errno(struct tally *t, const struct row *row)
{
	struct cell cell = {.type = CELL_NULL};
	get_errno(row, NULL, &cell);
	return cell.type == CELL_NULL ? 0 : count(t, 1, cell.text);
}

static int count_kind(struct tally *t, const struct row *row)
{
	struct cell cell = {.type = CELL_NULL};
	get_file_kind(row, NULL, &cell);
	return cell.type == CELL_NULL ? count_word(t, 2, "unknown")
				      : count(t, 2, cell.text);
}

static int count_via(struct tally *t, const struct row *row)
{
	struct cell cell = {.type = CELL_NULL};
	get_via_type(row, NULL, &cell);
	if (cell.type == CELL_NULL)
		return count_word(t, 3, "unknown");
	struct fdp_text name = socket_name(t->trace, row->pass);
	t->scratch.len = 0;
	out_bytes(&t->scratch, cell.text.data, cell.text.len);
	if (name.len)
		out_char(&t->scratch, ' ');
	out_bytes(&t->scratch, name.data, name.len);
	return count(t, 3, (struct fdp_text){t->scratch.data, t->scratch.len});
}

static void put_comm(struct tally *t, const struct pass_end *end)
{
	if (end->process == TRACE_NONE) {
		out_char(&t->scratch, '?');
		return;
	}
	struct fdp_text comm = t->trace->processes.items[end->process].comm;
	out_bytes(&t->scratch, comm.data, comm.len);
}

static int count_way(struct tally *t, const struct pass *pass)
{
	t->scratch.len = 0;
	put_comm(t, &pass->from);
	out_word(&t->scratch, " → ");
	if (pass->received)
		put_comm(t, &pass->to);
	else
		out_char(&t->scratch, '-');
	return count(t, 4, (struct fdp_text){t->scratch.data, t->scratch.len});
}

int tally_add(void *ctx, const struct pass *pass)
{
	struct tally *t = ctx;
	struct row row = {.trace = t->trace, .pass = pass};
	int err = count_word(t, 0, outcome_name(pass->outcome));
	if (!err)
		err = count_errno(t, &row);
	if (!err)
		err = count_kind(t, &row);
	if (!err)
		err = count_via(t, &row);
	if (!err)
		err = count_way(t, pass);
	return err ? err : t->scratch.err;
}

static size_t group_place(const char *group)
{
	size_t i = 0;
	while (groups[i] != group)
		i++;
	return i;
}

static int tally_compare(const void *a, const void *b)
{
	const struct summary_tally *x = a, *y = b;
	if (x->group != y->group)
		return group_place(x->group) < group_place(y->group) ? -1 : 1;
	if (x->passes != y->passes)
		return x->passes > y->passes ? -1 : 1;
	size_t len = x->name.len < y->name.len ? x->name.len : y->name.len;
	int order = memcmp(x->name.data, y->name.data, len);
	return order ? order : (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

void tally_sort(struct tally *t)
{
	if (t->n)
		qsort(t->items, t->n, sizeof(*t->items), tally_compare);
}
