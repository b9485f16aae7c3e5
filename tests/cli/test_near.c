// SPDX-License-Identifier: BSD-2-Clause
#include "../../cli/near.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *nearest(const char *word)
{
	static const char *const words[] = {"format", "filter",	   "follow",  "columns",
					    "comm",   "from.comm", "to.comm", NULL};
	struct near n = near_to(word, strlen(word));
	for (size_t i = 0; words[i]; i++)
		near_try(&n, words[i]);
	return n.best ? n.best : "";
}

Test(near, a_slip_of_the_finger_is_understood)
{
	cr_expect_str_eq(nearest("fromat"), "format");
	cr_expect_str_eq(nearest("colums"), "columns");
	cr_expect_str_eq(nearest("filtre"), "filter");
	cr_expect_str_eq(nearest("from.com"), "from.comm");
}

Test(near, a_beginning_is_understood)
{
	cr_expect_str_eq(nearest("col"), "columns");
}

Test(near, the_last_part_of_a_path_is_understood)
{
	struct near n = near_to("uid", 3);
	near_try(&n, "index");
	near_try(&n, "from.euid");
	near_try(&n, "from.uid");
	cr_expect_str_eq(n.best, "from.uid");
}

Test(near, a_word_of_its_own_is_near_to_nothing)
{
	cr_expect_str_eq(nearest("frobnicate"), "");
	cr_expect_str_eq(nearest(""), "");
	cr_expect_str_eq(nearest("a-word-that-is-longer-than-any-option-is"), "");
}

Test(near, a_hint_says_what_helps)
{
	char hint[64];
	struct near n = near_to("x", 1);
	near_hint(&n, "--", "--help lists them", hint, sizeof(hint));
	cr_expect_str_eq(hint, " (--help lists them)");
	n = near_to("colums", 6);
	near_try(&n, "columns");
	near_hint(&n, "--", "", hint, sizeof(hint));
	cr_expect_str_eq(hint, " (did you mean --columns?)");
}
