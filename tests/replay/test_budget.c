// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/budget.h"

#include <errno.h>

#include "scene.h"

/* Asks at the beginning of a block behind 100 passes. */
static int ask(struct budget *b, struct trace *t, size_t extra)
{
	struct fdp_record record = {.type = FDP_CLOCK, .block = b->block + 1};
	for (uint64_t i = 1; i <= 100; i++)
		scene_pass(t, i, i, 1, 3, 2, 4, 1);
	return budget_check(b, t, extra, &record);
}

Test(budget, a_model_within_it_is_accepted)
{
	struct budget budget = {.max = BUDGET_USUAL};
	struct trace t;
	scene_init(&t);
	cr_assert_eq(ask(&budget, &t, 0), 0);
	cr_assert_eq(budget.needed, 0);
	trace_release(&t);
}

Test(budget, a_model_beyond_it_is_refused_with_what_a_pass_takes)
{
	struct budget budget = {.max = 1024};
	struct trace t;
	scene_init(&t);
	cr_assert_eq(ask(&budget, &t, 0), -E2BIG);
	cr_assert_eq(budget.passes, 100);
	cr_assert_gt(budget.needed, 100 * 2 * sizeof(struct kept_event));
	trace_release(&t);
}

Test(budget, what_is_kept_besides_counts_when_it_is)
{
	struct budget budget = {.max = 1024 * 1024};
	struct trace t;
	scene_init(&t);
	cr_assert_eq(ask(&budget, &t, 0), 0);
	cr_assert_eq(budget_keep(&budget, &t, 1024), 0);
	cr_assert_eq(budget_keep(&budget, &t, 1024 * 1024), -E2BIG);
	cr_assert_gt(budget.needed, 1024 * 1024);
	trace_release(&t);
}

Test(budget, what_a_view_keeps_of_each_pass_counts)
{
	struct budget budget = {.max = 1024 * 1024};
	struct trace t;
	scene_init(&t);
	cr_assert_eq(ask(&budget, &t, 0), 0);
	cr_assert_eq(ask(&budget, &t, 10000), -E2BIG);
	trace_release(&t);
}
