// SPDX-License-Identifier: BSD-2-Clause
/*
 * Tables. The first rows are kept until it is known how wide their cells are, which is
 * all there is to most tables. A longer one goes on with the widths that these rows
 * needed, row by row: memory does not grow with it. On a terminal that is too narrow the
 * widest texts are cut, and marked where they are; if that is not enough, columns that
 * nobody asked for are left out. Numbers stay whole.
 */
#include "printer.h"

#include <errno.h>
#include <stdlib.h>

#include "memo.h"
#include "shape.h"

#define ROWS_KEPT 4096

/* A text that is cut to less says nothing any more; before a pid, these few do. */
#define CUT_MIN 10
#define CUT_MIN_BEFORE 5

struct kept_cell {
	size_t end; /* of its text */
	enum tint tint;
};

struct table_state {
	struct out cells; /* texts of the rows that are kept, one behind the other */
	struct kept_cell *kept;
	size_t n_kept;
	bool streaming;
	bool live; /* the widths grow: the first rows told little of them */
	size_t widths[COLUMNS_MAX];
	size_t wanted[COLUMNS_MAX]; /* widths of what is kept */
	size_t least[COLUMNS_MAX];  /* to which they can be cut */
	bool right[COLUMNS_MAX];
	bool left_out[COLUMNS_MAX];
	size_t last; /* column that is shown */
	enum memo_source sources[COLUMNS_MAX];
	struct memo memo; /* of whole cells, once their widths are settled */
};

static bool can_be_cut(const struct column *column)
{
	return column->type == CELL_TEXT || column->type == CELL_SHOWN;
}

static int table_start(struct printer *p)
{
	struct table_state *state = calloc(1, sizeof(*state));
	if (!state)
		return -ENOMEM;
	p->state = state;
	state->last = p->selection.n - 1;
	for (size_t i = 0; i < p->selection.n; i++) {
		const struct column *column = p->selection.columns[i];
		state->widths[i] = strlen(column->header);
		state->least[i] = !can_be_cut(column) ? SIZE_MAX
				  : column->tail      ? CUT_MIN_BEFORE
						      : CUT_MIN;
		state->right[i] = column_right(column);
		state->sources[i] = memo_source(column);
	}
	state->kept = malloc(ROWS_KEPT * (p->selection.n + 1) * sizeof(*state->kept));
	if (!state->kept)
		return -ENOMEM;
	int err = memo_init(&state->memo, COLUMNS_MAX);
	return err ? err : out_init(&state->cells, -1);
}

static void table_release(struct printer *p)
{
	struct table_state *state = p->state;
	if (!state)
		return;
	out_release(&state->cells);
	memo_release(&state->memo);
	free(state->kept);
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

/* Bytes at the end of a cell that are never cut: "[101]" of "client[101]". */
static size_t tail_length(const struct column *column, const char *data, size_t len)
{
	const char *tail = column->tail ? memrchr(data, column->tail, len) : NULL;
	return tail ? len - (size_t)(tail - data) : 0;
}

static size_t table_width(const struct printer *p)
{
	const struct table_state *state = p->state;
	size_t width = 0;
	for (size_t i = 0; i < p->selection.n; i++)
		width += state->left_out[i] ? 0 : state->widths[i] + 1;
	return width ? width - 1 : 0;
}

/* The widest column that can be cut further; their number if there is none. */
static size_t widest_text(const struct printer *p)
{
	const struct table_state *state = p->state;
	size_t widest = p->selection.n, most = 0;
	for (size_t i = 0; i < p->selection.n; i++) {
		if (state->left_out[i] || state->widths[i] <= state->least[i] ||
		    state->widths[i] <= most)
			continue;
		widest = i;
		most = state->widths[i];
	}
	return widest;
}

/* Takes from the widest texts until the terminal has room for all, or they end. */
static bool cut_texts(struct printer *p)
{
	struct table_state *state = p->state;
	size_t width = table_width(p);
	for (; width > p->out->look.width; width--) {
		size_t widest = widest_text(p);
		if (widest == p->selection.n)
			return false;
		state->widths[widest]--;
	}
	return true;
}

/* The last column that is not asked for and can be spared; false: there is none. */
static bool leave_out(struct printer *p)
{
	struct table_state *state = p->state;
	size_t i = p->selection.n;
	while (i-- > 0) {
		const struct column *column = p->selection.columns[i];
		if (p->selection.chosen || state->left_out[i] ||
		    !(column->spare & 1U << p->selection.view))
			continue;
		state->left_out[i] = true;
		if (p->n_left_out < PRINTER_LEFT_OUT_MAX)
			p->left_out[p->n_left_out++] = column->header;
		return true;
	}
	return false;
}

static void fit(struct printer *p)
{
	struct table_state *state = p->state;
	if (!p->out->look.width)
		return;
	memcpy(state->wanted, state->widths, sizeof(state->wanted));
	while (!cut_texts(p) && leave_out(p))
		memcpy(state->widths, state->wanted, sizeof(state->wanted));
	while (state->left_out[state->last])
		state->last--;
}

/* Two cells have a space between them, and none is at the end. */
static void put_cell(struct printer *p, size_t column, const char *data, size_t len,
		     enum tint tint)
{
	const struct table_state *state = p->state;
	if (state->left_out[column])
		return;
	bool right = state->right[column];
	bool last = column == state->last;
	size_t width = cell_width(data, len), room = state->widths[column];
	bool cut = width > room && p->out->look.width &&
		   can_be_cut(p->selection.columns[column]);
	size_t pad = room > width ? room - width : 0;
	if (right)
		out_spaces(p->out, pad);
	if (tint)
		out_tint(p->out, tint);
	if (cut)
		text_cut(p->out, data, len, room,
			 tail_length(p->selection.columns[column], data, len),
			 p->out->look.ascii);
	else
		out_bytes(p->out, data, len);
	if (tint)
		out_tint(p->out, TINT_NONE);
	if (!right && !last)
		out_spaces(p->out, pad);
	out_char(p->out, last ? '\n' : ' ');
}

/* By at most so much. */
static void widen(struct table_state *state, size_t column, size_t start, size_t most)
{
	size_t width = cell_width(state->cells.data + start, state->cells.len - start);
	size_t *has = &state->widths[column];
	if (width > *has)
		*has += width - *has < most ? width - *has : most;
}

static void keep_tail(struct table_state *state, size_t i, const struct column *column,
		      size_t start)
{
	const char *data = state->cells.data + start;
	size_t len = state->cells.len - start, tail = tail_length(column, data, len);
	size_t least = cell_width(data + len - tail, tail) + CUT_MIN_BEFORE;
	if (tail && least > state->least[i])
		state->least[i] = least;
}

/* What a live table has left of the terminal. */
static size_t spare(const struct printer *p)
{
	size_t room = p->out->look.width;
	size_t width = table_width(p);
	if (!room)
		return SIZE_MAX;
	return room > width ? room - width : 0;
}

static enum tint cell_tint(const struct column *column, const struct row *row)
{
	if (column->tint != TINT_BAD)
		return column->tint;
	return row->pass ? outcome_tint(row->pass->outcome) : TINT_NONE;
}

static int keep_row(struct printer *p, const struct row *row)
{
	struct table_state *state = p->state;
	for (size_t i = 0; i < p->selection.n; i++) {
		const struct column *column = p->selection.columns[i];
		size_t start = state->cells.len;
		print_cell(p, column, row, &state->cells);
		widen(state, i, start, SIZE_MAX);
		keep_tail(state, i, column, start);
		state->kept[state->n_kept++] = (struct kept_cell){
			.end = state->cells.len,
			.tint = cell_tint(column, row),
		};
	}
	return state->cells.err;
}

/* The heading, and what was kept so far. */
static void start_streaming(struct printer *p)
{
	struct table_state *state = p->state;
	size_t n = p->selection.n, start = 0;
	fit(p);
	for (size_t i = 0; i < n; i++) {
		const char *header = p->selection.columns[i]->header;
		put_cell(p, i, header, strlen(header), TINT_HEADING);
	}
	for (size_t i = 0, column = 0; i < state->n_kept; i++) {
		const struct kept_cell *cell = &state->kept[i];
		put_cell(p, column, state->cells.data + start, cell->end - start,
			 cell->tint);
		start = cell->end;
		column = column + 1 == n ? 0 : column + 1;
	}
	state->streaming = true;
}

static void stream_cell(struct printer *p, size_t i, const struct row *row)
{
	struct table_state *state = p->state;
	const struct column *column = p->selection.columns[i];
	state->cells.len = 0;
	print_cell(p, column, row, &state->cells);
	if (state->live)
		widen(state, i, 0, spare(p));
	put_cell(p, i, state->cells.data, state->cells.len, cell_tint(column, row));
}

/* As it was the last time, or by way of the memo. */
static void stream_known(struct printer *p, size_t i, const struct row *row,
			 const struct memo_key *key)
{
	struct table_state *state = p->state;
	struct out *o = p->out, *text = &state->memo.text;
	struct memo_slot *slot = memo_slot(&state->memo, row, (uint32_t)i, key);
	if (!memo_has(&state->memo, slot, key)) {
		size_t start = text->len;
		text->look = o->look;
		p->out = text;
		stream_cell(p, i, row);
		p->out = o;
		memo_keep(&state->memo, slot, key, start);
	}
	out_bytes(o, text->data + slot->at, slot->len);
}

static int stream_row(struct printer *p, const struct row *row)
{
	struct table_state *state = p->state;
	struct memo_key key;
	for (size_t i = 0; i < p->selection.n; i++) {
		if (!state->live && memo_key(&key, state->sources[i], row))
			stream_known(p, i, row, &key);
		else
			stream_cell(p, i, row);
	}
	return state->memo.text.err ? state->memo.text.err : state->cells.err;
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
	/* Of an empty table scripts expect the heading. */
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
