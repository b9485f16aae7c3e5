// SPDX-License-Identifier: BSD-2-Clause
#include "merge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "event.h"

static void part_release(struct merge_part *p)
{
	trace_release(&p->trace);
	free(p->processes);
	free(p->sockets);
	free(p->files);
	index_release(&p->messages);
	free(p->known_sends);
	free(p->known_receives);
	free(p->known_transfers);
	free(p->twins);
}

void merge_release(struct merge *m)
{
	for (size_t i = 0; i < m->n; i++)
		part_release(&m->parts[i]);
	free(m->parts);
	free(m->hosts);
	free(m->host_names);
	free(m->process_hosts);
	free(m->file_parts);
	*m = (struct merge){0};
}

int merge_add(struct merge *m, struct trace *t, const char *name, uint64_t section)
{
	void *grown = array_grow(m->parts, m->n, &m->parts_capacity, sizeof(*m->parts));
	if (!grown)
		return -ENOMEM;
	m->parts = grown;
	struct merge_part *p = &m->parts[m->n++];
	*p = (struct merge_part){.trace = *t, .name = name, .section = section};
	trace_init(t, t->keep_events);
	return 0;
}

/* What the wall clock was ahead of boot time, as modulo 2^64. */
static uint64_t clock_offset(const struct fdp_clock *c)
{
	return (uint64_t)c->real_ns - c->boot_ns;
}

static const struct fdp_clock *first_clock(const struct trace *t)
{
	for (size_t i = 0; i < t->n_clocks; i++)
		if (t->clocks[i].real_ns)
			return &t->clocks[i];
	return NULL;
}

static bool same_boot(struct fdp_text a, struct fdp_text b)
{
	return a.len && a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* By its name or, that unknown, by the beginning of the number of its boot. */
static void name_host(struct merge_host *h, const struct fdp_header *header,
		      uint32_t number)
{
	int len = header->boot_id.len < 8 ? (int)header->boot_id.len : 8;
	h->name = header->hostname;
	if (h->name.len)
		return;
	if (len)
		snprintf(h->text, sizeof(h->text), "%.*s", len, header->boot_id.data);
	else
		snprintf(h->text, sizeof(h->text), "host-%u", number + 1);
	h->name = (struct fdp_text){h->text, strlen(h->text)};
}

/* The first part of a host. */
static const struct trace *host_trace(const struct merge *m, uint32_t host)
{
	return &m->parts[m->hosts[host].first].trace;
}

static void find_host(struct merge *m, size_t part)
{
	struct merge_part *p = &m->parts[part];
	for (p->host = 0; p->host < m->n_hosts; p->host++)
		if (same_boot(host_trace(m, p->host)->header.boot_id,
			      p->trace.header.boot_id))
			return;
	m->hosts[m->n_hosts++] = (struct merge_host){.first = part};
}

static void refuse_host(struct merge *m, uint32_t host)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->parts[i].host == host)
			m->parts[i].refused =
				"its boot is not that of the others, and its wall clock "
				"not known: it cannot be merged";
}

/* Between hosts there is but the wall clock. Where nobody has one, the first is shown. */
static void relate_hosts(struct merge *m)
{
	uint32_t n_clocks = 0;
	for (uint32_t i = 0; i < m->n_hosts; i++) {
		name_host(&m->hosts[i], &host_trace(m, i)->header, i);
		n_clocks += first_clock(host_trace(m, i)) != NULL;
	}
	m->n_shown = n_clocks && m->n_hosts > 1 ? n_clocks : 1;
	for (uint32_t i = 0; m->n_hosts > 1 && i < m->n_hosts; i++) {
		const struct fdp_clock *clock = first_clock(host_trace(m, i));
		if (n_clocks ? !clock : i > 0)
			refuse_host(m, i);
		else if (m->n_shown > 1)
			m->hosts[i].shift_ns = clock_offset(clock);
	}
}

static void measure_clock(struct merge_host *h, const struct trace *t)
{
	for (size_t i = 0; i < t->n_clocks; i++) {
		int64_t moved = (int64_t)(clock_offset(&t->clocks[i]) - h->shift_ns);
		uint64_t error = t->clocks[i].error_ns +
				 (moved < 0 ? 0 - (uint64_t)moved : (uint64_t)moved);
		if (t->clocks[i].real_ns && error > h->uncertain_ns)
			h->uncertain_ns = error;
	}
}

static int part_prepare(struct merge_part *p)
{
	const struct trace *t = &p->trace;
	p->processes = calloc(t->processes.n + 1, sizeof(*p->processes));
	p->sockets = calloc(t->sockets.n + 1, sizeof(*p->sockets));
	p->files = calloc(t->files.n + 1, sizeof(*p->files));
	p->known_sends = calloc(t->sends.n + 1, sizeof(*p->known_sends));
	p->known_receives = calloc(t->receives.n + 1, sizeof(*p->known_receives));
	p->known_transfers = calloc(t->n_transfers + 1, sizeof(*p->known_transfers));
	p->twins = calloc(t->files.n + 1, sizeof(*p->twins));
	bool well = p->processes && p->sockets && p->files && p->known_sends &&
		    p->known_receives && p->known_transfers && p->twins;
	return well ? 0 : -ENOMEM;
}

int merge_relate(struct merge *m)
{
	const char *const senders =
		"it has senders alone, the first trace has not, or the other way "
		"round: it cannot be merged";
	m->hosts = calloc(m->n + 1, sizeof(*m->hosts));
	if (!m->hosts)
		return -ENOMEM;
	for (size_t i = 0; i < m->n; i++) {
		struct merge_part *p = &m->parts[i];
		uint32_t other = p->trace.header.flags ^ m->parts[0].trace.header.flags;
		find_host(m, i);
		if (other & FDP_HEADER_SENDERS)
			p->refused = senders;
	}
	relate_hosts(m);
	int err = 0;
	for (size_t i = 0; !err && i < m->n; i++) {
		struct merge_part *p = &m->parts[i];
		err = part_prepare(p);
		if (!p->refused)
			measure_clock(&m->hosts[p->host], &p->trace);
	}
	return err;
}

uint64_t merge_uncertain(const struct merge *m)
{
	uint64_t first = 0, second = 0;
	for (uint32_t i = 0; m->n_shown > 1 && i < m->n_hosts; i++) {
		uint64_t ns = m->hosts[i].uncertain_ns;
		if (ns > first) {
			second = first;
			first = ns;
		} else if (ns > second) {
			second = ns;
		}
	}
	return first + second;
}

const struct merge_part *merge_alias(const struct merge *m, size_t part)
{
	const struct merge_part *own = &m->parts[part];
	const struct fdp_clock *begin = &own->trace.header.clock;
	for (size_t i = 0; i < part; i++) {
		const struct fdp_clock *other = &m->parts[i].trace.header.clock;
		if (m->parts[i].host != own->host && begin->real_ns &&
		    begin->boot_ns == other->boot_ns && begin->real_ns == other->real_ns)
			return &m->parts[i];
	}
	return NULL;
}

const struct merge_part *merge_foreigner(const struct merge *m, size_t part)
{
	const struct merge_part *own = &m->parts[part];
	uint32_t own_ns = own->trace.header.pid_ns;
	for (size_t i = 0; own_ns && i < part; i++) {
		uint32_t ns = m->parts[i].trace.header.pid_ns;
		if (m->parts[i].host == own->host && ns && ns != own_ns)
			return &m->parts[i];
	}
	return NULL;
}

int merge_message(struct merge *m, struct merge_part *part, uint64_t message,
		  uint64_t *numberp)
{
	uint32_t number = index_get(&part->messages, message);
	int err = 0;
	if (!message) {
		*numberp = 0;
		return 0;
	}
	if (number == INDEX_NONE && m->n_messages >= INDEX_NONE - 1)
		return -EOVERFLOW;
	if (number == INDEX_NONE) {
		number = (uint32_t)++m->n_messages;
		err = index_set(&part->messages, message, number);
	}
	*numberp = number;
	return err;
}

/* Definitions get their numbers in the order in which they will be told. */
static int number_part(struct merge *m, struct merge_part *p)
{
	const struct trace *t = &p->trace;
	for (size_t i = 0; i < t->processes.n; i++)
		p->processes[i] = ++m->n_processes;
	for (size_t i = 0; i < t->sockets.n; i++)
		p->sockets[i] = ++m->n_sockets;
	for (size_t i = 0; i < t->files.n; i++) {
		struct merge_twin twin = p->twins[i];
		p->files[i] = twin.part ? m->parts[twin.part - 1].files[twin.place]
					: ++m->n_files;
	}
	uint32_t *hosts = realloc(m->process_hosts,
				  (m->n_processes + 1) * sizeof(*m->process_hosts));
	if (hosts)
		m->process_hosts = hosts;
	uint32_t *parts =
		realloc(m->file_parts, (m->n_files + 1) * sizeof(*m->file_parts));
	if (parts)
		m->file_parts = parts;
	if (!hosts || !parts)
		return -ENOMEM;
	for (size_t i = 0; i < t->processes.n; i++)
		m->process_hosts[p->processes[i] - 1] = p->host;
	for (size_t i = 0; i < t->files.n; i++)
		if (!p->twins[i].part)
			m->file_parts[p->files[i] - 1] = (uint32_t)(p - m->parts);
	return 0;
}

static int number_all(struct merge *m)
{
	int err = 0;
	for (size_t i = 0; !err && i < m->n; i++)
		if (!m->parts[i].refused)
			err = number_part(m, &m->parts[i]);
	return err;
}

static uint64_t mapped(const uint64_t *numbers, uint32_t place)
{
	return place == TRACE_NONE ? 0 : numbers[place];
}

static uint64_t to_process(const struct merge_part *p, uint64_t id)
{
	return mapped(p->processes, trace_process(&p->trace, id));
}

static uint64_t to_socket(const struct merge_part *p, uint64_t id)
{
	return mapped(p->sockets, trace_socket(&p->trace, id));
}

static uint64_t to_file(const struct merge_part *p, uint64_t id)
{
	return mapped(p->files, trace_file(&p->trace, id));
}

/* Of different hosts never the same, even where it is unknown: pids may be equal. */
static uint64_t to_start(const struct merge *m, const struct merge_part *p,
			 uint64_t start_ns)
{
	if (m->n_shown == 1)
		return start_ns;
	return start_ns ? start_ns + m->hosts[p->host].shift_ns : p->host + 1ull;
}

static int tell_definitions(const struct merge *m, const struct merge_part *p,
			    merge_fn fn, void *ctx)
{
	const struct trace *t = &p->trace;
	int err = 0;
	for (size_t i = 0; !err && i < t->processes.n; i++) {
		struct fdp_record r = {.type = FDP_PROCESS};
		r.process = t->processes.items[i];
		r.process.id = p->processes[i];
		r.process.start_ns = to_start(m, p, r.process.start_ns);
		r.process.parent_start_ns = to_start(m, p, r.process.parent_start_ns);
		err = fn(ctx, &r);
	}
	for (size_t i = 0; !err && i < t->sockets.n; i++) {
		struct fdp_record r = {.type = FDP_SOCKET};
		r.socket = t->sockets.items[i];
		r.socket.id = p->sockets[i];
		r.socket.peer = to_socket(p, r.socket.peer);
		err = fn(ctx, &r);
		uint32_t holder = trace_holder(t, (uint32_t)i);
		if (err || holder == TRACE_NONE)
			continue;
		r = (struct fdp_record){
			.type = FDP_HOLDER,
			.holder = {p->sockets[i], p->processes[holder], FDP_FD_UNKNOWN}};
		err = fn(ctx, &r);
	}
	for (size_t i = 0; !err && i < t->files.n; i++) {
		struct fdp_record r = {.type = FDP_FILE};
		r.file = *files_peek(&t->files, (uint32_t)i);
		r.file.id = p->files[i];
		r.file.socket = to_socket(p, r.file.socket);
		if (!p->twins[i].part)
			err = fn(ctx, &r);
	}
	return err;
}

/* An event of a part, by its time in the merged trace. */
struct moved_event {
	uint64_t time_ns;
	uint32_t part, place;
	uint8_t type;
};

struct moved_events {
	struct moved_event *items;
	size_t n, capacity;
};

static int event_compare(const void *a, const void *b)
{
	const struct moved_event *x = a, *y = b;
	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? -1 : 1;
	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static int collect(struct moved_events *all, uint32_t part, enum fdp_type type,
		   size_t place, uint64_t time_ns)
{
	void *grown = array_grow(all->items, all->n, &all->capacity, sizeof(*all->items));
	if (!grown)
		return -ENOMEM;
	all->items = grown;
	all->items[all->n++] = (struct moved_event){
		.time_ns = time_ns,
		.part = part,
		.place = (uint32_t)place,
		.type = (uint8_t)type,
	};
	return 0;
}

static int collect_part(struct moved_events *all, const struct merge *m, uint32_t part)
{
	const struct merge_part *p = &m->parts[part];
	const struct trace *t = &p->trace;
	uint64_t shift = m->hosts[p->host].shift_ns;
	int err = 0;
	for (size_t i = 0; !err && i < t->sends.n; i++)
		if (!p->known_sends[i])
			err = collect(all, part, FDP_SEND, i,
				      t->sends.items[i].time_ns + shift);
	for (size_t i = 0; !err && i < t->receives.n; i++)
		if (!p->known_receives[i])
			err = collect(all, part, FDP_RECEIVE, i,
				      t->receives.items[i].time_ns + shift);
	for (size_t i = 0; !err && i < t->n_transfers; i++)
		if (!p->known_transfers[i])
			err = collect(all, part, FDP_TRANSFER, i,
				      t->transfers[i].time_ns + shift);
	for (size_t i = 0; !err && i < t->n_ends; i++)
		err = collect(all, part, FDP_END, i, t->ends[i].time_ns + shift);
	for (size_t i = 0; !err && i < t->n_file_ends; i++)
		err = collect(all, part, FDP_FILE_END, i,
			      t->file_ends[i].time_ns + shift);
	return err;
}

static void copy_fds(const struct merge_part *p, struct fdp_descriptor *to,
		     const struct fdp_descriptor *from, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		to[i] = (struct fdp_descriptor){to_file(p, from[i].file), from[i].fd};
}

/* The record as it is in its part; it may point to the room. */
static void find_event(struct fdp_record *r, const struct trace *t,
		       const struct moved_event *e, struct kept_room *room)
{
	*r = (struct fdp_record){.type = (enum fdp_type)e->type};
	switch (r->type) {
	case FDP_SEND:
		r->send = kept_send(&t->sends, e->place, room);
		break;
	case FDP_RECEIVE:
		r->receive = kept_receive(&t->receives, e->place, room);
		break;
	case FDP_END:
		r->end = t->ends[e->place];
		break;
	case FDP_TRANSFER:
		r->transfer = t->transfers[e->place];
		break;
	default:
		r->file_end = t->file_ends[e->place];
	}
	*event_time(r) = e->time_ns;
}

/* The same with the numbers of the merged trace. */
static int renumber(struct merge *m, struct merge_part *p, struct fdp_record *r,
		    struct fdp_descriptor fds[FDP_FDS_MAX])
{
	switch (r->type) {
	case FDP_SEND:
		r->send.process = to_process(p, r->send.process);
		r->send.socket = to_socket(p, r->send.socket);
		r->send.receiver = to_socket(p, r->send.receiver);
		copy_fds(p, fds, r->send.fds, r->send.n_fds);
		r->send.fds = fds;
		return merge_message(m, p, r->send.message, &r->send.message);
	case FDP_RECEIVE:
		r->receive.process = to_process(p, r->receive.process);
		r->receive.socket = to_socket(p, r->receive.socket);
		r->receive.sender = to_socket(p, r->receive.sender);
		copy_fds(p, fds, r->receive.fds, r->receive.n_fds);
		r->receive.fds = fds;
		return merge_message(m, p, r->receive.message, &r->receive.message);
	case FDP_END:
		r->end.process = to_process(p, r->end.process);
		return merge_message(m, p, r->end.message, &r->end.message);
	case FDP_TRANSFER:
		r->transfer.from = to_process(p, r->transfer.from);
		r->transfer.to = to_process(p, r->transfer.to);
		r->transfer.file = to_file(p, r->transfer.file);
		r->transfer.socket = to_socket(p, r->transfer.socket);
		return 0;
	default:
		r->file_end.file = to_file(p, r->file_end.file);
		return 0;
	}
}

static int tell_event(struct merge *m, const struct moved_event *e, merge_fn fn,
		      void *ctx)
{
	struct merge_part *p = &m->parts[e->part];
	struct fdp_descriptor fds[FDP_FDS_MAX];
	struct kept_room room;
	struct fdp_record r;
	find_event(&r, &p->trace, e, &room);
	int err = renumber(m, p, &r, fds);
	return err ? err : fn(ctx, &r);
}

static int tell_events(struct merge *m, merge_fn fn, void *ctx)
{
	struct moved_events all = {0};
	int err = 0;
	for (uint32_t i = 0; !err && i < m->n; i++)
		if (!m->parts[i].refused)
			err = collect_part(&all, m, i);
	if (all.n)
		qsort(all.items, all.n, sizeof(*all.items), event_compare);
	for (size_t i = 0; !err && i < all.n; i++)
		err = tell_event(m, &all.items[i], fn, ctx);
	free(all.items);
	return err;
}

static int clock_compare(const void *a, const void *b)
{
	const struct fdp_record *x = a, *y = b;
	return (x->clock.boot_ns > y->clock.boot_ns) -
	       (x->clock.boot_ns < y->clock.boot_ns);
}

/* Of several hosts the merged time is that of the wall clock. */
static int tell_clocks(const struct merge *m, merge_fn fn, void *ctx)
{
	struct fdp_record wall = {.type = FDP_CLOCK, .clock = {1, 1, 1, 0}};
	size_t n = 0;
	if (m->n_shown > 1)
		return fn(ctx, &wall);
	for (size_t i = 0; i < m->n; i++)
		n += m->parts[i].trace.n_clocks;
	struct fdp_record *all = calloc(n + 1, sizeof(*all));
	int err = all ? 0 : -ENOMEM;
	n = 0;
	for (size_t i = 0; !err && i < m->n; i++) {
		const struct trace *t = &m->parts[i].trace;
		for (size_t k = 0; !m->parts[i].refused && k < t->n_clocks; k++)
			all[n++] = (struct fdp_record){.type = FDP_CLOCK,
						       .clock = t->clocks[k]};
	}
	if (n)
		qsort(all, n, sizeof(*all), clock_compare);
	for (size_t i = 0; !err && i < n; i++)
		err = fn(ctx, &all[i]);
	free(all);
	return err;
}

static int tell_losses(const struct merge_part *p, merge_fn fn, void *ctx)
{
	const struct trace *t = &p->trace;
	int err = 0;
	for (uint32_t i = 0; !err && i < FDP_CAUSE_COUNT * FDP_LOST_COUNT; i++) {
		uint32_t cause = i / FDP_LOST_COUNT, what = i % FDP_LOST_COUNT;
		struct fdp_record r = {.type = FDP_LOSS};
		r.loss = (struct fdp_loss){
			.cause = cause,
			.what = what,
			.count = t->has_trailer ? t->trailer.lost[cause][what]
						: t->lost[cause][what],
		};
		if (r.loss.count)
			err = fn(ctx, &r);
	}
	return err;
}

static int tell_header(struct merge *m, merge_fn fn, void *ctx)
{
	size_t first = 0;
	while (first + 1 < m->n && m->parts[first].refused)
		first++;
	struct fdp_record r = {.type = FDP_HEADER,
			       .header = m->parts[first].trace.header};
	r.header.clock = (struct fdp_clock){0};
	if (m->n_shown > 1)
		r.header.boot_id = r.header.hostname = (struct fdp_text){"", 0};
	m->host_names = calloc(m->n_hosts + 1ul, sizeof(*m->host_names));
	if (!m->host_names)
		return -ENOMEM;
	for (uint32_t i = 0; i < m->n_hosts; i++)
		m->host_names[i] = m->hosts[i].name;
	m->origin = (struct origin){
		.hosts = m->host_names,
		.n_hosts = m->n_shown > 1 ? m->n_hosts : 1,
		.process_hosts = m->process_hosts,
		.file_parts = m->file_parts,
	};
	return fn(ctx, &r);
}

int merge_tell(struct merge *m, merge_fn fn, void *ctx)
{
	int err = number_all(m);
	if (!err)
		err = tell_header(m, fn, ctx);
	if (!err)
		err = tell_clocks(m, fn, ctx);
	for (size_t i = 0; !err && i < m->n; i++) {
		if (m->parts[i].refused)
			continue;
		err = tell_losses(&m->parts[i], fn, ctx);
		if (!err)
			err = tell_definitions(m, &m->parts[i], fn, ctx);
	}
	return err ? err : tell_events(m, fn, ctx);
}
