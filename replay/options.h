/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line, parsed: what to show of which files, how and where. */
#pragma once

#include "budget.h"
#include "clock.h"
#include "moment.h"
#include "print.h"
#include "rewrite.h"
#include "where.h"

enum options_action {
	OPTIONS_RUN,
	OPTIONS_HELP,
	OPTIONS_VERSION,
	OPTIONS_COLUMNS, /* --columns help */
	OPTIONS_SCHEMA,
};

/* What is made of a trace. */
enum options_work {
	WORK_ROWS,
	WORK_INFO,
	WORK_NORMAL,
	WORK_DIFF,
	WORK_CHECK,
	WORK_HOLDERS,
	WORK_WHERE,
	WORK_TWIN,     /* --format text */
	WORK_REWRITE,  /* --redact, --cut */
	WORK_CHOOSE,   /* and before that, which messages a filter wants */
	WORK_ASSEMBLE, /* a trace of its text twin */
	WORK_IMPORT,   /* a trace of what another tool has printed */
};

static inline bool work_has_rows(enum options_work work)
{
	return work == WORK_ROWS || work == WORK_HOLDERS || work == WORK_WHERE;
}

#define OPTIONS_CHECKS_MAX 32

struct options {
	enum options_action action;
	enum options_work work;
	enum view_id view;
	enum print_format format;
	enum clock_mode time;
	bool force;
	bool follow;
	bool no_pager;
	enum look_color color;
	const char *made_of; /* what the trace is made of that is none, or NULL */
	struct rewrite_options rewrite;
	const char *columns; /* NULL: the usual ones */
	const char *filter;  /* NULL: all */
	const char *sort;    /* NULL: as they come */
	uint64_t top;	     /* rows of a section, 0: all */
	uint64_t max_memory; /* bytes, of a model */
	const char *diff;    /* the other trace */
	const char *checks[OPTIONS_CHECKS_MAX];
	size_t n_checks;
	const char *who_has; /* the file */
	struct where where;
	bool has_since, has_until, has_at;
	struct moment since, until, at;
	const char *output; /* NULL: standard output */
	const char *const *files;
	size_t n_files;
};

/* Several traces, of which rows are wanted: they are shown as one. */
static inline bool options_merge(const struct options *o)
{
	return o->n_files > 1 && !o->follow && o->work != WORK_INFO &&
	       o->work != WORK_DIFF && o->work != WORK_TWIN && o->work != WORK_REWRITE;
}

static inline bool options_make_trace(const struct options *o)
{
	return o->made_of || o->work == WORK_REWRITE;
}

/* -EINVAL: phrase says what is wrong. The options point into argv. */
int options_parse(struct options *o, int argc, char *argv[], char phrase[static 256]);

const char *options_help(void);
