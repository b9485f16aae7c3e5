/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Expressions: the grammar of filters, in both programs.
 *
 *   from.comm = client and (file.kind = socket or not outcome = delivered)
 *
 * A test is a name, one of = != < <= > >= ~ (a glob), and a value: a word, or a text in
 * quotes; or a name alone. "and" binds closer than "or". What names and values mean is
 * the caller's, who is told each test when it is whole, in the order of the text.
 */
#pragma once

#include <stdint.h>

#include "lexer.h"

struct expression_failure {
	size_t column; /* of the text, from 1 */
	char phrase[240];
};

struct expression_test {
	struct fdp_text name, value; /* the value without quotes; lent until the end */
	enum comparison comparison;
	size_t name_at, comparison_at, value_at; /* in the text, from 0 */
	bool quoted;				 /* the value */
};

enum expression_type { EXPRESSION_TEST, EXPRESSION_NOT, EXPRESSION_AND, EXPRESSION_OR };

struct expression_node {
	enum expression_type type;
	uint32_t left; /* a node; of a test, its number */
	uint32_t right;
};

struct expression {
	struct expression_node *nodes;
	size_t n, capacity;
	uint32_t n_tests;
	uint32_t root;
	char *values; /* what quotes held, without backslashes */
};

/* Tests have numbers from 0. Negative: it is refused, and the failure filled. */
typedef int (*expression_test_fn)(void *ctx, const struct expression_test *test,
				  struct expression_failure *failure);

/* -EINVAL: failure is filled. The text is lent until the end. */
int expression_parse(struct expression *e, struct fdp_text text, expression_test_fn take,
		     void *ctx, struct expression_failure *failure);
void expression_release(struct expression *e);

/* Fills the failure: at is a place in the text, from 0. Returns -EINVAL. */
int expression_refuse(struct expression_failure *failure, size_t at, const char *format,
		      ...) __attribute__((format(printf, 3, 4)));

/*
 * Refuses a star that is compared with = or != and not in quotes: a glob was meant.
 * Returns 0 or -EINVAL.
 */
int expression_check_star(const struct expression_test *test,
			  struct expression_failure *failure);

/* As much of a text as a phrase has room for, for "%.*s". */
int expression_shown(struct fdp_text text);

/* 10, or 0x10: all of the text. */
bool expression_number(uint64_t *numberp, struct fdp_text text);
