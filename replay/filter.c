// SPDX-License-Identifier: BSD-2-Clause
#include "filter.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "array.h"
#include "glob.h"
#include "lexer.h"
#include "moment.h"

/* Far more than anybody writes; it keeps the recursion of a hostile text short. */
#define FILTER_DEPTH_MAX 100
#define FILTER_NODES_MAX 4096

enum node_type { NODE_TEST, NODE_NOT, NODE_AND, NODE_OR };

struct node {
	enum node_type type;
	uint32_t left, right; /* nodes */
	enum comparison comparison;
	const struct column *column;
	bool of_leaf; /* of the chain, not of one of its hops */
	uint64_t number;
	struct fdp_text text;
	struct moment moment;
};

struct filter {
	enum view_id view;
	struct node *nodes;
	size_t n, capacity;
	uint32_t root;
	struct pool values; /* what quotes held, without backslashes */
	struct out scratch; /* in memory */
};

struct parser {
	struct filter *filter;
	struct lexer lexer;
	struct token token; /* the next one */
	struct filter_failure *failure;
	size_t depth;
};

static int refuse(struct parser *p, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int refuse(struct parser *p, size_t at, const char *format, ...)
{
	va_list args;
	p->failure->column = at + 1;
	va_start(args, format);
	vsnprintf(p->failure->phrase, sizeof(p->failure->phrase), format, args);
	va_end(args);
	return -EINVAL;
}

static int shown_length(struct fdp_text text)
{
	return (int)(text.len < 40 ? text.len : 40);
}

/* What is there instead of what. */
static int refuse_token(struct parser *p, const char *expected)
{
	const struct token *token = &p->token;
	if (token->type == TOKEN_BAD)
		return refuse(p, token->at, "%s", token->phrase);
	if (token->type == TOKEN_END)
		return refuse(p, token->at, "%s expected at the end", expected);
	return refuse(p, token->at, "%s expected", expected);
}

static void advance(struct parser *p)
{
	lexer_next(&p->lexer, &p->token);
}

static int node_add(struct parser *p, const struct node *node, uint32_t *placep)
{
	struct filter *f = p->filter;
	if (f->n == FILTER_NODES_MAX)
		return refuse(p, p->token.at, "more than %d comparisons",
			      FILTER_NODES_MAX / 2);
	void *grown = array_grow(f->nodes, f->n, &f->capacity, sizeof(*f->nodes));
	if (!grown)
		return -ENOMEM;
	f->nodes = grown;
	f->nodes[f->n] = *node;
	*placep = (uint32_t)f->n++;
	return 0;
}

/* Of chains a filter looks at the hops, and at what only the whole has. */
static const struct column *find_column(const struct filter *f, struct fdp_text name,
					bool *of_leafp)
{
	bool chains = f->view == VIEW_CHAINS;
	enum view_id view = chains ? VIEW_HOPS : f->view;
	const struct column *column = column_find(view, name.data, name.len);
	*of_leafp = chains && !column;
	return column || !chains ? column : column_find(f->view, name.data, name.len);
}

/* A backslash in quotes stands before a quote or a backslash; others stay for globs. */
static int unquote(struct parser *p, struct fdp_text *value, bool glob)
{
	char *text = pool_take(&p->filter->values, value->len + 1);
	size_t n = 0;
	if (!text)
		return -ENOMEM;
	for (size_t i = 0; i < value->len; i++) {
		char next = i + 1 < value->len ? value->data[i + 1] : '\0';
		bool escapes = next == '"' || next == '\'' || (next == '\\' && !glob);
		if (value->data[i] == '\\' && escapes)
			i++;
		text[n++] = value->data[i];
	}
	*value = (struct fdp_text){text, n};
	return 0;
}

static bool parse_number(uint64_t *numberp, struct fdp_text text)
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

static bool has_order(enum comparison comparison)
{
	return comparison == COMPARE_LESS || comparison == COMPARE_NOT_GREATER ||
	       comparison == COMPARE_GREATER || comparison == COMPARE_NOT_LESS;
}

/* The value at hand, as the column's type wants it. */
static int parse_value(struct parser *p, struct node *node)
{
	const char *name = node->column->path;
	bool glob = node->comparison == COMPARE_MATCH;
	node->text = p->token.text;
	if (p->token.type == TOKEN_QUOTED && unquote(p, &node->text, glob))
		return -ENOMEM;
	if (glob)
		return 0;
	switch (node->column->type) {
	case CELL_NUMBER:
	case CELL_LARGE:
		if (!parse_number(&node->number, node->text))
			return refuse(p, p->token.at, "%s is a number, '%.*s' is none",
				      name, shown_length(node->text), node->text.data);
		return 0;
	case CELL_BOOL:
		node->number = token_is(&p->token, "true");
		if (!node->number && !token_is(&p->token, "false"))
			return refuse(p, p->token.at, "%s is true or false", name);
		return 0;
	case CELL_TIME:
		if (moment_parse(&node->moment, node->text))
			return refuse(p, p->token.at,
				      "%s is a time: 1.5, 2m, boot:NS or RFC 3339", name);
		return 0;
	default:
		return 0;
	}
}

/* Whether the column's type knows the comparison at hand. */
static int check_comparison(struct parser *p, const struct node *node)
{
	enum cell_type type = node->column->type;
	bool unordered = type == CELL_BOOL || type == CELL_DEVICE || type == CELL_WORDS;
	if (type == CELL_HOPS)
		return refuse(p, p->token.at, "%s cannot be compared",
			      node->column->path);
	if (has_order(node->comparison) && unordered)
		return refuse(p, p->token.at, "%s is neither less nor greater",
			      node->column->path);
	if (type == CELL_TIME && node->comparison == COMPARE_MATCH)
		return refuse(p, p->token.at, "%s has no glob", node->column->path);
	return 0;
}

static int parse_test(struct parser *p, uint32_t *placep)
{
	struct node node = {.type = NODE_TEST, .comparison = COMPARE_KNOWN};
	if (p->token.type != TOKEN_WORD || token_is(&p->token, "and") ||
	    token_is(&p->token, "or"))
		return refuse_token(p, "a column, 'not' or '('");
	node.column = find_column(p->filter, p->token.text, &node.of_leaf);
	if (!node.column)
		return refuse(p, p->token.at, "no column '%.*s' in this view",
			      shown_length(p->token.text), p->token.text.data);
	advance(p);
	if (p->token.type == TOKEN_COMPARISON)
		node.comparison = p->token.comparison;
	int err = check_comparison(p, &node);
	if (err || p->token.type != TOKEN_COMPARISON)
		return err ? err : node_add(p, &node, placep);
	advance(p);
	if (p->token.type != TOKEN_WORD && p->token.type != TOKEN_QUOTED)
		return refuse_token(p, "a value");
	err = parse_value(p, &node);
	if (err)
		return err;
	advance(p);
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
	advance(p);
	return 0;
}

static int parse_not(struct parser *p, uint32_t *placep)
{
	bool negated = token_is(&p->token, "not");
	bool group = p->token.type == TOKEN_OPEN;
	struct node node = {.type = NODE_NOT};
	if (!negated && !group)
		return parse_test(p, placep);
	if (p->depth == FILTER_DEPTH_MAX)
		return refuse(p, p->token.at, "more than %d in one another",
			      FILTER_DEPTH_MAX);
	p->depth++;
	if (negated)
		advance(p);
	int err = negated ? parse_not(p, &node.left) : parse_group(p, placep);
	p->depth--;
	return err || group ? err : node_add(p, &node, placep);
}

/* Operands of one operator, from left to right. */
static int parse_chain(struct parser *p, uint32_t *placep, const char *word,
		       enum node_type type, int (*operand)(struct parser *, uint32_t *))
{
	struct node node = {.type = type};
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
	return parse_chain(p, placep, "and", NODE_AND, parse_not);
}

static int parse_or(struct parser *p, uint32_t *placep)
{
	return parse_chain(p, placep, "or", NODE_OR, parse_and);
}

int filter_new(struct filter **filterp, enum view_id view, struct fdp_text text,
	       struct filter_failure *failure)
{
	struct filter *f = calloc(1, sizeof(*f));
	struct parser p = {.filter = f, .lexer = {.text = text}, .failure = failure};
	*failure = (struct filter_failure){.column = 1};
	if (!f)
		return -ENOMEM;
	f->view = view;
	pool_init(&f->values);
	int err = out_init(&f->scratch, -1);
	if (!err) {
		advance(&p);
		err = parse_or(&p, &f->root);
	}
	if (!err && p.token.type != TOKEN_END)
		err = refuse_token(&p, "a comparison, 'and' or 'or'");
	if (err)
		filter_free(f);
	else
		*filterp = f;
	return err;
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	free(f->nodes);
	pool_release(&f->values);
	out_release(&f->scratch);
	free(f);
}

static bool order_is(enum comparison comparison, int order)
{
	switch (comparison) {
	case COMPARE_EQUAL:
		return order == 0;
	case COMPARE_NOT_EQUAL:
		return order != 0;
	case COMPARE_LESS:
		return order < 0;
	case COMPARE_NOT_GREATER:
		return order <= 0;
	case COMPARE_GREATER:
		return order > 0;
	case COMPARE_NOT_LESS:
		return order >= 0;
	default:
		return false;
	}
}

static bool text_is(const struct node *node, struct fdp_text text)
{
	if (node->comparison == COMPARE_MATCH)
		return glob_matches(node->text, text);
	return order_is(node->comparison, text_order(text, node->text));
}

static bool number_is(const struct node *node, uint64_t number, uint64_t wanted)
{
	return order_is(node->comparison, (number > wanted) - (number < wanted));
}

/* "!=" is "not =", also of what is not known and of lists. */
static bool word_is(const struct node *node, const struct cell *cell)
{
	struct node equal = *node;
	bool negated = node->comparison == COMPARE_NOT_EQUAL;
	if (negated)
		equal.comparison = COMPARE_EQUAL;
	for (uint32_t i = 0; i < cell->n_words; i++)
		if (text_is(&equal,
			    (struct fdp_text){cell->words[i], strlen(cell->words[i])}))
			return !negated;
	return negated;
}

/* What is compared as a text: numbers for globs, devices, what tables show. */
static bool shown_is(struct filter *f, const struct node *node, const struct cell *cell)
{
	struct out *o = &f->scratch;
	o->len = 0;
	out_u64(o, cell->number);
	if (cell->type == CELL_DEVICE) {
		out_char(o, ':');
		out_u64(o, cell->minor);
	}
	return text_is(node, (struct fdp_text){o->data, o->len});
}

static bool time_is(const struct node *node, const struct row *row, uint64_t boot_ns)
{
	uint64_t wanted;
	return moment_resolve(&node->moment, row->trace, &wanted) &&
	       number_is(node, boot_ns, wanted);
}

static bool cell_is(struct filter *f, const struct node *node, const struct row *row,
		    const struct cell *cell)
{
	if (node->comparison == COMPARE_KNOWN)
		return cell->type != CELL_BOOL || cell->number;
	switch (cell->type) {
	case CELL_NUMBER:
	case CELL_LARGE:
		if (node->comparison == COMPARE_MATCH)
			return shown_is(f, node, cell);
		return number_is(node, cell->number, node->number);
	case CELL_BOOL:
		if (node->comparison == COMPARE_MATCH)
			return glob_matches(node->text,
					    cell->number ? (struct fdp_text){"true", 4}
							 : (struct fdp_text){"false", 5});
		return number_is(node, cell->number, node->number);
	case CELL_TIME:
		return time_is(node, row, cell->number);
	case CELL_DEVICE:
		return shown_is(f, node, cell);
	case CELL_WORDS:
		return word_is(node, cell);
	default:
		return text_is(node, cell->text);
	}
}

static bool test_wants(struct filter *f, const struct node *node, const struct row *row)
{
	struct cell cell = {.type = CELL_NULL};
	struct row with_scratch = *row;
	with_scratch.scratch = &f->scratch;
	if (node->column->type == CELL_SHOWN) {
		f->scratch.len = 0;
		if (node->column->show(&with_scratch, &f->scratch)) {
			cell.type = CELL_TEXT;
			cell.text = (struct fdp_text){f->scratch.data, f->scratch.len};
		}
	} else {
		column_get(node->column, &with_scratch, &cell);
	}
	if (cell.type == CELL_NULL)
		return node->comparison == COMPARE_NOT_EQUAL;
	return cell_is(f, node, row, &cell);
}

static bool node_wants(struct filter *f, uint32_t place, const struct row *row,
		       const struct row *leaf)
{
	const struct node *node = &f->nodes[place];
	switch (node->type) {
	case NODE_NOT:
		return !node_wants(f, node->left, row, leaf);
	case NODE_AND:
		return node_wants(f, node->left, row, leaf) &&
		       node_wants(f, node->right, row, leaf);
	case NODE_OR:
		return node_wants(f, node->left, row, leaf) ||
		       node_wants(f, node->right, row, leaf);
	default:
		return test_wants(f, node, node->of_leaf ? leaf : row);
	}
}

bool filter_wants(struct filter *f, const struct row *row, const struct row *leaf)
{
	return node_wants(f, f->root, row, leaf);
}
