/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The budget: how much memory the model of a section may take in the views that keep it.
 * What it will need in the end is estimated from what was read, so that a trace that is
 * too large is refused in time and not when memory is gone.
 */
#pragma once

#include "trace.h"

#define BUDGET_USUAL (4ull * 1024 * 1024 * 1024)

struct budget {
	uint64_t max;		 /* bytes */
	uint64_t block;		 /* the one that is being read */
	uint64_t model;		 /* what it takes, when that was last asked */
	uint64_t parts;		 /* the models that are kept to be merged */
	uint64_t needed, passes; /* of what was read, when it was refused */
};

/*
 * To be called for each record. extra: bytes that the view needs for each descriptor that
 * was sent. -E2BIG: more than there may be.
 */
int budget_check(struct budget *b, const struct trace *t, size_t extra,
		 const struct fdp_record *record);

/* The model is kept, to be told again with others as one. */
int budget_merge(struct budget *b, const struct trace *t);

/* The same when so many bytes are kept besides the model. */
int budget_keep(struct budget *b, const struct trace *t, uint64_t bytes);
