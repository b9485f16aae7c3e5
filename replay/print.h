/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Printers: rows in, one output language out. All of them print what a selection of
 * columns says, in the order in which rows come; they hold no more than a few thousand.
 */
#pragma once

#include "clock.h"
#include "column.h"

enum print_format {
	PRINT_TABLE,
	PRINT_JSON,
	PRINT_JSONL,
	PRINT_CSV,
	PRINT_IG,
	PRINT_LINES
};

struct printer;

/*
 * The selection is copied; out and clock are used until the end. PRINT_LINES prints the
 * first column alone, one row a line, without a heading.
 */
int printer_new(struct printer **printerp, enum print_format format,
		const struct selection *selection, struct out *out, struct clock *clock);
void printer_free(struct printer *p);

int printer_row(struct printer *p, const struct row *row);

/* Ends the array, or the table. */
int printer_finish(struct printer *p);
