/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Leaks: descriptors that were received and, as far as passes tell, are still there, by
 * receiver, kind of file and sender. What grows from one minute to the next is one.
 */
#pragma once

#include "holder.h"

struct leaks {
	struct leak_tally *items;
	size_t n, capacity;
};

/* The most first. The holders must outlive the leaks. */
int leaks_init(struct leaks *l, const struct holders *h);
void leaks_release(struct leaks *l);
