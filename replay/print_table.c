// SPDX-License-Identifier: BSD-2-Clause
/*
 * Tables. The first rows are kept, to learn how wide the columns must be, which is all
 * there is to most tables. A longer one goes on with the widths that these rows needed,
 * row by row: memory does not grow with it.
 */
#include "printer.h"

#include <errno.h>
#include <stdlib.h>

#define ROWS_KEPT 4096

struct table_state {
	struct out cells; /* texts of the rows that are kept, each with a NUL */
	size_t *ends;	  /* where each cell ends */
	size_t n_ends;
	bool streaming;
	bool live; /* the widths grow: the first rows told little of them */
	size_t widths[COLUMNS_MAX];
	bool right[COLUMNS_MAX];
};

static int table_start(struct printer *p)
{
	struct table_state *state = calloc(1, sizeof(*state));
	if (!state)
		return -ENOMEM;
	p->state = state;
	state->ends = malloc(ROWS_KEPT * (p->selection.n + 1) * sizeof(*state->ends));
	if (!state->ends)
		return -ENOMEM;
	return out_init(&state->cells, -1);
}

static void table_release(struct printer *p)
{
	struct table_state *state = p->state;
	if (!state)
		return;
	out_release(&state->cells);
	free(state->ends);
	free(state);
}

/* ASCII, eight bytes at a time, is as wide as it is long: what print_cell() makes has no
 * controls. */
static size_t cell_width(const char *data, size_t len)
{
	uint64_t bits = 0, word;
	size_t i = 0;
	for (; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, data + i, sizeof(word));
		bits |= word;
	}
	for (; i < len; i++)
		bits |= (unsigned char)data[i];
	return bits & 0x8080808080808080 ? text_width(data, len) : len;
}

static const char *kept_cell(const struct table_state *state, size_t i, size_t *lenp)
{
	size_t start = i ? state->ends[i - 1] + 1 : 0;
	*lenp = state->ends[i] - start;
	return state->cells.data + start;
}

static int keep_row(struct printer *p, const struct row *row)
{
	struct table_state *state = p->state;
	for (size_t i = 0; i < p->selection.n; i++) {
		print_cell(p, p->selection.columns[i], row, &state->cells);
		state->ends[state->n_ends++] = state->cells.len;
		out_char(&state->cells, '\0');
	}
	return state->cells.err;
}

/* Two cells have a space between them, and none is at the end. */
static void put_cell(struct printer *p, size_t column, const char *data, size_t len)
{
	const struct table_state *state = p->state;
	bool right = state->right[column];
	bool last = column + 1 == p->selection.n;
	size_t width = cell_width(data, len);
	size_t pad = state->widths[column] > width ? state->widths[column] - width : 0;
	if (right)
		out_spaces(p->out, pad);
	out_bytes(p->out, data, len);
	if (!right && !last)
		out_spaces(p->out, pad);
	out_char(p->out, last ? '\n' : ' ');
}

static void measure(struct printer *p)
{
	struct table_state *state = p->state;
	size_t n = p->selection.n;
	for (size_t i = 0; i < n; i++) {
		state->widths[i] = strlen(p->selection.columns[i]->header);
		state->right[i] = column_right(p->selection.columns[i]);
	}
	for (size_t i = 0, column = 0; i < state->n_ends; i++) {
		size_t len;
		const char *data = kept_cell(state, i, &len);
		size_t width = cell_width(data, len);
		if (width > state->widths[column])
			state->widths[column] = width;
		column = column + 1 == n ? 0 : column + 1;
	}
}

static void start_streaming(struct printer *p)
{
	struct table_state *state = p->state;
	size_t n = p->selection.n;
	measure(p);
	for (size_t i = 0; i < n; i++) {
		const char *header = p->selection.columns[i]->header;
		put_cell(p, i, header, strlen(header));
	}
	for (size_t i = 0, column = 0; i < state->n_ends; i++) {
		size_t len;
		const char *data = kept_cell(state, i, &len);
		put_cell(p, column, data, len);
		column = column + 1 == n ? 0 : column + 1;
	}
	state->streaming = true;
}

static void widen(struct table_state *state, size_t column)
{
	size_t width = cell_width(state->cells.data, state->cells.len);
	if (width > state->widths[column])
		state->widths[column] = width;
}

static int stream_row(struct printer *p, const struct row *row)
{
	struct table_state *state = p->state;
	for (size_t i = 0; i < p->selection.n; i++) {
		state->cells.len = 0;
		print_cell(p, p->selection.columns[i], row, &state->cells);
		if (state->live)
			widen(state, i);
		put_cell(p, i, state->cells.data, state->cells.len);
	}
	return state->cells.err;
}

static int table_row(struct printer *p, const struct row *row)
{
	struct table_state *state = p->state;
	if (!state->streaming && p->rows < ROWS_KEPT)
		return keep_row(p, row);
	if (!state->streaming)
		start_streaming(p);
	return stream_row(p, row);
}

static int table_flush(struct printer *p)
{
	struct table_state *state = p->state;
	state->live = true;
	if (!state->streaming && p->rows)
		start_streaming(p);
	return 0;
}

static int table_finish(struct printer *p)
{
	const struct table_state *state = p->state;
	if (!state->streaming)
		start_streaming(p);
	return p->out->err;
}

const struct printer_ops print_table_ops = {
	.start = table_start,
	.row = table_row,
	.flush = table_flush,
	.finish = table_finish,
	.release = table_release,
};
