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
	const struct picture_choice *choice;
	bool *wanted; /* by hop, of a choice of chains; or NULL */
	size_t at;    /* the next hop: hops are those passes whose file is known */
};

static bool is_wanted(const struct drawing *d, const struct pass *pass, size_t hop)
{
	struct row row = {.trace = d->chains->trace, .pass = pass};
	if (!d->choice)
		return true;
	if (d->choice->of_chains)
		return pass->file && d->wanted[hop];
	return d->choice->fn(d->choice->ctx, &row);
}

/* Chains share hops: a hop is wanted if one of its chains is. */
static int choose_chains(struct drawing *d)
{
	const struct chains *chains = d->chains;
	if (!d->choice || !d->choice->of_chains)
		return 0;
	d->wanted = calloc(chains->n + 1, sizeof(*d->wanted));
	if (!d->wanted)
		return -ENOMEM;
	for (size_t i = 0; i < chains->n; i++) {
		struct pass pass;
		struct row row = {.trace = chains->trace, .pass = &pass};
		row.chains = chains;
		row.hop = &chains->hops[i];
		if (!row.hop->leaf)
			continue;
		chain_pass(chains, row.hop, &pass);
		if (!d->choice->fn(d->choice->ctx, &row))
			continue;
		for (size_t at = i; at != TRACE_NONE && !d->wanted[at];
		     at = chains->hops[at].before)
			d->wanted[at] = true;
	}
	return 0;
}

static int draw_pass(void *ctx, const struct pass *pass, const struct pass_source *source)
{
	struct drawing *drawing = ctx;
	size_t at = drawing->at;
	drawing->at += pass->file != 0;
	if (!is_wanted(drawing, pass, at))
		return 0;
	if (pass->file)
		return draw_hop(drawing->printer, drawing->chains, at);
	struct chain_hop alone = chain_hop_alone(pass, source);
	struct row row = {
		.trace = drawing->chains->trace,
		.pass = pass,
		.chains = drawing->chains,
		.hop = &alone,
	};
	return printer_row(drawing->printer, &row);
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

static int draw_by_chain(const struct drawing *d)
{
	const struct chains *chains = d->chains;
	bool *drawn = calloc(chains->n + 1, sizeof(*drawn));
	if (!drawn)
		return -ENOMEM;
	int err = 0;
	for (size_t i = 0; !err && i < chains->n; i++)
		if (chains->hops[i].leaf && (!d->wanted || d->wanted[i]))
			err = draw_chain(d->printer, chains, i, drawn);
	free(drawn);
	return err;
}

int picture_draw(struct printer *printer, const struct match *match,
		 enum picture_order order, const struct picture_choice *choice)
{
	struct chains chains;
	struct drawing drawing = {printer, &chains, choice, NULL, 0};
	int err = chains_init(&chains, match);
	if (!err)
		err = choose_chains(&drawing);
	if (!err && order == PICTURE_BY_CHAIN)
		err = draw_by_chain(&drawing);
	else if (!err)
		err = match_all_passes(match, draw_pass, &drawing);
	free(drawing.wanted);
	chains_release(&chains);
	return err ? err : printer_section(printer);
}
