/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pictures: the passes of a section, each with its place in its chain, given to a printer
 * that draws. A row has pass, chains and hop; a pass whose open file is not known has a
 * hop of its own that is none of chains.
 */
#pragma once

#include <stdbool.h>

#include "match.h"
#include "print.h"

enum picture_order {
	PICTURE_BY_TIME,
	PICTURE_BY_CHAIN, /* one chain after the other; what two share comes once */
};

/*
 * Which passes are drawn: of chains, fn is asked for the row of each last hop, and all of
 * the chain is drawn or not; otherwise for each pass.
 */
struct picture_choice {
	bool (*fn)(void *ctx, const struct row *row);
	void *ctx;
	bool of_chains;
};

/* choice: NULL for all. */
int picture_draw(struct printer *printer, const struct match *match,
		 enum picture_order order, const struct picture_choice *choice);
