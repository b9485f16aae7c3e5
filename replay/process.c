// SPDX-License-Identifier: BSD-2-Clause
#include "tally.h"

#include <errno.h>
#include <stdlib.h>

/* A definition is a thread as it was; here the threads of a process count as one. */
struct member {
	uint32_t place, pid;
	uint64_t start_ns;
};

static int member_compare(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static bool same_process(const struct member *x, const struct member *y)
{
	return x->pid == y->pid && x->start_ns == y->start_ns;
}

static void add_members(struct process_tallies *t, struct member *members, size_t n)
{
	for (size_t i = 0; i < n; i++)
		members[i] = (struct member){
			.place = (uint32_t)i,
			.pid = t->trace->processes.items[i].pid,
			.start_ns = t->trace->processes.items[i].start_ns,
		};
	qsort(members, n, sizeof(*members), member_compare);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || !same_process(&members[i - 1], &members[i]))
			t->n++;
		t->places[members[i].place] = (uint32_t)t->n - 1;
		/* The latest definition: what it was called in the end. */
		t->items[t->n - 1].process =
			&t->trace->processes.items[members[i].place];
	}
}

int process_tallies_init(struct process_tallies *t, const struct trace *trace)
{
	size_t n = trace->processes.n;
	*t = (struct process_tallies){.trace = trace};
	struct member *members = malloc((n + 1) * sizeof(*members));
	t->items = calloc(n + 1, sizeof(*t->items));
	t->places = malloc((n + 1) * sizeof(*t->places));
	int err = members && t->items && t->places ? 0 : -ENOMEM;
	if (!err)
		add_members(t, members, n);
	else
		process_tallies_release(t);
	free(members);
	return err;
}

void process_tallies_release(struct process_tallies *t)
{
	free(t->items);
	free(t->places);
	*t = (struct process_tallies){0};
}

int process_tallies_add(void *ctx, const struct pass *pass)
{
	struct process_tallies *t = ctx;
	if (pass->from.process != TRACE_NONE) {
		struct process_tally *from = &t->items[t->places[pass->from.process]];
		if (pass->outcome == OUTCOME_FAILED)
			from->failed++;
		else if (pass->outcome != OUTCOME_PEEKED)
			from->sent++;
	}
	if (pass->to.process != TRACE_NONE) {
		struct process_tally *to = &t->items[t->places[pass->to.process]];
		if (pass_installed(pass))
			to->received++;
		else
			to->missed++;
	}
	return 0;
}
