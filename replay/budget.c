// SPDX-License-Identifier: BSD-2-Clause
#include "budget.h"

#include <errno.h>

#include "match.h"

int budget_check(struct budget *b, const struct trace *t, size_t extra,
		 const struct fdp_record *record)
{
	if (record->block == b->block)
		return 0;
	b->block = record->block;
	b->model = trace_size(t) + t->descriptors_seen * extra +
		   (t->sends.n + t->receives.n) *
			   (sizeof(struct match_message) + sizeof(uint32_t));
	return budget_keep(b, t, 0);
}

int budget_merge(struct budget *b, const struct trace *t)
{
	b->parts += 2 * b->model;
	b->model = 0;
	return budget_keep(b, t, 0);
}

int budget_keep(struct budget *b, const struct trace *t, uint64_t bytes)
{
	uint64_t needed = b->parts + b->model + bytes;
	if (needed <= b->max)
		return 0;
	b->needed = needed;
	b->passes = t->descriptors_seen;
	return -E2BIG;
}
