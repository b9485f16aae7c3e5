// SPDX-License-Identifier: BSD-2-Clause
#include "pair.h"

#include <errno.h>
#include <stdlib.h>

/* One side of a message as it was seen. */
struct sighting {
	uint64_t time_ns, message, ino;
	const struct fdp_process *process;
	const struct fdp_descriptor *fds;
	uint32_t n_fds, flags, place;
};

struct sightings {
	struct sighting *items;
	size_t n;
};

/* Both sides, those of sends first. */
struct seen {
	struct sightings sides[2];
	uint64_t first_ns, last_ns;
};

static int order(uint64_t x, uint64_t y)
{
	return (x > y) - (x < y);
}

/* Of what is one and the same however often it is seen. */
static int compare(const struct sighting *x, const struct sighting *y)
{
	int o = order(x->ino, y->ino);
	o = o ? o : order(x->process->pid, y->process->pid);
	o = o ? o : order(x->process->start_ns, y->process->start_ns);
	o = o ? o : order(x->process->tid, y->process->tid);
	o = o ? o : order(x->flags, y->flags);
	o = o ? o : order(x->n_fds, y->n_fds);
	for (uint32_t i = 0; !o && i < x->n_fds; i++)
		o = order((uint32_t)x->fds[i].fd, (uint32_t)y->fds[i].fd);
	return o;
}

static int compare_in_time(const void *a, const void *b)
{
	const struct sighting *x = a, *y = b;
	int o = compare(x, y);
	o = o ? o : order(x->time_ns, y->time_ns);
	return o ? o : order(x->place, y->place);
}

static void add(struct sightings *all, const struct trace *t, struct sighting s,
		uint64_t process, uint64_t socket)
{
	uint32_t p = trace_process(t, process), k = trace_socket(t, socket);
	if (p == TRACE_NONE || k == TRACE_NONE || !t->sockets.items[k].ino || !s.message)
		return;
	s.process = &t->processes.items[p];
	s.ino = t->sockets.items[k].ino;
	all->items[all->n++] = s;
}

static int seen_init(struct seen *seen, const struct trace *t)
{
	struct sightings *sends = &seen->sides[0], *receives = &seen->sides[1];
	*seen = (struct seen){.first_ns = t->first_ns, .last_ns = t->last_ns};
	sends->items = malloc((t->n_sends + 1) * sizeof(*sends->items));
	receives->items = malloc((t->n_receives + 1) * sizeof(*receives->items));
	if (!sends->items || !receives->items)
		return -ENOMEM;
	for (size_t i = 0; i < t->n_sends; i++) {
		const struct fdp_send *s = &t->sends[i];
		struct sighting sighting = {
			.time_ns = s->time_ns,
			.message = s->message,
			.fds = s->fds,
			.n_fds = s->n_fds,
			.place = (uint32_t)i,
		};
		add(sends, t, sighting, s->process, s->socket);
	}
	for (size_t i = 0; i < t->n_receives; i++) {
		const struct fdp_receive *r = &t->receives[i];
		struct sighting sighting = {
			.time_ns = r->time_ns,
			.message = r->message,
			.fds = r->fds,
			.n_fds = r->n_fds,
			.flags = r->flags,
			.place = (uint32_t)i,
		};
		add(receives, t, sighting, r->process, r->socket);
	}
	qsort(sends->items, sends->n, sizeof(*sends->items), compare_in_time);
	qsort(receives->items, receives->n, sizeof(*receives->items), compare_in_time);
	return 0;
}

static void seen_release(struct seen *seen)
{
	free(seen->sides[0].items);
	free(seen->sides[1].items);
}

/* What is being paired: part b with the earlier part a, in one of the two sides. */
struct pairing {
	struct merge *merge;
	struct merge_part *a, *b;
	bool *known_a, *known_b;
};

static uint64_t distance(const struct sighting *x, const struct sighting *y)
{
	return x->time_ns > y->time_ns ? x->time_ns - y->time_ns
				       : y->time_ns - x->time_ns;
}

static void join_files(const struct pairing *p, const struct sighting *x,
		       const struct sighting *y)
{
	for (uint32_t i = 0; i < x->n_fds; i++) {
		uint32_t place = trace_file(&p->a->trace, x->fds[i].file);
		uint32_t twin = trace_file(&p->b->trace, y->fds[i].file);
		if (place != TRACE_NONE && twin != TRACE_NONE && !p->b->twins[twin].part)
			p->b->twins[twin] = (struct merge_twin){
				(uint32_t)(p->a - p->merge->parts) + 1,
				place,
			};
	}
}

static int join(const struct pairing *p, const struct sighting *x,
		const struct sighting *y)
{
	uint64_t number;
	if (p->known_a[x->place] || p->known_b[y->place])
		return 0;
	int err = merge_message(p->merge, p->a, x->message, &number);
	if (!err && index_get(&p->b->messages, y->message) == INDEX_NONE)
		err = index_set(&p->b->messages, y->message, (uint32_t)number);
	p->known_b[y->place] = true;
	join_files(p, x, y);
	return err;
}

/* Both lists are of one kind, in time; the next one may be nearer. */
static int pair_runs(const struct pairing *p, const struct sighting *x, size_t n,
		     const struct sighting *y, size_t m)
{
	int err = 0;
	for (size_t i = 0, j = 0; !err && i < n && j < m;) {
		uint64_t d = distance(&x[i], &y[j]);
		bool x_first = x[i].time_ns < y[j].time_ns;
		if (i + 1 < n && distance(&x[i + 1], &y[j]) < d) {
			i++;
		} else if (j + 1 < m && distance(&x[i], &y[j + 1]) < d) {
			j++;
		} else if (d > PAIR_NS) {
			i += x_first;
			j += !x_first;
		} else {
			err = join(p, &x[i++], &y[j++]);
		}
	}
	return err;
}

static size_t run_length(const struct sightings *s, size_t at)
{
	size_t n = 1;
	while (at + n < s->n && compare(&s->items[at], &s->items[at + n]) == 0)
		n++;
	return n;
}

static int pair_sightings(const struct pairing *p, const struct sightings *x,
			  const struct sightings *y)
{
	int err = 0;
	for (size_t i = 0, j = 0; !err && i < x->n && j < y->n;) {
		int o = compare(&x->items[i], &y->items[j]);
		size_t n = o <= 0 ? run_length(x, i) : 0;
		size_t m = o >= 0 ? run_length(y, j) : 0;
		if (o == 0)
			err = pair_runs(p, &x->items[i], n, &y->items[j], m);
		i += n;
		j += m;
	}
	return err;
}

static bool ends_before(const struct seen *x, const struct seen *y)
{
	return x->last_ns < y->first_ns && y->first_ns - x->last_ns > PAIR_NS;
}

static int pair_two(struct merge *m, const struct seen *seen, size_t a, size_t b)
{
	struct merge_part *x = &m->parts[a], *y = &m->parts[b];
	struct pairing sends = {m, x, y, x->known_sends, y->known_sends};
	struct pairing receives = {m, x, y, x->known_receives, y->known_receives};
	if (x->refused || y->refused || x->host != y->host ||
	    ends_before(&seen[a], &seen[b]) || ends_before(&seen[b], &seen[a]))
		return 0;
	int err = pair_sightings(&sends, &seen[a].sides[0], &seen[b].sides[0]);
	return err ? err
		   : pair_sightings(&receives, &seen[a].sides[1], &seen[b].sides[1]);
}

int pair_parts(struct merge *m)
{
	int err = 0;
	struct seen *seen = calloc(m->n + 1, sizeof(*seen));
	if (!seen)
		return -ENOMEM;
	for (size_t i = 0; !err && i < m->n; i++)
		err = seen_init(&seen[i], &m->parts[i].trace);
	for (size_t b = 1; !err && b < m->n; b++)
		for (size_t a = 0; !err && a < b; a++)
			err = pair_two(m, seen, a, b);
	for (size_t i = 0; i < m->n; i++)
		seen_release(&seen[i]);
	free(seen);
	return err;
}
