// SPDX-License-Identifier: BSD-2-Clause
#include "pair.h"

#include <errno.h>
#include <stdlib.h>

/* One side of a message, or a transfer (message 0), as it was seen. */
struct sighting {
	uint64_t time_ns, message;
	uint64_t ino; /* of a transfer its way */
	const struct fdp_process *process;
	const struct fdp_descriptor *fds;
	uint32_t n_fds, flags, place;
};

struct sightings {
	struct sighting *items;
	size_t n;
};

/* Sends, receives and transfers. */
struct seen {
	struct sightings sides[3];
	struct fdp_descriptor *transferred; /* by index: the descriptor that came */
	struct pool fds;		    /* of messages */
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

static int add_sends(struct sightings *all, const struct trace *t, struct pool *pool)
{
	struct kept_room room;
	int err = 0;
	for (size_t i = 0; !err && i < t->sends.n; i++) {
		struct fdp_send s = kept_send(&t->sends, i, &room);
		struct sighting sighting = {
			.time_ns = s.time_ns,
			.message = s.message,
			.fds = s.fds,
			.n_fds = s.n_fds,
			.place = (uint32_t)i,
		};
		err = pool_copy_fds(pool, &sighting.fds, sighting.n_fds);
		add(all, t, sighting, s.process, s.socket);
	}
	return err;
}

static int add_receives(struct sightings *all, const struct trace *t, struct pool *pool)
{
	struct kept_room room;
	int err = 0;
	for (size_t i = 0; !err && i < t->receives.n; i++) {
		struct fdp_receive r = kept_receive(&t->receives, i, &room);
		struct sighting sighting = {
			.time_ns = r.time_ns,
			.message = r.message,
			.fds = r.fds,
			.n_fds = r.n_fds,
			.flags = r.flags,
			.place = (uint32_t)i,
		};
		err = pool_copy_fds(pool, &sighting.fds, sighting.n_fds);
		add(all, t, sighting, r.process, r.socket);
	}
	return err;
}

static void add_transfers(struct sightings *all, const struct trace *t,
			  struct fdp_descriptor *fds)
{
	for (size_t i = 0; i < t->n_transfers; i++) {
		const struct fdp_transfer *x = &t->transfers[i];
		uint32_t to = trace_process(t, x->to);
		fds[i] = (struct fdp_descriptor){x->file, x->to_fd};
		if (to == TRACE_NONE)
			continue;
		all->items[all->n++] = (struct sighting){
			.time_ns = x->time_ns,
			.ino = x->way,
			.process = &t->processes.items[to],
			.fds = &fds[i],
			.n_fds = 1,
			.flags = x->error,
			.place = (uint32_t)i,
		};
	}
}

static int seen_init(struct seen *seen, const struct trace *t)
{
	const size_t counts[] = {t->sends.n, t->receives.n, t->n_transfers};
	*seen = (struct seen){.first_ns = t->first_ns, .last_ns = t->last_ns};
	seen->transferred = calloc(t->n_transfers + 1, sizeof(*seen->transferred));
	if (!seen->transferred)
		return -ENOMEM;
	for (size_t i = 0; i < 3; i++) {
		struct sightings *side = &seen->sides[i];
		side->items = malloc((counts[i] + 1) * sizeof(*side->items));
		if (!side->items)
			return -ENOMEM;
	}
	int err = add_sends(&seen->sides[0], t, &seen->fds);
	if (!err)
		err = add_receives(&seen->sides[1], t, &seen->fds);
	if (err)
		return err;
	add_transfers(&seen->sides[2], t, seen->transferred);
	for (size_t i = 0; i < 3; i++)
		qsort(seen->sides[i].items, seen->sides[i].n,
		      sizeof(*seen->sides[i].items), compare_in_time);
	return 0;
}

static void seen_release(struct seen *seen)
{
	for (size_t i = 0; i < 3; i++)
		free(seen->sides[i].items);
	free(seen->transferred);
	pool_release(&seen->fds);
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

static int join_messages(const struct pairing *p, uint64_t a, uint64_t b)
{
	uint64_t number;
	int err = merge_message(p->merge, p->a, a, &number);
	if (!err && index_get(&p->b->messages, b) == INDEX_NONE)
		err = index_set(&p->b->messages, b, (uint32_t)number);
	return err;
}

static int join(const struct pairing *p, const struct sighting *x,
		const struct sighting *y)
{
	if (p->known_a[x->place] || p->known_b[y->place])
		return 0;
	int err = x->message ? join_messages(p, x->message, y->message) : 0;
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
	const struct pairing sides[] = {
		{m, x, y, x->known_sends, y->known_sends},
		{m, x, y, x->known_receives, y->known_receives},
		{m, x, y, x->known_transfers, y->known_transfers},
	};
	int err = 0;
	if (x->refused || y->refused || x->host != y->host ||
	    ends_before(&seen[a], &seen[b]) || ends_before(&seen[b], &seen[a]))
		return 0;
	for (size_t i = 0; !err && i < 3; i++)
		err = pair_sightings(&sides[i], &seen[a].sides[i], &seen[b].sides[i]);
	return err;
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
