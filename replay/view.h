/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Views: what becomes of the records of a trace on their way to a printer. The views of
 * one side print each event as it comes, those of passes tell them as they are known;
 * both keep no more than a bounded part of the trace. The others wait for the end of the
 * section, and match it first.
 */
#pragma once

#include "budget.h"
#include "choice.h"
#include "diff.h"
#include "follow.h"
#include "holder.h"
#include "info.h"
#include "merge.h"
#include "normal.h"
#include "print.h"
#include "question.h"
#include "rewrite.h"
#include "summary.h"
#include "sweep.h"
#include "twin.h"
#include "window.h"

struct view {
	enum view_id id;
	enum options_work work;
	const struct options *options;
	struct question *question;
	struct rows rows;    /* of a section, to be sorted */
	uint64_t top, shown; /* rows of a section: wanted at most, and so far */
	struct normal normal;
	struct heap heaps[2]; /* what is compared */
	struct heap *heap;    /* the one that is filled */
	bool answer_no;	      /* the traces differ, a rule is broken, nothing is found */
	bool found;	      /* a way, or somebody who has it */
	struct where_pids several; /* who may be meant: not one */
	bool resembles;		   /* nobody has it, but something of a longer name */
	struct window window;
	struct trace trace;
	struct clock clock;
	struct out *out;
	struct printer *printer; /* NULL: there are no rows */
	struct twin twin;	 /* of WORK_TWIN */
	struct rewrite rewrite;	 /* of WORK_REWRITE */
	struct choice choice;	 /* made by WORK_CHOOSE */
	bool tells;		 /* passes, as they are known */
	bool bounded;		 /* no definition is needed for long */
	bool repeat;		 /* see view_take_repeat() */
	struct follow follow;
	struct sweep sweep;
	struct budget budget;	/* where it is not bounded */
	struct summary summary; /* of VIEW_SUMMARY */
	bool merging;		/* sections are collected, to be told as one */
	struct merge merge;
	struct info_source source;
	bool any; /* there was a section */
	/* Over the sections since view_begin(): what main says in the end. */
	uint64_t lost[FDP_LOST_COUNT];
	uint64_t n_late, n_forgotten; /* messages: see follow.h */
	struct out unwatched;	      /* VIEW_TRANSFERS: see info.h */
};

/* What is asked must last as long as the view. */
int view_init(struct view *v, const struct options *options, struct question *question,
	      struct out *out);
void view_release(struct view *v);

/* A file of that name and size (0 unknown) begins. The name is lent until its end. */
void view_begin(struct view *v, const char *name, uint64_t size);
int view_add(struct view *v, const struct fdp_record *record);
/* Once for each time that the reader is to hand out repeats from the next block on. */
bool view_take_repeat(struct view *v);
/* Whether a definition that comes again as it was tells it anything. */
bool view_wants_repeats(const struct view *v);
/* The reader failed in the section that is being read. */
void view_damage(struct view *v, int err);
/* What the reader need not read. */
void view_set_window(const struct view *v, struct fdp_reader *reader);
/* No more can be read just now: what is known is to be seen. */
int view_idle(struct view *v);
/* The file is at its end, and so is its last section. */
int view_end(struct view *v);

/*
 * The next file begins what is compared with all the files before, or is the first of
 * those of which the choice was made.
 */
void view_turn(struct view *v);

/* The text with which all files are compared; it is the view's now. */
void view_take_text(struct view *v, struct heap *text);

/* No file follows. Without a single section nothing at all is printed. */
int view_finish(struct view *v);
