// SPDX-License-Identifier: BSD-2-Clause
/*
 * Mermaid: a sequence diagram, which sites for bug reports render. An arrow is a pass:
 * solid when it was delivered, dotted for a look, with a cross when it did not arrive. Of
 * chains, each begins with a note that names the file.
 */
#include "printer.h"

#include <errno.h>
#include <stdlib.h>

#include "cast.h"
#include "shape.h"

static int mermaid_start(struct printer *p)
{
	struct cast *cast = calloc(1, sizeof(*cast));
	if (!cast)
		return -ENOMEM;
	cast_init(cast);
	p->state = cast;
	return 0;
}

static void mermaid_release(struct printer *p)
{
	struct cast *cast = p->state;
	if (!cast)
		return;
	cast_release(cast);
	free(cast);
}

static void put_shown(struct printer *p)
{
	text_mermaid(p->out, (struct fdp_text){p->scratch.data, p->scratch.len});
	p->scratch.len = 0;
}

static void put_name(struct printer *p, uint32_t number)
{
	out_char(p->out, 'p');
	out_u64(p->out, number);
}

static void put_participant(struct printer *p, const struct row *row,
			    const struct pass_end *end, uint32_t number)
{
	out_word(p->out, "    participant ");
	put_name(p, number);
	out_word(p->out, " as ");
	cast_show(&p->scratch, row, end, number);
	put_shown(p);
	out_char(p->out, '\n');
}

static const char *arrow(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_DELIVERED:
		return "->>";
	case OUTCOME_PEEKED:
		return "-->>";
	case OUTCOME_QUEUED:
	case OUTCOME_SENT:
		return "-)";
	default:
		return "-x";
	}
}

static void put_note(struct printer *p, const struct row *row, uint32_t from)
{
	const struct chain_hop *hop = row->hop;
	out_word(p->out, "    Note over ");
	put_name(p, from);
	out_word(p->out, ": ");
	if (hop->link == CHAIN_INHERITED)
		out_word(&p->scratch, "inherited ");
	if (hop->inferred)
		out_word(&p->scratch, "inferred ");
	if (!show_object(row, &p->scratch))
		out_word(&p->scratch, "no descriptor");
	put_shown(p);
	out_char(p->out, '\n');
}

/* "3 → 112 chr /dev/null, truncated EMFILE" */
static void put_label(struct printer *p, const struct row *row)
{
	const struct pass *pass = row->pass;
	struct out *o = &p->scratch;
	if (pass->from.fd >= 0)
		out_i64(o, pass->from.fd);
	if (pass->to.fd >= 0) {
		out_word(o, pass->from.fd >= 0 ? " → " : "→ ");
		out_i64(o, pass->to.fd);
	}
	if (o->len)
		out_char(o, ' ');
	if (!show_object(row, o))
		out_word(o, "no descriptor");
	if (pass->way) {
		out_word(o, ", ");
		out_word(o, fdp_way_name(pass->way));
	}
	if (pass->outcome != OUTCOME_DELIVERED) {
		out_word(o, ", ");
		show_outcome(row, o);
	}
	put_shown(p);
}

static int mermaid_row(struct printer *p, const struct row *row)
{
	struct row brief = *row;
	uint32_t from, to;
	bool from_new, to_new;
	int err = cast_sender(p->state, row, &from, &from_new);
	if (!err)
		err = cast_receiver(p->state, row, &to, &to_new);
	if (err)
		return err;
	brief.brief = true;
	p->scratch.len = 0;
	if (!p->rows)
		out_word(p->out, "sequenceDiagram\n    autonumber\n");
	if (from_new)
		put_participant(p, &brief, &row->pass->from, from);
	if (to_new)
		put_participant(p, &brief, &row->pass->to, to);
	uint8_t link = row->hop->link;
	if (p->selection.view == VIEW_CHAINS &&
	    (link == CHAIN_FIRST || link >= CHAIN_INHERITED))
		put_note(p, &brief, from);
	out_word(p->out, "    ");
	put_name(p, from);
	out_word(p->out, arrow(row->pass->outcome));
	put_name(p, to);
	out_word(p->out, ": ");
	put_label(p, &brief);
	out_char(p->out, '\n');
	return 0;
}

static int mermaid_section(struct printer *p)
{
	cast_restart(p->state);
	return 0;
}

static int mermaid_finish(struct printer *p)
{
	if (!p->rows)
		out_word(p->out, "sequenceDiagram\n    participant p1 as nobody\n"
				 "    Note over p1: nothing was passed\n");
	return p->out->err;
}

const struct printer_ops print_mermaid_ops = {
	.start = mermaid_start,
	.row = mermaid_row,
	.section = mermaid_section,
	.finish = mermaid_finish,
	.release = mermaid_release,
};
