// SPDX-License-Identifier: BSD-2-Clause
#include "view.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "leak.h"
#include "picture.h"
#include "process.h"
#include "tree.h"

/* Nothing is to be sorted or drawn: rows can go as they come. */
static bool prints_at_once(const struct view *v)
{
	return v->work == WORK_ROWS && !v->options->sort &&
	       !print_is_picture(v->options->format);
}

/* Events are not kept. */
static bool streams(const struct view *v)
{
	return v->work == WORK_INFO || v->work == WORK_TWIN || v->work == WORK_REWRITE ||
	       v->tells ||
	       (v->work == WORK_ROWS && (v->id == VIEW_SENDS || v->id == VIEW_RECEIVES ||
					 v->id == VIEW_TRANSFERS));
}

/* Several traces, of which rows are wanted. */
static bool merges(const struct options *o)
{
	return o->n_files > 1 && !o->follow && o->work != WORK_INFO &&
	       o->work != WORK_DIFF && o->work != WORK_TWIN && o->work != WORK_REWRITE;
}

static int print_row(struct view *v, const struct row *row)
{
	if (v->shown >= v->top)
		return 0;
	v->shown++;
	return printer_row(v->printer, row);
}

/* A row that is wanted: what is made of it. */
static int take_row(struct view *v, const struct row *row)
{
	switch (v->work) {
	case WORK_NORMAL:
		return row->hop ? normal_put_chain(&v->normal, row, v->out)
				: normal_put_pass(&v->normal, row, v->out);
	case WORK_DIFF:
		return row->hop ? normal_put_chain(NULL, row, &v->heap->text)
				: normal_put_pass(NULL, row, &v->heap->text);
	case WORK_CHOOSE:
		return choice_add(&v->choice, row->pass);
	case WORK_CHECK:
		return check_pass(&v->question->check, row, v->out);
	default:
		return v->question->order.n ? rows_add(&v->rows, row) : print_row(v, row);
	}
}

/* What had to be sorted first; the rows point to what lives as long as the caller says.
 */
static int print_sorted(struct view *v)
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
	return !filter || filter_wants(filter, row, NULL);
}

static int print_pass(void *ctx, const struct pass *pass,
		      const struct pass_source *source)
{
	(void)source;
	struct view *v = ctx;
	struct row row = {.trace = &v->trace, .pass = pass};
	return row_is_wanted(v, &row) ? take_row(v, &row) : 0;
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
	if (!row_is_wanted(v, &row))
		return 0;
	return counting->add(counting->counts, pass, source);
}

static int print_send(struct view *v, const struct fdp_send *send)
{
	struct pass_event event = {
		.send = send,
		.outcome = pass_outcome_of_send(send),
	};
	return pass_tell(&v->trace, &event, print_pass, v);
}

static int print_receive(struct view *v, const struct fdp_receive *receive)
{
	struct pass_event event = {.receive = receive};
	return pass_tell(&v->trace, &event, print_pass, v);
}

static int print_transfer(struct view *v, const struct fdp_transfer *transfer)
{
	struct pass pass;
	pass_from_transfer(&pass, &v->trace, transfer);
	return print_pass(v, &pass, NULL);
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
	row.hop = chain_find(chains, v->options->where_pid, v->options->where_fd,
			     asked_instant(v), &pass);
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
	return err ? err : print_sorted(v);
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
			err = take_row(v, &row);
	}
	if (!err)
		err = print_sorted(v);
	processes_release(&all);
	return err;
}

static int sum_pass(void *ctx, const struct pass *pass, const struct pass_source *source)
{
	struct view *v = ctx;
	struct row row = {.trace = &v->trace, .pass = pass};
	return row_is_wanted(v, &row) ? summary_add(&v->summary, pass, source) : 0;
}

static int print_summary(struct view *v)
{
	int err = 0;
	summary_sort(&v->summary);
	for (size_t i = 0; !err && i < v->summary.n; i++) {
		struct row row = {.trace = &v->trace, .summary = &v->summary.items[i]};
		err = take_row(v, &row);
	}
	if (!err)
		err = print_sorted(v);
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

static int print_holders(struct view *v, const struct holders *holders)
{
	struct fdp_text wanted = {v->options->who_has, strlen(v->options->who_has)};
	int err = 0;
	for (size_t i = 0; !err && i < holders->n; i++) {
		const struct holder *holder = &holders->items[i];
		if (!holder->gone && holder_has(holders, holder, wanted))
			err = print_pass(v, &holder->pass, NULL);
	}
	return err;
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
		err = take_row(v, &row);
	}
	if (!err)
		err = print_sorted(v);
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
	return pass->file || v->question->filter ? 0 : print_pass(v, pass, source);
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
		return match_all_passes(match, print_pass, v);
	}
}

static int print_section(struct view *v)
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

static int end_section(struct view *v)
{
	if (!v->trace.has_header)
		return 0;
	int err = 0;
	if (v->work == WORK_INFO)
		info_print(v->out, &v->trace, &v->source);
	else if (v->tells)
		err = follow_end(&v->follow);
	else if (!streams(v) && !v->merging)
		err = print_section(v);
	if (!err && v->work == WORK_ROWS && v->id == VIEW_SUMMARY && !v->merging)
		err = print_summary(v);
	if (!err)
		err = print_sorted(v);
	v->shown = 0;
	for (size_t i = 0; i < FDP_LOST_COUNT; i++)
		v->lost[i] += trace_lost(&v->trace, (enum fdp_lost)i);
	v->n_late += v->follow.n_late;
	v->n_forgotten += v->follow.n_forgotten;
	v->follow.n_late = v->follow.n_forgotten = 0;
	sweep_init(&v->sweep);
	v->source.cut = v->source.corrupt = false;
	if (v->merging && !err)
		err = merge_add(&v->merge, &v->trace, v->source.name, v->source.section);
	v->source.section++;
	v->any = true;
	trace_release(&v->trace);
	clock_restart(&v->clock);
	window_restart(&v->window);
	return err ? err : v->out->err;
}

int view_init(struct view *v, const struct options *options, struct question *question,
	      struct out *out)
{
	*v = (struct view){
		.id = options->view,
		.work = options->work == WORK_REWRITE && options->filter ? WORK_CHOOSE
									 : options->work,
		.options = options,
		.question = question,
		.top = options->top ? options->top : UINT64_MAX,
		.twin = {.out = out},
		.out = out,
	};
	v->heap = &v->heaps[0];
	bool sums = v->work == WORK_ROWS && v->id == VIEW_SUMMARY;
	v->tells = sums || (v->id == VIEW_PASSES && prints_at_once(v));
	/* Parents of processes are looked up for the gadget's lines. */
	v->bounded = (v->tells && !options->sort) ||
		     (streams(v) && prints_at_once(v) && options->format != PRINT_IG);
	v->merging = merges(options);
	/* The parts of a merged trace are known by the places of its definitions. */
	v->bounded &= !v->merging;
	trace_init(&v->trace, v->merging || !streams(v));
	clock_init(&v->clock, options->time);
	window_init(&v->window, options);
	sweep_init(&v->sweep);
	v->budget.max = options->max_memory;
	int err = 0;
	if (v->tells)
		err = follow_init(&v->follow, &v->trace,
				  options->follow ? 0 : FOLLOW_WINDOW,
				  sums ? sum_pass : print_pass, v);
	if (!err && sums)
		err = summary_init(&v->summary, &v->trace);
	if (err)
		return err;
	if (options->work == WORK_REWRITE)
		return rewrite_init(&v->rewrite, &options->rewrite, out);
	if (v->work == WORK_DIFF) {
		err = heap_init(&v->heaps[0]);
		return err ? err : heap_init(&v->heaps[1]);
	}
	if (!work_has_rows(v->work))
		return 0;
	/* A chain is a sentence: it wants no heading. */
	enum print_format format = options->format;
	if (options->view == VIEW_CHAINS && format == PRINT_TABLE && !options->columns)
		format = PRINT_LINES;
	return printer_new(&v->printer, format, &question->selection, out, &v->clock);
}

void view_release(struct view *v)
{
	follow_release(&v->follow);
	if (v->work == WORK_ROWS && v->id == VIEW_SUMMARY)
		summary_release(&v->summary);
	if (v->options->work == WORK_REWRITE)
		rewrite_release(&v->rewrite);
	choice_release(&v->choice);
	printer_free(v->printer);
	trace_release(&v->trace);
	merge_release(&v->merge);
	rows_release(&v->rows);
	heap_release(&v->heaps[0]);
	heap_release(&v->heaps[1]);
}

void view_begin(struct view *v, const char *name, uint64_t size)
{
	v->source = (struct info_source){.name = name, .size = size, .section = 1};
	memset(v->lost, 0, sizeof(v->lost));
	v->n_late = v->n_forgotten = 0;
}

/* Those views that keep nothing print it at once. */
static int stream_event(struct view *v, const struct fdp_record *record)
{
	if (v->id == VIEW_SENDS && record->type == FDP_SEND)
		return print_send(v, &record->send);
	if (v->id == VIEW_RECEIVES && record->type == FDP_RECEIVE)
		return print_receive(v, &record->receive);
	if (v->id == VIEW_TRANSFERS && record->type == FDP_TRANSFER)
		return print_transfer(v, &record->transfer);
	return v->tells ? follow_add(&v->follow, record) : 0;
}

/* Bytes, besides the model. */
static size_t kept_for_pass(const struct view *v)
{
	size_t sorted = v->options->sort ? sizeof(struct kept_row) : 0;
	bool links = v->id == VIEW_CHAINS || v->work == WORK_WHERE;
	return sorted + (links ? sizeof(struct chain_hop) + CHAIN_RECEIPT_SIZE : 0);
}

int view_add(struct view *v, const struct fdp_record *record)
{
	int err = record->type == FDP_HEADER ? end_section(v) : 0;
	if (!err && record->type == FDP_HEADER && v->question->filter &&
	    v->options->work == WORK_REWRITE)
		err = choice_section(&v->choice);
	bool inside = v->work == WORK_CHOOSE || v->merging ||
		      window_has(&v->window, &v->trace, record);
	if (!inside && v->work != WORK_REWRITE)
		return err;
	if (!err && !v->bounded)
		err = budget_check(&v->budget, &v->trace, kept_for_pass(v), record);
	if (!err && v->bounded)
		err = sweep_before(&v->sweep, &v->trace, &v->follow, record);
	v->repeat |= err > 0;
	if (err >= 0)
		err = trace_add(&v->trace, record);
	if (err)
		return err;
	if (v->work == WORK_REWRITE)
		return rewrite_add(&v->rewrite, record,
				   inside && choice_has(&v->choice, record));
	if (v->work == WORK_TWIN) {
		twin_put(&v->twin, record);
		return v->out->err;
	}
	return v->work == WORK_ROWS && !v->merging ? stream_event(v, record) : 0;
}

bool view_take_repeat(struct view *v)
{
	bool repeat = v->repeat;
	v->repeat = false;
	return repeat;
}

bool view_wants_repeats(const struct view *v)
{
	return v->work == WORK_TWIN || v->work == WORK_REWRITE;
}

/* Of a message that is kept, what comes later is kept as well. */
void view_set_window(const struct view *v, struct fdp_reader *reader)
{
	fdp_reader_set_window(reader, v->window.from_ns,
			      v->work == WORK_REWRITE ? UINT64_MAX : v->window.to_ns);
}

int view_idle(struct view *v)
{
	if (!v->options->follow)
		return out_finish(v->out);
	int err = v->tells ? follow_idle(&v->follow) : 0;
	if (!err)
		err = printer_flush(v->printer);
	return err ? err : out_finish(v->out);
}

void view_damage(struct view *v, int err)
{
	v->source.cut |= err == -ENODATA;
	v->source.corrupt |= err == -EBADMSG;
	if (v->work == WORK_REWRITE)
		rewrite_damage(&v->rewrite);
	if (v->work == WORK_TWIN)
		twin_damage(&v->twin);
}

int view_end(struct view *v)
{
	return end_section(v);
}

void view_turn(struct view *v)
{
	v->heap = &v->heaps[1];
	if (v->work != WORK_CHOOSE)
		return;
	v->work = WORK_REWRITE;
	trace_init(&v->trace, !streams(v));
	choice_rewind(&v->choice);
	v->any = false;
}

void view_take_text(struct view *v, struct heap *text)
{
	heap_release(&v->heaps[0]);
	v->heaps[0] = *text;
	*text = (struct heap){0};
	view_turn(v);
}

static int finish_rewriting(struct view *v)
{
	struct out report;
	int err = out_init(&report, STDOUT_FILENO);
	if (!err)
		err = rewrite_finish(&v->rewrite, &report);
	out_release(&report);
	return err;
}

/* The header empties the trace: only then it can be told where its parts come from. */
static int add_merged(void *ctx, const struct fdp_record *record)
{
	struct view *v = ctx;
	int err = view_add(v, record);
	v->trace.origin = &v->merge.origin;
	return err;
}

static int finish_merging(struct view *v)
{
	int err = merge_relate(&v->merge);
	v->merging = false;
	v->trace.keep_events = !streams(v);
	if (!err)
		err = merge_tell(&v->merge, add_merged, v);
	return err ? err : end_section(v);
}

int view_finish(struct view *v)
{
	int err = v->any && v->merging ? finish_merging(v) : 0;
	if (err || !v->any)
		return err;
	if (v->work == WORK_REWRITE)
		return finish_rewriting(v);
	if (v->printer)
		err = printer_finish(v->printer);
	if (v->work == WORK_DIFF)
		err = diff_print(v->out, &v->heaps[0], &v->heaps[1], &v->answer_no);
	if (v->work == WORK_WHERE)
		v->answer_no = !v->found;
	if (v->work == WORK_CHECK)
		v->answer_no = v->question->check.offenders > 0;
	return err ? err : out_finish(v->out);
}
