// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <unistd.h>

#include "../../record/skips.h"

static const struct {
	const char *text;
	uint64_t skips;
} files[] = {
	{"pos:\t0\nprog_type:\t26\nrun_cnt:\t9\nrecursion_misses:\t21\nverified_insns:"
	 "\t7\n",
	 21},
	{"recursion_misses:\t18446744073709551615\n", UINT64_MAX},
	{"recursion_misses:\t0\n", 0},
	/* Before Linux 5.12 there is no such line. */
	{"pos:\t0\nprog_type:\t26\nrun_cnt:\t9\n", 0},
	{"", 0},
};

Test(skips, are_told_by_one_line_of_fdinfo)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		cr_expect_eq(program_skips_in(files[i].text), files[i].skips, "%s",
			     files[i].text);
}

Test(skips, a_count_that_cannot_be_read_stays_as_it_was)
{
	uint64_t skips = 21;

	program_skips(&skips, STDIN_FILENO);
	cr_expect_eq(skips, 21, "no program");
	program_skips(&skips, -1);
	cr_expect_eq(skips, 21, "no descriptor");
}
