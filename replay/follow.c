// SPDX-License-Identifier: BSD-2-Clause
#include "follow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

void follow_init(struct follow *f, const struct trace *trace, pass_fn fn, void *ctx)
{
	*f = (struct follow){.trace = trace, .fn = fn, .ctx = ctx};
}

static void message_drop(struct follow *f, struct follow_message *m)
{
	f->live--;
	f->n_orphans -= !m->sent;
	free(m->fds);
	*m = (struct follow_message){0};
}

void follow_release(struct follow *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->messages[i].used)
			message_drop(f, &f->messages[i]);
	free(f->messages);
	index_release(&f->index);
	follow_init(f, f->trace, f->fn, f->ctx);
}

static uint64_t message_number(const struct follow_message *m)
{
	return m->sent ? m->send.message : m->receive.message;
}

static struct follow_message *message_find(const struct follow *f, uint64_t number)
{
	uint32_t place = number ? index_get(&f->index, number) : INDEX_NONE;
	if (place == INDEX_NONE || place >= f->n)
		return NULL;
	struct follow_message *m = &f->messages[place];
	return m->used && message_number(m) == number ? m : NULL;
}

/* Moves what is used to the front, and makes the index anew: both have gaps. */
static int compact(struct follow *f)
{
	size_t n = 0;
	int err = 0;
	index_release(&f->index);
	for (size_t i = 0; i < f->n; i++) {
		if (!f->messages[i].used)
			continue;
		f->messages[n] = f->messages[i];
		if (!err)
			err = index_set(&f->index, message_number(&f->messages[n]),
					(uint32_t)n);
		n++;
	}
	f->n = n;
	return err;
}

/* A copy of the descriptors; NULL without any. */
static int copy_fds(struct fdp_descriptor **copyp, const struct fdp_descriptor *fds,
		    size_t n)
{
	*copyp = NULL;
	if (!n)
		return 0;
	*copyp = malloc(n * sizeof(*fds));
	if (!*copyp)
		return -ENOMEM;
	memcpy(*copyp, fds, n * sizeof(*fds));
	return 0;
}

static int message_add(struct follow *f, struct follow_message message)
{
	int err = 0;
	if (f->n > 2 * f->live + 1024)
		err = compact(f);
	if (!err && f->live >= FOLLOW_MAX)
		err = follow_end(f);
	if (err)
		return err;
	void *grown = array_grow(f->messages, f->n, &f->capacity, sizeof(*f->messages));
	if (!grown)
		return -ENOMEM;
	f->messages = grown;
	struct follow_message *m = &f->messages[f->n];
	*m = message;
	err = copy_fds(&m->fds, m->sent ? m->send.fds : m->receive.fds,
		       m->sent ? m->send.n_fds : m->receive.n_fds);
	if (err)
		return err;
	m->used = true;
	m->send.fds = m->receive.fds = m->fds;
	f->live++;
	f->n_orphans += !m->sent;
	return index_set(&f->index, message_number(m), (uint32_t)f->n++);
}

static uint32_t at_least_one(uint32_t n)
{
	return n ? n : 1;
}

static int tell_send(struct follow *f, const struct fdp_send *send, enum outcome outcome)
{
	int err = 0;
	for (uint32_t i = 0; !err && i < at_least_one(send->n_fds); i++) {
		struct pass pass;
		pass_from_send(&pass, f->trace, send, i);
		if (pass.outcome != OUTCOME_FAILED)
			pass.outcome = outcome;
		err = f->fn(f->ctx, &pass, NULL);
	}
	return err;
}

static int tell_receive(struct follow *f, const struct fdp_receive *receive)
{
	int err = 0;
	for (uint32_t i = 0; !err && i < at_least_one(receive->n_fds); i++) {
		struct pass pass;
		pass_from_receive(&pass, f->trace, receive, i);
		err = f->fn(f->ctx, &pass, NULL);
	}
	return err;
}

static int tell_both(struct follow *f, const struct fdp_send *send,
		     const struct fdp_receive *receive)
{
	uint32_t n = send->n_fds > receive->n_fds ? send->n_fds : receive->n_fds;
	int err = 0;
	for (uint32_t i = 0; !err && i < at_least_one(n); i++) {
		struct pass pass;
		pass_from_send(&pass, f->trace, send, i);
		pass_add_receive(&pass, f->trace, receive);
		err = f->fn(f->ctx, &pass, NULL);
	}
	return err;
}

static int add_send(struct follow *f, const struct fdp_send *send)
{
	if (send->error || (send->flags & FDP_SEND_NOTHING) || !send->message)
		return tell_send(f, send, outcome_open(f->trace));
	struct follow_message *m = message_find(f, send->message);
	if (!m || m->sent)
		return message_add(f,
				   (struct follow_message){.sent = true, .send = *send});
	int err = tell_both(f, send, &m->receive);
	message_drop(f, m);
	return err;
}

static int add_receive(struct follow *f, const struct fdp_receive *receive)
{
	struct follow_message *m = message_find(f, receive->message);
	if (!receive->message)
		return tell_receive(f, receive);
	/* Events of two CPUs may come in the wrong order: the send may be next. */
	if (!m || !m->sent)
		return message_add(f, (struct follow_message){.receive = *receive});
	int err = tell_both(f, &m->send, receive);
	if (!(receive->flags & FDP_RECEIVE_PEEK))
		message_drop(f, m);
	return err;
}

static int add_end(struct follow *f, const struct fdp_end *end)
{
	struct follow_message *m = message_find(f, end->message);
	if (!m || !m->sent)
		return 0;
	int err = tell_send(f, &m->send, OUTCOME_DISCARDED);
	message_drop(f, m);
	return err;
}

static int tell_transfer(struct follow *f, const struct fdp_transfer *transfer)
{
	struct pass pass;
	pass_from_transfer(&pass, f->trace, transfer);
	return f->fn(f->ctx, &pass, NULL);
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
		return tell_transfer(f, &record->transfer);
	default:
		return 0;
	}
}

static int tell_orphans(struct follow *f)
{
	int err = 0;
	for (size_t i = 0; !err && f->n_orphans && i < f->n; i++) {
		struct follow_message *m = &f->messages[i];
		if (!m->used || m->sent)
			continue;
		err = tell_receive(f, &m->receive);
		message_drop(f, m);
	}
	return err;
}

int follow_idle(struct follow *f)
{
	return tell_orphans(f);
}

int follow_end(struct follow *f)
{
	int err = tell_orphans(f);
	for (size_t i = 0; !err && i < f->n; i++) {
		struct follow_message *m = &f->messages[i];
		if (!m->used)
			continue;
		err = tell_send(f, &m->send, outcome_open(f->trace));
		message_drop(f, m);
	}
	return err ? err : compact(f);
}
