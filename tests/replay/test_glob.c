// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/glob.h"

#include <criterion/criterion.h>
#include <string.h>

static bool matches(const char *pattern, const char *text)
{
	return glob_matches((struct fdp_text){pattern, strlen(pattern)},
			    (struct fdp_text){text, strlen(text)});
}

Test(glob, stars_take_any_number_of_bytes)
{
	cr_assert(matches("*", "") && matches("*", "abc") && matches("a*c", "ac"));
	cr_assert(matches("*b*d", "abcd") && matches("a*b*c", "aXbXbXc"));
	cr_assert_not(matches("a*c", "acd"));
	cr_assert_not(matches("*x*", "abc"));
	cr_assert_not(matches("", "a"));
	cr_assert(matches("", ""));
}

Test(glob, a_question_mark_takes_one)
{
	cr_assert(matches("a?c", "abc") && matches("*?", "a"));
	cr_assert_not(matches("?", ""));
	cr_assert_not(matches("a?", "a"));
}

Test(glob, sets_have_ranges_and_can_be_negated)
{
	cr_assert(matches("[a-c]x", "bx") && matches("[!a-c]x", "dx"));
	cr_assert_not(matches("[a-c]x", "dx"));
	cr_assert_not(matches("[!a-c]x", "bx"));
	cr_assert(matches("[]]", "]") && matches("[a-]", "-") && matches("[x", "[x"));
}

Test(glob, a_backslash_takes_the_next_byte_as_it_is)
{
	cr_assert(matches("\\*", "*") && matches("pipe:\\[7]", "pipe:[7]"));
	cr_assert_not(matches("\\*", "x"));
	cr_assert(matches("a\\", "a\\"));
}

Test(glob, many_stars_end_in_time)
{
	char pattern[2001], text[4097];
	for (size_t i = 0; i < 2000; i += 2)
		memcpy(pattern + i, "*a", 2);
	pattern[1999] = 'b';
	pattern[2000] = '\0';
	memset(text, 'a', 4096);
	text[4096] = '\0';
	cr_assert_not(matches(pattern, text));
}
