// SPDX-License-Identifier: BSD-2-Clause
/*
 * Filters: see filter.h. The kernel looks at one end of a message at a time. So a part of
 * the expression that names "from." is asked of the sender alone, one that names "to." of
 * the receiver alone, and any other of both; parts for different ends can be joined by
 * "or" only.
 */
#include "filter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../cli/expression.h"
#include "../cli/near.h"
#include "cgroup.h"
#include "failure.h"

enum end { END_ANY = 0, END_SENDER = 1, END_RECEIVER = 2, END_BOTH = 3 };

struct compiler {
	struct filter *filter;
	struct expression expression;
	struct expression_failure *failure;
	enum end ends[FILTER_TESTS_MAX];
	size_t places[FILTER_TESTS_MAX]; /* of the names, in the text */
};

static const struct {
	const char *name;
	enum filter_field field;
} fields[] = {
	{"comm", FILTER_COMM},	   {"pid", FILTER_PID}, {"tid", FILTER_TID},
	{"uid", FILTER_UID},	   {"gid", FILTER_GID}, {"euid", FILTER_EUID},
	{"cgroup", FILTER_CGROUP},
};

#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

static bool has_prefix(struct fdp_text text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text.len >= len && memcmp(text.data, prefix, len) == 0;
}

/* from.comm is the field comm, asked of the sender. */
static enum end take_end(struct fdp_text *name)
{
	size_t len = has_prefix(*name, "from.") ? 5 : has_prefix(*name, "to.") ? 3 : 0;

	*name = (struct fdp_text){name->data + len, name->len - len};

	return len == 5 ? END_SENDER : len == 3 ? END_RECEIVER : END_ANY;
}

static int refuse_name(const struct expression_test *t, struct fdp_text field,
		       struct expression_failure *failure)
{
	struct near near = near_to(field.data, field.len);
	char hint[80];

	for (size_t i = 0; i < N_FIELDS; i++)
		near_try(&near, fields[i].name);
	near_hint(&near, "",
		  "it knows from. and to. comm, pid, tid, uid, gid, euid, cgroup", hint,
		  sizeof(hint));

	return expression_refuse(failure, t->name_at,
				 "'%.*s' cannot be asked in the kernel%s",
				 expression_shown(t->name), t->name.data, hint);
}

/* A name, of which the kernel keeps 15 bytes, or its beginning and a star. */
static int bind_comm(struct filter_test *test, const struct expression_test *t,
		     struct expression_failure *failure)
{
	char value[EVENT_COMM_LEN] = "", mask[EVENT_COMM_LEN];
	bool glob = t->comparison == COMPARE_MATCH;
	struct fdp_text name = t->value;

	if (expression_check_star(t, failure))
		return -EINVAL;
	memset(mask, 0xff, sizeof(mask));
	if (glob && name.len && name.data[name.len - 1] == '*') {
		name.len--;
		memset(mask + (name.len < sizeof(mask) ? name.len : sizeof(mask)), 0,
		       sizeof(mask) -
			       (name.len < sizeof(mask) ? name.len : sizeof(mask)));
	}
	for (size_t i = 0; glob && i < name.len; i++) {
		if (strchr("*?[\\", name.data[i]))
			return expression_refuse(failure, t->value_at + i,
						 "in the kernel a glob is a beginning "
						 "and one *");
	}
	if (name.len > sizeof(value) - 1)
		name.len = sizeof(value) - 1;
	memcpy(value, name.data, name.len);
	memcpy(test->value, value, sizeof(value));
	memcpy(test->mask, mask, sizeof(mask));

	return 0;
}

/* A cgroup, or with PATH/[*] behind it those below. */
static int bind_cgroup(struct filter_test *test, const struct expression_test *t,
		       struct expression_failure *failure)
{
	struct fdp_text path = t->value;
	struct failure why = {0};
	struct cgroup cgroup;
	char text[4096];

	if (expression_check_star(t, failure))
		return -EINVAL;
	if (t->comparison == COMPARE_MATCH) {
		if (path.len < 2 || memcmp(path.data + path.len - 2, "/*", 2) != 0)
			return expression_refuse(failure, t->value_at,
						 "in the kernel a glob of cgroups is "
						 "PATH/*");
		path.len -= 2;
		test->field = FILTER_CGROUP_BELOW;
	}
	snprintf(text, sizeof(text), "%.*s", (int)path.len, path.data);
	if (cgroup_find(&cgroup, text, &why))
		return expression_refuse(failure, t->value_at, "%.140s", why.text);
	test->value[0] = cgroup.id;
	test->value[1] = cgroup.level;

	return 0;
}

static int bind_number(struct filter_test *test, const struct expression_test *t,
		       struct expression_failure *failure)
{
	uint64_t number;

	if (t->comparison == COMPARE_MATCH)
		return expression_refuse(failure, t->comparison_at,
					 "in the kernel numbers have no globs");
	if (expression_number(&number, t->value)) {
		test->value[0] = number;
		return 0;
	}

	return expression_refuse(failure, t->value_at, "%.*s is a number, '%.*s' is none",
				 expression_shown(t->name), t->name.data,
				 expression_shown(t->value), t->value.data);
}

static int bind_value(struct filter_test *test, const struct expression_test *t,
		      struct expression_failure *failure)
{
	static const __u32 orders[] = {
		[COMPARE_EQUAL] = FILTER_EQUAL,
		[COMPARE_MATCH] = FILTER_EQUAL,
		[COMPARE_NOT_EQUAL] = FILTER_LESS | FILTER_GREATER | FILTER_OTHER,
		[COMPARE_LESS] = FILTER_LESS,
		[COMPARE_NOT_GREATER] = FILTER_LESS | FILTER_EQUAL,
		[COMPARE_GREATER] = FILTER_GREATER,
		[COMPARE_NOT_LESS] = FILTER_GREATER | FILTER_EQUAL,
	};
	bool text = test->field == FILTER_COMM || test->field == FILTER_CGROUP;

	if (t->comparison == COMPARE_KNOWN)
		return expression_refuse(failure, t->name_at,
					 "'%.*s' is always known: compare it",
					 expression_shown(t->name), t->name.data);
	test->orders = orders[t->comparison];
	if (text &&
	    (t->comparison == COMPARE_LESS || t->comparison == COMPARE_GREATER ||
	     t->comparison == COMPARE_NOT_LESS || t->comparison == COMPARE_NOT_GREATER))
		return expression_refuse(
			failure, t->comparison_at,
			"in the kernel '%.*s' is neither less nor greater",
			expression_shown(t->name), t->name.data);
	if (test->field == FILTER_COMM)
		return bind_comm(test, t, failure);
	if (test->field == FILTER_CGROUP)
		return bind_cgroup(test, t, failure);

	return bind_number(test, t, failure);
}

static int take_test(void *ctx, const struct expression_test *t,
		     struct expression_failure *failure)
{
	struct compiler *c = ctx;
	__u32 n = c->filter->n_tests;
	struct filter_test test = {0};
	struct fdp_text field = t->name;
	size_t i = 0;

	if (n == FILTER_TESTS_MAX)
		return expression_refuse(failure, t->name_at,
					 "in the kernel there are at most %d comparisons",
					 FILTER_TESTS_MAX);
	c->ends[n] = take_end(&field);
	c->places[n] = t->name_at;
	while (i < N_FIELDS && (strlen(fields[i].name) != field.len ||
				memcmp(fields[i].name, field.data, field.len) != 0))
		i++;
	if (i == N_FIELDS)
		return refuse_name(t, field, failure);
	test.field = fields[i].field;
	int err = bind_value(&test, t, failure);
	if (err)
		return err;
	c->filter->tests[c->filter->n_tests++] = test;

	return 0;
}

static const struct expression_node *node_at(const struct compiler *c, uint32_t place)
{
	return &c->expression.nodes[place];
}

static enum end node_end(const struct compiler *c, uint32_t place)
{
	const struct expression_node *node = node_at(c, place);

	if (node->type == EXPRESSION_TEST)
		return c->ends[node->left];
	if (node->type == EXPRESSION_NOT)
		return node_end(c, node->left);

	return node_end(c, node->left) | node_end(c, node->right);
}

/* The last test below: it is the one that does not go with those before. */
static size_t node_place(const struct compiler *c, uint32_t place)
{
	const struct expression_node *node = node_at(c, place);

	while (node->type != EXPRESSION_TEST)
		node = node_at(c,
			       node->type == EXPRESSION_NOT ? node->left : node->right);

	return c->places[node->left];
}

static int put_step(struct compiler *c, __u32 step)
{
	if (c->filter->n_steps == FILTER_STEPS_MAX)
		return expression_refuse(c->failure, 0,
					 "this is too long for the kernel");
	c->filter->steps[c->filter->n_steps++] = step;

	return 0;
}

/* All of it is asked of the same end, or of any. */
static int put_node(struct compiler *c, uint32_t place)
{
	const struct expression_node *node = node_at(c, place);
	int err;

	if (node_end(c, place) == END_BOTH)
		return expression_refuse(
			c->failure, node_place(c, place),
			"the kernel sees one end at a time: from. and to. "
			"go together with 'or' alone");
	if (node->type == EXPRESSION_TEST)
		return put_step(c, node->left);
	err = put_node(c, node->left);
	if (!err && node->type == EXPRESSION_NOT)
		return put_step(c, FILTER_NOT);
	if (!err)
		err = put_node(c, node->right);

	return err ? err
		   : put_step(c, node->type == EXPRESSION_AND ? FILTER_AND : FILTER_OR);
}

static int put_parts(struct compiler *c, uint32_t place)
{
	const struct expression_node *node = node_at(c, place);
	enum end end = node_end(c, place);
	int err;

	if (node->type == EXPRESSION_OR) {
		err = put_parts(c, node->left);
		if (!err)
			err = put_parts(c, node->right);
		return err ? err : put_step(c, FILTER_OR);
	}
	err = put_node(c, place);
	if (err || end == END_ANY)
		return err;
	err = put_step(c, end == END_SENDER ? FILTER_AT_SENDER : FILTER_AT_RECEIVER);

	return err ? err : put_step(c, FILTER_AND);
}

int filter_compile(struct filter *filter, const char *text, struct failure *failure)
{
	struct expression_failure why;
	struct compiler c = {.filter = filter, .failure = &why};
	int err = expression_parse(&c.expression, (struct fdp_text){text, strlen(text)},
				   take_test, &c, &why);

	if (!err)
		err = put_parts(&c, c.expression.root);
	expression_release(&c.expression);
	if (!err)
		return 0;

	return failure_say(failure, err, "--filter: column %zu: %s", why.column,
			   err == -EINVAL ? why.phrase : strerror(-err));
}
