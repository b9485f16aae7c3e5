// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "../../record/status.h"

static const struct {
	struct status_counts counts;
	const char *text;
} lines[] = {
	{{0, 0, 0, 0, 0}, "0 messages, 0 descriptors, 0 lost, 0 bytes"},
	{{1, 1, 0, 0, 1023}, "1 message, 1 descriptor, 0 lost, 1023 bytes"},
	{{412, 689, 0, 2, 38912}, "412 messages, 689 descriptors, 2 lost, 38 KiB"},
	{{2, 3, 1, 0, 512}, "2 messages, 3 descriptors, 1 transfer, 0 lost, 512 bytes"},
	{{0, 0, 7, 0, 512}, "0 messages, 0 descriptors, 7 transfers, 0 lost, 512 bytes"},
	{{2, 3, 0, 0, 1536}, "2 messages, 3 descriptors, 0 lost, 1.5 KiB"},
	{{2, 3, 0, 0, 5ULL << 30}, "2 messages, 3 descriptors, 0 lost, 5.0 GiB"},
	{{2, 3, 0, 0, 1ULL << 62}, "2 messages, 3 descriptors, 0 lost, 4194304 TiB"},
};

Test(status, counts_are_said_in_words_and_units)
{
	char text[STATUS_TEXT_MAX];

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		status_text(text, &lines[i].counts);
		cr_expect_str_eq(text, lines[i].text);
	}
}

Test(status, nothing_is_due_while_nothing_changes)
{
	const struct status_counts same = {.messages = 5}, other = {.messages = 6};
	struct status off = {.on = false};
	struct status on = {.on = true, .shown = true, .shown_ns = 7, .counts = same};

	cr_expect_eq(status_due(&off, &other), UINT64_MAX);
	cr_expect_eq(status_due(&on, &same), UINT64_MAX);
	cr_expect_eq(status_due(&on, &other), 7 + 1000000000ULL);
}

Test(status, a_narrow_terminal_does_not_wrap_the_line)
{
	const struct status_counts counts = {.messages = 5};
	struct status status = {.on = true};
	char said[256] = "";
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	status_update(&status, &counts, 7);
	cr_assert_gt(read(ends[0], said, sizeof(said) - 1), 0);
	cr_expect_str_eq(said, "\r\033[K\033[?7l5 messages, 0 descriptors, 0 lost, "
			       "0 bytes\033[?7h");
}
