/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The question: what the options ask for, understood before any trace is opened, so that
 * a wrong word is a usage error and costs nothing.
 */
#pragma once

#include "check.h"
#include "filter.h"
#include "options.h"
#include "order.h"

struct question {
	struct selection selection;
	struct filter *filter; /* NULL: all rows are wanted */
	struct order order;
	struct check check;
};

/* -EINVAL, or another errno: phrase says what is wrong. Is to be released in any case. */
int question_init(struct question *q, const struct options *o,
		  char phrase[static FILTER_PHRASE_SIZE]);
void question_release(struct question *q);
