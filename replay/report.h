/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports: what is said on standard error of the traces that are read, a line each, and
 * what it means for the exit status.
 */
#pragma once

#include "source.h"

/* Says it, escaped for a terminal: names of files are chosen by others too. */
__attribute__((format(printf, 1, 2))) void report(const char *format, ...);

/* As diff(1) has it: 1 is the answer no. */
enum { EXIT_WELL = 0, EXIT_NO = 1, EXIT_ERROR = 2, EXIT_INCOMPLETE = 3 };

/* What has gone wrong so far. */
struct verdict {
	bool error, no, incomplete;
	bool stop;   /* the output is gone, or memory */
	bool silent; /* what is wrong is told when it is read again */
};

int verdict_status(const struct verdict *verdict);

/*
 * Of the reader. ended: the section has its trailer. Returns false if there is no going
 * on.
 */
bool report_failure(struct verdict *verdict, const char *name, bool ended, int err,
		    const struct fdp_failure *failure);

/* Why a trace that is followed has no end. Returns false if its reader knows better. */
bool report_followed(struct verdict *verdict, const struct source *source,
		     const char *name);

/* Of a trace that was read. */
void report_lost(struct verdict *verdict, const char *name, const struct view *v);
void report_window(struct verdict *verdict, const char *name, const struct view *v);
void report_bounds(const char *name, const struct view *v);
void report_skipped(const struct verdict *verdict, const char *name,
		    const struct fdp_reader *reader);
void report_budget(struct verdict *verdict, const char *name, const struct view *v);

/* Of all of them, when they are shown. */
void report_merge(struct verdict *verdict, const struct view *v);
void report_width(const struct view *v);
void report_answer(struct verdict *verdict, const struct view *v);
void report_unwatched(const struct view *v);
void report_output(struct verdict *verdict, const char *output, int err);
