// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/diff.h"

#include "scene.h"

static void expect(const char *old, const char *new, bool differ, const char *wanted)
{
	struct heap heaps[2];
	struct out o;
	bool differs;
	cr_assert_eq(out_init(&o, -1), 0);
	cr_assert_eq(heap_init(&heaps[0]), 0);
	cr_assert_eq(heap_init(&heaps[1]), 0);
	out_word(&heaps[0].text, old);
	out_word(&heaps[1].text, new);
	cr_assert_eq(diff_print(&o, &heaps[0], &heaps[1], &differs), 0);
	scene_expect(&o, wanted);
	cr_assert_eq(differs, differ);
	heap_release(&heaps[0]);
	heap_release(&heaps[1]);
	out_release(&o);
}

Test(diff, the_order_of_lines_does_not_count)
{
	expect("", "", false, "");
	expect("a\nb\na\n", "b\na\na\n", false, "");
}

Test(diff, what_one_has_more_often_is_told)
{
	expect("a\nb\n", "b\nc\n", true, "- a\n+ c\n");
	expect("a\n", "a\na\na\n", true, "+ a   (2 times)\n");
	expect("", "x\n", true, "+ x\n");
	expect("ab\na\n", "a\n", true, "- ab\n");
}
