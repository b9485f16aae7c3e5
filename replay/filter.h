/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters: which rows are wanted, in words over the table of columns.
 *
 *   from.comm = client and (file.kind = socket or not outcome = delivered)
 *
 * A comparison is a column, one of = != < <= > >= ~ (a glob), and a value: a word, or a
 * text in quotes; a column alone asks whether it is known and, of a boolean, true. What
 * is not known equals nothing, and is neither less nor greater. Of the list of words of
 * a column, one must be so. "and" binds closer than "or".
 *
 * A column of an end without from. or to. in front is asked of the sender, and then, all
 * over again, of the receiver: "comm = sh and uid = 0" wants what one of them is both of.
 */
#pragma once

#include "../cli/expression.h"
#include "column.h"

struct filter;

/* Of rows of that view. -EINVAL: failure is filled. The text is lent until the end. */
int filter_new(struct filter **filterp, enum view_id view, struct fdp_text text,
	       struct expression_failure *failure);
void filter_free(struct filter *f);

/*
 * Views that count passes can be asked for rows, or to count only some of the passes: by
 * columns of the view or, with one that it has not, by those of passes.
 */
bool filter_is_of_rows(const struct filter *f);

/*
 * Whether the row is wanted. Of chains the row is a hop, and leaf the chain's own row;
 * in other views leaf is not looked at.
 */
bool filter_wants(struct filter *f, const struct row *row, const struct row *leaf);

/* Whether a hop of the leaf's chain is. */
bool filter_wants_chain(struct filter *f, const struct row *leaf);

/* What is said of a text that is refused, with the place below it. */
#define FILTER_PHRASE_SIZE 1024
void filter_explain(char phrase[static FILTER_PHRASE_SIZE], const char *option,
		    struct fdp_text text, const struct expression_failure *failure);
