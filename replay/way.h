/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way of a chain as one line of text:
 *
 *   client[12] 3 → broker[13] 8/9 → server[14] [truncated]   /dev/null
 *
 * the number behind a process is that of the descriptor there (8/9: received as 8, sent
 * as 9), ⇢ leads to a child that inherited it, and a last hop that was not delivered
 * names its outcome.
 */
#pragma once

#include "column.h"

/* For a terminal. The row's hop is the leaf. */
bool show_chain(const struct row *row, struct out *o);

/* "client → broker → server", raw: names as they are in the trace. */
void way_names(const struct row *row, struct out *o);
