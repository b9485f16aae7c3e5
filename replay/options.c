// SPDX-License-Identifier: BSD-2-Clause
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cli/near.h"

#define PHRASE_SIZE 256

enum {
	OPT_VIEW = 256,
	OPT_FORMAT,
	OPT_COLUMNS,
	OPT_TIME,
	OPT_FORCE,
	OPT_FOLLOW,
	OPT_COLOR,
	OPT_NO_PAGER,
	/* What is asked. */
	OPT_FILTER,
	OPT_SINCE,
	OPT_UNTIL,
	OPT_SORT,
	OPT_TOP,
	OPT_MAX_MEMORY,
	OPT_SCHEMA,
	OPT_AT,
	/* What is made of it. */
	OPT_INFO,
	OPT_NORMALIZE,
	OPT_DIFF,
	OPT_CHECK,
	OPT_WHO_HAS,
	OPT_WHERE_FROM,
	OPT_ASSEMBLE,
	OPT_FROM_IG,
	/* Another trace of it. */
	OPT_REDACT,
	OPT_KEEP,
	OPT_SHIFT_TIME,
	OPT_CUT
};

struct word {
	const char *word;
	int value;
};

static const struct word views[] = {
	{"passes", VIEW_PASSES},
	{"sends", VIEW_SENDS},
	{"receives", VIEW_RECEIVES},
	{"chains", VIEW_CHAINS},
	{"processes", VIEW_PROCESSES},
	{"summary", VIEW_SUMMARY},
	{"leaks", VIEW_LEAKS},
	{"transfers", VIEW_TRANSFERS},
	{NULL, 0},
};

static const struct word formats[] = {
	{"table", PRINT_TABLE},
	{"json", PRINT_JSON},
	{"jsonl", PRINT_JSONL},
	{"csv", PRINT_CSV},
	{"ig", PRINT_IG},
	{"mermaid", PRINT_MERMAID},
	{"dot", PRINT_DOT},
	{"perfetto", PRINT_PERFETTO},
	{"html", PRINT_HTML},
	{"text", PRINT_TWIN},
	{NULL, 0},
};

static const struct word times[] = {
	{"rel", CLOCK_REL}, {"boot", CLOCK_BOOT},
	{"utc", CLOCK_UTC}, {"local", CLOCK_LOCAL},
	{NULL, 0},
};

static const struct word colors[] = {
	{"auto", LOOK_AUTO},
	{"always", LOOK_ALWAYS},
	{"never", LOOK_NEVER},
	{NULL, 0},
};

static const struct option long_options[] = {
	{"view", required_argument, NULL, OPT_VIEW},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"columns", required_argument, NULL, OPT_COLUMNS},
	{"filter", required_argument, NULL, OPT_FILTER},
	{"since", required_argument, NULL, OPT_SINCE},
	{"until", required_argument, NULL, OPT_UNTIL},
	{"sort", required_argument, NULL, OPT_SORT},
	{"top", required_argument, NULL, OPT_TOP},
	{"max-memory", required_argument, NULL, OPT_MAX_MEMORY},
	{"who-has", required_argument, NULL, OPT_WHO_HAS},
	{"where-from", required_argument, NULL, OPT_WHERE_FROM},
	{"at", required_argument, NULL, OPT_AT},
	{"schema", no_argument, NULL, OPT_SCHEMA},
	{"normalize", no_argument, NULL, OPT_NORMALIZE},
	{"diff", required_argument, NULL, OPT_DIFF},
	{"check", required_argument, NULL, OPT_CHECK},
	{"time", required_argument, NULL, OPT_TIME},
	{"follow", no_argument, NULL, OPT_FOLLOW},
	{"info", no_argument, NULL, OPT_INFO},
	{"assemble", required_argument, NULL, OPT_ASSEMBLE},
	{"from-ig", required_argument, NULL, OPT_FROM_IG},
	{"redact", no_argument, NULL, OPT_REDACT},
	{"keep", required_argument, NULL, OPT_KEEP},
	{"shift-time", no_argument, NULL, OPT_SHIFT_TIME},
	{"cut", required_argument, NULL, OPT_CUT},
	{"color", required_argument, NULL, OPT_COLOR},
	{"no-pager", no_argument, NULL, OPT_NO_PAGER},
	{"output", required_argument, NULL, 'o'},
	{"force", no_argument, NULL, OPT_FORCE},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const char help[] =
	"Usage: fdpass-replay [OPTION]... [FILE|-]...\n"
	"Show which process passed which open file to whom, from traces of "
	"fdpass-record.\n"
	"What to show:\n"
	"  --view VIEW         passes (default), sends, receives, chains, processes,\n"
	"                      summary, leaks, transfers\n"
	"  --where-from PID:FD the chain that brought the descriptor there; or NAME:FD\n"
	"  --who-has FILE      who has it, by its name (a glob) or file.id\n"
	"  --at TIME           for these two: not at the end, but then\n"
	"  --info              complete or not, host, hooks, blind spots, counts\n"
	"  --follow            passes as soon as they are known, live\n"
	"Which of it:\n"
	"  --filter EXPR       'from.comm = sh and not file.kind ~ *pipe'; = != < <= > "
	">=\n"
	"                      ~ (glob), and, or, not, ( ) over what --columns help "
	"lists\n"
	"  --since TIME, --until TIME   1.5, 2m (from the start), boot:NS, RFC 3339\n"
	"  --sort LIST         by these columns, - in front: downwards\n"
	"  --top N             the first N rows\n"
	"  --max-memory SIZE   refuse a trace of which more must be kept (4G)\n"
	"How to show it:\n"
	"  --format FORMAT     table, json (one array), jsonl (lines), csv, ig "
	"(Inspektor\n"
	"                      Gadget's), text; pictures: mermaid, dot, perfetto, html\n"
	"  --columns LIST      these columns; 'help' lists those of the view\n"
	"  --time TIME         in tables: rel (to the first event), boot, utc, local\n"
	"  --color WHEN        auto (on a terminal), always, never\n"
	"  --no-pager          not through $FDPASS_PAGER, $PAGER or less\n"
	"  --schema            the JSON schema of a row, and no trace\n"
	"Compare and test:\n"
	"  --normalize         passes or chains in names that are the same each time\n"
	"  --diff OTHER        chains that OTHER alone (-) or FILE alone (+) has\n"
	"  --check RULE        no-truncated, no-discarded, no-dropped, no-failed,\n"
	"                      no-queued, no-lost, max-fds=N, no-pass EXPR\n"
	"Another trace (with --output):\n"
	"  --redact            pseudonyms for hosts, users, paths and commands\n"
	"  --keep LIST, --shift-time    but not for these; and with other times\n"
	"  --cut FROM..TO      this part alone, in the seconds that --time shows\n"
	"  --assemble FILE     made of what --format text has printed\n"
	"  --from-ig FILE      made of the JSON lines of Inspektor Gadget's fdpass\n"
	"Where to:\n"
	"  -o, --output FILE, --force   a new file, or - (standard output); or replace "
	"it\n"
	"  -h, --help, -V, --version    say so and exit\n"
	"Exit: 0 well, 1 no (a check, diff or question), 2 error, 3 "
	"incomplete.\n";

const char *options_help(void)
{
	return help;
}

static int parse_word(int *valuep, const struct word *words, const char *option,
		      const char *arg, char *phrase)
{
	for (const struct word *w = words; w->word; w++) {
		if (strcmp(w->word, arg) == 0) {
			*valuep = w->value;
			return 0;
		}
	}
	int n = snprintf(phrase, PHRASE_SIZE, "%s '%.64s' is none of", option, arg);
	for (const struct word *w = words; w->word && n < PHRASE_SIZE; w++)
		n += snprintf(phrase + n, PHRASE_SIZE - (size_t)n, "%s %s",
			      w == words ? "" : ",", w->word);
	return -EINVAL;
}

static int parse_rewrite(struct rewrite_options *r, int option, const char *arg,
			 char *phrase)
{
	switch (option) {
	case OPT_REDACT:
		r->redact = true;
		return 0;
	case OPT_KEEP:
		r->keep = arg;
		return 0;
	case OPT_SHIFT_TIME:
		r->shift_time = true;
		return 0;
	default:
		if (!cut_range_parse(&r->cut, arg))
			return 0;
		snprintf(phrase, PHRASE_SIZE,
			 "--cut '%.64s' is not FROM..TO in seconds, as 1.5..20", arg);
		return -EINVAL;
	}
}

static int refuse(char *phrase, const char *words)
{
	snprintf(phrase, PHRASE_SIZE, "%s", words);
	return -EINVAL;
}

static int parse_moment(struct moment *m, bool *hasp, const char *option, const char *arg,
			char *phrase)
{
	*hasp = true;
	if (moment_parse(m, (struct fdp_text){arg, strlen(arg)}) == 0)
		return 0;
	snprintf(phrase, PHRASE_SIZE,
		 "%s '%.64s' is no time: 1.5, 2m, boot:NS or RFC 3339", option, arg);
	return -EINVAL;
}

static int parse_top(uint64_t *topp, const char *arg, char *phrase)
{
	char *end;
	errno = 0;
	*topp = strtoul(arg, &end, 10);
	if (!errno && !*end && *topp && *arg >= '0' && *arg <= '9')
		return 0;
	snprintf(phrase, PHRASE_SIZE, "--top '%.64s' is no number of rows", arg);
	return -EINVAL;
}

/* A number of bytes, with K, M or G for powers of 1024. */
static int parse_memory(uint64_t *sizep, const char *arg, char *phrase)
{
	static const char units[] = "KMG";
	char *end;
	errno = 0;
	*sizep = strtoull(arg, &end, 10);
	const char *unit = *end ? strchr(units, *end) : NULL;
	unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
	if (!errno && *arg >= '0' && *arg <= '9' && !end[unit != NULL] &&
	    *sizep <= UINT64_MAX >> shift) {
		*sizep <<= shift;
		return 0;
	}
	snprintf(phrase, PHRASE_SIZE, "--max-memory '%.64s' is no size: 512M, 4G", arg);
	return -EINVAL;
}

/* What is asked of a trace. */
static int parse_question(struct options *o, int option, const char *arg, char *phrase)
{
	switch (option) {
	case OPT_FILTER:
		if (o->filter)
			return refuse(phrase, "--filter is given twice: join them "
					      "with 'and'");
		o->filter = arg;
		return 0;
	case OPT_SINCE:
		return parse_moment(&o->since, &o->has_since, "--since", arg, phrase);
	case OPT_UNTIL:
		return parse_moment(&o->until, &o->has_until, "--until", arg, phrase);
	case OPT_AT:
		return parse_moment(&o->at, &o->has_at, "--at", arg, phrase);
	case OPT_SORT:
		o->sort = arg;
		return 0;
	case OPT_TOP:
		return parse_top(&o->top, arg, phrase);
	case OPT_MAX_MEMORY:
		return parse_memory(&o->max_memory, arg, phrase);
	default:
		o->action = OPTIONS_SCHEMA;
		return 0;
	}
}

static const char *work_option(enum options_work work)
{
	static const char *const names[] = {
		[WORK_INFO] = "--info",	       [WORK_NORMAL] = "--normalize",
		[WORK_DIFF] = "--diff",	       [WORK_CHECK] = "--check",
		[WORK_HOLDERS] = "--who-has",  [WORK_WHERE] = "--where-from",
		[WORK_TWIN] = "--format text", [WORK_ASSEMBLE] = "--assemble",
		[WORK_IMPORT] = "--from-ig",
	};
	return names[work];
}

static int parse_where(struct options *o, const char *arg, char *phrase)
{
	if (!where_parse(&o->where, arg))
		return 0;
	snprintf(phrase, PHRASE_SIZE,
		 "--where-from '%.64s' is neither PID:FD nor NAME:FD", arg);
	return -EINVAL;
}

/* What is made of a trace: one thing. */
static int parse_work(struct options *o, int option, const char *arg, char *phrase)
{
	static const enum options_work works[] = {
		[OPT_INFO - OPT_INFO] = WORK_INFO,
		[OPT_NORMALIZE - OPT_INFO] = WORK_NORMAL,
		[OPT_DIFF - OPT_INFO] = WORK_DIFF,
		[OPT_CHECK - OPT_INFO] = WORK_CHECK,
		[OPT_WHO_HAS - OPT_INFO] = WORK_HOLDERS,
		[OPT_WHERE_FROM - OPT_INFO] = WORK_WHERE,
		[OPT_ASSEMBLE - OPT_INFO] = WORK_ASSEMBLE,
		[OPT_FROM_IG - OPT_INFO] = WORK_IMPORT,
	};
	enum options_work work = works[option - OPT_INFO];
	if (o->work != WORK_ROWS && o->work != work) {
		snprintf(phrase, PHRASE_SIZE, "%s goes not with %s", work_option(work),
			 work_option(o->work));
		return -EINVAL;
	}
	o->work = work;
	switch (work) {
	case WORK_DIFF:
		o->diff = arg;
		return 0;
	case WORK_CHECK:
		if (o->n_checks == OPTIONS_CHECKS_MAX)
			return refuse(phrase, "more than 32 times --check");
		o->checks[o->n_checks++] = arg;
		return 0;
	case WORK_HOLDERS:
		o->who_has = arg;
		return 0;
	case WORK_ASSEMBLE:
	case WORK_IMPORT:
		o->made_of = arg;
		return 0;
	case WORK_WHERE:
		return parse_where(o, arg, phrase);
	default:
		return 0;
	}
}

static int parse_option(struct options *o, int option, const char *arg, char *phrase)
{
	int value = 0, err = 0;
	if (option >= OPT_REDACT)
		return parse_rewrite(&o->rewrite, option, arg, phrase);
	if (option >= OPT_INFO)
		return parse_work(o, option, arg, phrase);
	if (option >= OPT_FILTER)
		return parse_question(o, option, arg, phrase);
	switch (option) {
	case OPT_VIEW:
		err = parse_word(&value, views, "--view", arg, phrase);
		o->view = (enum view_id)value;
		return err;
	case OPT_FORMAT:
		err = parse_word(&value, formats, "--format", arg, phrase);
		o->format = (enum print_format)value;
		return err;
	case OPT_TIME:
		err = parse_word(&value, times, "--time", arg, phrase);
		o->time = (enum clock_mode)value;
		return err;
	case OPT_COLOR:
		err = parse_word(&value, colors, "--color", arg, phrase);
		o->color = (enum look_color)value;
		return err;
	case OPT_COLUMNS:
		o->columns = arg;
		return 0;
	case OPT_NO_PAGER:
		o->no_pager = true;
		return 0;
	case OPT_FOLLOW:
		o->follow = true;
		return 0;
	case OPT_FORCE:
		o->force = true;
		return 0;
	case 'o':
		o->output = arg;
		return 0;
	case 'h':
		o->action = OPTIONS_HELP;
		return 0;
	default:
		o->action = OPTIONS_VERSION;
		return 0;
	}
}

static int refuse_option(char *phrase, int option, char *argv[])
{
	const char *arg = argv[optind - 1];
	const char short_option[] = {'-', (char)optopt, '\0'};
	char hint[64];
	struct near near = near_to(arg + 2, strcspn(arg, "=") - 2);
	if (strncmp(arg, "--", 2) != 0)
		arg = short_option;
	if (option == ':')
		snprintf(phrase, PHRASE_SIZE, "option '%.128s' needs an argument", arg);
	else if (arg == short_option)
		snprintf(phrase, PHRASE_SIZE, "unknown option '%s' (--help lists them)",
			 arg);
	else if (optopt)
		snprintf(phrase, PHRASE_SIZE, "option '%.128s' takes no argument", arg);
	if (option == ':' || arg == short_option || optopt)
		return -EINVAL;
	for (const struct option *o = long_options; o->name; o++)
		near_try(&near, o->name);
	near_hint(&near, "--", "--help lists them", hint, sizeof(hint));
	snprintf(phrase, PHRASE_SIZE, "unknown or ambiguous option '%.128s'%s", arg,
		 hint);
	return -EINVAL;
}

static int follow_check(const struct options *o, char *phrase)
{
	bool streams = o->view == VIEW_PASSES || o->view == VIEW_SENDS ||
		       o->view == VIEW_RECEIVES || o->view == VIEW_TRANSFERS;
	if (!o->follow)
		return 0;
	if (!streams || print_is_picture(o->format) || o->work != WORK_ROWS)
		return refuse(phrase, "--follow shows passes, sends, receives or "
				      "transfers, and no pictures");
	if (o->sort || o->top)
		return refuse(phrase, "--follow shows all as it comes: without --sort "
				      "and --top");
	return 0;
}

static bool asks_for_rows(const struct options *o)
{
	return o->columns || o->format != PRINT_TABLE || o->sort || o->top;
}

static bool asks_for_part(const struct options *o)
{
	return o->filter || o->has_since || o->has_until;
}

static bool files_are_named(const struct options *o)
{
	for (size_t i = 0; i < o->n_files; i++)
		if (strcmp(o->files[i], "-") == 0)
			return false;
	return o->n_files > 0;
}

static int rewrite_check(struct options *o, char *phrase)
{
	struct rewrite_options *r = &o->rewrite;
	if ((r->keep || r->shift_time) && !r->redact)
		return refuse(phrase, "--keep and --shift-time need --redact");
	if (!rewrite_wanted(r))
		return 0;
	if (o->follow)
		return refuse(phrase, "--redact and --cut do not follow");
	if (!o->output)
		return refuse(phrase,
			      "--redact and --cut make a trace: they need --output");
	if (asks_for_part(o) && !r->cut.given)
		return refuse(phrase, "--redact takes a part of a trace with --cut: "
				      "--cut .. --since 1");
	if (o->filter && !files_are_named(o))
		return refuse(phrase, "--cut with --filter reads twice: it needs the "
				      "name of a file");
	if (o->work != WORK_ROWS || asks_for_rows(o) || o->view != VIEW_PASSES)
		return refuse(phrase, "--redact and --cut make a trace: they go with "
				      "nothing that shows one");
	if (o->time != CLOCK_REL && o->time != CLOCK_BOOT)
		return refuse(phrase, "--cut goes with --time rel or boot");
	r->cut.mode = o->time;
	o->work = WORK_REWRITE;
	return 0;
}

static int format_check(struct options *o, char *phrase)
{
	bool schema = o->action == OPTIONS_SCHEMA;
	if (o->format == PRINT_IG && (o->columns || schema))
		return refuse(phrase, "--format ig has its own columns");
	if (o->format == PRINT_IG && o->view == VIEW_PASSES && o->work == WORK_ROWS)
		o->view = VIEW_SENDS;
	if (o->format == PRINT_IG && o->view != VIEW_SENDS)
		return refuse(phrase, "--format ig is of sends");
	if (schema && (print_is_picture(o->format) || o->format == PRINT_TWIN))
		return refuse(phrase, "--schema is of rows");
	if (print_is_picture(o->format) &&
	    (o->columns || (o->view != VIEW_PASSES && o->view != VIEW_CHAINS)))
		return refuse(phrase, "pictures are of passes or chains, and have no "
				      "--columns");
	if (print_is_picture(o->format) && (o->work != WORK_ROWS || o->sort || o->top))
		return refuse(phrase, "pictures go with neither --sort, --top nor with "
				      "such as --who-has and --check");
	if (o->format != PRINT_TWIN)
		return 0;
	if (o->columns || o->view != VIEW_PASSES || o->follow || o->work != WORK_ROWS ||
	    o->sort || o->top || asks_for_part(o))
		return refuse(phrase, "--format text is all of a trace: without --view, "
				      "--columns, --filter, --follow and the like");
	o->work = WORK_TWIN;
	return 0;
}

static int work_check(struct options *o, char *phrase)
{
	if (o->made_of && (!o->output || o->n_files || o->follow || asks_for_rows(o) ||
			   asks_for_part(o) || rewrite_wanted(&o->rewrite)))
		return refuse(phrase, "--assemble and --from-ig go with --output alone");
	if (!work_has_rows(o->work) && asks_for_rows(o) && o->work != WORK_TWIN) {
		snprintf(phrase, PHRASE_SIZE,
			 "%s has no rows: without --columns, --format, --sort, --top",
			 work_option(o->work));
		return -EINVAL;
	}
	if (o->work == WORK_INFO && asks_for_part(o))
		return refuse(phrase, "--info is of the whole trace: without --filter, "
				      "--since and --until");
	if (o->work == WORK_NORMAL && o->view != VIEW_PASSES && o->view != VIEW_CHAINS)
		return refuse(phrase, "--normalize is of passes or chains");
	if (o->work > WORK_NORMAL && o->view != VIEW_PASSES) {
		snprintf(phrase, PHRASE_SIZE, "%s has no --view", work_option(o->work));
		return -EINVAL;
	}
	return 0;
}

/* What does not go together. */
static int options_check(struct options *o, char *phrase)
{
	int err = format_check(o, phrase);
	if (!err)
		err = work_check(o, phrase);
	if (!err)
		err = follow_check(o, phrase);
	if (!err)
		err = rewrite_check(o, phrase);
	if (err)
		return err;
	if (o->work == WORK_HOLDERS)
		o->view = VIEW_RECEIVES;
	if (o->work == WORK_WHERE || o->work == WORK_DIFF)
		o->view = VIEW_CHAINS;
	if (o->has_at && o->work != WORK_HOLDERS && o->work != WORK_WHERE)
		return refuse(phrase, "--at is for --who-has and --where-from");
	if (o->force && !o->output)
		return refuse(phrase, "--force needs --output");
	return 0;
}

int options_parse(struct options *o, int argc, char *argv[], char phrase[static 256])
{
	*o = (struct options){.view = VIEW_PASSES, .max_memory = BUDGET_USUAL};
	opterr = 0;
	optind = 0; /* glibc: start again, whoever parsed before */
	for (;;) {
		int option = getopt_long(argc, argv, ":o:hV", long_options, NULL);
		if (option == -1)
			break;
		if (option == '?' || option == ':')
			return refuse_option(phrase, option, argv);
		int err = parse_option(o, option, optarg, phrase);
		if (err)
			return err;
		if (o->action == OPTIONS_HELP || o->action == OPTIONS_VERSION)
			return 0;
	}
	o->files = (const char *const *)argv + optind;
	o->n_files = (size_t)(argc - optind);
	if (o->columns && strcmp(o->columns, "help") == 0)
		o->action = OPTIONS_COLUMNS;
	return options_check(o, phrase);
}
