/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Differences: two traces by their chains in normal form, as two heaps of lines. What one
 * has more often than the other is told, and how many times; order does not count.
 */
#pragma once

#include "out.h"

/* Lines, one behind the other. */
struct heap {
	struct out text;	/* in memory */
	struct fdp_text *lines; /* sorted; made by diff_print() */
	size_t n;
};

int heap_init(struct heap *heap);
void heap_release(struct heap *heap);

/* "- line" is in the first alone, "+ line" in the second; *differp: there was any. */
int diff_print(struct out *o, struct heap *old, struct heap *new, bool *differp);
