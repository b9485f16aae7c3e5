/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pictures: the passes of a section, each with its place in its chain, given to a printer
 * that draws. A row has pass, chains and hop; a pass whose open file is not known has a
 * hop of its own that is none of chains.
 */
#pragma once

#include "match.h"
#include "print.h"

enum picture_order {
	PICTURE_BY_TIME,
	PICTURE_BY_CHAIN, /* one chain after the other; what two share comes once */
};

int picture_draw(struct printer *printer, const struct match *match,
		 enum picture_order order);
