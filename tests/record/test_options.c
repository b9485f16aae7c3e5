// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../record/failure.h"
#include "../../record/options.h"
#include "../../record/trigger.h"

#define WORDS_MAX 40

static struct options options;
static struct failure failure;

/* line is split at blanks; it must outlive the options. */
static int parse(char *line)
{
	static char *argv[WORDS_MAX];
	char *save = NULL;
	int argc = 0;

	argv[argc++] = (char *)"fdpass-record";
	for (char *word = strtok_r(line, " ", &save); word && argc < WORDS_MAX - 1;
	     word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	failure.text[0] = '\0';

	return options_parse(&options, argc, argv, &failure);
}

static void expect_refused(const char *line, const char *phrase)
{
	char copy[256];

	strncpy(copy, line, sizeof(copy) - 1);
	copy[sizeof(copy) - 1] = '\0';
	cr_expect_eq(parse(copy), -EINVAL, "%s", line);
	cr_expect_not_null(strstr(failure.text, phrase), "%s: %s", line, failure.text);
	cr_expect_null(strchr(failure.text, '\n'));
}

Test(options, nothing_means_everything_without_limits)
{
	char line[] = "";

	cr_assert_eq(parse(line), 0);
	cr_expect_eq(options.action, OPTIONS_RECORD);
	cr_expect_null(options.output);
	cr_expect_eq(options.duration_ns, 0);
	cr_expect_eq(options.messages, 0);
	cr_expect_null(options.command);
	cr_expect_not(options_filtered(&options));
}

Test(options, all_that_are_given_are_taken)
{
	char line[] =
		"-o x.fdpass -d 1.5 -n 10 -p 12 -p 13 --comm=abc --uid 5 --uid root "
		"--cmdline --exact-files --transfers --hostname --force -q";

	cr_assert_eq(parse(line), 0, "%s", failure.text);
	cr_expect_str_eq(options.output, "x.fdpass");
	cr_expect_eq(options.duration_ns, 1500000000);
	cr_expect_eq(options.messages, 10);
	cr_expect_eq(options.n_pids, 2);
	cr_expect_eq(options.pids[1], 13);
	cr_expect_eq(options.filter.by_pid, 1);
	cr_expect_eq(options.filter.n_comms, 1);
	cr_expect_str_eq(options.filter.comms[0], "abc");
	cr_expect_eq(options.filter.n_uids, 2);
	cr_expect_eq(options.filter.uids[0], 5);
	cr_expect_eq(options.filter.uids[1], 0);
	cr_expect(options.cmdline);
	cr_expect(options.exact_files);
	cr_expect(options.transfers);
	cr_expect(options.hostname);
	cr_expect(options.force);
	cr_expect(options.quiet);
	cr_expect(options_filtered(&options));
}

static const struct {
	const char *text;
	uint64_t ns;
} durations[] = {
	{"1", 1000000000ULL},  {"0.25", 250000000ULL},	{"30s", 30000000000ULL},
	{".5s", 500000000ULL}, {"5m", 300000000000ULL}, {"1.5h", 5400000000000ULL},
};

Test(options, durations_have_fractions_and_units)
{
	char line[32];

	for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
		snprintf(line, sizeof(line), "-d %s", durations[i].text);
		cr_assert_eq(parse(line), 0, "%s", durations[i].text);
		cr_expect_eq(options.duration_ns, durations[i].ns, "%s",
			     durations[i].text);
	}
}

Test(options, what_is_no_duration_is_refused)
{
	expect_refused("-d x", "is not a time");
	expect_refused("-d 5x", "is not a time");
	expect_refused("-d 5ms", "is not a time");
	expect_refused("-d -5", "is not a time");
	expect_refused("-d inf", "is not a time");
	expect_refused("-d nan", "is not a time");
	expect_refused("-d 0", "out of range");
	expect_refused("-d 1e30", "out of range");
}

Test(options, what_is_no_number_is_refused)
{
	expect_refused("-n 0", "not a positive number");
	expect_refused("-n 5x", "not a positive number");
	expect_refused("-n 99999999999999999999", "not a positive number");
	expect_refused("-n -1", "not a positive number");
	expect_refused("-p 0", "not a process id");
	expect_refused("-p 1,2", "not a process id");
	expect_refused("-p 4294967297", "not a process id");
	expect_refused("--uid no-such-user-here", "is not a user");
	expect_refused("--cgroup /no/such/cgroup", "--cgroup: ");
}

Test(options, misuse_is_one_line_that_names_the_word)
{
	expect_refused("--bogus", "'--bogus'");
	expect_refused("-z", "'-z'");
	expect_refused("--output", "'--output' needs an argument");
	expect_refused("-o", "'-o' needs an argument");
	expect_refused("--force=1", "'--force=1' takes no argument");
	expect_refused("--quiet=1", "'--quiet=1' takes no argument");
	expect_refused("-qz", "unknown option '-z'");
	expect_refused("--h", "ambiguous option '--h'");
	expect_refused("-o= --output=", "--output: the name is empty");
	expect_refused("--cgroup=", "--cgroup: the path is empty");
}

Test(options, a_command_comes_after_dashes_only)
{
	char line[] = "-q -- ls -l --force";

	cr_assert_eq(parse(line), 0);
	cr_assert_not_null(options.command);
	cr_expect_str_eq(options.command[0], "ls");
	cr_expect_str_eq(options.command[2], "--force");
	cr_expect_not(options.force);
	cr_expect_eq(options.argc, 3);
	cr_expect_eq(options.filter.by_pid, 1);
	expect_refused("trace.fdpass", "unexpected 'trace.fdpass'");
	expect_refused("-q --", "COMMAND is missing");
}

Test(options, a_long_name_is_cut_as_the_kernel_cuts_it)
{
	char line[] = "--comm dbus-broker-launch";

	cr_assert_eq(parse(line), 0);
	cr_expect_str_eq(options.filter.comms[0], "dbus-broker-lau");
}

Test(options, each_list_has_a_limit)
{
	char line[256] = "";
	size_t at = 0;

	for (int i = 0; i <= FILTER_MAX; i++)
		at += snprintf(line + at, sizeof(line) - at, "--comm=c%d ", i);
	expect_refused(line, "at most 16");
}

Test(options, help_and_version_win_over_what_follows)
{
	char help[] = "--help --bogus", version[] = "-q --version";
	char h[] = "-h --bogus", v[] = "-qV";

	cr_assert_eq(parse(help), 0);
	cr_expect_eq(options.action, OPTIONS_HELP);
	cr_assert_eq(parse(version), 0);
	cr_expect_eq(options.action, OPTIONS_VERSION);
	cr_assert_eq(parse(h), 0, "%s", failure.text);
	cr_expect_eq(options.action, OPTIONS_HELP);
	cr_assert_eq(parse(v), 0, "%s", failure.text);
	cr_expect_eq(options.action, OPTIONS_VERSION);
}

Test(options, the_help_fits_on_one_screen)
{
	const char *line = options_help();
	unsigned int lines = 0;

	while (*line) {
		size_t len = strcspn(line, "\n");

		cr_expect_leq(len, 80, "%.*s", (int)len, line);
		line += len + (line[len] == '\n');
		lines++;
	}
	cr_expect_leq(lines, 50);
}

Test(options, sizes_have_units)
{
	char line[] = "--max-size 3M --keep 7", ring[] = "--ring 65536";

	cr_assert_eq(parse(line), 0, "%s", failure.text);
	cr_expect_eq(options.max_size, 3 << 20);
	cr_expect_eq(options.keep, 7);
	cr_expect(options_series(&options));
	cr_assert_eq(parse(ring), 0, "%s", failure.text);
	cr_expect_eq(options.ring, 65536);
	cr_expect_eq(options.keep, 16, "dumps are bounded unless told otherwise");
}

Test(options, events_of_a_dump_are_separated_by_commas)
{
	char line[] = "--ring 1M --dump-on failed,truncated --dump-on=discarded";

	cr_assert_eq(parse(line), 0, "%s", failure.text);
	cr_expect_eq(options.dump_on,
		     TRIGGER_FAILED | TRIGGER_TRUNCATED | TRIGGER_DISCARDED);
}

Test(options, bounds_that_cannot_be_are_refused)
{
	expect_refused("--max-size 5X", "is not a size");
	expect_refused("--max-size -5", "is not a size");
	expect_refused("--max-size 99999999999999999999", "is not a size");
	expect_refused("--max-size 18014398509481984K", "is not a size");
	expect_refused("--max-size 1M", "is less than 2048K");
	expect_refused("--ring 0", "is less than 64K");
	expect_refused("--ring 65G", "is more than 64G");
	expect_refused("--ring 1M --keep 0", "is not a positive number");
	expect_refused("--keep 3", "--keep needs");
	expect_refused("--dump-on failed", "--dump-on needs --ring");
	expect_refused("--ring 1M --dump-on fail",
		       "'fail' is none of failed, toomanyrefs");
	expect_refused("--ring 1M --dump-on failed,", "'' is none of failed, ");
	expect_refused("--ring 1M --max-size 2M", "exclude each other");
}
