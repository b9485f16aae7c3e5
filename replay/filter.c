// SPDX-License-Identifier: BSD-2-Clause
#include "filter.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "../cli/near.h"
#include "array.h"
#include "glob.h"
#include "hops.h"
#include "moment.h"

/* A test of the expression, bound to what it looks at. */
struct test {
	enum comparison comparison;
	const struct column *column;
	const struct column *other; /* of the receiver, when either end is meant */
	bool of_leaf;		    /* of the chain, not of one of its hops */
	uint64_t number;
	struct fdp_text text;
	struct moment moment;
};

struct filter {
	enum view_id view;
	unsigned of; /* views, as bits, that have all of its columns */
	struct expression expression;
	struct test *tests;
	size_t n, capacity;
	bool either;	    /* some tests are of either end: */
	bool at_receiver;   /* now of this one */
	struct out scratch; /* in memory */
};

/* Their rows count passes. */
static bool counts(enum view_id view)
{
	return view == VIEW_PROCESSES || view == VIEW_SUMMARY || view == VIEW_LEAKS;
}

/* Of chains a filter looks at the hops, and at what only the whole has. */
static enum view_id other_view(enum view_id view)
{
	return view == VIEW_CHAINS ? VIEW_HOPS : counts(view) ? VIEW_PASSES : view;
}

static const struct column *find_end(const struct filter *f, const char *end,
				     struct fdp_text name)
{
	char path[64];
	int len = snprintf(path, sizeof(path), "%s%.*s", end, expression_shown(name),
			   name.data);
	return column_find(other_view(f->view), path, (size_t)len);
}

/* A name that is no column, but one of both ends, is of either. */
static void find_column(const struct filter *f, struct fdp_text name, struct test *test)
{
	test->column = column_find(other_view(f->view), name.data, name.len);
	if (!test->column)
		test->column = column_find(f->view, name.data, name.len);
	if (!test->column)
		test->other = find_end(f, "to.", name);
	if (test->other)
		test->column = find_end(f, "from.", name);
}

static int refuse_column(const struct filter *f, const struct expression_test *t,
			 struct expression_failure *failure)
{
	char hint[80];
	struct near near = near_to(t->name.data, t->name.len);
	column_near(f->view, &near);
	column_near(other_view(f->view), &near);
	column_near(VIEW_SENDS, &near); /* the names of either end */
	near_hint(&near, "", "--columns help lists them", hint, sizeof(hint));
	return expression_refuse(failure, t->name_at, "no column '%.*s' in this view%s",
				 expression_shown(t->name), t->name.data, hint);
}

/* What is counted is chosen before, and what the rows are afterwards: not both at once.
 */
static int check_counts(struct filter *f, const struct test *test,
			const struct expression_test *t,
			struct expression_failure *failure)
{
	unsigned rows = 1U << f->view, passes = 1U << VIEW_PASSES;
	unsigned left = f->of & test->column->views;
	if (!counts(f->view))
		return 0;
	if (!(left & (rows | passes)))
		return expression_refuse(
			failure, t->name_at,
			"%.*s is of %s, and what stands before it is not: ask for "
			"one of them",
			expression_shown(t->name), t->name.data,
			test->column->views & rows ? "the rows" : "single passes");
	f->of = left;
	return 0;
}

static bool text_is_word(struct fdp_text text, const char *word)
{
	return text_order(text, (struct fdp_text){word, strlen(word)}) == 0;
}

static bool has_order(enum comparison comparison)
{
	return comparison == COMPARE_LESS || comparison == COMPARE_NOT_GREATER ||
	       comparison == COMPARE_GREATER || comparison == COMPARE_NOT_LESS;
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

static bool text_is(const struct test *test, struct fdp_text text)
{
	if (test->comparison == COMPARE_MATCH)
		return glob_matches(test->text, text);
	return order_is(test->comparison, text_order(text, test->text));
}

/* What is said instead of a word that there is not. */
static int refuse_word(const struct words *words, const struct near *near,
		       const struct expression_test *t,
		       struct expression_failure *failure)
{
	char all[160] = "";
	char hint[200];
	for (size_t i = 0, len = 0; !near->best && i < words->n; i++) {
		const char *word = words->at(i);
		if (!word)
			continue;
		/* The rest of a long list is in the manual page. */
		bool room = len + strlen(word) + strlen(", , ...") < sizeof(all);
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s",
					len ? ", " : "", room ? word : "...");
		if (!room)
			break;
	}
	near_hint(near, "", all, hint, sizeof(hint));
	return expression_refuse(failure, t->value_at, "%.*s is never '%.*s'%s",
				 expression_shown(t->name), t->name.data,
				 expression_shown(t->value), t->value.data, hint);
}

/* Of a closed set, one must be meant. */
static int check_word(const struct test *test, const struct expression_test *t,
		      struct expression_failure *failure)
{
	const struct words *words = test->column->words;
	struct near near = near_to(t->value.data, t->value.len);
	if (!words || t->comparison == COMPARE_KNOWN || has_order(t->comparison))
		return 0;
	for (size_t i = 0; i < words->n; i++) {
		const char *word = words->at(i);
		if (word && text_is(test, (struct fdp_text){word, strlen(word)}) ==
				    (t->comparison != COMPARE_NOT_EQUAL))
			return 0;
		if (word)
			near_try(&near, word);
	}
	return refuse_word(words, &near, t, failure);
}

static bool take_number(struct test *test, const struct expression_test *t)
{
	return expression_number(&test->number, t->value) ||
	       (test->column->duration && moment_duration(&test->number, t->value));
}

/* The value at hand, as the column's type wants it. */
static int bind_value(struct test *test, const struct expression_test *t,
		      struct expression_failure *failure)
{
	const char *name = test->column->path;
	test->text = t->value;
	if (test->comparison == COMPARE_MATCH || test->comparison == COMPARE_KNOWN)
		return 0;
	switch (test->column->type) {
	case CELL_NUMBER:
	case CELL_LARGE:
		if (take_number(test, t))
			return 0;
		return expression_refuse(failure, t->value_at,
					 "%s is compared with numbers%s: '%.*s' is none",
					 name,
					 test->column->duration ? ", or such as 5ms" : "",
					 expression_shown(t->value), t->value.data);
	case CELL_BOOL:
		test->number = text_is_word(t->value, "true");
		if (test->number || text_is_word(t->value, "false"))
			return 0;
		return expression_refuse(failure, t->value_at, "%s is true or false",
					 name);
	case CELL_TIME:
		if (!moment_parse(&test->moment, t->value))
			return 0;
		return expression_refuse(failure, t->value_at,
					 "%s is a time: 1.5, 2m, boot:NS or RFC 3339",
					 name);
	default:
		return test->column->words ? 0 : expression_check_star(t, failure);
	}
}

/* Whether the column's type knows the comparison at hand. */
static int check_comparison(const struct test *test, const struct expression_test *t,
			    struct expression_failure *failure)
{
	const char *name = test->column->path;
	enum cell_type type = test->column->type;
	bool unordered = type == CELL_BOOL || type == CELL_DEVICE || type == CELL_WORDS;
	size_t at = t->comparison == COMPARE_KNOWN ? t->name_at : t->comparison_at;
	if (type == CELL_HOPS)
		return expression_refuse(failure, at, "%s cannot be compared", name);
	if (has_order(test->comparison) && unordered)
		return expression_refuse(failure, at, "%s is neither less nor greater",
					 name);
	if (type == CELL_TIME && test->comparison == COMPARE_MATCH)
		return expression_refuse(failure, at, "%s has no glob", name);
	return 0;
}

static int take_test(void *ctx, const struct expression_test *t,
		     struct expression_failure *failure)
{
	struct filter *f = ctx;
	struct test test = {.comparison = t->comparison};
	find_column(f, t->name, &test);
	if (!test.column)
		return refuse_column(f, t, failure);
	test.of_leaf = f->view == VIEW_CHAINS && !(test.column->views & 1U << VIEW_HOPS);
	int err = check_counts(f, &test, t, failure);
	if (!err)
		err = check_comparison(&test, t, failure);
	if (!err)
		err = bind_value(&test, t, failure);
	if (!err)
		err = check_word(&test, t, failure);
	if (err)
		return err;
	void *grown = array_grow(f->tests, f->n, &f->capacity, sizeof(*f->tests));
	if (!grown)
		return -ENOMEM;
	f->tests = grown;
	f->tests[f->n++] = test;
	f->either |= test.other != NULL;
	return 0;
}

int filter_new(struct filter **filterp, enum view_id view, struct fdp_text text,
	       struct expression_failure *failure)
{
	struct filter *f = calloc(1, sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->view = view;
	f->of = UINT_MAX;
	int err = out_init(&f->scratch, -1);
	if (!err)
		err = expression_parse(&f->expression, text, take_test, f, failure);
	if (err)
		filter_free(f);
	else
		*filterp = f;
	return err;
}

/* Of a long text, the surroundings of the place are shown. */
#define SHOWN_BEFORE 48
#define SHOWN_MAX 72

void filter_explain(char phrase[static FILTER_PHRASE_SIZE], const char *option,
		    struct fdp_text text, const struct expression_failure *failure)
{
	struct out o;
	size_t at = failure->column - 1;
	size_t first = at > SHOWN_BEFORE ? at - SHOWN_BEFORE : 0;
	while (first && first < at && (text.data[first] & 0xc0) == 0x80)
		first++;
	size_t end = text.len - first > SHOWN_MAX ? first + SHOWN_MAX : text.len;
	int n = snprintf(phrase, FILTER_PHRASE_SIZE, "%s: column %zu: %s", option,
			 failure->column, failure->phrase);
	if (out_init(&o, -1))
		return;
	out_word(&o, first ? "..." : "");
	text_terminal(&o, (struct fdp_text){text.data + first, at - first});
	int width = (int)text_width(o.data, o.len);
	text_terminal(&o, (struct fdp_text){text.data + at, end - at});
	snprintf(phrase + n, FILTER_PHRASE_SIZE - (size_t)n, "\n  %.*s\n  %*s^",
		 (int)o.len, o.data, width, "");
	out_release(&o);
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	free(f->tests);
	expression_release(&f->expression);
	out_release(&f->scratch);
	free(f);
}

static bool number_is(const struct test *test, uint64_t number, uint64_t wanted)
{
	return order_is(test->comparison, (number > wanted) - (number < wanted));
}

/* "!=" is "not =", also of what is not known and of lists. */
static bool word_is(const struct test *test, const struct cell *cell)
{
	struct test equal = *test;
	bool negated = test->comparison == COMPARE_NOT_EQUAL;
	if (negated)
		equal.comparison = COMPARE_EQUAL;
	for (uint32_t i = 0; i < cell->n_words; i++)
		if (text_is(&equal,
			    (struct fdp_text){cell->words[i], strlen(cell->words[i])}))
			return !negated;
	return negated;
}

/* What is compared as a text: numbers for globs, devices, what tables show. */
static bool shown_is(struct filter *f, const struct test *test, const struct cell *cell)
{
	struct out *o = &f->scratch;
	o->len = 0;
	out_u64(o, cell->number);
	if (cell->type == CELL_DEVICE) {
		out_char(o, ':');
		out_u64(o, cell->minor);
	}
	return text_is(test, (struct fdp_text){o->data, o->len});
}

static bool time_is(const struct test *test, const struct row *row, uint64_t boot_ns)
{
	uint64_t wanted;
	return moment_resolve(&test->moment, row->trace, &wanted) &&
	       number_is(test, boot_ns, wanted);
}

static bool cell_is(struct filter *f, const struct test *test, const struct row *row,
		    const struct cell *cell)
{
	if (test->comparison == COMPARE_KNOWN)
		return cell->type != CELL_BOOL || cell->number;
	switch (cell->type) {
	case CELL_NUMBER:
	case CELL_LARGE:
		if (test->comparison == COMPARE_MATCH)
			return shown_is(f, test, cell);
		return number_is(test, cell->number, test->number);
	case CELL_BOOL:
		if (test->comparison == COMPARE_MATCH)
			return glob_matches(test->text,
					    cell->number ? (struct fdp_text){"true", 4}
							 : (struct fdp_text){"false", 5});
		return number_is(test, cell->number, test->number);
	case CELL_TIME:
		return time_is(test, row, cell->number);
	case CELL_DEVICE:
		return shown_is(f, test, cell);
	case CELL_WORDS:
		return word_is(test, cell);
	default:
		return text_is(test, cell->text);
	}
}

static bool test_wants(struct filter *f, const struct test *test, const struct row *row)
{
	const struct column *column =
		f->at_receiver && test->other ? test->other : test->column;
	struct cell cell = {.type = CELL_NULL};
	struct row with_scratch = *row;
	with_scratch.scratch = &f->scratch;
	if (column->type == CELL_SHOWN) {
		f->scratch.len = 0;
		if (column->show(&with_scratch, &f->scratch)) {
			cell.type = CELL_TEXT;
			cell.text = (struct fdp_text){f->scratch.data, f->scratch.len};
		}
	} else {
		column_get(column, &with_scratch, &cell);
	}
	if (cell.type == CELL_NULL)
		return test->comparison == COMPARE_NOT_EQUAL;
	return cell_is(f, test, row, &cell);
}

static bool node_wants(struct filter *f, uint32_t place, const struct row *row,
		       const struct row *leaf)
{
	const struct expression_node *node = &f->expression.nodes[place];
	const struct test *test;
	switch (node->type) {
	case EXPRESSION_NOT:
		return !node_wants(f, node->left, row, leaf);
	case EXPRESSION_AND:
		return node_wants(f, node->left, row, leaf) &&
		       node_wants(f, node->right, row, leaf);
	case EXPRESSION_OR:
		return node_wants(f, node->left, row, leaf) ||
		       node_wants(f, node->right, row, leaf);
	default:
		test = &f->tests[node->left];
		return test_wants(f, test, test->of_leaf ? leaf : row);
	}
}

bool filter_is_of_rows(const struct filter *f)
{
	return f->of & 1U << f->view;
}

/* An end that is not known is not asked: it is nobody of whom "not" could be true. */
bool filter_wants(struct filter *f, const struct row *row, const struct row *leaf)
{
	bool no_sender = f->either && row->pass->from.process == TRACE_NONE;
	bool no_receiver = !f->either || row->pass->to.process == TRACE_NONE;
	f->at_receiver = false;
	if ((!no_sender || no_receiver) && node_wants(f, f->expression.root, row, leaf))
		return true;
	f->at_receiver = true;
	return !no_receiver && node_wants(f, f->expression.root, row, leaf);
}

bool filter_wants_chain(struct filter *f, const struct row *leaf)
{
	struct hops hops;
	hops_begin(&hops, leaf);
	for (const struct row *hop; (hop = hops_next(&hops));)
		if (filter_wants(f, hop, leaf))
			return true;
	return false;
}
