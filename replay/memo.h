/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memos: what printers made of a definition, kept for the next row that has the same one.
 * Most of a row says what a process or a file is, and there are few of them. A run of
 * columns of one definition is a memo; all are forgotten when a definition changes.
 */
#pragma once

#include "column.h"

#define MEMO_SLOTS 4096

/* What alone decides what a column says of a row. */
enum memo_source {
	SOURCE_NONE,
	SOURCE_FROM,
	SOURCE_TO,
	SOURCE_FILE,
	SOURCE_OBJECT, /* a file as it looks to both ends */
	SOURCE_VIA,
};

/* Places of the definitions: of a process or a file, a file and two ends, sockets. */
struct memo_key {
	uint32_t a, b, c;
};

struct memo_slot {
	bool used;
	uint32_t run; /* which columns */
	struct memo_key key;
	uint32_t len;
	size_t at; /* in the text */
};

struct memo {
	struct out text; /* in memory */
	struct memo_slot *slots;
	uint64_t changes; /* of the trace, when this began */
};

int memo_init(struct memo *memo);
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
static inline bool memo_has(const struct memo_slot *slot, uint32_t run,
			    const struct memo_key *key)
{
	return slot->used && slot->run == run && slot->key.a == key->a &&
	       slot->key.b == key->b && slot->key.c == key->c;
}
void memo_keep(struct memo *memo, struct memo_slot *slot, uint32_t run,
	       const struct memo_key *key, size_t start);
