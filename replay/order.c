// SPDX-License-Identifier: BSD-2-Clause
#include "order.h"

#include <errno.h>
#include <stdlib.h>

#include "array.h"

int order_parse(struct order *order, enum view_id view, const char *list,
		struct fdp_text *unknownp)
{
	struct order parsed = {0};
	for (const char *at = list;; at++) {
		bool down = *at == '-';
		at += down;
		size_t len = strcspn(at, ",");
		const struct column *column = column_find(view, at, len);
		if (!column || column->type == CELL_HOPS || parsed.n == ORDER_MAX) {
			*unknownp = (struct fdp_text){at, len};
			return -EINVAL;
		}
		parsed.keys[parsed.n].column = column;
		parsed.keys[parsed.n++].down = down;
		at += len;
		if (!*at)
			break;
	}
	*order = parsed;
	return 0;
}

/* Two rows at a time make two texts. */
struct sorting {
	const struct order *order;
	struct out scratch[2];
};

static void get_cell(struct cell *cell, struct out *scratch, const struct column *column,
		     const struct kept_row *kept)
{
	struct row with_scratch = kept->row;
	with_scratch.scratch = scratch;
	/* Sorting moves rows: what they have kept goes with them. */
	if (kept->row.pass)
		with_scratch.pass = &kept->pass;
	if (column->type != CELL_SHOWN) {
		column_get(column, &with_scratch, cell);
		return;
	}
	scratch->len = 0;
	cell->number = cell->minor = 0;
	cell->type = column->show(&with_scratch, scratch) ? CELL_TEXT : CELL_NULL;
	cell->text = (struct fdp_text){scratch->data, scratch->len};
}

static int compare_u64(uint64_t x, uint64_t y)
{
	return (x > y) - (x < y);
}

static struct fdp_text word_text(const struct cell *cell, uint32_t i)
{
	return (struct fdp_text){cell->words[i], strlen(cell->words[i])};
}

static int compare_words(const struct cell *x, const struct cell *y)
{
	for (uint32_t i = 0; i < x->n_words && i < y->n_words; i++) {
		int order = text_order(word_text(x, i), word_text(y, i));
		if (order)
			return order;
	}
	return compare_u64(x->n_words, y->n_words);
}

/* Of two that are known. */
static int compare_cells(const struct cell *x, const struct cell *y)
{
	switch (x->type) {
	case CELL_WORD:
	case CELL_TEXT:
		return text_order(x->text, y->text);
	case CELL_WORDS:
		return compare_words(x, y);
	case CELL_DEVICE:
		if (x->number == y->number)
			return compare_u64(x->minor, y->minor);
		return compare_u64(x->number, y->number);
	default:
		return compare_u64(x->number, y->number);
	}
}

static int compare_rows(const void *a, const void *b, void *ctx)
{
	const struct kept_row *x = a, *y = b;
	struct sorting *sorting = ctx;
	const struct order *order = sorting->order;
	for (size_t i = 0; i < order->n; i++) {
		const struct column *column = order->keys[i].column;
		struct cell left, right;
		get_cell(&left, &sorting->scratch[0], column, x);
		get_cell(&right, &sorting->scratch[1], column, y);
		bool unknown = left.type == CELL_NULL, other = right.type == CELL_NULL;
		if (unknown != other)
			return unknown ? 1 : -1;
		int result = unknown ? 0 : compare_cells(&left, &right);
		if (result)
			return order->keys[i].down ? -result : result;
	}
	return compare_u64(x->place, y->place);
}

int rows_add(struct rows *rows, const struct row *row)
{
	void *grown =
		array_grow(rows->items, rows->n, &rows->capacity, sizeof(*rows->items));
	if (!grown)
		return -ENOMEM;
	rows->items = grown;
	struct kept_row *kept = &rows->items[rows->n];
	*kept = (struct kept_row){.row = *row, .place = rows->n};
	if (row->pass)
		kept->pass = *row->pass;
	rows->n++;
	return 0;
}

int rows_sort(struct rows *rows, const struct order *order)
{
	struct sorting sorting = {.order = order};
	int err = out_init(&sorting.scratch[0], -1);
	if (!err)
		err = out_init(&sorting.scratch[1], -1);
	if (!err && rows->n)
		qsort_r(rows->items, rows->n, sizeof(*rows->items), compare_rows,
			&sorting);
	out_release(&sorting.scratch[0]);
	out_release(&sorting.scratch[1]);
	return err;
}

const struct row *rows_get(struct rows *rows, size_t i)
{
	struct kept_row *kept = &rows->items[i];
	if (kept->row.pass)
		kept->row.pass = &kept->pass;
	return &kept->row;
}

void rows_clear(struct rows *rows)
{
	rows->n = 0;
}

void rows_release(struct rows *rows)
{
	free(rows->items);
	*rows = (struct rows){0};
}
