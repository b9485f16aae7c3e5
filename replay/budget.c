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
	uint64_t needed = trace_size(t) + t->descriptors_seen * extra +
			  (t->sends.n + t->receives.n) *
				  (sizeof(struct match_message) + sizeof(uint32_t));
	if (needed <= b->max)
		return 0;
	b->needed = needed;
	b->passes = t->descriptors_seen;
	return -E2BIG;
}
