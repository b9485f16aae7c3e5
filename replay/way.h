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

/* Of a tree: the sender, with its number or without. */
void way_put_start(const struct row *row, bool number, struct out *o);
/* A branch: the number that was sent there, or who inherited the file. */
void way_put_branch(const struct row *row, struct out *o);
/* A hop, behind one that brought it as received; NULL: the sender is told already. */
void way_put_hop(const struct row *row, const int32_t *received, struct out *o);
void way_put_file(const struct row *row, struct out *o);

/*
 * "client → broker → server", raw: names as they are in the trace, but for their own
 * arrows, which are doubled. In the row's scratch.
 */
void get_way(const struct row *row, const struct column *column, struct cell *cell);
