/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chains as trees, as lsblk(8) draws them. A line follows an open file as long as it goes
 * on from where it arrived, to one receiver; where it goes to several, the line ends, and
 * each way on is a branch below it:
 *
 *   client[101]   /dev/null
 *   ├─ 3 → broker[102] 112 → server[103] 7
 *   └─ 3 → logger[104] 5
 */
#pragma once

#include "column.h"

/* Whether a chain is wanted; the row's hop is its leaf. */
typedef bool (*tree_choice_fn)(void *ctx, const struct row *leaf);

/* All that are wanted, in the order of their first passes. */
int tree_print(struct out *o, const struct chains *chains, tree_choice_fn wants,
	       void *ctx);
