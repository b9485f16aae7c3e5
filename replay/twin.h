/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text twin of a trace: a line for each record, with everything that is in it, which
 * assemble.h makes into a trace again.
 *
 *   file id=1 kind=chr mode=8630 dev_minor=5 ino=5 name="/dev/null"
 *
 * The first word is the type, and then come the fields of SPEC.md that are not 0 or
 * empty. Texts are quoted, with \xHH for what is not printable. A header's hooks and
 * blind spots have lines of their own behind it, and so has what a trailer says was lost.
 * A line "block" ends a block; empty lines and those with # in front mean nothing.
 */
#pragma once

#include "../format/fdp.h"
#include "out.h"

struct twin {
	struct out *out;
	bool any;	/* something was written */
	bool begun;	/* a record of a block was */
	uint64_t block; /* of the last one */
};

/* A record of any type. */
void twin_put(struct twin *t, const struct fdp_record *record);
/* The section was cut short or is damaged here. */
void twin_damage(struct twin *t);

enum twin_line {
	/* Smaller ones are types of records. */
	TWIN_HOOK = 64,
	TWIN_BLIND_SPOT,
	TWIN_LOST,
	TWIN_BLOCK,
	TWIN_LINES,
};

/* NULL: there is no such line. */
const char *twin_line_name(uint32_t line);
bool twin_field(struct fdp_field *field, uint32_t line, size_t i);

/* The words of a field that is an enumeration; NULL: it is a number. */
typedef const char *(*twin_word_fn)(uint32_t number);
twin_word_fn twin_words(uint32_t line, const char *field);

/* Numbers that such words have are below this. */
#define TWIN_WORDS_MAX 64
