/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The summary: how many passes and messages there were of each outcome, error, kind,
 * socket and way, with so many descriptors, and that are still queued.
 */
#pragma once

#include "column.h"

struct summary {
	const struct trace *trace; /* must outlive the summary */
	struct summary_tally *items;
	size_t n, capacity;
	struct index index;
	struct pool names;
	struct out scratch; /* in memory */
	struct pass_source last;
	uint64_t n_messages; /* seen so far */
};

int summary_init(struct summary *s, const struct trace *trace);
void summary_release(struct summary *s);

/* A pass_fn: ctx is the summary. */
int summary_add(void *ctx, const struct pass *pass, const struct pass_source *source);

/* The groups in their order, the largest numbers of each first. */
void summary_sort(struct summary *s);
