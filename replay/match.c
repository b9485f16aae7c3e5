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

/* Most traces are in order already: looking costs less than sorting. */
static void sort_messages(struct match *m)
{
	for (size_t i = 1; i < m->n; i++) {
		if (message_compare(&m->messages[i - 1], &m->messages[i], m) > 0) {
			qsort_r(m->messages, m->n, sizeof(*m->messages), message_compare,
				m);
			return;
		}
	}
}

static int refs_init(struct refs *refs, const struct trace *t, size_t n,
		     uint64_t (*number)(const struct trace *t, size_t i))
{
	size_t sorted = 1;
	*refs = (struct refs){.trace = t, .number = number, .n = n};
	while (sorted < n && number(t, sorted - 1) <= number(t, sorted))
		sorted++;
	if (sorted >= n)
		return 0;
	refs->items = malloc(n * sizeof(*refs->items));
	if (!refs->items)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		refs->items[i] = (struct ref){number(t, i), (uint32_t)i};
	qsort(refs->items, n, sizeof(*refs->items), ref_compare);
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

/*
 * The three lists are walked together, one number at a time. Only the first send of a
 * number (there should be one) gets its receives.
 */
static void merge(struct match *m, const struct refs *sends, const struct refs *receives,
		  const struct refs *ends)
{
	const struct trace *t = m->trace;
	size_t s = 0, r = 0, e = 0;
	while (s < sends->n || r < receives->n) {
		bool sent =
			s < sends->n && (r == receives->n ||
					 ref_number(sends, s) <= ref_number(receives, r));
		uint64_t number = sent ? ref_number(sends, s) : ref_number(receives, r);
		uint32_t place = sent ? ref_place(sends, s) : ref_place(receives, r);
		size_t n = sent && !number ? 0 : run_length(receives, r, number);
		skip_before(ends, &e, number);
		bool ended = number && e < ends->n && ref_number(ends, e) == number;
		m->messages[m->n++] = (struct match_message){
			.send = sent ? place : TRACE_NONE,
			.receives = (uint32_t)r,
			.n_receives = (uint32_t)n & 0x3fffffff,
			.ended = ended,
			.gave_up = ended &&
				   t->ends[ref_place(ends, e)].reason == FDP_END_NOT_SENT,
		};
		r += n;
		s += sent;
	}
}

static void add_transfers(struct match *m)
{
	for (size_t i = 0; i < m->trace->n_transfers; i++)
		m->messages[m->n++] = (struct match_message){
			.send = TRACE_NONE,
			.receives = (uint32_t)i,
		};
}

int match_init(struct match *m, const struct trace *trace)
{
	struct refs sends = {0}, receives = {0}, ends = {0};
	*m = (struct match){.trace = trace};
	int err = refs_init(&sends, trace, trace->sends.n, send_number);
	if (!err)
		err = refs_init(&receives, trace, trace->receives.n, receive_number);
	if (!err)
		err = refs_init(&ends, trace, trace->n_ends, end_number);
	if (err)
		goto out;
	err = -ENOMEM;
	m->messages = calloc(sends.n + receives.n + trace->n_transfers + 1,
			     sizeof(*m->messages));
	m->receives = receives.items ? malloc(receives.n * sizeof(*m->receives)) : NULL;
	if (!m->messages || (receives.items && !m->receives))
		goto out;
	for (size_t i = 0; m->receives && i < receives.n; i++)
		m->receives[i] = receives.items[i].place;
	merge(m, &sends, &receives, &ends);
	add_transfers(m);
	sort_messages(m);
	err = 0;
out:
	free(ends.items);
	free(receives.items);
	free(sends.items);
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

int match_passes(const struct match *m, const struct match_message *message, pass_fn fn,
		 void *ctx)
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
		.nth = (uint64_t)(message - m->messages) + 1,
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
	int err = 0;
	for (size_t i = 0; i < m->n && !err; i++)
		err = match_passes(m, &m->messages[i], fn, ctx);
	return err;
}
