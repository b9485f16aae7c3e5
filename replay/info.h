/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a section says of itself, for people: what a maintainer asks first of a trace in a
 * bug report.
 */
#pragma once

#include "out.h"
#include "trace.h"

/* Where a section came from, and how reading it went. */
struct info_source {
	const char *name;
	uint64_t size; /* of the file; 0 unknown */
	uint32_t section;
	bool cut, corrupt;
};

void info_print(struct out *o, const struct trace *t, const struct info_source *source);

/* "17 lost (12 sends, 5 receives)"; nothing if all are 0. */
void info_put_lost(struct out *o, const uint64_t lost[FDP_LOST_COUNT]);

/* Adds the blind spots that say which transfers were not seen: a line each, and once. */
void info_put_unwatched(struct out *o, const struct trace *t);
