// SPDX-License-Identifier: BSD-2-Clause
/*
 * JSON: one array of objects, or an object a line. Dotted names become nested objects;
 * what is not known is null, and so is an object of which nothing can be known. Numbers
 * that may exceed 2^53 and times are strings.
 */
#include "printer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hops.h"
#include "memo.h"

/* A text in json_state.texts. */
struct span {
	size_t at, len;
};

/* A column in its object: what is worth working out once. */
struct member {
	const struct column *column;
	enum memo_source source;
	uint32_t run;	    /* its number, unique in the printer */
	size_t n_run;	    /* columns from here on of the same definition */
	size_t n_group;	    /* and of the same object */
	bool nested;	    /* it is in an object of the row's */
	enum row_part part; /* which */
	struct span object; /* ,"from": of the first there */
	struct span key;    /* ,"pid": or, of the first there, {"pid": */
};

struct shape {
	size_t n;
	struct member members[COLUMNS_MAX];
};

struct json_state {
	struct shape row;
	struct shape hop;
	struct out texts; /* in memory */
	struct memo memo;
};

static size_t prefix_length(const char *name)
{
	const char *dot = strchr(name, '.');
	return dot ? (size_t)(dot - name) + 1 : 0;
}

static struct span add_key(struct out *texts, bool first, const char *key, size_t len)
{
	size_t at = texts->len;
	out_bytes(texts, first ? "{\"" : ",\"", 2);
	out_bytes(texts, key, len);
	out_bytes(texts, "\":", 2);
	return (struct span){at, texts->len - at};
}

static bool same_object(const struct selection *s, size_t i, size_t k)
{
	const char *name = column_name(s->columns[i], s->view);
	return strncmp(name, column_name(s->columns[k], s->view), prefix_length(name)) ==
	       0;
}

static void shape_init(struct shape *shape, const struct selection *s, struct out *texts,
		       uint32_t first_run)
{
	shape->n = s->n;
	for (size_t i = s->n; i-- > 0;) {
		const char *name = column_name(s->columns[i], s->view);
		size_t prefix = prefix_length(name);
		bool opens = prefix && (i == 0 || !same_object(s, i, i - 1));
		struct member *m = &shape->members[i];
		*m = (struct member){
			.column = s->columns[i],
			.source = memo_source(s->columns[i]),
			.run = first_run + (uint32_t)i,
			.n_run = 1,
			.n_group = 1,
			.nested = prefix,
			.part = row_part(name, prefix),
			.key = add_key(texts, opens || i == 0, name + prefix,
				       strlen(name + prefix)),
		};
		if (opens)
			m->object = add_key(texts, i == 0, name, prefix - 1);
		if (!prefix || i + 1 == s->n || !same_object(s, i, i + 1))
			continue;
		m->n_group += m[1].n_group;
		if (m->source == m[1].source)
			m->n_run += m[1].n_run;
	}
}

static int json_start(struct printer *p)
{
	struct json_state *state = calloc(1, sizeof(*state));
	if (!state)
		return -ENOMEM;
	p->state = state;
	int err = memo_init(&state->memo, 2 * COLUMNS_MAX);
	if (!err)
		err = out_init(&state->texts, -1);
	if (err)
		return err;
	selection_expand(&p->selection);
	shape_init(&state->row, &p->selection, &state->texts, 0);
	struct selection hops;
	selection_all(&hops, VIEW_HOPS, true);
	shape_init(&state->hop, &hops, &state->texts, COLUMNS_MAX);
	return state->texts.err;
}

static void json_release(struct printer *p)
{
	struct json_state *state = p->state;
	if (!state)
		return;
	out_release(&state->texts);
	memo_release(&state->memo);
	free(state);
}

static void put_words(struct out *o, const struct cell *cell)
{
	out_char(o, '[');
	for (uint32_t i = 0; i < cell->n_words; i++) {
		out_word(o, i ? ",\"" : "\"");
		out_word(o, cell->words[i]);
		out_char(o, '"');
	}
	out_char(o, ']');
}

static void put_time(struct printer *p, struct out *o, const struct row *row,
		     uint64_t boot_ns)
{
	size_t before = p->scratch.len = 0;
	clock_put(&p->scratch, p->clock, CLOCK_UTC, row->trace, boot_ns);
	if (p->scratch.len == before) {
		out_word(o, "null");
		return;
	}
	out_char(o, '"');
	out_bytes(o, p->scratch.data, p->scratch.len);
	out_char(o, '"');
}

static void put_hops(struct printer *p, const struct row *row);

static void put_quoted(struct out *o, const struct cell *cell)
{
	out_char(o, '"');
	if (cell->type == CELL_TEXT)
		text_json(o, cell->text);
	else if (cell->type == CELL_WORD)
		out_bytes(o, cell->text.data, cell->text.len);
	else
		out_u64(o, cell->number);
	if (cell->type == CELL_DEVICE) {
		out_char(o, ':');
		out_u64(o, cell->minor);
	}
	out_char(o, '"');
}

void print_json_cell(struct printer *p, const struct column *column,
		     const struct row *row, struct out *o)
{
	struct cell cell;
	column_get(column, row, &cell);
	switch (cell.type) {
	case CELL_NULL:
		out_bytes(o, "null", 4);
		break;
	case CELL_NUMBER:
		out_u64(o, cell.number);
		break;
	case CELL_BOOL:
		out_word(o, cell.number ? "true" : "false");
		break;
	case CELL_TIME:
		put_time(p, o, row, cell.number);
		break;
	case CELL_WORDS:
		put_words(o, &cell);
		break;
	case CELL_LARGE:
	case CELL_TEXT:
	case CELL_WORD:
	case CELL_DEVICE:
		put_quoted(o, &cell);
		break;
	default:
		out_bytes(o, "null", 4);
	}
}

static void put_value(struct printer *p, const struct column *column,
		      const struct row *row)
{
	if (column->type == CELL_HOPS)
		put_hops(p, row);
	else
		print_json_cell(p, column, row, p->out);
}

static void put_span(struct printer *p, const struct span *span)
{
	const struct json_state *state = p->state;
	out_bytes(p->out, state->texts.data + span->at, span->len);
}

static void put_members(struct printer *p, const struct member *m, size_t n,
			const struct row *row)
{
	for (size_t i = 0; i < n; i++) {
		put_span(p, &m[i].key);
		put_value(p, m[i].column, row);
	}
}

/* Members of one definition: as they were the last time. */
static void put_run(struct printer *p, const struct member *m, const struct row *row)
{
	struct json_state *state = p->state;
	struct out *o = p->out, *text = &state->memo.text;
	struct memo_key key;
	if (m->source == SOURCE_NONE || !memo_key(&key, m->source, row)) {
		put_members(p, m, m->n_run, row);
		return;
	}
	struct memo_slot *slot = memo_slot(&state->memo, row, m->run, &key);
	if (!memo_has(&state->memo, slot, &key)) {
		size_t start = text->len;
		p->out = text;
		put_members(p, m, m->n_run, row);
		p->out = o;
		memo_keep(&state->memo, slot, &key, start);
	}
	out_bytes(o, text->data + slot->at, slot->len);
}

/* The members of one object, or a single one that is in none. */
static void put_group(struct printer *p, const struct member *m, const struct row *row)
{
	if (m->nested)
		put_span(p, &m->object);
	if (m->nested && row_lacks(row, m->part)) {
		out_bytes(p->out, "null", 4);
		return;
	}
	for (size_t i = 0; i < m->n_group; i += m[i].n_run)
		put_run(p, &m[i], row);
	if (m->nested)
		out_char(p->out, '}');
}

static void put_object(struct printer *p, const struct shape *shape,
		       const struct row *row)
{
	for (size_t i = 0; i < shape->n; i += shape->members[i].n_group)
		put_group(p, &shape->members[i], row);
	out_char(p->out, '}');
}

static void put_hops(struct printer *p, const struct row *row)
{
	const struct json_state *state = p->state;
	struct hops hops;
	hops_begin(&hops, row);
	out_char(p->out, '[');
	for (const struct row *hop; (hop = hops_next(&hops));) {
		if (hops.next > 1)
			out_char(p->out, ',');
		put_object(p, &state->hop, hop);
	}
	out_char(p->out, ']');
}

static int json_row(struct printer *p, const struct row *row)
{
	const struct json_state *state = p->state;
	if (p->format == PRINT_JSON)
		out_word(p->out, p->rows ? ",\n" : "[\n");
	put_object(p, &state->row, row);
	if (p->format == PRINT_JSONL)
		out_char(p->out, '\n');
	return 0;
}

static int json_finish(struct printer *p)
{
	if (p->format == PRINT_JSON)
		out_word(p->out, p->rows ? "\n]\n" : "[]\n");
	return p->out->err;
}

const struct printer_ops print_json_ops = {
	.start = json_start,
	.row = json_row,
	.finish = json_finish,
	.release = json_release,
};
