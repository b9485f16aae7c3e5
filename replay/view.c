// SPDX-License-Identifier: BSD-2-Clause
#include "view.h"

#include <errno.h>
#include <string.h>

#include "infer.h"
#include "pair.h"
#include "section.h"

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

static int print_send(struct view *v, const struct fdp_send *send)
{
	struct pass_event event = {
		.send = send,
		.outcome = pass_outcome_of_send(send),
	};
	return pass_tell(&v->trace, &event, section_take_pass, v);
}

static int print_receive(struct view *v, const struct fdp_receive *receive)
{
	struct pass_event event = {.receive = receive};
	return pass_tell(&v->trace, &event, section_take_pass, v);
}

static int print_transfer(struct view *v, const struct fdp_transfer *transfer)
{
	struct pass pass;
	pass_from_transfer(&pass, &v->trace, transfer);
	return section_take_pass(v, &pass, NULL);
}

static int end_section(struct view *v)
{
	if (!v->trace.has_header)
		return 0;
	int err = 0;
	if (v->id == VIEW_TRANSFERS)
		info_put_unwatched(&v->unwatched, &v->trace);
	if (v->work == WORK_INFO)
		info_print(v->out, &v->trace, &v->source);
	else if (v->tells)
		err = follow_end(&v->follow);
	else if (!streams(v) && !v->merging)
		err = section_print(v);
	if (!err && v->work == WORK_ROWS && v->id == VIEW_SUMMARY && !v->merging)
		err = section_print_summary(v);
	if (!err)
		err = section_print_sorted(v);
	v->shown = 0;
	for (size_t i = 0; i < FDP_LOST_COUNT; i++)
		v->lost[i] += trace_lost(&v->trace, (enum fdp_lost)i);
	v->n_late += v->follow.n_late;
	v->n_forgotten += v->follow.n_forgotten;
	v->follow.n_late = v->follow.n_forgotten = 0;
	sweep_init(&v->sweep);
	v->source.cut = v->source.corrupt = false;
	if (v->merging && !err)
		err = budget_merge(&v->budget, &v->trace);
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
	v->merging = options_merge(options);
	v->bounded &= !v->merging; /* where it comes from is known by place */
	trace_init(&v->trace, v->merging || !streams(v));
	clock_init(&v->clock, options->time);
	window_init(&v->window, options);
	sweep_init(&v->sweep);
	v->budget.max = options->max_memory;
	int err = out_init(&v->unwatched, -1);
	if (!err && v->tells)
		err = follow_init(&v->follow, &v->trace,
				  options->follow ? 0 : FOLLOW_WINDOW,
				  sums ? section_sum_pass : section_take_pass, v);
	if (!err && sums)
		err = summary_init(&v->summary, &v->trace);
	if (err)
		return err;
	if (options->work == WORK_REWRITE)
		return rewrite_init(&v->rewrite, &options->rewrite, &v->trace, out);
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
	out_release(&v->unwatched);
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

/* A page has each value once, but those that are of one pass; about. */
#define HTML_PASS_SIZE 420

/* Bytes, besides the model. */
static size_t kept_for_pass(const struct view *v)
{
	enum print_format format = v->options->format;
	bool links = v->id == VIEW_CHAINS || print_is_picture(format);
	return (format == PRINT_HTML ? HTML_PASS_SIZE : 0) +
	       (links && v->merging ? INFER_LOOK_SIZE : 0) +
	       (links ? sizeof(struct chain_hop) + sizeof(struct chain_place) +
				CHAIN_RECEIPT_SIZE
		      : 0);
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
	if (v->work == WORK_REWRITE) {
		bool wanted = choice_has(&v->choice, record);
		return rewrite_add(&v->rewrite, record, inside && wanted);
	}
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

/*
 * Of a message that is kept, what comes later is kept as well. What is chosen by its
 * place is counted from the first on.
 */
void view_set_window(const struct view *v, struct fdp_reader *reader)
{
	fdp_reader_set_window(reader, v->choice.n ? 0 : v->window.from_ns,
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
	if (!err)
		err = pair_parts(&v->merge);
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
		return rewrite_tell(&v->rewrite);
	if (v->printer)
		err = printer_finish(v->printer);
	if (v->work == WORK_DIFF)
		err = diff_print(v->out, &v->heaps[0], &v->heaps[1], &v->answer_no);
	v->answer_no |= (v->work == WORK_WHERE || v->work == WORK_HOLDERS) && !v->found;
	v->answer_no |= v->work == WORK_CHECK && v->question->check.offenders > 0;
	return err ? err : out_finish(v->out);
}
