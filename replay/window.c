// SPDX-License-Identifier: BSD-2-Clause
#include "window.h"

#include "event.h"

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

bool window_has(struct window *w, struct trace *t, const struct fdp_record *record)
{
	uint64_t time_ns;
	if ((!w->has_since && !w->has_until) || !event_has_time(record, &time_ns))
		return true;
	if (event_is_shown(record))
		trace_see_time(t, time_ns);
	else if (!w->settled)
		return true; /* before second 0 */
	if (!w->settled)
		settle(w, t);
	return time_ns >= w->from_ns && time_ns < w->to_ns;
}
