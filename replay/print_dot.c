// SPDX-License-Identifier: BSD-2-Clause
/*
 * Graphviz: the graph of the processes. Of passes, an edge stands for all from one
 * process to another that ended alike; of chains, for one pass, in the colour of its
 * chain and with its place in it, but of many between the same two the last ones have one
 * edge together.
 */
#include "printer.h"

#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "cast.h"
#include "pool.h"
#include "shape.h"

/* Objects that an edge names; more are counted. */
#define OBJECTS_MAX 4
/* Passes between the same two that are drawn one by one: chains of a single pass, others.
 */
#define ALONE_MAX 8
#define LINKED_MAX 64

struct edge {
	uint32_t from, to;
	uint8_t outcome;
	uint64_t passes;
	uint32_t n_objects, more;
	struct fdp_text objects[OBJECTS_MAX]; /* in the pool: equal ones are the same */
};

struct dot {
	struct cast cast;
	struct index index; /* of edges, by their ends and outcome */
	struct index drawn; /* by the same: how many were drawn one by one */
	struct edge *edges;
	size_t n, capacity;
	struct pool objects;
};

static int dot_start(struct printer *p)
{
	struct dot *dot = calloc(1, sizeof(*dot));
	if (!dot)
		return -ENOMEM;
	cast_init(&dot->cast);
	pool_init(&dot->objects);
	p->state = dot;
	return 0;
}

static void dot_release(struct printer *p)
{
	struct dot *dot = p->state;
	if (!dot)
		return;
	cast_release(&dot->cast);
	index_release(&dot->index);
	index_release(&dot->drawn);
	pool_release(&dot->objects);
	free(dot->edges);
	free(dot);
}

static void put_heading(struct out *o)
{
	out_word(o, "digraph fdpass {\n"
		    "\trankdir=LR;\n"
		    "\tnode [shape=box, style=\"rounded,filled\", "
		    "fillcolor=\"#eef3fb\", color=\"#5b7aa9\", "
		    "fontname=\"Helvetica\"];\n"
		    "\tedge [fontname=\"Helvetica\", fontsize=10, "
		    "color=\"#3d5a80\"];\n");
}

static void put_name(struct out *o, uint32_t number)
{
	out_char(o, 'p');
	out_u64(o, number);
}

static void put_shown(struct printer *p)
{
	text_dot(p->out, (struct fdp_text){p->scratch.data, p->scratch.len});
	p->scratch.len = 0;
}

static void put_node(struct printer *p, const struct row *row, const struct pass_end *end,
		     uint32_t number)
{
	out_char(p->out, '\t');
	put_name(p->out, number);
	out_word(p->out, " [label=\"");
	cast_show(&p->scratch, row, end, number);
	put_shown(p);
	out_word(p->out, number < CAST_FIRST ? "\", style=dashed];\n" : "\"];\n");
}

static void put_arrow(struct out *o, uint32_t from, uint32_t to)
{
	out_char(o, '\t');
	put_name(o, from);
	out_word(o, " -> ");
	put_name(o, to);
	out_word(o, " [label=\"");
}

/* What did not arrive is drawn as a broken line. */
static void put_style(struct out *o, enum outcome outcome)
{
	if (outcome == OUTCOME_SENT)
		out_word(o, ", style=dashed");
	else if (outcome != OUTCOME_DELIVERED && outcome != OUTCOME_PEEKED)
		out_word(o, ", style=dashed, color=\"#c1440e\", fontcolor=\"#c1440e\"");
}

static uint64_t edge_key(const struct pass *pass, uint32_t from, uint32_t to)
{
	return (uint64_t)from << 34 | (uint64_t)to << 4 | pass->outcome;
}

static int edge_find(struct dot *dot, const struct pass *pass, uint32_t from, uint32_t to,
		     struct edge **edgep)
{
	uint64_t key = edge_key(pass, from, to);
	uint32_t place = index_get(&dot->index, key);
	if (place == INDEX_NONE) {
		void *grown = array_grow(dot->edges, dot->n, &dot->capacity,
					 sizeof(*dot->edges));
		if (!grown)
			return -ENOMEM;
		dot->edges = grown;
		place = (uint32_t)dot->n;
		int err = index_set(&dot->index, key, place);
		if (err)
			return err;
		dot->edges[dot->n++] =
			(struct edge){.from = from, .to = to, .outcome = pass->outcome};
	}
	*edgep = &dot->edges[place];
	return 0;
}

static int edge_add_object(struct dot *dot, struct edge *edge, struct fdp_text shown)
{
	for (uint32_t i = 0; i < edge->n_objects; i++)
		if (edge->objects[i].len == shown.len &&
		    memcmp(edge->objects[i].data, shown.data, shown.len) == 0)
			return 0;
	if (edge->n_objects == OBJECTS_MAX) {
		edge->more = 1;
		return 0;
	}
	int err = pool_intern(&dot->objects, &shown);
	if (!err)
		edge->objects[edge->n_objects++] = shown;
	return err;
}

/* And how it came, if not in a message. */
static bool put_object(const struct row *row, struct out *o)
{
	bool known = show_object(row, o);
	if (!known && row->pass->way)
		out_char(o, '?');
	if (row->pass->way) {
		out_word(o, ", ");
		out_word(o, fdp_way_name(row->pass->way));
	}
	return known || row->pass->way;
}

static int add_to_edge(struct printer *p, const struct row *row, uint32_t from,
		       uint32_t to)
{
	struct edge *edge;
	int err = edge_find(p->state, row->pass, from, to, &edge);
	if (err)
		return err;
	edge->passes++;
	if (!put_object(row, &p->scratch))
		return 0;
	struct fdp_text shown = {p->scratch.data, p->scratch.len};
	err = edge_add_object(p->state, edge, shown);
	p->scratch.len = 0;
	return err;
}

static void put_edge(struct printer *p, const struct edge *edge)
{
	struct out *o = p->out;
	put_arrow(o, edge->from, edge->to);
	out_u64(o, edge->passes);
	if (edge->outcome == OUTCOME_DELIVERED)
		out_word(o, edge->passes == 1 ? " pass" : " passes");
	else {
		out_char(o, ' ');
		out_word(o, outcome_name(edge->outcome));
	}
	for (uint32_t i = 0; i < edge->n_objects; i++) {
		out_word(o, "\\n");
		text_dot(o, edge->objects[i]);
	}
	if (edge->more)
		out_word(o, "\\nand others");
	out_char(o, '"');
	put_style(o, edge->outcome);
	out_word(o, "];\n");
}

/* A colour of its own for each chain: hues a golden angle apart. */
static void put_colour(struct out *o, uint32_t chain)
{
	out_word(o, ", color=\"0.");
	out_padded(o, (uint64_t)chain * 618 % 1000, 3);
	out_word(o, " 0.75 0.65\"");
}

static void put_hop(struct printer *p, const struct row *row, uint32_t from, uint32_t to)
{
	const struct pass *pass = row->pass;
	struct out *o = &p->scratch;
	put_arrow(p->out, from, to);
	out_u64(o, chain_place(row->chains, row->hop).depth);
	out_word(o, ": ");
	if (row->hop->link == CHAIN_INHERITED)
		out_word(o, "inherited ");
	if (row->hop->inferred)
		out_word(o, "inferred ");
	if (pass->from.fd >= 0)
		out_i64(o, pass->from.fd);
	out_word(o, " → ");
	if (pass->to.fd >= 0)
		out_i64(o, pass->to.fd);
	else
		show_outcome(row, o);
	put_shown(p);
	out_word(p->out, "\\n");
	put_object(row, o);
	put_shown(p);
	out_char(p->out, '"');
	if (pass_installed(pass))
		put_colour(p->out, chain_place(row->chains, row->hop).root);
	else
		put_style(p->out, pass->outcome);
	out_word(p->out, "];\n");
}

/* Sixty listeners that are handed over once are no sixty lines in a picture. */
static int is_crowded(struct dot *dot, const struct row *row, uint32_t from, uint32_t to,
		      bool *crowdedp)
{
	const struct chain_hop *hop = row->hop;
	bool alone = hop->leaf && hop->before == TRACE_NONE;
	uint64_t key = edge_key(row->pass, from, to) ^ (uint64_t)alone << 63;
	uint32_t n = index_get(&dot->drawn, key);
	n = n == INDEX_NONE ? 0 : n;
	*crowdedp = n == (alone ? ALONE_MAX : LINKED_MAX);
	return *crowdedp ? 0 : index_set(&dot->drawn, key, n + 1);
}

static int dot_row(struct printer *p, const struct row *row)
{
	struct dot *dot = p->state;
	struct row brief = *row;
	uint32_t from, to;
	bool from_new, to_new;
	int err = cast_sender(&dot->cast, row, &from, &from_new);
	if (!err)
		err = cast_receiver(&dot->cast, row, &to, &to_new);
	if (err)
		return err;
	brief.brief = true;
	p->scratch.len = 0;
	if (!p->rows)
		put_heading(p->out);
	if (from_new)
		put_node(p, &brief, &row->pass->from, from);
	if (to_new)
		put_node(p, &brief, &row->pass->to, to);
	bool together = p->selection.view != VIEW_CHAINS;
	if (!together)
		err = is_crowded(dot, row, from, to, &together);
	if (together && !err)
		return add_to_edge(p, &brief, from, to);
	if (!err)
		put_hop(p, &brief, from, to);
	return err;
}

static int dot_section(struct printer *p)
{
	struct dot *dot = p->state;
	for (size_t i = 0; i < dot->n; i++)
		put_edge(p, &dot->edges[i]);
	dot->n = 0;
	index_release(&dot->index);
	index_release(&dot->drawn);
	pool_release(&dot->objects);
	cast_restart(&dot->cast);
	return 0;
}

static int dot_finish(struct printer *p)
{
	if (!p->rows)
		put_heading(p->out);
	out_word(p->out, "}\n");
	return p->out->err;
}

const struct printer_ops print_dot_ops = {
	.start = dot_start,
	.row = dot_row,
	.section = dot_section,
	.finish = dot_finish,
	.release = dot_release,
};
