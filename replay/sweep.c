// SPDX-License-Identifier: BSD-2-Clause
#include "sweep.h"

#include <errno.h>
#include <stdlib.h>

#define LEAST (12 * 1024 * 1024)

void sweep_init(struct sweep *s)
{
	*s = (struct sweep){.least = LEAST};
}

/* What is kept, by place. */
struct marks {
	const struct trace *trace;
	bool *processes, *sockets, *files;
};

static void mark(void *ctx, enum fdp_type type, uint64_t id)
{
	struct marks *m = ctx;
	bool *marks = type == FDP_PROCESS  ? m->processes
		      : type == FDP_SOCKET ? m->sockets
					   : m->files;
	uint32_t place = type == FDP_PROCESS  ? trace_process(m->trace, id)
			 : type == FDP_SOCKET ? trace_socket(m->trace, id)
					      : trace_file(m->trace, id);
	if (place != TRACE_NONE)
		marks[place] = true;
}

/* A socket is called by the name of its peer if it has none, whether that is used or not.
 */
static void mark_peers(struct marks *m)
{
	const struct trace_sockets *all = &m->trace->sockets;
	for (size_t i = 0; i < all->n; i++)
		m->sockets[i] |= all->items[i].flags & FDP_SOCKET_SNAPSHOT;
	for (size_t i = 0; i < all->n; i++)
		if (m->sockets[i])
			mark(m, FDP_SOCKET, all->items[i].peer);
}

/* And a process is told with its parent. */
static void mark_parents(struct marks *m)
{
	const struct trace_processes *all = &m->trace->processes;
	for (size_t i = 0; i < all->n; i++)
		m->processes[i] |= all->items[i].flags & FDP_PROCESS_SNAPSHOT;
	for (size_t i = 0; i < all->n; i++) {
		const struct fdp_process *parent =
			m->processes[i] ? trace_parent(m->trace, &all->items[i]) : NULL;
		if (parent)
			m->processes[parent - all->items] = true;
	}
}

static int copy_marked(struct trace *fresh, const struct marks *m)
{
	const struct trace *t = m->trace;
	struct fdp_record record = {.type = FDP_HEADER, .header = t->header};
	int err = t->has_header ? trace_add(fresh, &record) : 0;
	record.type = FDP_PROCESS;
	for (size_t i = 0; !err && i < t->processes.n; i++) {
		record.process = t->processes.items[i];
		err = m->processes[i] ? trace_add(fresh, &record) : 0;
	}
	record.type = FDP_SOCKET;
	for (size_t i = 0; !err && i < t->sockets.n; i++) {
		record.socket = t->sockets.items[i];
		err = m->sockets[i] ? trace_add(fresh, &record) : 0;
	}
	record.type = FDP_FILE;
	for (size_t i = 0; !err && i < t->files.n; i++) {
		record.file = *files_peek(&t->files, (uint32_t)i);
		err = m->files[i] ? trace_add(fresh, &record) : 0;
	}
	return err;
}

static int sweep(struct trace *t, const struct follow *f)
{
	struct trace fresh;
	struct marks m = {
		.trace = t,
		.processes = calloc(t->processes.n + 1, sizeof(bool)),
		.sockets = calloc(t->sockets.n + 1, sizeof(bool)),
		.files = calloc(t->files.n + 1, sizeof(bool)),
	};
	int err = m.processes && m.sockets && m.files ? 0 : -ENOMEM;
	trace_init(&fresh, t->keep_events);
	if (!err) {
		follow_references(f, mark, &m);
		mark_peers(&m);
		mark_parents(&m);
		err = copy_marked(&fresh, &m);
	}
	if (!err)
		trace_take_definitions(t, &fresh);
	trace_release(&fresh);
	free(m.processes);
	free(m.sockets);
	free(m.files);
	return err;
}

static int block_begin(struct sweep *s, struct trace *t, const struct follow *f)
{
	if (!s->wanted) {
		s->wanted = trace_size(t) >= s->least;
		return s->wanted;
	}
	int err = sweep(t, f);
	size_t left = trace_size(t);
	s->wanted = false;
	s->least = left > LEAST / 2 ? 2 * left : LEAST;
	return err;
}

int sweep_before(struct sweep *s, struct trace *t, const struct follow *f,
		 const struct fdp_record *record)
{
	if (record->block == s->block)
		return 0;
	s->block = record->block;
	return block_begin(s, t, f);
}
