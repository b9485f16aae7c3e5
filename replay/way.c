// SPDX-License-Identifier: BSD-2-Clause
#include "way.h"

#include "hops.h"
#include "shape.h"

/* How the two texts differ: in what they say of one end of a pass. */
typedef void (*put_end_fn)(const struct row *row, const struct pass_end *end,
			   struct out *o);

static void put_name(const struct row *row, const struct pass_end *end, struct out *o)
{
	if (end->process == TRACE_NONE) {
		out_char(o, '?');
		return;
	}
	text_raw_apart(o, trace_process_name(&row->trace->processes.items[end->process]));
}

static void put_number(const struct row *row, const struct pass_end *end, struct out *o)
{
	if (!show_end(row, end, o))
		out_char(o, '?');
	if (end->fd >= 0) {
		out_char(o, ' ');
		out_i64(o, end->fd);
	} else if (end->slot >= 0) {
		out_word(o, " #");
		out_i64(o, end->slot);
	}
}

static void put_tint(const struct row *row, enum tint tint, struct out *o)
{
	if (row->tinted)
		out_word(o, tint_sequence(tint));
}

static void put_outcome(const struct row *row, struct out *o)
{
	put_tint(row, outcome_tint(row->pass->outcome), o);
	out_char(o, '[');
	show_outcome(row, o);
	out_char(o, ']');
	put_tint(row, TINT_NONE, o);
}

static void put_hop(const struct row *row, put_end_fn put_end, struct out *o)
{
	const struct pass *p = row->pass;
	show_arrow(p, o);
	if (p->received)
		put_end(row, &p->to, o);
	if (p->outcome == OUTCOME_DELIVERED)
		return;
	if (p->received)
		out_char(o, ' ');
	put_outcome(row, o);
}

/* Nobody saw it arrive there, or nobody knows that it is the same file. */
static void put_inferred(const struct row *row, put_end_fn put_end, struct out *o)
{
	if (row->hop->link == CHAIN_LOOK_ALIKE) {
		out_word(o, " [inferred]");
		return;
	}
	out_word(o, " ⇢ [inferred] ");
	put_end(row, &row->pass->from, o);
}

/* What lies between a hop and the one before it, which gave the sender received. */
static void put_joint(const struct row *row, int32_t received, put_end_fn put_end,
		      struct out *o)
{
	const struct pass_end *from = &row->pass->from;
	if (row->hop->link >= CHAIN_PEER) {
		put_inferred(row, put_end, o);
	} else if (row->hop->link == CHAIN_INHERITED) {
		out_word(o, " ⇢ ");
		put_end(row, from, o);
	} else if (put_end == put_number && from->fd >= 0 && from->fd != received) {
		out_char(o, '/');
		out_i64(o, from->fd);
	}
}

static void put_way(const struct row *leaf, put_end_fn put_end, struct out *o)
{
	struct hops hops;
	int32_t received = FDP_FD_UNKNOWN;
	hops_begin(&hops, leaf);
	for (const struct row *hop; (hop = hops_next(&hops));) {
		bool first = hops.next == 1;
		if (first)
			put_end(hop, &hop->pass->from, o);
		else
			put_joint(hop, received, put_end, o);
		if (first && chain_place(leaf->chains, leaf->hop).depth > hops.n)
			out_word(o, " …");
		put_hop(hop, put_end, o);
		received = hop->pass->to.fd;
	}
}

void way_put_start(const struct row *row, bool number, struct out *o)
{
	struct pass_end end = row->pass->from;
	if (!number)
		end.fd = FDP_FD_UNKNOWN;
	put_number(row, &end, o);
}

void way_put_branch(const struct row *row, struct out *o)
{
	const struct pass_end *from = &row->pass->from;
	if (row->hop->link == CHAIN_LOOK_ALIKE)
		out_word(o, "[inferred] ");
	if (row->hop->link == CHAIN_INHERITED) {
		out_word(o, "⇢ ");
		put_number(row, from, o);
	} else if (row->hop->link == CHAIN_PEER || row->hop->link == CHAIN_SAME_NAME) {
		out_word(o, "⇢ [inferred] ");
		put_number(row, from, o);
	} else if (from->fd >= 0) {
		out_i64(o, from->fd);
	} else {
		out_char(o, '?');
	}
}

void way_put_hop(const struct row *row, const int32_t *received, struct out *o)
{
	if (received)
		put_joint(row, *received, put_number, o);
	put_hop(row, put_number, o);
}

void way_put_file(const struct row *row, struct out *o)
{
	out_word(o, "   ");
	put_tint(row, TINT_FILE, o);
	if (!show_file_addressed(row, o))
		out_char(o, '-');
	put_tint(row, TINT_NONE, o);
}

bool show_chain(const struct row *row, struct out *o)
{
	put_way(row, put_number, o);
	way_put_file(row, o);
	return true;
}

void get_way(const struct row *row, const struct column *column, struct cell *cell)
{
	struct out *o = row->scratch;
	(void)column;
	o->len = 0;
	put_way(row, put_name, o);
	cell->type = CELL_TEXT;
	cell->text = (struct fdp_text){o->data, o->len};
}
