/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memos: what printers made of a definition, kept for the next row that has the same one.
 * Most of a row says what a process or a file is, and there are few of them. A run of
 * columns of one definition is a memo; all are forgotten when a definition changes.
 */
#pragma once

#include "column.h"

#define MEMO_SLOTS 2048 /* of each run */

/* What alone decides what a column says of a row. */
enum memo_source {
	SOURCE_NONE,
	SOURCE_FROM,
	SOURCE_TO,
	SOURCE_FILE,
	SOURCE_OBJECT, /* a file, and whether it is foreign to an end */
	SOURCE_VIA,
};

/* Places of the definitions: of a process or a file, of sockets. */
struct memo_key {
	uint32_t a, b, c;
};

struct memo_slot {
	uint64_t age; /* of the memo, if there is something in it */
	struct memo_key key;
	uint32_t at, len; /* in the text */
};

struct memo {
	struct out text; /* in memory */
	struct memo_slot *slots;
	uint64_t age;	  /* grows when all is forgotten */
	uint64_t changes; /* of the trace, when this began */
};

/* Runs have numbers below n_runs. */
int memo_init(struct memo *memo, size_t n_runs);
void memo_release(struct memo *memo);

enum memo_source memo_source(const struct column *column);

/* False: of this row nothing can be kept. */
bool memo_key(struct memo_key *key, enum memo_source source, const struct row *row);

/*
 * The slot for the run. If it is not of that key, the caller writes the text to
 * memo->text and calls memo_keep() with where that starts.
 */
struct memo_slot *memo_slot(struct memo *memo, const struct row *row, uint32_t run,
			    const struct memo_key *key);
void memo_keep(const struct memo *memo, struct memo_slot *slot,
	       const struct memo_key *key, size_t start);

static inline bool memo_has(const struct memo *memo, const struct memo_slot *slot,
			    const struct memo_key *key)
{
	return slot->age == memo->age && slot->key.a == key->a && slot->key.b == key->b &&
	       slot->key.c == key->c;
}
