// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/options.h"

#include <errno.h>
#include <stdio.h>

#include "scene.h"

#define ARGS_MAX 16

/* The words of a command line, separated by single spaces. */
struct line {
	char text[128];
	char *argv[ARGS_MAX + 1];
};

static int parse(struct options *o, struct line *line, char phrase[static 256],
		 const char *text)
{
	int argc = 0;
	snprintf(line->text, sizeof(line->text), "fdpass-replay %s", text);
	for (char *rest = line->text; rest && argc < ARGS_MAX;)
		line->argv[argc++] = strsep(&rest, " ");
	line->argv[argc] = NULL;
	return options_parse(o, argc, line->argv, phrase);
}

Test(options, without_any_the_passes_are_a_table)
{
	struct options o;
	char phrase[256];
	struct line line;
	cr_assert_eq(parse(&o, &line, phrase, "x.fdpass"), 0);
	cr_assert(o.view == VIEW_PASSES && o.format == PRINT_TABLE &&
		  o.time == CLOCK_REL);
	cr_assert_eq(o.n_files, 1);
	cr_assert_str_eq(o.files[0], "x.fdpass");
}

Test(options, files_and_options_may_be_mixed)
{
	struct options o;
	char phrase[256];
	struct line line;
	cr_assert_eq(parse(&o, &line, phrase, "a --view chains - --format=csv"), 0);
	cr_assert(o.view == VIEW_CHAINS && o.format == PRINT_CSV);
	cr_assert_eq(o.n_files, 2);
	cr_assert_str_eq(o.files[1], "-");
}

static void refuses(const char *text, const char *wanted)
{
	struct options o;
	char phrase[256];
	struct line line;
	cr_assert_eq(parse(&o, &line, phrase, text), -EINVAL, "%s", text);
	cr_assert_str_eq(phrase, wanted);
}

Test(options, a_wrong_one_is_told_in_a_phrase)
{
	refuses("--view all",
		"--view 'all' is none of passes, sends, receives, chains, processes, "
		"summary, leaks, transfers");
	refuses("--format xml",
		"--format 'xml' is none of table, json, jsonl, csv, ig, mermaid, dot, "
		"perfetto, html, text");
	refuses("--format ig --columns fd", "--format ig has its own columns");
	refuses("--view chains --format ig", "--format ig is of sends");
	refuses("--time ", "--time '' is none of rel, boot, utc, local");
	refuses("--frobnicate x",
		"unknown or ambiguous option '--frobnicate' (--help lists them)");
	refuses("--colums x",
		"unknown or ambiguous option '--colums' (did you mean --columns?)");
	refuses("-q x", "unknown option '-q' (--help lists them)");
	refuses("x --columns", "option '--columns' needs an argument");
	refuses("x -o", "option '-o' needs an argument");
	refuses("--info=now x", "option '--info=now' takes no argument");
	refuses("--force x", "--force needs --output");
	refuses("--since noon",
		"--since 'noon' is no time: 1.5, 2m, boot:NS or RFC 3339");
	refuses("--until 1y", "--until '1y' is no time: 1.5, 2m, boot:NS or RFC 3339");
	refuses("--filter a --filter b", "--filter is given twice: join them with 'and'");
	refuses("--top 0", "--top '0' is no number of rows");
	refuses("--top -1", "--top '-1' is no number of rows");
	refuses("--diff a --check no-lost", "--check goes not with --diff");
	refuses("--normalize --sort time",
		"--normalize has no rows: without --columns, --format, --sort, --top");
	refuses("--normalize --view sends", "--normalize is of passes or chains");
	refuses("--check no-lost --view chains", "--check has no --view");
	refuses("--where-from 5", "--where-from '5' is neither PID:FD nor NAME:FD");
	refuses("--where-from 5:-1", "--where-from '5:-1' is neither PID:FD nor NAME:FD");
	refuses("--where-from :1", "--where-from ':1' is neither PID:FD nor NAME:FD");
	refuses("--where-from a:", "--where-from 'a:' is neither PID:FD nor NAME:FD");
	refuses("--where-from a:1x", "--where-from 'a:1x' is neither PID:FD nor NAME:FD");
	refuses("--where-from 4294967296:1",
		"--where-from '4294967296:1' is neither PID:FD nor NAME:FD");
	refuses("--at 5", "--at is for --who-has and --where-from");
	refuses("--who-has x --where-from 1:2", "--where-from goes not with --who-has");
	refuses("--info --since 1",
		"--info is of the whole trace: without --filter, --since and --until");
}

Test(options, help_wins)
{
	struct options o;
	char phrase[256];
	struct line line;
	cr_assert_eq(parse(&o, &line, phrase, "--view sends --help"), 0);
	cr_assert_eq(o.action, OPTIONS_HELP);
	cr_assert_eq(parse(&o, &line, phrase, "-V"), 0);
	cr_assert_eq(o.action, OPTIONS_VERSION);
	cr_assert_eq(parse(&o, &line, phrase, "--columns help"), 0);
	cr_assert_eq(o.action, OPTIONS_COLUMNS);
}

Test(options, help_fits_on_a_screen)
{
	size_t lines = 0, width = 0, widest = 0;
	for (const char *c = options_help(); *c; c++) {
		width = *c == '\n' ? 0 : width + 1;
		lines += *c == '\n';
		widest = width > widest ? width : widest;
	}
	cr_assert_leq(lines, 40);
	cr_assert_leq(widest, 80);
}
