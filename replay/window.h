/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The window: from --since to --until. Events outside of it are as if nobody had recorded
 * them, so that whole blocks need not be read, and the answer is the same where they are.
 * Which instants the bounds are is settled at the first event of a section.
 */
#pragma once

#include "options.h"
#include "trace.h"

struct window {
	bool has_since, has_until;
	struct moment since, until;
	bool settled;
	bool lost; /* a bound is of the wall clock, which some section does not know */
	uint64_t from_ns, to_ns; /* from is in the window, to is not */
};

void window_init(struct window *w, const struct options *options);

/* A new section begins. */
void window_restart(struct window *w);

/* False: the record is an event outside of the window; the trace was told its time. */
bool window_has(struct window *w, struct trace *t, const struct fdp_record *record);
