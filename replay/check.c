// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "shape.h"

#define PHRASE_SIZE FILTER_PHRASE_SIZE

static const struct rule simple_rules[] = {
	{.name = "no-truncated", .type = RULE_OUTCOME, .number = OUTCOME_TRUNCATED},
	{.name = "no-discarded", .type = RULE_OUTCOME, .number = OUTCOME_DISCARDED},
	{.name = "no-dropped", .type = RULE_OUTCOME, .number = OUTCOME_DROPPED},
	{.name = "no-failed", .type = RULE_OUTCOME, .number = OUTCOME_FAILED},
	{.name = "no-queued", .type = RULE_OUTCOME, .number = OUTCOME_QUEUED},
	{.name = "no-lost", .type = RULE_LOST},
};

#define N_SIMPLE (sizeof(simple_rules) / sizeof(simple_rules[0]))

static int refuse(char *phrase, const char *rule)
{
	int n = snprintf(phrase, PHRASE_SIZE, "--check '%.64s' is none of", rule);
	for (size_t i = 0; i < N_SIMPLE; i++)
		n += snprintf(phrase + n, PHRASE_SIZE - (size_t)n, " %s,",
			      simple_rules[i].name);
	snprintf(phrase + n, PHRASE_SIZE - (size_t)n, " max-fds=N, no-pass EXPR");
	return -EINVAL;
}

static int parse_max_fds(struct rule *rule, const char *text, char *phrase)
{
	char *end;
	errno = 0;
	*rule = (struct rule){.name = "max-fds", .type = RULE_MAX_FDS};
	rule->number = strtoul(text, &end, 10);
	if (!errno && end > text && !*end && *text >= '0' && *text <= '9')
		return 0;
	snprintf(phrase, PHRASE_SIZE, "--check max-fds: '%.64s' is no number", text);
	return -EINVAL;
}

/* The expression is behind so many bytes of the rule. */
static int parse_no_pass(struct rule *rule, const char *text, size_t before, char *phrase)
{
	struct expression_failure failure;
	struct fdp_text all = {text, strlen(text)};
	*rule = (struct rule){.name = "no-pass", .type = RULE_NO_PASS};
	int err =
		filter_new(&rule->filter, VIEW_PASSES,
			   (struct fdp_text){text + before, all.len - before}, &failure);
	if (err == -EINVAL) {
		failure.column += before;
		filter_explain(phrase, "--check", all, &failure);
	} else if (err) {
		snprintf(phrase, PHRASE_SIZE, "--check: %s", strerror(-err));
	}
	return err;
}

static int parse_rule(struct rule *rule, const char *text, char *phrase)
{
	static const char max_fds[] = "max-fds=", no_pass[] = "no-pass ";
	if (strncmp(text, max_fds, strlen(max_fds)) == 0)
		return parse_max_fds(rule, text + strlen(max_fds), phrase);
	if (strncmp(text, no_pass, strlen(no_pass)) == 0)
		return parse_no_pass(rule, text, strlen(no_pass), phrase);
	for (size_t i = 0; i < N_SIMPLE; i++) {
		if (strcmp(text, simple_rules[i].name) == 0) {
			*rule = simple_rules[i];
			return 0;
		}
	}
	return refuse(phrase, text);
}

int check_add(struct check *check, const char *rule, char phrase[static PHRASE_SIZE])
{
	if (check->n == RULES_MAX) {
		snprintf(phrase, PHRASE_SIZE, "more than %d rules", RULES_MAX);
		return -EINVAL;
	}
	int err = parse_rule(&check->rules[check->n], rule, phrase);
	check->n += !err;
	return err;
}

void check_release(struct check *check)
{
	for (size_t i = 0; i < check->n; i++)
		filter_free(check->rules[i].filter);
	*check = (struct check){0};
}

static bool offends(const struct rule *rule, const struct row *row)
{
	const struct pass *pass = row->pass;
	switch (rule->type) {
	case RULE_OUTCOME:
		return pass->outcome == rule->number;
	case RULE_MAX_FDS:
		/* The first one that is too many tells of its message, once. */
		return pass->index == rule->number && pass->n_fds > rule->number;
	case RULE_NO_PASS:
		return filter_wants(rule->filter, row, NULL);
	default:
		return false;
	}
}

static void put_end(const struct row *row, const struct pass_end *end, struct out *o)
{
	if (!show_end(row, end, o))
		out_char(o, '?');
	if (end->fd >= 0) {
		out_char(o, ' ');
		out_i64(o, end->fd);
	}
}

/* "client[101] 3 → server[102] 4   chr /dev/null   delivered" */
static void put_offender(const struct rule *rule, const struct row *row, struct out *o)
{
	out_word(o, rule->name);
	out_word(o, ": ");
	if (row->pass->message) {
		out_word(o, "message ");
		out_u64(o, row->pass->message);
		out_word(o, ": ");
	}
	put_end(row, &row->pass->from, o);
	out_word(o, " → ");
	put_end(row, &row->pass->to, o);
	out_word(o, "   ");
	if (!show_object(row, o))
		out_char(o, '-');
	out_word(o, "   ");
	show_outcome(row, o);
	out_char(o, '\n');
}

int check_pass(struct check *check, const struct row *row, struct out *o)
{
	for (size_t i = 0; i < check->n; i++) {
		if (!offends(&check->rules[i], row))
			continue;
		check->offenders++;
		put_offender(&check->rules[i], row, o);
	}
	return o->err;
}

int check_trace(struct check *check, const struct trace *trace, struct out *o)
{
	uint64_t lost = trace_lost_total(trace);
	for (size_t i = 0; lost && i < check->n; i++) {
		if (check->rules[i].type != RULE_LOST)
			continue;
		check->offenders++;
		out_word(o, check->rules[i].name);
		out_word(o, ": ");
		out_u64(o, lost);
		out_word(o, " records were lost\n");
	}
	return o->err;
}
