// SPDX-License-Identifier: BSD-2-Clause
/* Edit distance, with two neighbours in the wrong order as one mistake. */
#include "near.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define WORD_MAX 32

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];
	for (size_t j = 0; j <= b_len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			bool same = a[i - 1] == b[j - 1];
			now[j] = least(last[j - 1] + !same,
				       least(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
		size_t *free_row = before;
		before = last;
		last = now;
		now = free_row;
	}
	return last[b_len];
}

/* "comm" of "from.comm" */
static bool is_last_part(const struct near *n, const char *word, size_t len)
{
	return len > n->len && word[len - n->len - 1] == '.' &&
	       memcmp(word + len - n->len, n->word, n->len) == 0;
}

void near_try(struct near *n, const char *word)
{
	size_t len = strlen(word);
	size_t longer = len > n->len ? len : n->len, shorter = least(len, n->len);
	if (!n->len || longer > WORD_MAX)
		return;
	/*
	 * The beginning of a long word, what is behind its dot, and a third of the
	 * letters wrong, can be meant.
	 */
	size_t found = longer - shorter;
	if ((n->len > 2 && strncmp(word, n->word, n->len) == 0) ||
	    is_last_part(n, word, len))
		found = 1;
	else if (found * 3 <= longer)
		found = distance(n->word, n->len, word, len);
	if (found * 3 > longer || found >= n->distance)
		return;
	n->distance = found;
	n->best = word;
}

void near_hint(const struct near *n, const char *prefix, const char *otherwise,
	       char *hint, size_t size)
{
	if (n->best)
		snprintf(hint, size, " (did you mean %s%s?)", prefix, n->best);
	else
		snprintf(hint, size, " (%s)", otherwise);
}
