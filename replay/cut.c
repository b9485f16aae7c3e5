// SPDX-License-Identifier: BSD-2-Clause
#include "cut.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "event.h"

#define NS 1000000000ull
#define SECONDS_MAX (UINT64_MAX / NS - 1)

/* Returns what follows the number; NULL if there is none. */
static const char *parse_seconds(uint64_t *nsp, const char *at)
{
	if (!isdigit((unsigned char)*at))
		return NULL;
	char *end;
	errno = 0;
	unsigned long long seconds = strtoull(at, &end, 10);
	if (errno || seconds > SECONDS_MAX)
		return NULL;
	uint64_t unit = NS, ns = seconds * NS;
	at = end;
	/* The dots between two numbers are no decimal point. */
	if (at[0] == '.' && isdigit((unsigned char)at[1]))
		for (at++; isdigit((unsigned char)*at) && unit > 1; at++) {
			unit /= 10;
			ns += (uint64_t)(*at - '0') * unit;
		}
	*nsp = ns;
	return at;
}

int cut_range_parse(struct cut_range *range, const char *text)
{
	struct cut_range parsed = {.given = true, .to_ns = UINT64_MAX};
	if (strncmp(text, "..", 2) != 0)
		text = parse_seconds(&parsed.from_ns, text);
	if (!text || strncmp(text, "..", 2) != 0)
		return -EINVAL;
	text += 2;
	if (*text)
		text = parse_seconds(&parsed.to_ns, text);
	if (!text || *text || parsed.to_ns < parsed.from_ns)
		return -EINVAL;
	*range = parsed;
	return 0;
}

void cut_init(struct cut *c, const struct cut_range *range)
{
	*c = (struct cut){.range = *range};
	pool_init(&c->pool);
}

static void drop_held(struct cut *c)
{
	c->n_held = 0;
	pool_release(&c->pool);
}

void cut_release(struct cut *c)
{
	drop_held(c);
	index_release(&c->messages);
	free(c->held);
	c->held = NULL;
}

void cut_restart(struct cut *c)
{
	drop_held(c);
	index_release(&c->messages);
	c->based = false;
}

static bool in_range(struct cut *c, const struct fdp_record *event)
{
	uint64_t time_ns = 0;
	event_has_time(event, &time_ns);
	if (!c->based && (c->range.mode == CLOCK_BOOT || event_is_shown(event))) {
		c->base_ns = c->range.mode == CLOCK_REL ? time_ns : 0;
		c->based = true;
	}
	/* Buffers of several CPUs may put an earlier event behind the first one. */
	uint64_t since = c->based && time_ns > c->base_ns ? time_ns - c->base_ns : 0;
	return since >= c->range.from_ns && since <= c->range.to_ns;
}

static int hold_texts(struct cut *c, struct fdp_record *r)
{
	struct fdp_text *const process[] = {&r->process.comm, &r->process.main_comm,
					    &r->process.exe, &r->process.cgroup,
					    &r->process.cmdline};
	struct fdp_text *const file[] = {&r->file.name, &r->file.local, &r->file.remote};
	struct fdp_text *const socket[] = {&r->socket.name};
	struct fdp_text *const *texts = r->type == FDP_PROCESS ? process
					: r->type == FDP_FILE  ? file
							       : socket;
	size_t n = r->type == FDP_PROCESS ? 5 : r->type == FDP_FILE ? 3 : 1;
	int err = 0;
	for (size_t i = 0; !err && i < n; i++)
		err = pool_intern(&c->pool, texts[i]);
	return err;
}

static int hold(struct cut *c, const struct fdp_record *record)
{
	void *grown = array_grow(c->held, c->n_held, &c->capacity, sizeof(*c->held));
	if (!grown)
		return -ENOMEM;
	c->held = grown;
	c->held[c->n_held] = *record;
	int err = hold_texts(c, &c->held[c->n_held]);
	c->n_held += !err;
	return err;
}

static int give_held(struct cut *c, cut_fn keep, void *ctx)
{
	int err = 0;
	for (size_t i = 0; !err && i < c->n_held; i++)
		err = keep(ctx, &c->held[i]);
	drop_held(c);
	return err;
}

static int event_add(struct cut *c, struct fdp_record *record, bool inside, cut_fn keep,
		     void *ctx)
{
	uint64_t message = event_message(record);
	bool wanted = in_range(c, record) && inside;
	if (!wanted && (!message || record->type == FDP_SEND ||
			index_get(&c->messages, message) == INDEX_NONE))
		return 0;
	int err = give_held(c, keep, ctx);
	if (!err && message && record->type == FDP_SEND)
		err = index_set(&c->messages, message, 1);
	return err ? err : keep(ctx, record);
}

int cut_add(struct cut *c, struct fdp_record *record, bool inside, cut_fn keep, void *ctx)
{
	/* A block has all definitions that it needs. */
	if (record->block != c->block)
		drop_held(c);
	c->block = record->block;
	switch (record->type) {
	case FDP_PROCESS:
	case FDP_SOCKET:
	case FDP_FILE:
		return hold(c, record);
	case FDP_HOLDER:
	case FDP_SNAPSHOT:
		return 0; /* of what was before the events */
	case FDP_LOSS:
	case FDP_CLOCK:
		return keep(ctx, record);
	default:
		return event_add(c, record, inside, keep, ctx);
	}
}
