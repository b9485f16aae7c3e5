/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes: what each of them did, the threads of one together. */
#pragma once

#include "column.h"

struct processes {
	const struct trace *trace; /* must outlive them */
	struct process_tally *items;
	size_t n;
	uint32_t *places; /* by index of the definition in the trace */
};

int processes_init(struct processes *all, const struct trace *trace);
void processes_release(struct processes *all);

/* A pass_fn: ctx is the processes. */
int processes_add(void *ctx, const struct pass *pass, const struct pass_source *source);
