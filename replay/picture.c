// SPDX-License-Identifier: BSD-2-Clause
#include "picture.h"

#include <errno.h>
#include <stdlib.h>

static int draw_hop(struct printer *printer, const struct chains *chains, size_t place)
{
	struct pass pass;
	chain_pass(chains, &chains->hops[place], &pass);
	struct row row = {
		.trace = chains->trace,
		.pass = &pass,
		.chains = chains,
		.hop = &chains->hops[place],
	};
	return printer_row(printer, &row);
}

struct drawing {
	struct printer *printer;
	const struct chains *chains;
	size_t at; /* the next hop: hops are those passes whose file is known */
};

static int draw_pass(void *ctx, const struct pass *pass, const struct pass_source *source)
{
	struct drawing *drawing = ctx;
	if (pass->file)
		return draw_hop(drawing->printer, drawing->chains, drawing->at++);
	struct chain_hop alone = {
		.source = *source,
		.before = TRACE_NONE,
		.root = TRACE_NONE,
		.depth = 1,
		.outcome = pass->outcome,
	};
	struct row row = {
		.trace = drawing->chains->trace,
		.pass = pass,
		.chains = drawing->chains,
		.hop = &alone,
	};
	return printer_row(drawing->printer, &row);
}

static int draw_by_time(struct printer *printer, const struct match *match,
			const struct chains *chains)
{
	struct drawing drawing = {printer, chains, 0};
	return match_all_passes(match, draw_pass, &drawing);
}

static int draw_chain(struct printer *printer, const struct chains *chains, size_t leaf,
		      bool *drawn)
{
	uint32_t path[CHAIN_SHOWN_MAX];
	size_t n = chain_path(chains, leaf, path);
	int err = 0;
	for (size_t i = 0; !err && i < n; i++) {
		if (!drawn[path[i]])
			err = draw_hop(printer, chains, path[i]);
		drawn[path[i]] = true;
	}
	return err;
}

static int draw_by_chain(struct printer *printer, const struct chains *chains)
{
	bool *drawn = calloc(chains->n + 1, sizeof(*drawn));
	if (!drawn)
		return -ENOMEM;
	int err = 0;
	for (size_t i = 0; !err && i < chains->n; i++)
		if (chains->hops[i].leaf)
			err = draw_chain(printer, chains, i, drawn);
	free(drawn);
	return err;
}

int picture_draw(struct printer *printer, const struct match *match,
		 enum picture_order order)
{
	struct chains chains;
	int err = chains_init(&chains, match);
	if (!err && order == PICTURE_BY_CHAIN)
		err = draw_by_chain(printer, &chains);
	else if (!err)
		err = draw_by_time(printer, match, &chains);
	chains_release(&chains);
	return err ? err : printer_section(printer);
}
