// SPDX-License-Identifier: BSD-2-Clause
#include "section.h"

#include <string.h>

#include "leak.h"
#include "picture.h"
#include "process.h"
#include "tree.h"

static int print_row(struct view *v, const struct row *row)
{
	if (v->shown >= v->top)
		return 0;
	v->shown++;
	return printer_row(v->printer, row);
}

/* Rows to be sorted, and what is to be compared, take as much as is wanted of it. */
static int take_room(struct view *v)
{
	return budget_keep(&v->budget, &v->trace,
			   v->rows.n * sizeof(struct kept_row) + v->heaps[0].text.len +
				   v->heaps[1].text.len);
}

/* A row that is wanted: what is made of it. */
static int put_row(struct view *v, const struct row *row)
{
	switch (v->work) {
	case WORK_NORMAL:
		return row->hop ? normal_put_chain(&v->normal, row, v->out)
				: normal_put_pass(&v->normal, row, v->out);
	case WORK_DIFF:
		return row->hop ? normal_put_chain(NULL, row, &v->heap->text)
				: normal_put_pass(NULL, row, &v->heap->text);
	case WORK_CHECK:
		return check_pass(&v->question->check, row, v->out);
	default:
		return v->question->order.n ? rows_add(&v->rows, row) : print_row(v, row);
	}
}

static int take_row(struct view *v, const struct row *row)
{
	int err = put_row(v, row);
	return err ? err : take_room(v);
}

int section_print_sorted(struct view *v)
{
	int err = v->rows.n ? rows_sort(&v->rows, &v->question->order) : 0;
	for (size_t i = 0; !err && i < v->rows.n; i++)
		err = print_row(v, rows_get(&v->rows, i));
	rows_clear(&v->rows);
	return err;
}

static bool row_is_wanted(struct view *v, const struct row *row)
{
	struct filter *filter = v->question->filter;
	return !filter || !filter_is_of_rows(filter) || filter_wants(filter, row, NULL);
}

/* Of what a view counts. */
static bool pass_is_counted(struct view *v, const struct row *row)
{
	struct filter *filter = v->question->filter;
	return !filter || filter_is_of_rows(filter) || filter_wants(filter, row, NULL);
}

/* A row of counts. */
static int take_counts(struct view *v, const struct row *row)
{
	return row_is_wanted(v, row) ? take_row(v, row) : 0;
}

int section_take_pass(void *ctx, const struct pass *pass,
		      const struct pass_source *source)
{
	struct view *v = ctx;
	struct row row = {.trace = &v->trace, .pass = pass};
	if (!row_is_wanted(v, &row))
		return 0;
	return v->work == WORK_CHOOSE ? choice_add(&v->choice, pass, source)
				      : take_row(v, &row);
}

/* Counts: of passes that are wanted. */
struct counting {
	struct view *view;
	pass_fn add;
	void *counts;
};

static int count_pass(void *ctx, const struct pass *pass,
		      const struct pass_source *source)
{
	const struct counting *counting = ctx;
	struct view *v = counting->view;
	struct row row = {.trace = &v->trace, .pass = pass};
	if (!pass_is_counted(v, &row))
		return 0;
	return counting->add(counting->counts, pass, source);
}

/* A chain is wanted when one of its hops is. */
static bool chain_is_wanted(struct view *v, const struct row *leaf)
{
	struct filter *filter = v->question->filter;
	return !filter || filter_wants_chain(filter, leaf);
}

/* The instant that is asked about. */
static uint64_t asked_instant(struct view *v)
{
	uint64_t at_ns;
	if (!v->options->has_at)
		return UINT64_MAX;
	if (moment_resolve(&v->options->at, &v->trace, &at_ns))
		return at_ns;
	v->window.lost = true;
	return UINT64_MAX;
}

static int print_way(struct view *v, const struct chains *chains)
{
	struct pass pass;
	struct row row = {.trace = &v->trace, .pass = &pass, .chains = chains};
	struct where_pids pids;
	row.hop = where_find(&v->options->where, chains, asked_instant(v), &pass, &pids);
	if (pids.n > 1)
		v->several = pids;
	if (!row.hop || !chain_is_wanted(v, &row))
		return 0;
	v->found = true;
	return take_row(v, &row);
}

static bool is_drawn(void *ctx, const struct row *row)
{
	struct view *v = ctx;
	return row->hop ? chain_is_wanted(v, row) : row_is_wanted(v, row);
}

/* A row for each way from a root to a leaf. */
static int take_leaves(struct view *v, const struct chains *chains)
{
	int err = 0;
	for (size_t i = 0; !err && i < chains->n; i++) {
		const struct chain_hop *hop = &chains->hops[i];
		struct pass pass;
		if (!hop->leaf)
			continue;
		chain_pass(chains, hop, &pass);
		struct row row = {
			.trace = &v->trace,
			.pass = &pass,
			.chains = chains,
			.hop = hop,
		};
		if (chain_is_wanted(v, &row))
			err = take_row(v, &row);
	}
	return err;
}

static bool draws_trees(const struct view *v)
{
	const struct options *o = v->options;
	return v->work == WORK_ROWS && o->format == PRINT_TABLE && !o->columns &&
	       !o->sort && !o->top;
}

static int print_chains(struct view *v, const struct match *match)
{
	struct chains chains;
	int err = chains_init(&chains, match);
	if (!err && v->work == WORK_WHERE)
		err = print_way(v, &chains);
	else if (!err && draws_trees(v))
		err = tree_print(v->out, &chains, is_drawn, v);
	else if (!err)
		err = take_leaves(v, &chains);
	/* Rows that wait for others need the chains. */
	if (!err)
		err = section_print_sorted(v);
	chains_release(&chains);
	return err;
}

static bool took_part(const struct process_tally *p)
{
	return p->sent || p->failed || p->received || p->missed;
}

static int print_processes(struct view *v, const struct match *match)
{
	struct processes all;
	int err = processes_init(&all, &v->trace);
	if (!err)
		err = match_all_passes(match, count_pass,
				       &(struct counting){v, processes_add, &all});
	for (size_t i = 0; !err && i < all.n; i++) {
		struct row row = {.trace = &v->trace, .process = &all.items[i]};
		if (took_part(row.process))
			err = take_counts(v, &row);
	}
	if (!err)
		err = section_print_sorted(v);
	processes_release(&all);
	return err;
}

int section_sum_pass(void *ctx, const struct pass *pass, const struct pass_source *source)
{
	struct view *v = ctx;
	struct row row = {.trace = &v->trace, .pass = pass};
	return pass_is_counted(v, &row) ? summary_add(&v->summary, pass, source) : 0;
}

int section_print_summary(struct view *v)
{
	int err = 0;
	summary_sort(&v->summary);
	for (size_t i = 0; !err && i < v->summary.n; i++) {
		struct row row = {.trace = &v->trace, .summary = &v->summary.items[i]};
		err = take_counts(v, &row);
	}
	if (!err)
		err = section_print_sorted(v);
	summary_clear(&v->summary);
	return err;
}

static int print_picture(struct view *v, const struct match *match)
{
	/* The others have a place for each pass, whenever it comes. */
	bool by_chain = v->id == VIEW_CHAINS && v->options->format == PRINT_MERMAID;
	struct picture_choice choice = {is_drawn, v, v->id == VIEW_CHAINS};
	return picture_draw(v->printer, match,
			    by_chain ? PICTURE_BY_CHAIN : PICTURE_BY_TIME,
			    v->question->filter ? &choice : NULL);
}

/* Whether what nobody has is a part of a name of something that somebody has. */
static int find_resembling(struct view *v, const struct holders *holders)
{
	struct out pattern;
	int err = out_init(&pattern, -1);
	if (err)
		return err;
	out_char(&pattern, '*');
	out_word(&pattern, v->options->who_has);
	out_char(&pattern, '*');
	for (size_t i = 0; i < holders->n && !v->resembles; i++)
		v->resembles = holder_has(holders, &holders->items[i],
					  (struct fdp_text){pattern.data, pattern.len});
	err = pattern.err;
	out_release(&pattern);
	return err;
}

static int print_holders(struct view *v, const struct holders *holders)
{
	struct fdp_text wanted = {v->options->who_has, strlen(v->options->who_has)};
	bool any = false;
	int err = 0;
	for (size_t i = 0; !err && i < holders->n; i++) {
		struct row row = {.trace = &v->trace, .pass = &holders->items[i].pass};
		if (!holder_has(holders, &holders->items[i], wanted))
			continue;
		any = true;
		if (!row_is_wanted(v, &row))
			continue;
		v->found = true;
		err = take_row(v, &row);
	}
	return err || any ? err : find_resembling(v, holders);
}

static int print_leaks(struct view *v, const struct holders *holders)
{
	struct leaks leaks;
	int err = leaks_init(&leaks, holders);
	for (size_t i = 0; !err && i < leaks.n; i++) {
		struct row row = {
			.trace = &v->trace,
			.pass = leaks.items[i].pass,
			.leak = &leaks.items[i],
		};
		err = take_counts(v, &row);
	}
	if (!err)
		err = section_print_sorted(v);
	leaks_release(&leaks);
	return err;
}

/* Who has what, and what became of it. */
static int print_held(struct view *v, const struct match *match)
{
	struct holders holders;
	int err = holders_init(&holders, &v->trace, asked_instant(v));
	struct counting counting = {v, holders_add, &holders};
	if (!err && v->work == WORK_HOLDERS)
		err = match_all_passes(match, holders_add, &holders);
	else if (!err)
		err = match_all_passes(match, count_pass, &counting);
	holders_end(&holders);
	if (!err)
		err = v->work == WORK_HOLDERS ? print_holders(v, &holders)
					      : print_leaks(v, &holders);
	holders_release(&holders);
	return err;
}

/* A pass of nobody knows what is in no chain, and yet something that happened. */
static int take_fileless(void *ctx, const struct pass *pass,
			 const struct pass_source *source)
{
	struct view *v = ctx;
	return pass->file || v->question->filter ? 0 : section_take_pass(v, pass, source);
}

static int print_rows(struct view *v, const struct match *match)
{
	if (print_is_picture(v->options->format))
		return print_picture(v, match);
	switch (v->id) {
	case VIEW_CHAINS:
		return print_chains(v, match);
	case VIEW_PROCESSES:
		return print_processes(v, match);
	case VIEW_LEAKS:
	case VIEW_RECEIVES:
		return print_held(v, match);
	default:
		return match_all_passes(match, section_take_pass, v);
	}
}

int section_print(struct view *v)
{
	struct match match;
	int err = match_init(&match, &v->trace);
	if (!err)
		err = normal_init(&v->normal, &v->trace);
	if (err)
		goto out;
	err = print_rows(v, &match);
	if (!err && v->id == VIEW_CHAINS &&
	    (v->work == WORK_DIFF || v->work == WORK_NORMAL))
		err = match_all_passes(&match, take_fileless, v);
	if (!err && v->work == WORK_CHECK)
		err = check_trace(&v->question->check, &v->trace, v->out);
out:
	normal_release(&v->normal);
	match_release(&match);
	return err;
}
