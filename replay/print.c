// SPDX-License-Identifier: BSD-2-Clause
#include "printer.h"

#include <errno.h>
#include <stdlib.h>

int printer_new(struct printer **printerp, enum print_format format,
		const struct selection *selection, struct out *out, struct clock *clock)
{
	static const struct printer_ops *const ops[] = {
		[PRINT_TABLE] = &print_table_ops,
		[PRINT_JSON] = &print_json_ops,
		[PRINT_JSONL] = &print_json_ops,
		[PRINT_CSV] = &print_csv_ops,
		[PRINT_IG] = &print_ig_ops,
		[PRINT_LINES] = &print_lines_ops,
		[PRINT_MERMAID] = &print_mermaid_ops,
		[PRINT_DOT] = &print_dot_ops,
		[PRINT_PERFETTO] = &print_perfetto_ops,
		[PRINT_HTML] = &print_html_ops,
	};
	struct printer *p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->ops = ops[format];
	p->format = format;
	p->selection = *selection;
	p->out = out;
	p->clock = clock;
	p->ascii = out->look.ascii && (format == PRINT_TABLE || format == PRINT_LINES);
	int err = out_init(&p->scratch, -1);
	if (!err && p->ascii)
		err = out_init(&p->wide, -1);
	if (!err && p->ops->start)
		err = p->ops->start(p);
	if (err) {
		printer_free(p);
		return err;
	}
	*printerp = p;
	return 0;
}

void printer_free(struct printer *p)
{
	if (!p)
		return;
	if (p->ops->release)
		p->ops->release(p);
	out_release(&p->scratch);
	out_release(&p->wide);
	free(p);
}

int printer_row(struct printer *p, const struct row *row)
{
	struct row with_scratch = *row;
	with_scratch.scratch = &p->scratch;
	with_scratch.brief = p->format == PRINT_TABLE;
	with_scratch.tinted = p->format == PRINT_LINES && p->out->look.color;
	int err = p->ops->row(p, &with_scratch);
	p->rows++;
	return err ? err : p->out->err;
}

int printer_flush(struct printer *p)
{
	int err = p->ops->flush ? p->ops->flush(p) : 0;
	return err ? err : p->out->err;
}

int printer_section(struct printer *p)
{
	int err = p->ops->section ? p->ops->section(p) : 0;
	return err ? err : p->out->err;
}

int printer_finish(struct printer *p)
{
	int err = p->ops->finish(p);
	return err ? err : p->out->err;
}

size_t printer_left_out(const struct printer *p, const char *const **headingsp)
{
	*headingsp = p ? p->left_out : NULL;
	return p ? p->n_left_out : 0;
}

bool print_plain(struct out *o, const struct cell *cell)
{
	switch (cell->type) {
	case CELL_NUMBER:
	case CELL_LARGE:
		out_u64(o, cell->number);
		return true;
	case CELL_WORD:
		out_bytes(o, cell->text.data, cell->text.len);
		return true;
	case CELL_DEVICE:
		out_u64(o, cell->number);
		out_char(o, ':');
		out_u64(o, cell->minor);
		return true;
	default:
		return false;
	}
}

static void put_words(struct out *o, const struct cell *cell)
{
	if (!cell->n_words)
		out_char(o, '-');
	for (uint32_t i = 0; i < cell->n_words; i++) {
		if (i)
			out_char(o, ',');
		out_word(o, cell->words[i]);
	}
}

static void put_cell(struct printer *p, const struct row *row, const struct cell *cell,
		     struct out *o)
{
	switch (cell->type) {
	case CELL_BOOL:
		out_word(o, cell->number ? "yes" : "no");
		break;
	case CELL_TIME:
		if (!clock_put(o, p->clock, p->clock->mode, row->trace, cell->number))
			out_char(o, '-');
		break;
	case CELL_TEXT:
		text_terminal(o, cell->text);
		break;
	case CELL_WORDS:
		put_words(o, cell);
		break;
	default:
		if (!print_plain(o, cell))
			out_char(o, '-');
	}
}

static void put_column(struct printer *p, const struct column *column,
		       const struct row *row, struct out *o)
{
	if (column->show) {
		if (!column->show(row, o))
			out_char(o, '-');
		return;
	}
	struct cell cell;
	column_get(column, row, &cell);
	put_cell(p, row, &cell, o);
}

void print_cell(struct printer *p, const struct column *column, const struct row *row,
		struct out *o)
{
	if (!p->ascii) {
		put_column(p, column, row, o);
		return;
	}
	p->wide.len = 0;
	put_column(p, column, row, &p->wide);
	text_ascii(o, p->wide.data, p->wide.len);
}

static int lines_start(struct printer *p)
{
	return p->selection.n == 1 ? 0 : -EINVAL;
}

static int lines_row(struct printer *p, const struct row *row)
{
	print_cell(p, p->selection.columns[0], row, p->out);
	out_char(p->out, '\n');
	return 0;
}

static int lines_finish(struct printer *p)
{
	return p->out->err;
}

const struct printer_ops print_lines_ops = {
	.start = lines_start,
	.row = lines_row,
	.finish = lines_finish,
};
