// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/tree.h"

#include "scene.h"

static bool any_chain(void *ctx, const struct row *leaf)
{
	(void)ctx;
	(void)leaf;
	return true;
}

static bool to_c(void *ctx, const struct row *leaf)
{
	(void)ctx;
	return leaf->pass->to.process == 2;
}

static void expect_drawn(struct trace *t, tree_choice_fn wants, struct look look,
			 const char *wanted)
{
	struct match match;
	struct chains chains;
	struct out o;
	cr_assert_eq(out_init(&o, -1), 0);
	o.look = look;
	cr_assert_eq(match_init(&match, t), 0);
	cr_assert_eq(chains_init(&chains, &match), 0);
	match_release(&match);
	cr_assert_eq(tree_print(&o, &chains, wants, NULL), 0);
	scene_expect(&o, wanted);
	chains_release(&chains);
	trace_release(t);
	out_release(&o);
}

Test(tree, what_goes_one_way_is_one_line)
{
	struct trace t;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 8, 1);
	scene_pass(&t, 2, 20, 2, 9, 3, 5, 1);
	expect_drawn(&t, any_chain, (struct look){0},
		     "a[101] 3 → b[102] 8/9 → c[103] 5   /exact\n");
}

Test(tree, several_ways_from_a_receiver_are_branches)
{
	struct trace t;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 8, 1);
	scene_pass(&t, 2, 20, 2, 8, 3, 5, 1);
	scene_pass(&t, 3, 30, 2, 9, 4, 6, 1);
	scene_pass(&t, 4, 40, 4, 6, 3, 7, 1);
	expect_drawn(&t, any_chain, (struct look){0},
		     "a[101] 3 → b[102] 8   /exact\n"
		     "├─ 8 → c[103] 5\n"
		     "└─ 9 → d[104] 6 → c[103] 7\n");
}

/* One process passes the same open file to two, and one of them to two more. */
static void fan_out(struct trace *t)
{
	scene_init(t);
	scene_pass(t, 1, 10, 1, 3, 2, 8, 1);
	scene_pass(t, 2, 20, 1, 4, 4, 6, 2);
	scene_pass(t, 3, 30, 2, 8, 3, 5, 1);
	scene_pass(t, 4, 40, 2, 8, 4, 7, 1);
	scene_pass(t, 5, 50, 1, 3, 4, 9, 1);
}

Test(tree, several_ways_from_the_first_sender_are_branches)
{
	struct trace t;
	fan_out(&t);
	expect_drawn(&t, any_chain, (struct look){0},
		     "a[101]   /exact\n"
		     "├─ 3 → b[102] 8\n"
		     "│  ├─ 8 → c[103] 5\n"
		     "│  └─ 8 → d[104] 7\n"
		     "└─ 3 → d[104] 9\n"
		     "a[101] 4 → d[104] 6   /likely\n");
}

Test(tree, without_utf_8_it_is_ascii)
{
	struct trace t;
	fan_out(&t);
	expect_drawn(&t, any_chain, (struct look){.ascii = true},
		     "a[101]   /exact\n"
		     "|- 3 -> b[102] 8\n"
		     "|  |- 8 -> c[103] 5\n"
		     "|  `- 8 -> d[104] 7\n"
		     "`- 3 -> d[104] 9\n"
		     "a[101] 4 -> d[104] 6   /likely\n");
}

Test(tree, branches_that_are_not_wanted_are_not_there)
{
	struct trace t;
	fan_out(&t);
	expect_drawn(&t, to_c, (struct look){0},
		     "a[101] 3 → b[102] 8 → c[103] 5   /exact\n");
}

Test(tree, a_long_way_is_cut_and_says_so)
{
	struct trace t;
	struct match match;
	struct chains chains;
	struct out o;
	scene_init(&t);
	for (uint32_t i = 0; i < CHAIN_SHOWN_MAX + 10; i++)
		scene_pass(&t, i + 1, 10 * i, 1 + i % 2, 3, 1 + (i + 1) % 2, 3, 1);
	cr_assert_eq(out_init(&o, -1), 0);
	cr_assert_eq(match_init(&match, &t), 0);
	cr_assert_eq(chains_init(&chains, &match), 0);
	cr_assert_eq(tree_print(&o, &chains, any_chain, NULL), 0);
	size_t arrows = 0, cuts = 0;
	for (size_t i = 0; i + 3 <= o.len; i++) {
		arrows += memcmp(o.data + i, "→", 3) == 0;
		cuts += memcmp(o.data + i, "…", 3) == 0;
	}
	cr_assert_eq(arrows, CHAIN_SHOWN_MAX);
	cr_assert_eq(cuts, 1);
	match_release(&match);
	chains_release(&chains);
	trace_release(&t);
	out_release(&o);
}
