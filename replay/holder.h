/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Holders: who has which open file under which descriptor number, as far as passes tell.
 * A process has what it sent or received, until another file is seen under that number
 * or, in traces made with --exact-files, the file ended. That it closed the descriptor is
 * not seen.
 */
#pragma once

#include "column.h"
#include "process.h"

struct holder {
	/* As received by its end "to", or OUTCOME_SENT: it had it when it sent it. */
	struct pass pass;
	bool gone; /* the file ended */
};

struct holders {
	const struct trace *trace; /* must outlive the holders */
	struct processes processes;
	struct holder *items;
	size_t n, capacity;
	struct index index; /* by process and descriptor number */
	uint64_t until_ns;  /* what happens later is not looked at */
};

int holders_init(struct holders *h, const struct trace *trace, uint64_t until_ns);
void holders_release(struct holders *h);

/* A pass_fn: ctx is the holders. Passes must come in the order of time. */
int holders_add(void *ctx, const struct pass *pass, const struct pass_source *source);

/* All passes were added: files that ended are held by nobody. */
void holders_end(struct holders *h);

/* Whether it is the file with that number or, if it is none, of a name like the glob. */
bool holder_has(const struct holders *h, const struct holder *holder,
		struct fdp_text wanted);
