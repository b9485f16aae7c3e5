// SPDX-License-Identifier: BSD-2-Clause
#include "follow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

#define HEADS (2 * FOLLOW_MAX)
#define ORDER_ROOM (2 * FOLLOW_MAX)
#define NONE TRACE_NONE

int follow_init(struct follow *f, const struct trace *trace, uint32_t window, pass_fn fn,
		void *ctx)
{
	*f = (struct follow){
		.trace = trace,
		.fn = fn,
		.ctx = ctx,
		.window = window,
		.free_message = NONE,
		.free_side = NONE,
		.oldest = NONE,
		.newest = NONE,
	};
	f->heads = malloc(HEADS * sizeof(*f->heads));
	f->order = malloc(ORDER_ROOM * sizeof(*f->order));
	if (!f->heads || !f->order) {
		follow_release(f);
		return -ENOMEM;
	}
	memset(f->heads, 0xff, HEADS * sizeof(*f->heads));
	return 0;
}

void follow_release(struct follow *f)
{
	for (size_t i = 0; i < f->n_sides; i++)
		free(f->sides[i].many);
	free(f->messages);
	free(f->sides);
	free(f->heads);
	free(f->order);
	*f = (struct follow){0};
}

/* Sides. */

static const struct fdp_descriptor *side_fds(const struct follow_side *side)
{
	return side->many ? side->many : side->few;
}

static int side_new(struct follow *f, uint32_t *sidep, const struct fdp_descriptor *fds,
		    uint32_t n_fds)
{
	uint32_t at = f->free_side;
	if (at == NONE) {
		void *grown = array_grow(f->sides, f->n_sides, &f->sides_capacity,
					 sizeof(*f->sides));
		if (!grown)
			return -ENOMEM;
		f->sides = grown;
		f->sides[f->n_sides] = (struct follow_side){.next = NONE};
		at = (uint32_t)f->n_sides++;
	}
	struct follow_side *side = &f->sides[at];
	if (n_fds > FOLLOW_FEW) {
		side->many = malloc(n_fds * sizeof(*fds));
		if (!side->many)
			return -ENOMEM;
		f->many += n_fds;
		memcpy(side->many, fds, n_fds * sizeof(*fds));
	} else if (n_fds) {
		memcpy(side->few, fds, n_fds * sizeof(*fds));
	}
	if (at == f->free_side)
		f->free_side = side->next;
	side->next = NONE;
	*sidep = at;
	return 0;
}

static void side_drop(struct follow *f, uint32_t at, uint32_t n_fds)
{
	struct follow_side *side = &f->sides[at];
	if (side->many)
		f->many -= n_fds;
	free(side->many);
	side->many = NULL;
	side->next = f->free_side;
	f->free_side = at;
}

static void receipts_drop(struct follow *f, struct follow_message *m)
{
	while (m->receipts != NONE) {
		uint32_t at = m->receipts;
		m->receipts = f->sides[at].next;
		side_drop(f, at, f->sides[at].receive.n_fds);
	}
	m->last = NONE;
}

/* Messages, by their number. */

static uint32_t *head_of(const struct follow *f, uint64_t number)
{
	/* Numbers count up: neighbours share a cache line. */
	return &f->heads[(number + (number / HEADS) * 0x9e3779b97f4a7c15) & (HEADS - 1)];
}

static struct follow_message *message_find(const struct follow *f, uint64_t number)
{
	if (!number)
		return NULL;
	for (uint32_t at = *head_of(f, number); at != NONE; at = f->messages[at].next)
		if (f->messages[at].number == number)
			return &f->messages[at];
	return NULL;
}

static void unindex(struct follow *f, const struct follow_message *m)
{
	uint32_t *at = head_of(f, m->number);
	while (&f->messages[*at] != m)
		at = &f->messages[*at].next;
	*at = m->next;
}

static int message_new(struct follow *f, struct follow_message **messagep,
		       uint64_t number, uint64_t time_ns, bool indexed)
{
	uint32_t at = f->free_message;
	if (at == NONE) {
		void *grown = array_grow(f->messages, f->n_messages,
					 &f->messages_capacity, sizeof(*f->messages));
		if (!grown)
			return -ENOMEM;
		f->messages = grown;
		at = (uint32_t)f->n_messages++;
	} else {
		f->free_message = f->messages[at].next;
	}
	f->messages[at] = (struct follow_message){
		.number = number,
		.time_ns = time_ns,
		.nth = ++f->nth,
		.send = NONE,
		.transfer = NONE,
		.receipts = NONE,
		.last = NONE,
		.next = NONE,
		.indexed = indexed,
	};
	if (indexed) {
		uint32_t *head = head_of(f, number);
		f->messages[at].next = *head;
		*head = at;
	}
	f->live++;
	*messagep = &f->messages[at];
	return 0;
}

static void aside_remove(struct follow *f, struct follow_message *m)
{
	*(m->older == NONE ? &f->oldest : &f->messages[m->older].newer) = m->newer;
	*(m->newer == NONE ? &f->newest : &f->messages[m->newer].older) = m->older;
	f->n_aside--;
}

/* It is not in the window any more. */
static void message_drop(struct follow *f, struct follow_message *m)
{
	if (m->aside)
		aside_remove(f, m);
	if (m->indexed)
		unindex(f, m);
	if (m->send != NONE)
		side_drop(f, m->send, f->sides[m->send].send.n_fds);
	if (m->transfer != NONE)
		side_drop(f, m->transfer, 0);
	receipts_drop(f, m);
	m->next = f->free_message;
	f->free_message = (uint32_t)(m - f->messages);
	f->live--;
}

/* Telling. */

static int tell(struct follow *f, struct follow_message *m,
		const struct fdp_receive *receive)
{
	struct pass_event event = {
		.receive = receive,
		.source = {NONE, NONE, 0},
		.nth = m->nth,
	};
	if (m->send != NONE) {
		struct follow_side *side = &f->sides[m->send];
		side->send.fds = side_fds(side);
		event.send = &side->send;
	}
	if (m->transfer != NONE)
		event.transfer = &f->sides[m->transfer].transfer;
	else if (!receive)
		event.outcome =
			match_unreceived(f->trace, event.send, m->ended, m->gave_up);
	f->n_late += m->aside && f->window && !m->told;
	m->told = true;
	return pass_tell(f->trace, &event, f->fn, f->ctx);
}

static int tell_receipts(struct follow *f, struct follow_message *m)
{
	int err = 0;
	for (uint32_t at = m->receipts; !err && at != NONE; at = f->sides[at].next) {
		struct follow_side *side = &f->sides[at];
		side->receive.fds = side_fds(side);
		err = tell(f, m, &side->receive);
	}
	receipts_drop(f, m);
	return err;
}

/* All that is not told yet, as far as it is known. */
static int tell_rest(struct follow *f, struct follow_message *m)
{
	bool unreceived = (m->send != NONE && !m->taken) || m->transfer != NONE;
	int err = tell_receipts(f, m);
	return !err && unreceived ? tell(f, m, NULL) : err;
}

static int tell_and_drop(struct follow *f, struct follow_message *m)
{
	int err = tell_rest(f, m);
	message_drop(f, m);
	return err;
}

/* The window. */

/* Nothing more is expected of it. A send comes before its receipt but for a little. */
static bool message_is_known(const struct follow *f, const struct follow_message *m)
{
	if (m->send == NONE)
		return f->window || !m->number;
	const struct fdp_send *send = &f->sides[m->send].send;
	return m->taken || m->ended || !m->number || send->error ||
	       (send->flags & (FDP_SEND_NOTHING | FDP_SEND_FAILED));
}

/* As match_all_passes() has them. */
static bool comes_before(const struct follow_message *x, const struct follow_message *y)
{
	bool x_sent = x->send != NONE, y_sent = y->send != NONE;
	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns;
	if (x_sent != y_sent)
		return x_sent;
	if (!x_sent && x->number != y->number)
		return x->number < y->number;
	return x->nth < y->nth;
}

/* Most come in order; for the others room is made. */
static void window_insert(struct follow *f, struct follow_message *m)
{
	if (f->end == ORDER_ROOM) {
		f->end -= f->first;
		memmove(f->order, f->order + f->first, f->end * sizeof(*f->order));
		f->first = 0;
	}
	size_t low = f->first, high = f->end;
	if (low < high && !comes_before(m, &f->messages[f->order[high - 1]]))
		low = high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (comes_before(m, &f->messages[f->order[middle]]))
			high = middle;
		else
			low = middle + 1;
	}
	memmove(f->order + low + 1, f->order + low, (f->end - low) * sizeof(*f->order));
	f->order[low] = (uint32_t)(m - f->messages);
	f->end++;
}

static void window_remove(struct follow *f, const struct follow_message *m)
{
	size_t low = f->first, high = f->end;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (comes_before(&f->messages[f->order[middle]], m))
			low = middle + 1;
		else
			high = middle;
	}
	f->end--;
	memmove(f->order + low, f->order + low + 1, (f->end - low) * sizeof(*f->order));
}

/* The receipts so far are told: that they are in order is lost already. */
static int set_aside(struct follow *f, struct follow_message *m)
{
	uint32_t at = (uint32_t)(m - f->messages);
	m->aside = true;
	m->newer = NONE;
	m->older = f->newest;
	*(f->newest == NONE ? &f->oldest : &f->messages[f->newest].newer) = at;
	f->newest = at;
	f->n_aside++;
	return m->send == NONE ? 0 : tell_receipts(f, m);
}

static bool is_full(const struct follow *f)
{
	return f->live > FOLLOW_MAX || f->many > FOLLOW_DESCRIPTORS_MAX;
}

/* Tells what may be told, and makes room. */
static int advance(struct follow *f)
{
	int err = 0;
	while (!err && f->end - f->first > f->window) {
		struct follow_message *m = &f->messages[f->order[f->first]];
		bool known = message_is_known(f, m);
		if (f->window && !known && f->end - f->first <= FOLLOW_WAIT &&
		    !is_full(f))
			break;
		f->first++;
		err = known ? tell_and_drop(f, m) : set_aside(f, m);
	}
	while (!err && is_full(f) && f->oldest != NONE) {
		f->n_forgotten++;
		err = tell_and_drop(f, &f->messages[f->oldest]);
	}
	return err;
}

static int add_send(struct follow *f, const struct fdp_send *send)
{
	struct follow_message *m = message_find(f, send->message);
	bool again = m && m->send != NONE;
	uint32_t side;
	int err = side_new(f, &side, send->fds, send->n_fds);
	if (err)
		return err;
	f->sides[side].send = *send;
	if (!m || again)
		err = message_new(f, &m, send->message, send->time_ns,
				  send->message && !again);
	else if (!m->aside)
		window_remove(f, m);
	if (err)
		return err;
	m->nth = ++f->nth;
	m->time_ns = send->time_ns;
	m->send = side;
	if (m->aside)
		return message_is_known(f, m) ? tell_and_drop(f, m) : tell_receipts(f, m);
	window_insert(f, m);
	return advance(f);
}

static int keep_receipt(struct follow *f, struct follow_message *m,
			const struct fdp_receive *receive)
{
	uint32_t side;
	int err = side_new(f, &side, receive->fds, receive->n_fds);
	if (err)
		return err;
	f->sides[side].receive = *receive;
	*(m->last == NONE ? &m->receipts : &f->sides[m->last].next) = side;
	m->last = side;
	return 0;
}

static int add_receive(struct follow *f, const struct fdp_receive *receive)
{
	struct follow_message *m = message_find(f, receive->message);
	bool ended = m && m->send == NONE && m->receipts == NONE;
	bool fresh = !m || (ended && !m->aside);
	int err = m ? 0
		    : message_new(f, &m, receive->message, receive->time_ns,
				  receive->message);
	if (err)
		return err;
	if (ended && !m->aside)
		window_remove(f, m);
	m->time_ns = fresh ? receive->time_ns : m->time_ns;
	m->taken |= !(receive->flags & FDP_RECEIVE_PEEK);
	if (m->aside && m->send != NONE) {
		err = tell(f, m, receive);
		if (m->taken)
			message_drop(f, m);
		return err;
	}
	err = keep_receipt(f, m, receive);
	if (fresh)
		window_insert(f, m);
	return err ? err : advance(f);
}

static int add_end(struct follow *f, const struct fdp_end *end)
{
	struct follow_message *m = message_find(f, end->message);
	bool fresh = !m;
	if (!end->message)
		return 0;
	int err = fresh ? message_new(f, &m, end->message, end->time_ns, true) : 0;
	if (err)
		return err;
	m->ended = true;
	m->gave_up = end->reason == FDP_END_NOT_SENT;
	if (m->aside && m->send != NONE)
		return tell_and_drop(f, m);
	if (fresh)
		window_insert(f, m);
	return advance(f);
}

static int add_transfer(struct follow *f, const struct fdp_transfer *transfer)
{
	struct follow_message *m;
	uint32_t side;
	int err = side_new(f, &side, NULL, 0);
	if (!err)
		err = message_new(f, &m, 0, transfer->time_ns, false);
	if (err)
		return err;
	f->sides[side].transfer = *transfer;
	m->transfer = side;
	window_insert(f, m);
	return advance(f);
}

int follow_add(struct follow *f, const struct fdp_record *record)
{
	switch (record->type) {
	case FDP_SEND:
		return add_send(f, &record->send);
	case FDP_RECEIVE:
		return add_receive(f, &record->receive);
	case FDP_END:
		return add_end(f, &record->end);
	case FDP_TRANSFER:
		return add_transfer(f, &record->transfer);
	default:
		return 0;
	}
}

int follow_idle(struct follow *f)
{
	int err = 0;
	for (uint32_t at = f->oldest, newer; !err && at != NONE; at = newer) {
		struct follow_message *m = &f->messages[at];
		newer = m->newer;
		if (m->send == NONE)
			err = tell_and_drop(f, m);
	}
	return err;
}

int follow_end(struct follow *f)
{
	int err = follow_idle(f);
	while (!err && f->oldest != NONE)
		err = tell_and_drop(f, &f->messages[f->oldest]);
	while (!err && f->first < f->end)
		err = tell_and_drop(f, &f->messages[f->order[f->first++]]);
	return err;
}

static void visit_fds(const struct follow_side *side, uint32_t n, follow_visit_fn visit,
		      void *ctx)
{
	for (uint32_t i = 0; i < n; i++)
		visit(ctx, FDP_FILE, side_fds(side)[i].file);
}

static void message_references(const struct follow *f, const struct follow_message *m,
			       follow_visit_fn visit, void *ctx)
{
	if (m->send != NONE) {
		const struct follow_side *side = &f->sides[m->send];
		visit(ctx, FDP_PROCESS, side->send.process);
		visit(ctx, FDP_SOCKET, side->send.socket);
		visit(ctx, FDP_SOCKET, side->send.receiver);
		visit_fds(side, side->send.n_fds, visit, ctx);
	}
	if (m->transfer != NONE) {
		const struct fdp_transfer *transfer = &f->sides[m->transfer].transfer;
		visit(ctx, FDP_PROCESS, transfer->from);
		visit(ctx, FDP_PROCESS, transfer->to);
		visit(ctx, FDP_SOCKET, transfer->socket);
		visit(ctx, FDP_FILE, transfer->file);
	}
	for (uint32_t at = m->receipts; at != NONE; at = f->sides[at].next) {
		const struct follow_side *side = &f->sides[at];
		visit(ctx, FDP_PROCESS, side->receive.process);
		visit(ctx, FDP_SOCKET, side->receive.socket);
		visit(ctx, FDP_SOCKET, side->receive.sender);
		visit_fds(side, side->receive.n_fds, visit, ctx);
	}
}

void follow_references(const struct follow *f, follow_visit_fn visit, void *ctx)
{
	if (!f->live)
		return;
	for (size_t i = f->first; i < f->end; i++)
		message_references(f, &f->messages[f->order[i]], visit, ctx);
	for (uint32_t at = f->oldest; at != NONE; at = f->messages[at].newer)
		message_references(f, &f->messages[at], visit, ctx);
}
