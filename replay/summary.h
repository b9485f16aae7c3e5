/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The summary: how many passes and messages there were of each outcome, error, kind,
 * socket and way, with so many descriptors, and that are still queued.
 */
#pragma once

#include "column.h"

#define SUMMARY_GROUPS 7
#define SUMMARY_KINDS 32
#define SUMMARY_KNOWN 4096

/* A tally found by what its name is made of. */
struct summary_known {
	uint32_t a, b, c, d;
	uint32_t tally; /* its place and 1, 0: free */
};

struct summary {
	const struct trace *trace; /* must outlive the summary */
	struct summary_tally *items;
	size_t n, capacity;
	struct index index; /* by name */
	struct pool names;
	struct out scratch; /* in memory */

	/* The same without making a name; places and 1. */
	uint32_t outcomes[OUTCOME_COUNT], kinds[SUMMARY_KINDS], fds[FDP_FDS_MAX + 1];
	struct summary_known ways[SUMMARY_KNOWN], vias[SUMMARY_KNOWN];
	uint64_t changes; /* of the trace, when ways and vias began */
};

int summary_init(struct summary *s, const struct trace *trace);
void summary_release(struct summary *s);

/* For another section. */
void summary_clear(struct summary *s);

/* A pass_fn: ctx is the summary. */
int summary_add(void *ctx, const struct pass *pass, const struct pass_source *source);

/* The groups in their order, the largest numbers of each first. */
void summary_sort(struct summary *s);

/* What a group is called, in their order. */
const char *summary_group_name(size_t i);
