// SPDX-License-Identifier: BSD-2-Clause
#include "process.h"

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

static void add_members(struct processes *all, struct member *members, size_t n)
{
	for (size_t i = 0; i < n; i++)
		members[i] = (struct member){
			.place = (uint32_t)i,
			.pid = all->trace->processes.items[i].pid,
			.start_ns = all->trace->processes.items[i].start_ns,
		};
	qsort(members, n, sizeof(*members), member_compare);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || !same_process(&members[i - 1], &members[i]))
			all->n++;
		all->places[members[i].place] = (uint32_t)all->n - 1;
		/* The latest definition: what it was called in the end. */
		all->items[all->n - 1].process =
			&all->trace->processes.items[members[i].place];
	}
}

int processes_init(struct processes *all, const struct trace *trace)
{
	size_t n = trace->processes.n;
	*all = (struct processes){.trace = trace};
	struct member *members = malloc((n + 1) * sizeof(*members));
	all->items = calloc(n + 1, sizeof(*all->items));
	all->places = malloc((n + 1) * sizeof(*all->places));
	int err = members && all->items && all->places ? 0 : -ENOMEM;
	if (!err)
		add_members(all, members, n);
	else
		processes_release(all);
	free(members);
	return err;
}

void processes_release(struct processes *all)
{
	free(all->items);
	free(all->places);
	*all = (struct processes){0};
}

int processes_add(void *ctx, const struct pass *pass, const struct pass_source *source)
{
	(void)source;
	struct processes *all = ctx;
	if (pass->from.process != TRACE_NONE) {
		struct process_tally *from = &all->items[all->places[pass->from.process]];
		if (pass->outcome == OUTCOME_FAILED)
			from->failed++;
		else if (pass->outcome != OUTCOME_PEEKED)
			from->sent++;
	}
	if (pass->to.process != TRACE_NONE) {
		struct process_tally *to = &all->items[all->places[pass->to.process]];
		if (pass_installed(pass))
			to->received++;
		else
			to->missed++;
	}
	return 0;
}
