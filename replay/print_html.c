// SPDX-License-Identifier: BSD-2-Clause
/*
 * HTML: one page (page.html) that needs nothing else, with the passes in it as data. A
 * row is an array with a member for each of "columns"; numbers are there themselves, and
 * all else is the place of its value in "values", where each value comes once.
 */
#include "printer.h"

#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "cast.h"
#include "page.h" /* made of page.html: page_head, page_tail */
#include "pool.h"
#include "shape.h"

/* Of a hop that is none of chains, and one whose chain begins elsewhere. */
#define ROW_NONE UINT32_MAX

struct html {
	struct selection columns;
	struct cast cast;
	struct out value; /* in memory: the one in hand */
	struct pool values;
	struct index places; /* of values, by their address in the pool */
	struct out all;	     /* in memory: values as they came */
	uint32_t n_values;
	uint32_t *rows; /* by hop of the section */
	size_t n_rows, rows_capacity;
	uint64_t section;
};

static int html_start(struct printer *p)
{
	struct html *html = calloc(1, sizeof(*html));
	if (!html)
		return -ENOMEM;
	p->state = html;
	cast_init(&html->cast);
	pool_init(&html->values);
	selection_all(&html->columns, VIEW_HOPS, true);
	int err = out_init(&html->value, -1);
	return err ? err : out_init(&html->all, -1);
}

static void html_release(struct printer *p)
{
	struct html *html = p->state;
	if (!html)
		return;
	cast_release(&html->cast);
	out_release(&html->value);
	out_release(&html->all);
	pool_release(&html->values);
	index_release(&html->places);
	free(html->rows);
	free(html);
}

static void put_heading(struct printer *p)
{
	const struct html *html = p->state;
	out_word(p->out, page_head);
	out_word(p->out, "{\"version\":\"" VERSION "\",\"view\":\"");
	out_word(p->out, p->selection.view == VIEW_CHAINS ? "chains" : "passes");
	out_word(p->out,
		 "\",\"columns\":[\"section\",\"chain\",\"before\",\"from#\",\"to#\","
		 "\"from\",\"to\",\"object\",\"via\"");
	for (size_t i = 0; i < html->columns.n; i++) {
		out_word(p->out, ",\"");
		out_word(p->out, html->columns.columns[i]->path);
		out_char(p->out, '"');
	}
	/* As many of the first are numbers, and so are those named here. */
	out_word(p->out, "],\"numbers\":[0,1,2,3,4");
	for (size_t i = 0; i < html->columns.n; i++) {
		if (html->columns.columns[i]->type != CELL_NUMBER)
			continue;
		out_char(p->out, ',');
		out_u64(p->out, i + 9);
	}
	out_word(p->out, "],\"rows\":[\n");
}

static void put_number(struct out *o, uint32_t number)
{
	if (number == ROW_NONE)
		out_word(o, "null");
	else
		out_u64(o, number);
	out_char(o, ',');
}

/* Puts the place of the value in hand, which is JSON. */
static int put_place(struct printer *p)
{
	struct html *html = p->state;
	struct fdp_text value = {html->value.data, html->value.len};
	int err = pool_intern(&html->values, &value);
	if (err)
		return err;
	uint64_t key = (uintptr_t)value.data;
	uint32_t place = index_get(&html->places, key);
	if (place == INDEX_NONE) {
		place = html->n_values++;
		err = index_set(&html->places, key, place);
		if (html->all.len)
			out_word(&html->all, ",\n");
		text_script(&html->all, value);
	}
	out_u64(p->out, place);
	html->value.len = 0;
	return err;
}

/* What is in scratch, as a text. */
static int put_shown(struct printer *p)
{
	struct html *html = p->state;
	out_char(&html->value, '"');
	text_json(&html->value, (struct fdp_text){p->scratch.data, p->scratch.len});
	out_char(&html->value, '"');
	p->scratch.len = 0;
	int err = put_place(p);
	out_char(p->out, ',');
	return err;
}

static int put_texts(struct printer *p, const struct row *row, uint32_t from, uint32_t to)
{
	p->scratch.len = 0;
	cast_show(&p->scratch, row, &row->pass->from, from);
	int err = put_shown(p);
	cast_show(&p->scratch, row, &row->pass->to, to);
	if (!err)
		err = put_shown(p);
	show_object(row, &p->scratch);
	if (!err)
		err = put_shown(p);
	show_via(row, &p->scratch);
	return err ? err : put_shown(p);
}

static int put_cells(struct printer *p, const struct row *row)
{
	struct html *html = p->state;
	int err = 0;
	for (size_t i = 0; !err && i < html->columns.n; i++) {
		const struct column *column = html->columns.columns[i];
		if (i)
			out_char(p->out, ',');
		if (column->type == CELL_NUMBER) {
			print_json_cell(p, column, row, p->out);
			continue;
		}
		print_json_cell(p, column, row, &html->value);
		err = put_place(p);
	}
	return err;
}

/* Remembers which row the hop is: the next ones of its chain will name it. */
static int add_hop(struct printer *p, const struct row *row)
{
	struct html *html = p->state;
	if (row->hop->alone)
		return 0;
	size_t hop = (size_t)(row->hop - row->chains->hops);
	while (html->n_rows <= hop) {
		void *grown = array_grow(html->rows, html->n_rows, &html->rows_capacity,
					 sizeof(*html->rows));
		if (!grown)
			return -ENOMEM;
		html->rows = grown;
		html->rows[html->n_rows++] = ROW_NONE;
	}
	html->rows[hop] = (uint32_t)p->rows;
	return 0;
}

static uint32_t row_of(const struct html *html, uint32_t hop)
{
	return hop < html->n_rows ? html->rows[hop] : ROW_NONE;
}

static int html_row(struct printer *p, const struct row *row)
{
	struct html *html = p->state;
	uint32_t from, to;
	bool is_new;
	int err = cast_sender(&html->cast, row, &from, &is_new);
	if (!err)
		err = cast_receiver(&html->cast, row, &to, &is_new);
	if (!err)
		err = add_hop(p, row);
	if (err)
		return err;
	if (p->rows)
		out_word(p->out, ",\n");
	else
		put_heading(p);
	out_char(p->out, '[');
	out_u64(p->out, html->section);
	out_char(p->out, ',');
	put_number(p->out, row_of(html, chain_place(row->chains, row->hop).root));
	put_number(p->out, row_of(html, row->hop->before));
	put_number(p->out, from);
	put_number(p->out, to);
	err = put_texts(p, row, from, to);
	if (!err)
		err = put_cells(p, row);
	out_char(p->out, ']');
	return err ? err : html->all.err;
}

static int html_section(struct printer *p)
{
	struct html *html = p->state;
	cast_restart(&html->cast);
	html->section++;
	html->n_rows = 0;
	return 0;
}

static int html_finish(struct printer *p)
{
	const struct html *html = p->state;
	if (!p->rows)
		put_heading(p);
	out_word(p->out, "],\"values\":[\n");
	out_bytes(p->out, html->all.data, html->all.len);
	out_word(p->out, "]}\n");
	out_word(p->out, page_tail);
	return p->out->err;
}

const struct printer_ops print_html_ops = {
	.start = html_start,
	.row = html_row,
	.section = html_section,
	.finish = html_finish,
	.release = html_release,
};
