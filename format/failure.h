/* SPDX-License-Identifier: BSD-2-Clause */
/* Failure: the phrase that says what is wrong with a trace, for the one who prints it. */
#pragma once

#define FAILURE_PHRASE_MAX 160

struct failure {
	char phrase[FAILURE_PHRASE_MAX];
};

/* Returns err, so that a check can end with it. */
__attribute__((format(printf, 3, 4))) int failure_set(struct failure *f, int err,
						      const char *format, ...);
