/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Columns: what can be said about a row, once for all outputs. One table gives each its
 * name, its heading, its type, its meaning and how it is got; tables, JSON, CSV,
 * `--columns help` and the manual page (by a test) follow it.
 *
 * A name is a dotted path: "from.pid" is the member pid of the object from in JSON. In
 * the views of one side alone (sends, receives) that side's prefix is left out.
 *
 * A composed column is a short text made of several others, for tables: "from" shows
 * process[pid]; in JSON its name stands for the whole object.
 */
#pragma once

#include "../cli/near.h"
#include "chain.h"
#include "out.h"
#include "text.h"
#include "trace.h"
#include "word.h"

enum view_id {
	VIEW_PASSES,
	VIEW_SENDS,
	VIEW_RECEIVES,
	VIEW_CHAINS,
	VIEW_HOPS, /* of a chain: not a view of its own */
	VIEW_PROCESSES,
	VIEW_SUMMARY,
	VIEW_LEAKS,
	VIEW_TRANSFERS,
};

/* What one process did. */
struct process_tally {
	const struct fdp_process *process;
	uint64_t sent, failed, received, missed;
};

/* So many passes were of that kind. */
struct summary_tally {
	const char *group;
	struct fdp_text name;
	uint64_t passes, messages;
	uint64_t last; /* the message that was counted last */
};

/* So many descriptors like the one of that pass are still there. */
struct leak_tally {
	const struct pass *pass;
	uint64_t held;
	uint64_t per_hour; /* or LEAK_RATE_UNKNOWN: of less than a minute */
};

#define LEAK_RATE_UNKNOWN UINT64_MAX

/* What the columns of a view look at; those of other views are NULL. */
struct row {
	const struct trace *trace;
	const struct pass *pass;
	const struct chains *chains;
	const struct chain_hop *hop; /* chains: the leaf; hops: each */
	const struct process_tally *process;
	const struct summary_tally *summary;
	const struct leak_tally *leak; /* with its pass */
	struct out *scratch;	       /* in memory: where a getter makes a text */
	bool brief;  /* a table: long names of composed columns are cut */
	bool tinted; /* a chain, on a terminal with colours */
};

enum cell_type {
	CELL_NULL, /* unknown */
	CELL_NUMBER,
	CELL_LARGE, /* a number that may exceed 2^53: a JSON string */
	CELL_BOOL,
	CELL_TIME,
	CELL_WORD,   /* one of our own */
	CELL_TEXT,   /* from the trace: hostile */
	CELL_DEVICE, /* number:minor */
	CELL_WORDS,
	CELL_SHOWN, /* made by show() alone */
	CELL_HOPS,
};

#define CELL_WORDS_MAX 12

struct cell {
	enum cell_type type;
	uint32_t n_words;
	uint64_t number, minor;
	struct fdp_text text;
	const char *words[CELL_WORDS_MAX];
};

struct column {
	const char *path;
	const char *header;
	enum cell_type type;
	unsigned views;	   /* bits of 1 << enum view_id */
	const char *group; /* composed: the prefix of its members in JSON */
	const char *sentence;
	/* Fills the cell, whose type is CELL_NULL when it is called. */
	void (*get)(const struct row *row, const struct column *column,
		    struct cell *cell);
	/* In tables; the text is escaped for a terminal. false: unknown. */
	bool (*show)(const struct row *row, struct out *o);
	const struct words *words; /* of words: those that there are */
	bool to;		   /* of the receiving end */
	bool json_only;		   /* has no place in a line */
	bool duration;		   /* nanoseconds: filters take 5ms as well */
	char tail;		   /* what is behind its last one is never cut off */
	unsigned spare;		   /* views whose tables are good without it */
	enum tint tint;		   /* TINT_BAD: as the outcome is */
	size_t member;		   /* offset that get uses */
};

#define COLUMNS_MAX 128

/* The columns that are to be printed, in order. */
struct selection {
	enum view_id view;
	bool chosen; /* by --columns */
	size_t n;
	const struct column *columns[COLUMNS_MAX];
};

const struct column *column_table(size_t *n);

/* By its path, or by its short name in that view; NULL if there is none. */
const struct column *column_find(enum view_id view, const char *name, size_t len);

/* Tries the names of the view's columns. */
void column_near(enum view_id view, struct near *near);

/* How the column is called in the view. */
const char *column_name(const struct column *column, enum view_id view);
const char *column_type_name(const struct column *column);
bool column_right(const struct column *column);

/* A list of names; -EINVAL and the name that is none, lent from list. */
int selection_parse(struct selection *s, enum view_id view, const char *list,
		    struct fdp_text *unknownp);
/* All columns that are not composed. */
void selection_all(struct selection *s, enum view_id view, bool json);

/* For JSON: composed columns become their members, all in the table's order. */
void selection_expand(struct selection *s);

static inline void column_get(const struct column *column, const struct row *row,
			      struct cell *cell)
{
	cell->type = CELL_NULL;
	if (column->get)
		column->get(row, column, cell);
}

/* The object that a name is in, as far as a row may lack it as a whole. */
enum row_part { PART_ALWAYS, PART_TO, PART_FILE };

/* Of the first len bytes of the name: "to." */
enum row_part row_part(const char *name, size_t len);

/* "to." when nobody received it. */
bool row_lacks(const struct row *row, enum row_part part);
