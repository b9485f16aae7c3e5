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
	PRINT_LINES,
	PRINT_TWIN, /* of records, not of rows: see twin.h */
	/* Pictures: rows come from picture_draw(), whatever the columns are. */
	PRINT_MERMAID,
	PRINT_DOT,
	PRINT_PERFETTO,
	PRINT_HTML,
};

struct printer;

static inline bool print_is_picture(enum print_format format)
{
	return format >= PRINT_MERMAID;
}

/*
 * The selection is copied; out and clock are used until the end. PRINT_LINES prints the
 * first column alone, one row a line, without a heading.
 */
int printer_new(struct printer **printerp, enum print_format format,
		const struct selection *selection, struct out *out, struct clock *clock);
void printer_free(struct printer *p);

int printer_row(struct printer *p, const struct row *row);

/* What was given is to be seen now, however it would look with what follows. */
int printer_flush(struct printer *p);

/* A section of the trace is at its end. */
int printer_section(struct printer *p);

/* Ends the array, or the table. */
int printer_finish(struct printer *p);

/* The headings of columns for which the terminal had no room; returns how many. */
size_t printer_left_out(const struct printer *p, const char *const **headingsp);
