// SPDX-License-Identifier: BSD-2-Clause
#include "window.h"

void window_init(struct window *w, const struct options *options)
{
	*w = (struct window){
		.has_since = options->has_since,
		.has_until = options->has_until,
		.since = options->since,
		.until = options->until,
	};
	window_restart(w);
}

void window_restart(struct window *w)
{
	w->settled = false;
	w->from_ns = 0;
	w->to_ns = UINT64_MAX;
}

static void settle(struct window *w, const struct trace *t)
{
	bool known = true;
	if (w->has_since)
		known &= moment_resolve(&w->since, t, &w->from_ns);
	if (w->has_until)
		known &= moment_resolve(&w->until, t, &w->to_ns);
	w->lost |= !known;
	w->settled = true;
}

/* The record's time; false if it is no event. */
static bool event_time(const struct fdp_record *record, uint64_t *time_nsp)
{
	switch (record->type) {
	case FDP_SEND:
		*time_nsp = record->send.time_ns;
		return true;
	case FDP_RECEIVE:
		*time_nsp = record->receive.time_ns;
		return true;
	case FDP_END:
		*time_nsp = record->end.time_ns;
		return true;
	case FDP_TRANSFER:
		*time_nsp = record->transfer.time_ns;
		return true;
	default:
		return false;
	}
}

bool window_has(struct window *w, struct trace *t, const struct fdp_record *record)
{
	uint64_t time_ns;
	if ((!w->has_since && !w->has_until) || !event_time(record, &time_ns))
		return true;
	trace_see_time(t, time_ns);
	if (!w->settled)
		settle(w, t);
	return time_ns >= w->from_ns && time_ns < w->to_ns;
}
