// SPDX-License-Identifier: BSD-2-Clause
#include "summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "fact.h"
#include "shape.h"

/* In this order they are shown. */
enum group {
	GROUP_OUTCOME,
	GROUP_ERRNO,
	GROUP_KIND,
	GROUP_VIA,
	GROUP_WAY,
	GROUP_FDS,
	GROUP_QUEUED
};

static const char *const groups[] = {"outcome", "errno", "kind",  "via",
				     "way",	"fds",	 "queued"};

int summary_init(struct summary *s, const struct trace *trace)
{
	*s = (struct summary){
		.trace = trace,
		.last = {.send = TRACE_NONE, .receive = TRACE_NONE},
	};
	pool_init(&s->names);
	return out_init(&s->scratch, -1);
}

void summary_release(struct summary *s)
{
	free(s->items);
	index_release(&s->index);
	pool_release(&s->names);
	out_release(&s->scratch);
	*s = (struct summary){0};
}

/*
 * A name is kept once in the pool, so that its address and the group are the key; the
 * groups differ in low bits that an aligned address has not.
 */
static int count(struct summary *s, enum group group, struct fdp_text name)
{
	int err = pool_intern(&s->names, &name);
	if (err)
		return err;
	uint64_t key = (uint64_t)(uintptr_t)name.data + group;
	uint32_t place = index_get(&s->index, key);
	if (place != INDEX_NONE) {
		struct summary_tally *tally = &s->items[place];
		tally->passes++;
		tally->messages += tally->last != s->n_messages;
		tally->last = s->n_messages;
		return 0;
	}
	void *grown = array_grow(s->items, s->n, &s->capacity, sizeof(*s->items));
	if (!grown)
		return -ENOMEM;
	s->items = grown;
	err = index_set(&s->index, key, (uint32_t)s->n);
	if (!err)
		s->items[s->n++] =
			(struct summary_tally){groups[group], name, 1, 1, s->n_messages};
	return err;
}

static int count_word(struct summary *s, enum group group, const char *word)
{
	return count(s, group, (struct fdp_text){word, strlen(word)});
}

static int count_errno(struct summary *s, const struct row *row)
{
	struct cell cell = {.type = CELL_NULL};
	get_errno(row, NULL, &cell);
	return cell.type == CELL_NULL ? 0 : count(s, GROUP_ERRNO, cell.text);
}

static int count_kind(struct summary *s, const struct row *row)
{
	struct cell cell = {.type = CELL_NULL};
	get_file_kind(row, NULL, &cell);
	return cell.type == CELL_NULL ? count_word(s, GROUP_KIND, "unknown")
				      : count(s, GROUP_KIND, cell.text);
}

static int count_scratch(struct summary *s, enum group group)
{
	return count(s, group, (struct fdp_text){s->scratch.data, s->scratch.len});
}

static void put_via(struct summary *s, const struct row *row)
{
	struct cell cell = {.type = CELL_NULL};
	get_via_type(row, NULL, &cell);
	if (cell.type == CELL_NULL) {
		out_word(&s->scratch, "unknown");
		return;
	}
	struct fdp_text name = socket_name(s->trace, row->pass);
	out_bytes(&s->scratch, cell.text.data, cell.text.len);
	if (name.len)
		out_char(&s->scratch, ' ');
	out_bytes(&s->scratch, name.data, name.len);
}

static int count_via(struct summary *s, const struct row *row)
{
	s->scratch.len = 0;
	put_via(s, row);
	return count_scratch(s, GROUP_VIA);
}

static void put_comm(struct summary *s, const struct pass_end *end)
{
	if (end->process == TRACE_NONE) {
		out_char(&s->scratch, '?');
		return;
	}
	struct fdp_text comm = s->trace->processes.items[end->process].comm;
	out_bytes(&s->scratch, comm.data, comm.len);
}

static int count_way(struct summary *s, const struct pass *pass)
{
	s->scratch.len = 0;
	put_comm(s, &pass->from);
	out_word(&s->scratch, " → ");
	if (pass->received)
		put_comm(s, &pass->to);
	else
		out_char(&s->scratch, '-');
	return count_scratch(s, GROUP_WAY);
}

/* How many descriptors the message of the pass carries. */
static int count_fds(struct summary *s, const struct pass_source *source)
{
	if (pass_is_transfer(source))
		return 0;
	uint32_t n = source->send != TRACE_NONE
			     ? s->trace->sends[source->send].n_fds
			     : s->trace->receives[source->receive].n_fds;
	s->scratch.len = 0;
	out_u64(&s->scratch, n);
	return count_scratch(s, GROUP_FDS);
}

/* Who sent it, and where it waits. */
static int count_queued(struct summary *s, const struct row *row)
{
	if (row->pass->outcome != OUTCOME_QUEUED)
		return 0;
	s->scratch.len = 0;
	put_comm(s, &row->pass->from);
	out_word(&s->scratch, " → ");
	put_via(s, row);
	return count_scratch(s, GROUP_QUEUED);
}

/* The passes of a message come one after the other, those of its receives too. */
static void count_message(struct summary *s, const struct pass_source *source)
{
	bool same = pass_is_transfer(source) ? false
		    : source->send != TRACE_NONE
			    ? source->send == s->last.send
			    : s->last.send == TRACE_NONE &&
				      source->receive == s->last.receive;
	s->n_messages += !same || !s->n_messages;
	s->last = *source;
}

int summary_add(void *ctx, const struct pass *pass, const struct pass_source *source)
{
	struct summary *s = ctx;
	struct row row = {.trace = s->trace, .pass = pass};
	count_message(s, source);
	int err = count_word(s, GROUP_OUTCOME, outcome_name(pass->outcome));
	if (!err)
		err = count_errno(s, &row);
	if (!err)
		err = count_kind(s, &row);
	if (!err)
		err = count_via(s, &row);
	if (!err)
		err = count_way(s, pass);
	if (!err)
		err = count_fds(s, source);
	if (!err)
		err = count_queued(s, &row);
	return err ? err : s->scratch.err;
}

static size_t group_place(const char *group)
{
	size_t i = 0;
	while (groups[i] != group)
		i++;
	return i;
}

/* The largest first; how many descriptors is a scale, and keeps its order. */
static int tally_compare(const void *a, const void *b)
{
	const struct summary_tally *x = a, *y = b;
	if (x->group != y->group)
		return group_place(x->group) < group_place(y->group) ? -1 : 1;
	if (x->group == groups[GROUP_FDS] && x->name.len != y->name.len)
		return x->name.len < y->name.len ? -1 : 1;
	if (x->group != groups[GROUP_FDS] && x->passes != y->passes)
		return x->passes > y->passes ? -1 : 1;
	return text_order(x->name, y->name);
}

void summary_sort(struct summary *s)
{
	if (s->n)
		qsort(s->items, s->n, sizeof(*s->items), tally_compare);
}
