/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A section of a trace that is whole: what a view makes of it, row by row. Rows go to the
 * printer or, where something else is made of the trace, to that.
 */
#pragma once

#include "view.h"

/* Passes as they are known; ctx is the view. */
int section_take_pass(void *ctx, const struct pass *pass,
		      const struct pass_source *source);
/* The same, into the summary. */
int section_sum_pass(void *ctx, const struct pass *pass,
		     const struct pass_source *source);

/* The others: what the model has, matched. */
int section_print(struct view *v);
int section_print_summary(struct view *v);

/* What had to be sorted first; rows point to what lives until then. */
int section_print_sorted(struct view *v);
