// SPDX-License-Identifier: BSD-2-Clause
/*
 * CSV after RFC 4180 but for line ends, which are those of the system. The heading has
 * the columns' names. What is not known is empty, times are UTC.
 */
#include "printer.h"

#include <errno.h>
#include <stdlib.h>

#include "memo.h"

/* Neighbours that say something of one definition. */
struct run {
	size_t first, end;
	enum memo_source source;
};

struct csv_state {
	struct memo memo;
	size_t n_runs;
	struct run runs[COLUMNS_MAX];
};

static int csv_start(struct printer *p)
{
	struct csv_state *state = calloc(1, sizeof(*state));
	const struct selection *s = &p->selection;
	if (!state)
		return -ENOMEM;
	p->state = state;
	for (size_t i = 0; i < s->n; i++) {
		enum memo_source source = memo_source(s->columns[i]);
		if (i == 0 || state->runs[state->n_runs - 1].source != source)
			state->runs[state->n_runs++] = (struct run){i, i, source};
		state->runs[state->n_runs - 1].end = i + 1;
	}
	return memo_init(&state->memo, COLUMNS_MAX);
}

static void csv_release(struct printer *p)
{
	struct csv_state *state = p->state;
	if (!state)
		return;
	memo_release(&state->memo);
	free(state);
}

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
	case CELL_NULL:
		break;
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
	case CELL_TEXT:
		text_csv(o, cell->text);
		break;
	case CELL_WORDS:
		put_words(o, cell);
		break;
	default:
		print_plain(o, cell);
	}
}

static void put_column(struct printer *p, const struct column *column,
		       const struct row *row)
{
	if (column->type == CELL_SHOWN) {
		put_shown(p, column, row);
		return;
	}
	struct cell cell;
	column_get(column, row, &cell);
	put_cell(p, row, &cell);
}

static void put_columns(struct printer *p, size_t first, size_t end,
			const struct row *row)
{
	for (size_t i = first; i < end; i++) {
		if (i > first)
			out_char(p->out, ',');
		put_column(p, p->selection.columns[i], row);
	}
}

/* Columns of one definition: as they were the last time. */
static void put_run(struct printer *p, const struct run *run, const struct row *row)
{
	struct csv_state *state = p->state;
	struct out *o = p->out, *text = &state->memo.text;
	struct memo_key key;
	if (run->source == SOURCE_NONE || !memo_key(&key, run->source, row)) {
		put_columns(p, run->first, run->end, row);
		return;
	}
	struct memo_slot *slot =
		memo_slot(&state->memo, row, (uint32_t)(run - state->runs), &key);
	if (!memo_has(&state->memo, slot, &key)) {
		size_t start = text->len;
		p->out = text;
		put_columns(p, run->first, run->end, row);
		p->out = o;
		memo_keep(&state->memo, slot, &key, start);
	}
	out_bytes(o, text->data + slot->at, slot->len);
}

static int csv_row(struct printer *p, const struct row *row)
{
	const struct csv_state *state = p->state;
	if (p->rows == 0)
		put_heading(p);
	for (size_t i = 0; i < state->n_runs; i++) {
		if (i)
			out_char(p->out, ',');
		put_run(p, &state->runs[i], row);
	}
	out_char(p->out, '\n');
	return state->memo.text.err;
}

static int csv_finish(struct printer *p)
{
	if (p->rows == 0)
		put_heading(p);
	return p->out->err;
}

const struct printer_ops print_csv_ops = {
	.start = csv_start,
	.release = csv_release,
	.row = csv_row,
	.finish = csv_finish,
};
