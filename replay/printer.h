/* SPDX-License-Identifier: BSD-2-Clause */
/* What the printers share; private to print_*.c. */
#pragma once

#include "print.h"

struct printer_ops {
	int (*start)(struct printer *p); /* NULL: nothing to prepare; prints nothing */
	int (*row)(struct printer *p, const struct row *row);
	int (*flush)(struct printer *p);   /* NULL: it keeps no rows */
	int (*section)(struct printer *p); /* NULL: sections are all one */
	int (*finish)(struct printer *p);
	void (*release)(struct printer *p);
};

#define PRINTER_LEFT_OUT_MAX 8

struct printer {
	const struct printer_ops *ops;
	enum print_format format;
	struct selection selection;
	struct out *out;
	struct clock *clock;
	struct out scratch; /* in memory */
	struct out wide; /* the same, of what is not ASCII; where that cannot be shown */
	bool ascii;
	uint64_t rows;
	const char *left_out[PRINTER_LEFT_OUT_MAX]; /* headings */
	size_t n_left_out;
	void *state; /* of the one printer */
};

extern const struct printer_ops print_table_ops;
extern const struct printer_ops print_lines_ops;
extern const struct printer_ops print_json_ops;
extern const struct printer_ops print_csv_ops;
extern const struct printer_ops print_mermaid_ops;
extern const struct printer_ops print_dot_ops;
extern const struct printer_ops print_perfetto_ops;
extern const struct printer_ops print_html_ops;
extern const struct printer_ops print_ig_ops;

/* A cell that reads the same in tables and CSV; false: it is none of those. */
bool print_plain(struct out *o, const struct cell *cell);

/* A cell of a table, escaped for a terminal; what is not known is a -. */
void print_cell(struct printer *p, const struct column *column, const struct row *row,
		struct out *o);

/* The same in JSON. */
void print_json_cell(struct printer *p, const struct column *column,
		     const struct row *row, struct out *o);
