/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks: rules that a trace keeps or not, for tests that run unattended. Each offender
 * is named in a line of its own, with the rule in front.
 */
#pragma once

#include "filter.h"

#define RULES_MAX 32

enum rule_type { RULE_OUTCOME, RULE_LOST, RULE_MAX_FDS, RULE_NO_PASS };

struct rule {
	enum rule_type type;
	const char *name;
	uint64_t number;       /* an outcome, or how many */
	struct filter *filter; /* of RULE_NO_PASS */
};

struct check {
	size_t n;
	struct rule rules[RULES_MAX];
	uint64_t offenders;
};

/* -EINVAL: phrase says why. */
int check_add(struct check *check, const char *rule,
	      char phrase[static FILTER_PHRASE_SIZE]);
void check_release(struct check *check);

int check_pass(struct check *check, const struct row *row, struct out *o);
/* At the end of a section. */
int check_trace(struct check *check, const struct trace *trace, struct out *o);
