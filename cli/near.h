/* SPDX-License-Identifier: BSD-2-Clause */
/* Near words: what somebody may have meant who wrote a word that is none. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct near {
	const char *word;
	size_t len;
	const char *best; /* NULL: nothing is near */
	size_t distance;
};

static inline struct near near_to(const char *word, size_t len)
{
	return (struct near){word, len, NULL, SIZE_MAX};
}

/* A word that would have been right. It is lent; of several as near the first counts. */
void near_try(struct near *n, const char *word);

/*
 * " (did you mean PREFIXbest?)", or what else would help in parentheses; writes at most
 * size bytes.
 */
void near_hint(const struct near *n, const char *prefix, const char *otherwise,
	       char *hint, size_t size);
