// SPDX-License-Identifier: BSD-2-Clause
#include "expression.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Far more than anybody writes; it keeps the recursion of a hostile text short. */
#define DEPTH_MAX 100
#define NODES_MAX 4096

struct parser {
	struct expression *expression;
	expression_test_fn take;
	void *ctx;
	struct lexer lexer;
	struct token token; /* the next one */
	struct expression_failure *failure;
	size_t depth;
	size_t n_values; /* bytes of expression->values */
	bool named;	 /* the last test is a name alone */
};

int expression_refuse(struct expression_failure *failure, size_t at, const char *format,
		      ...)
{
	va_list args;
	failure->column = at + 1;
	va_start(args, format);
	vsnprintf(failure->phrase, sizeof(failure->phrase), format, args);
	va_end(args);
	return -EINVAL;
}

int expression_check_star(const struct expression_test *test,
			  struct expression_failure *failure)
{
	enum comparison how = test->comparison;
	if ((how != COMPARE_EQUAL && how != COMPARE_NOT_EQUAL) || test->quoted ||
	    !memchr(test->value.data, '*', test->value.len))
		return 0;
	return expression_refuse(failure, test->comparison_at,
				 "a glob is compared with ~%s, or is a text in quotes",
				 how == COMPARE_EQUAL ? "" : " behind not");
}

int expression_shown(struct fdp_text text)
{
	return (int)(text.len < 40 ? text.len : 40);
}

bool expression_number(uint64_t *numberp, struct fdp_text text)
{
	char digits[32], *end;
	if (!text.len || text.len >= sizeof(digits) || text.data[0] < '0' ||
	    text.data[0] > '9')
		return false;
	memcpy(digits, text.data, text.len);
	digits[text.len] = '\0';
	errno = 0;
	*numberp = strtoull(digits, &end, 0);
	return !errno && end == digits + text.len;
}

/* What is there instead of what. */
static int refuse_token(struct parser *p, const char *expected)
{
	const struct token *token = &p->token;
	if (token->type == TOKEN_BAD)
		return expression_refuse(p->failure, token->at, "%s", token->phrase);
	return expression_refuse(p->failure, token->at, "%s expected%s", expected,
				 token->type == TOKEN_END ? " at the end" : "");
}

static void advance(struct parser *p)
{
	lexer_next(&p->lexer, &p->token);
}

static int node_add(struct parser *p, const struct expression_node *node,
		    uint32_t *placep)
{
	struct expression *e = p->expression;
	if (e->n == NODES_MAX)
		return expression_refuse(p->failure, p->token.at,
					 "more than %d comparisons", NODES_MAX / 2);
	if (e->n == e->capacity) {
		size_t capacity = e->capacity ? 2 * e->capacity : 16;
		void *grown = realloc(e->nodes, capacity * sizeof(*e->nodes));
		if (!grown)
			return -ENOMEM;
		e->nodes = grown;
		e->capacity = capacity;
	}
	e->nodes[e->n] = *node;
	*placep = (uint32_t)e->n++;
	return 0;
}

/* A backslash in quotes stands before a quote or a backslash; others stay for globs. */
static void unquote(struct parser *p, struct fdp_text *value, bool glob)
{
	char *text = p->expression->values + p->n_values;
	size_t n = 0;
	for (size_t i = 0; i < value->len; i++) {
		char next = i + 1 < value->len ? value->data[i + 1] : '\0';
		bool escapes = next == '"' || next == '\'' || (next == '\\' && !glob);
		if (value->data[i] == '\\' && escapes)
			i++;
		text[n++] = value->data[i];
	}
	p->n_values += n;
	*value = (struct fdp_text){text, n};
}

static int parse_value(struct parser *p, struct expression_test *test)
{
	if (p->token.type != TOKEN_WORD && p->token.type != TOKEN_QUOTED)
		return refuse_token(p, "a value");
	test->value = p->token.text;
	test->value_at = p->token.at;
	test->quoted = p->token.type == TOKEN_QUOTED;
	if (test->quoted)
		unquote(p, &test->value, test->comparison == COMPARE_MATCH);
	advance(p);
	return 0;
}

static int parse_test(struct parser *p, uint32_t *placep)
{
	struct expression_node node = {.left = p->expression->n_tests};
	struct expression_test test = {.comparison = COMPARE_KNOWN};
	if (p->token.type != TOKEN_WORD || token_is(&p->token, "and") ||
	    token_is(&p->token, "or"))
		return refuse_token(p, "a column, 'not' or '('");
	test.name = p->token.text;
	test.name_at = p->token.at;
	advance(p);
	p->named = p->token.type != TOKEN_COMPARISON;
	if (p->token.type == TOKEN_COMPARISON) {
		test.comparison = p->token.comparison;
		test.comparison_at = p->token.at;
		advance(p);
		int err = parse_value(p, &test);
		if (err)
			return err;
	}
	int err = p->take(p->ctx, &test, p->failure);
	if (err)
		return err;
	p->expression->n_tests++;
	return node_add(p, &node, placep);
}

static int parse_or(struct parser *p, uint32_t *placep);

static int parse_group(struct parser *p, uint32_t *placep)
{
	advance(p);
	int err = parse_or(p, placep);
	if (err)
		return err;
	if (p->token.type != TOKEN_CLOSE)
		return refuse_token(p, "'and', 'or' or ')'");
	p->named = false;
	advance(p);
	return 0;
}

static int parse_not(struct parser *p, uint32_t *placep)
{
	bool negated = token_is(&p->token, "not");
	bool group = p->token.type == TOKEN_OPEN;
	struct expression_node node = {.type = EXPRESSION_NOT};
	if (!negated && !group)
		return parse_test(p, placep);
	if (p->depth == DEPTH_MAX)
		return expression_refuse(p->failure, p->token.at,
					 "more than %d in one another", DEPTH_MAX);
	p->depth++;
	if (negated)
		advance(p);
	int err = negated ? parse_not(p, &node.left) : parse_group(p, placep);
	p->depth--;
	return err || group ? err : node_add(p, &node, placep);
}

/* Operands of one operator, from left to right. */
static int parse_chain(struct parser *p, uint32_t *placep, const char *word,
		       enum expression_type type,
		       int (*operand)(struct parser *, uint32_t *))
{
	struct expression_node node = {.type = type};
	int err = operand(p, placep);
	while (!err && token_is(&p->token, word)) {
		advance(p);
		node.left = *placep;
		err = operand(p, &node.right);
		if (!err)
			err = node_add(p, &node, placep);
	}
	return err;
}

static int parse_and(struct parser *p, uint32_t *placep)
{
	return parse_chain(p, placep, "and", EXPRESSION_AND, parse_not);
}

static int parse_or(struct parser *p, uint32_t *placep)
{
	return parse_chain(p, placep, "or", EXPRESSION_OR, parse_and);
}

int expression_parse(struct expression *e, struct fdp_text text, expression_test_fn take,
		     void *ctx, struct expression_failure *failure)
{
	struct parser p = {
		.expression = e,
		.take = take,
		.ctx = ctx,
		.lexer = {.text = text},
		.failure = failure,
	};
	*failure = (struct expression_failure){.column = 1};
	*e = (struct expression){.values = malloc(text.len + 1)};
	if (!e->values)
		return -ENOMEM;
	advance(&p);
	int err = parse_or(&p, &e->root);
	if (!err && p.token.type != TOKEN_END)
		err = refuse_token(&p, p.named ? "a comparison, 'and' or 'or'"
					       : "'and' or 'or'");
	if (err)
		expression_release(e);
	return err;
}

void expression_release(struct expression *e)
{
	free(e->nodes);
	free(e->values);
	*e = (struct expression){0};
}
