/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tallies: how many passes there were of each kind (the view summary), and what each
 * process did (the view processes). Texts are those of the trace, which must outlive them.
 */
#pragma once

#include "column.h"

struct tally {
	const struct trace *trace;
	struct summary_tally *items;
	size_t n, capacity;
	struct index index; /* hash of group and name to place */
	struct pool names;
	struct out scratch; /* in memory */
};

int tally_init(struct tally *t, const struct trace *trace);
void tally_release(struct tally *t);
/* A pass_fn: ctx is the tally. */
int tally_add(void *ctx, const struct pass *pass);
/* Groups in their order, the largest of each first. */
void tally_sort(struct tally *t);

struct process_tallies {
	const struct trace *trace;
	struct process_tally *items;
	size_t n;
	uint32_t *places; /* by index of the process in the trace */
};

int process_tallies_init(struct process_tallies *t, const struct trace *trace);
void process_tallies_release(struct process_tallies *t);
int process_tallies_add(void *ctx, const struct pass *pass);
