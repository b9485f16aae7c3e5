// SPDX-License-Identifier: BSD-2-Clause
#include "match.h"

#include <errno.h>
#include <stdlib.h>

/* An event's message number and its place in the trace, to be sorted and merged. */
struct ref {
	uint64_t message;
	uint32_t place;
};

/* Without items, the events are in the order of their numbers already. */
struct refs {
	const struct trace *trace;
	uint64_t (*number)(const struct trace *t, size_t i);
	struct ref *items;
	size_t n;
};

static uint64_t ref_number(const struct refs *refs, size_t i)
{
	return refs->items ? refs->items[i].message : refs->number(refs->trace, i);
}

static uint32_t ref_place(const struct refs *refs, size_t i)
{
	return refs->items ? refs->items[i].place : (uint32_t)i;
}

static int ref_compare(const void *a, const void *b)
{
	const struct ref *x = a, *y = b;
	if (x->message != y->message)
		return x->message < y->message ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static uint32_t message_receive(const struct match *m,
				const struct match_message *message, size_t i)
{
	size_t at = message->receives + i;
	return m->receives ? m->receives[at] : (uint32_t)at;
}

static uint64_t message_time(const struct match *m, const struct match_message *message)
{
	const struct trace *t = m->trace;
	if (message->send != TRACE_NONE)
		return t->sends.items[message->send].time_ns;
	if (message->n_receives)
		return t->receives.items[message_receive(m, message, 0)].time_ns;
	return t->transfers[message->receives].time_ns;
}

static int message_compare(const void *a, const void *b, void *ctx)
{
	const struct match_message *x = a, *y = b;
	uint64_t x_ns = message_time(ctx, x), y_ns = message_time(ctx, y);
	if (x_ns != y_ns)
		return x_ns < y_ns ? -1 : 1;
	/* Equal times: as in the file. */
	if (x->send != y->send)
		return x->send < y->send ? -1 : 1;
	return (x->receives > y->receives) - (x->receives < y->receives);
}

static int refs_sort(struct refs *refs)
{
	const struct trace *t = refs->trace;
	size_t sorted = 1;
	while (sorted < refs->n && refs->number(t, sorted - 1) <= refs->number(t, sorted))
		sorted++;
	if (sorted >= refs->n)
		return 0;
	refs->items = malloc(refs->n * sizeof(*refs->items));
	if (!refs->items)
		return -ENOMEM;
	for (size_t i = 0; i < refs->n; i++)
		refs->items[i] = (struct ref){refs->number(t, i), (uint32_t)i};
	qsort(refs->items, refs->n, sizeof(*refs->items), ref_compare);
	return 0;
}

static uint64_t send_number(const struct trace *t, size_t i)
{
	return kept_send_message(&t->sends, i);
}

static uint64_t receive_number(const struct trace *t, size_t i)
{
	return kept_receive_message(&t->receives, i);
}

static uint64_t end_number(const struct trace *t, size_t i)
{
	return t->ends[i].message;
}

/* How many refs from at on have the number; number 0 stands for nobody knows which. */
static size_t run_length(const struct refs *refs, size_t at, uint64_t number)
{
	size_t n = 0;
	while (at + n < refs->n && ref_number(refs, at + n) == number)
		n += 1;
	return number ? n : n > 0;
}

static void skip_before(const struct refs *refs, size_t *at, uint64_t number)
{
	while (*at < refs->n && ref_number(refs, *at) < number)
		*at += 1;
}

/* The three lists are walked together, one number at a time. */
struct walk {
	struct refs sends, receives, ends;
	size_t send, receive, end; /* how far it is in each */
};

/* As they are in the trace. */
static struct walk walk_of(const struct trace *t)
{
	return (struct walk){
		.sends = {t, send_number, NULL, t->sends.n},
		.receives = {t, receive_number, NULL, t->receives.n},
		.ends = {t, end_number, NULL, t->n_ends},
	};
}

/* Only the first send of a number (there should be one) gets its receives. */
static bool walk_next(struct walk *w, struct match_message *message)
{
	const struct refs *sends = &w->sends, *receives = &w->receives, *ends = &w->ends;
	size_t s = w->send, r = w->receive;
	if (s >= sends->n && r >= receives->n)
		return false;
	bool sent = s < sends->n &&
		    (r == receives->n || ref_number(sends, s) <= ref_number(receives, r));
	uint64_t number = sent ? ref_number(sends, s) : ref_number(receives, r);
	size_t n = sent && !number ? 0 : run_length(receives, r, number);
	skip_before(ends, &w->end, number);
	bool ended = number && w->end < ends->n && ref_number(ends, w->end) == number;
	const struct fdp_end *all = ends->trace->ends;
	*message = (struct match_message){
		.send = sent ? ref_place(sends, s) : TRACE_NONE,
		.receives = (uint32_t)r,
		.n_receives = (uint32_t)n & 0x3fffffff,
		.ended = ended,
		.gave_up =
			ended && all[ref_place(ends, w->end)].reason == FDP_END_NOT_SENT,
	};
	w->receive += n;
	w->send += sent;
	return true;
}

/* Most traces are, and need no list of their messages. */
static bool is_in_order(const struct match *m, struct walk walk)
{
	struct match_message last, next;
	if (walk.sends.items || walk.receives.items || walk.ends.items ||
	    m->trace->n_transfers)
		return false;
	bool more = walk_next(&walk, &last);
	while (more && walk_next(&walk, &next)) {
		if (message_compare(&last, &next, (void *)(uintptr_t)m) > 0)
			return false;
		last = next;
	}
	return true;
}

static int list_messages(struct match *m, struct walk walk)
{
	const struct trace *t = m->trace;
	const struct ref *receives = walk.receives.items;
	m->messages = malloc((t->sends.n + t->receives.n + t->n_transfers + 1) *
			     sizeof(*m->messages));
	m->receives = receives ? malloc(t->receives.n * sizeof(*m->receives)) : NULL;
	if (!m->messages || (receives && !m->receives))
		return -ENOMEM;
	for (size_t i = 0; receives && i < t->receives.n; i++)
		m->receives[i] = receives[i].place;
	while (walk_next(&walk, &m->messages[m->n]))
		m->n++;
	for (size_t i = 0; i < t->n_transfers; i++)
		m->messages[m->n++] = (struct match_message){
			.send = TRACE_NONE,
			.receives = (uint32_t)i,
		};
	qsort_r(m->messages, m->n, sizeof(*m->messages), message_compare, m);
	return 0;
}

int match_init(struct match *m, const struct trace *trace)
{
	struct walk walk = walk_of(trace);
	*m = (struct match){.trace = trace};
	int err = refs_sort(&walk.sends);
	if (!err)
		err = refs_sort(&walk.receives);
	if (!err)
		err = refs_sort(&walk.ends);
	if (!err && !is_in_order(m, walk))
		err = list_messages(m, walk);
	free(walk.ends.items);
	free(walk.receives.items);
	free(walk.sends.items);
	if (err)
		match_release(m);
	return err;
}

void match_release(struct match *m)
{
	free(m->messages);
	free(m->receives);
	*m = (struct match){0};
}

enum outcome match_unreceived(const struct trace *t, const struct fdp_send *send,
			      bool ended, bool gave_up)
{
	if (send->error || gave_up ||
	    (send->flags & (FDP_SEND_NOTHING | FDP_SEND_FAILED)))
		return OUTCOME_FAILED;
	return ended ? OUTCOME_DISCARDED : outcome_open(t);
}

/* Calls fn for each pass of the nth message, in order. Returns as pass_tell() does. */
static int message_passes(const struct match *m, const struct match_message *message,
			  uint64_t nth, pass_fn fn, void *ctx)
{
	const struct trace *t = m->trace;
	bool taken = message->send == TRACE_NONE;
	struct kept_room sent, received;
	struct fdp_send send;
	struct fdp_receive receive;
	if (!taken)
		send = kept_send(&t->sends, message->send, &sent);
	struct pass_event event = {
		.send = taken ? NULL : &send,
		.source = {.send = message->send, .receive = TRACE_NONE},
		.nth = nth,
	};
	if (taken && !message->n_receives) {
		event.source.index = message->receives;
		event.transfer = &t->transfers[message->receives];
		return pass_tell(t, &event, fn, ctx);
	}
	for (size_t i = 0; i < message->n_receives; i++) {
		event.source.receive = message_receive(m, message, i);
		receive = kept_receive(&t->receives, event.source.receive, &received);
		event.receive = &receive;
		taken |= !(receive.flags & FDP_RECEIVE_PEEK);
		int err = pass_tell(t, &event, fn, ctx);
		if (err)
			return err;
	}
	if (taken || !event.send)
		return 0;
	event.receive = NULL;
	event.source.receive = TRACE_NONE;
	event.outcome =
		match_unreceived(m->trace, event.send, message->ended, message->gave_up);
	return pass_tell(t, &event, fn, ctx);
}

int match_all_passes(const struct match *m, pass_fn fn, void *ctx)
{
	struct walk walk = walk_of(m->trace);
	struct match_message message;
	uint64_t nth = 0;
	int err = 0;
	for (size_t i = 0; i < m->n && !err; i++)
		err = message_passes(m, &m->messages[i], ++nth, fn, ctx);
	while (!m->messages && !err && walk_next(&walk, &message))
		err = message_passes(m, &message, ++nth, fn, ctx);
	return err;
}
