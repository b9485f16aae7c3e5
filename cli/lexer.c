// SPDX-License-Identifier: BSD-2-Clause
#include "lexer.h"

#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A NUL is of a word: an argument has none, other texts may. */
static bool ends_word(char c)
{
	return is_space(c) || (c && strchr("()=!<>~\"'", c));
}

static void take_word(struct lexer *l, struct token *token)
{
	size_t start = l->at;
	while (l->at < l->text.len && !ends_word(l->text.data[l->at]))
		l->at++;
	token->type = TOKEN_WORD;
	token->text = (struct fdp_text){l->text.data + start, l->at - start};
}

/* A quote is ended by its like. A backslash takes what follows with it. */
static void take_quoted(struct lexer *l, struct token *token)
{
	char quote = l->text.data[l->at++];
	size_t start = l->at;
	for (; l->at < l->text.len; l->at++) {
		char c = l->text.data[l->at];
		if (c == quote) {
			token->type = TOKEN_QUOTED;
			token->text =
				(struct fdp_text){l->text.data + start, l->at - start};
			l->at++;
			return;
		}
		if (c == '\\' && l->at + 1 < l->text.len)
			l->at++;
	}
	token->type = TOKEN_BAD;
	token->phrase = "this quote has no end";
}

static void take_comparison(struct lexer *l, struct token *token)
{
	static const struct {
		const char *text;
		enum comparison comparison;
	} table[] = {
		{"==", COMPARE_EQUAL},	   {"=~", COMPARE_MATCH},
		{"!=", COMPARE_NOT_EQUAL}, {"<=", COMPARE_NOT_GREATER},
		{">=", COMPARE_NOT_LESS},  {"=", COMPARE_EQUAL},
		{"<", COMPARE_LESS},	   {">", COMPARE_GREATER},
		{"~", COMPARE_MATCH},
	};
	size_t left = l->text.len - l->at;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		size_t len = strlen(table[i].text);
		if (len > left || memcmp(l->text.data + l->at, table[i].text, len) != 0)
			continue;
		token->type = TOKEN_COMPARISON;
		token->comparison = table[i].comparison;
		l->at += len;
		return;
	}
	token->type = TOKEN_BAD;
	token->phrase = "! is not without a =; the word is 'not'";
}

void lexer_next(struct lexer *l, struct token *token)
{
	while (l->at < l->text.len && is_space(l->text.data[l->at]))
		l->at++;
	*token = (struct token){.type = TOKEN_END, .at = l->at};
	if (l->at == l->text.len)
		return;
	char c = l->text.data[l->at];
	if (c == '(' || c == ')') {
		token->type = c == '(' ? TOKEN_OPEN : TOKEN_CLOSE;
		l->at++;
	} else if (c == '"' || c == '\'') {
		take_quoted(l, token);
	} else if (ends_word(c)) {
		take_comparison(l, token);
	} else {
		take_word(l, token);
	}
}

bool token_is(const struct token *token, const char *word)
{
	return token->type == TOKEN_WORD && token->text.len == strlen(word) &&
	       memcmp(token->text.data, word, token->text.len) == 0;
}
