/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lexer of filters: words, texts in quotes, comparisons and parentheses. A word is
 * anything without a space, a quote, a parenthesis or a comparison in it.
 */
#pragma once

#include <stdbool.h>

#include "../format/fdp.h"

enum token_type {
	TOKEN_END,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMPARISON,
	TOKEN_WORD,
	TOKEN_QUOTED,
	TOKEN_BAD, /* a quote without its end, a lone ! */
};

enum comparison {
	COMPARE_KNOWN, /* a column alone: whether it is known, and true */
	COMPARE_EQUAL,
	COMPARE_NOT_EQUAL,
	COMPARE_LESS,
	COMPARE_NOT_GREATER,
	COMPARE_GREATER,
	COMPARE_NOT_LESS,
	COMPARE_MATCH,
};

struct token {
	enum token_type type;
	enum comparison comparison;
	size_t at;	      /* in the text, from 0 */
	struct fdp_text text; /* of quoted ones what is between the quotes, raw */
	const char *phrase;   /* what is bad */
};

struct lexer {
	struct fdp_text text;
	size_t at;
};

void lexer_next(struct lexer *l, struct token *token);

/* Whether it is that bare word. */
bool token_is(const struct token *token, const char *word);
