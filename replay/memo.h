/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memos: what printers made of a definition, kept for the next row that has the same one.
 * Most of a row says what a process or a file is, and there are few of them. A run of
 * columns of one definition is a memo; all are forgotten when a definition changes.
 */
#pragma once

#include "column.h"

#define MEMO_SLOTS 4096

struct memo_slot {
	bool used;
	uint32_t run, place; /* which columns, of which definition */
	size_t at, len;	     /* in the text */
};

struct memo {
	struct out text; /* in memory */
	struct memo_slot *slots;
	uint64_t changes; /* of the trace, when this began */
};

int memo_init(struct memo *memo);
void memo_release(struct memo *memo);

/* The definition that alone decides what a column says of a row. */
enum memo_source { SOURCE_NONE, SOURCE_FROM, SOURCE_TO, SOURCE_FILE };

enum memo_source memo_source(const struct column *column);

/* Its place in the trace, TRACE_NONE if there is none. */
uint32_t memo_place(enum memo_source source, const struct row *row);

/*
 * The slot for the run. If it is not of that place, the caller writes the text to
 * memo->text and calls memo_keep() with where that starts.
 */
struct memo_slot *memo_slot(struct memo *memo, const struct row *row, uint32_t run,
			    uint32_t place);
static inline bool memo_has(const struct memo_slot *slot, uint32_t run, uint32_t place)
{
	return slot->used && slot->run == run && slot->place == place;
}
void memo_keep(struct memo *memo, struct memo_slot *slot, uint32_t run, uint32_t place,
	       size_t start);
