// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/normal.h"

#include <stdio.h>

#include "scene.h"

static void expect_pass(struct normal *n, const struct trace *t, const struct pass *pass,
			const char *wanted)
{
	struct out o;
	struct row row = {.trace = t, .pass = pass};
	cr_assert_eq(out_init(&o, -1), 0);
	cr_assert_eq(normal_put_pass(n, &row, &o), 0);
	scene_expect(&o, wanted);
	out_release(&o);
}

Test(normal, things_are_named_in_the_order_in_which_they_take_part)
{
	struct trace t;
	struct scene_passes passes;
	struct normal n;
	scene_init(&t);
	scene_pass(&t, 1, 10, 3, 7, 2, 5, 2);
	scene_pass(&t, 2, 20, 2, 5, 1, 6, 1);
	scene_pass(&t, 3, 30, 2, 5, 3, 6, 2);
	scene_match(&passes, &t);
	cr_assert_eq(normal_init(&n, &t), 0);
	expect_pass(&n, &t, &passes.items[0],
		    "P1 c → P2 b   ?   F1 regular /likely   delivered\n");
	expect_pass(&n, &t, &passes.items[1],
		    "P2 b → P3 a   ?   F2 regular /exact   delivered\n");
	expect_pass(&n, &t, &passes.items[2],
		    "P2 b → P1 c   ?   F1 regular /likely   delivered\n");
	expect_pass(NULL, &t, &passes.items[2],
		    "b → c   ?   regular /likely   delivered\n");
	normal_release(&n);
	trace_release(&t);
}

Test(normal, numbers_that_the_kernel_made_up_are_left_out)
{
	static const struct {
		const char *name, *wanted;
	} cases[] = {
		{"pipe:[123]", "pipe:[N]"},	   {"net:[4026531840]", "net:[N]"},
		{"/proc/71/fd/3", "/proc/N/fd/3"}, {"/proc/self", "/proc/self"},
		{"/tmp/a[12]", "/tmp/a[12]"},	   {"[eventfd]", "[eventfd]"},
		{"memfd:x7", "memfd:x7"},	   {"/a:[", "/a:["},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trace t;
		struct scene_passes passes;
		char wanted[128];
		scene_init(&t);
		scene_file(&t, 9, cases[i].name, 0);
		scene_pass(&t, 1, 10, 1, 3, 2, 5, 9);
		scene_match(&passes, &t);
		snprintf(wanted, sizeof(wanted), "a → b   ?   regular %s   delivered\n",
			 cases[i].wanted);
		expect_pass(NULL, &t, &passes.items[0], wanted);
		trace_release(&t);
	}
}

static void becomes(const char *line, enum normal_line type, const char *wanted)
{
	struct out o;
	cr_assert_eq(out_init(&o, -1), 0);
	cr_assert_eq(normal_read((struct fdp_text){line, strlen(line)}, &o), type, "%s",
		     line);
	scene_expect(&o, wanted);
	out_release(&o);
}

Test(normal, what_was_put_is_read_without_numbers)
{
	becomes("P1 a → P2 b → P3 c   F1 chr x", NORMAL_CHAIN, "a → b → c   chr x\n");
	becomes("P1 a →pidfd_getfd→ P2 b   F1 chr x", NORMAL_CHAIN,
		"a →pidfd_getfd→ b   chr x\n");
	becomes("P1 a → [queued] ⇢ [inferred] P2 b → P3 c   F1 chr x", NORMAL_CHAIN,
		"a → [queued] ⇢ [inferred] b → c   chr x\n");
	becomes("P1 a → P2 b ⇢ P3 c → P4 d   F1 chr x", NORMAL_CHAIN,
		"a → b ⇢ c → d   chr x\n");
	becomes("P1 a → P2 b   S1 stream   F1 chr x   delivered", NORMAL_PASS,
		"a → b   stream   chr x   delivered\n");
	becomes("P1 a →→ P1 b → P2 c   F1 chr x", NORMAL_CHAIN,
		"a →→ P1 b → c   chr x\n");
	becomes("P1 a →→ b   F1 chr x", NORMAL_NONE, "a →→ b   chr x\n");
}

Test(normal, a_name_is_taken_for_nothing_else)
{
	static const struct {
		const char *name, *wanted;
	} cases[] = {
		{"runc:[2:INIT]", "runc:[2:INIT]"},
		{"?", "\\x3f"},
		{"-", "\\x2d"},
		{"-x", "-x"},
		{"[queued]", "\\x5bqueued]"},
		{"a [queued]", "a\\x20\\x5bqueued]"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trace t;
		struct scene_passes passes;
		char wanted[128];
		scene_init(&t);
		scene_process(&t, 2, cases[i].name);
		scene_pass(&t, 1, 10, 1, 3, 2, 5, 1);
		scene_match(&passes, &t);
		snprintf(wanted, sizeof(wanted),
			 "a → %s   ?   regular /exact   delivered\n", cases[i].wanted);
		expect_pass(NULL, &t, &passes.items[0], wanted);
		trace_release(&t);
	}
}
