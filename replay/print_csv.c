// SPDX-License-Identifier: BSD-2-Clause
/*
 * CSV after RFC 4180 but for line ends, which are those of the system. The heading has
 * the columns' names. What is not known is empty, times are UTC.
 */
#include "printer.h"

#include <stddef.h>

static void put_heading(struct printer *p)
{
	const struct selection *s = &p->selection;
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			out_char(p->out, ',');
		out_word(p->out, column_name(s->columns[i], s->view));
	}
	out_char(p->out, '\n');
}

static void put_shown(struct printer *p, const struct column *column,
		      const struct row *row)
{
	p->scratch.len = 0;
	if (column->show(row, &p->scratch))
		text_csv_escaped(p->out,
				 (struct fdp_text){p->scratch.data, p->scratch.len});
}

static void put_words(struct out *o, const struct cell *cell)
{
	if (cell->n_words > 1)
		out_char(o, '"');
	for (uint32_t i = 0; i < cell->n_words; i++) {
		if (i)
			out_char(o, ',');
		out_word(o, cell->words[i]);
	}
	if (cell->n_words > 1)
		out_char(o, '"');
}

static void put_cell(struct printer *p, const struct row *row, const struct cell *cell)
{
	struct out *o = p->out;
	switch (cell->type) {
	case CELL_NUMBER:
	case CELL_LARGE:
		out_u64(o, cell->number);
		break;
	case CELL_BOOL:
		out_word(o, cell->number ? "true" : "false");
		break;
	case CELL_TIME:
		clock_put(o, p->clock, CLOCK_UTC, row->trace, cell->number);
		break;
	case CELL_WORD:
		out_bytes(o, cell->text.data, cell->text.len);
		break;
	case CELL_TEXT:
		text_csv(o, cell->text);
		break;
	case CELL_DEVICE:
		out_u64(o, cell->number);
		out_char(o, ':');
		out_u64(o, cell->minor);
		break;
	case CELL_WORDS:
		put_words(o, cell);
		break;
	default:
		break;
	}
}

static int csv_row(struct printer *p, const struct row *row)
{
	const struct selection *s = &p->selection;
	if (p->rows == 0)
		put_heading(p);
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			out_char(p->out, ',');
		if (s->columns[i]->type == CELL_SHOWN) {
			put_shown(p, s->columns[i], row);
			continue;
		}
		struct cell cell;
		column_get(s->columns[i], row, &cell);
		put_cell(p, row, &cell);
	}
	out_char(p->out, '\n');
	return 0;
}

static int csv_finish(struct printer *p)
{
	if (p->rows == 0)
		put_heading(p);
	return p->out->err;
}

const struct printer_ops print_csv_ops = {
	.row = csv_row,
	.finish = csv_finish,
};
