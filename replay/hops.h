/* SPDX-License-Identifier: BSD-2-Clause */
/* Hops: those of one chain as rows, from its first one on; of a long one the last ones.
 */
#pragma once

#include "column.h"

struct hops {
	size_t n, next;
	uint32_t path[CHAIN_SHOWN_MAX];
	const struct pass *last; /* that of the leaf, which is known */
	struct pass pass;
	struct row row;
};

/* The row of the chain is lent. */
void hops_begin(struct hops *h, const struct row *leaf);

/* Valid until the next one; NULL: there are no more. */
const struct row *hops_next(struct hops *h);
