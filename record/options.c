// SPDX-License-Identifier: BSD-2-Clause
/* Options: see options.h. */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "cgroup.h"
#include "clock.h"
#include "failure.h"

#define DURATION_MAX_S (100.0 * 365 * 24 * 3600)

static const char help[] =
	"Usage: fdpass-record [OPTION]... [-- COMMAND [ARGUMENT]...]\n"
	"Record which process passes which open file to whom over Unix sockets.\n"
	"\n"
	"Output:\n"
	"  -o, --output=FILE        write the trace to FILE, - for standard output\n"
	"                           (default: fdpass-YYYYMMDD-HHMMSS.fdpass)\n"
	"      --force              replace FILE if it exists\n"
	"  -q, --quiet              no status line and no totals\n"
	"\n"
	"When to stop (also: SIGINT, SIGTERM, the end of COMMAND):\n"
	"  -d, --duration=TIME      after TIME: 10, 0.5, 30s, 5m, 2h\n"
	"  -n, --messages=NUMBER    after NUMBER messages\n"
	"\n"
	"What to record (different options must all match, repeated ones any):\n"
	"  -p, --pid=PID            process PID and its descendants\n"
	"      --comm=NAME          threads called NAME\n"
	"      --uid=UID            processes of this user, by number or name\n"
	"      --cgroup=PATH        processes in this cgroup (v2) or below it\n"
	"      -- COMMAND...        run COMMAND and record it and its descendants\n"
	"A message is recorded when its sender or its receiver matches.\n"
	"\n"
	"How much to say:\n"
	"      --cmdline            record command lines (they may hold secrets)\n"
	"      --backend NAME       auto, fentry, kprobe or tracepoint; auto takes the\n"
	"                           first that this kernel lets work\n"
	"      --exact-files        tell reused files apart with certainty (costs a few\n"
	"                           percent on each close(2) of the machine)\n"
	"      --hostname           record the name of this host\n"
	"\n"
	"      --list-hooks         show which kernel hooks can be used, and stop\n"
	"      --help               show this help, and stop\n"
	"      --version            show the version, and stop\n"
	"\n"
	"Exit status: 0 all is well, 2 error, 3 something was lost; or that of COMMAND.\n"
	"Read the trace with fdpass-replay(1).\n";

const char *options_help(void)
{
	return help;
}

static int parse_number(uint64_t *value, const char *text, uint64_t max)
{
	unsigned long long number;
	char *end;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno || *end || number > max)
		return -EINVAL;
	*value = number;

	return 0;
}

static int parse_duration(struct options *o, const char *text, struct failure *f)
{
	double seconds, unit = 1;
	char *end;

	errno = 0;
	seconds = strtod(text, &end);
	if (end != text && (*end == 's' || *end == 'm' || *end == 'h')) {
		unit = *end == 'h' ? 3600 : *end == 'm' ? 60 : 1;
		end++;
	}
	seconds *= unit;
	if (!isdigit((unsigned char)text[0]) && text[0] != '.')
		return failure_say(f, -EINVAL, "--duration: '%s' is not a time", text);
	if (errno || *end || !isfinite(seconds))
		return failure_say(f, -EINVAL, "--duration: '%s' is not a time", text);
	if (seconds * NSEC_PER_SEC < 1 || seconds > DURATION_MAX_S)
		return failure_say(f, -EINVAL, "--duration: '%s' is out of range", text);
	o->duration_ns = (uint64_t)(seconds * NSEC_PER_SEC);

	return 0;
}

static int parse_messages(struct options *o, const char *text, struct failure *f)
{
	if (parse_number(&o->messages, text, UINT64_MAX) || o->messages == 0)
		return failure_say(f, -EINVAL,
				   "--messages: '%s' is not a positive number", text);

	return 0;
}

static int parse_pid(struct options *o, const char *text, struct failure *f)
{
	uint64_t pid;

	if (parse_number(&pid, text, INT32_MAX) || pid == 0)
		return failure_say(f, -EINVAL, "--pid: '%s' is not a process id", text);
	if (o->n_pids == OPTIONS_PIDS_MAX)
		return failure_say(f, -EINVAL, "--pid: at most %d are possible",
				   OPTIONS_PIDS_MAX);
	o->pids[o->n_pids++] = pid;
	o->filter.by_pid = 1;

	return 0;
}

/* The kernel keeps 15 bytes of a name, so more of them cannot be compared. */
static int parse_comm(struct options *o, const char *text, struct failure *f)
{
	struct filter *filter = &o->filter;
	size_t len = strlen(text);

	if (len == 0)
		return failure_say(f, -EINVAL, "--comm: the name is empty");
	if (filter->n_comms == FILTER_MAX)
		return failure_say(f, -EINVAL, "--comm: at most %d are possible",
				   FILTER_MAX);
	if (len > EVENT_COMM_LEN - 1)
		len = EVENT_COMM_LEN - 1;
	memcpy(filter->comms[filter->n_comms++], text, len);

	return 0;
}

static int parse_uid(struct options *o, const char *text, struct failure *f)
{
	struct filter *filter = &o->filter;
	const struct passwd *user;
	uint64_t uid;

	if (filter->n_uids == FILTER_MAX)
		return failure_say(f, -EINVAL, "--uid: at most %d are possible",
				   FILTER_MAX);
	if (parse_number(&uid, text, UINT32_MAX - 1)) {
		user = getpwnam(text);
		if (!user)
			return failure_say(f, -EINVAL, "--uid: '%s' is not a user", text);
		uid = user->pw_uid;
	}
	filter->uids[filter->n_uids++] = uid;

	return 0;
}

static int parse_cgroup(struct options *o, const char *text, struct failure *f)
{
	struct filter *filter = &o->filter;
	struct cgroup cgroup;

	if (filter->n_cgroups == FILTER_MAX)
		return failure_say(f, -EINVAL, "--cgroup: at most %d are possible",
				   FILTER_MAX);
	if (cgroup_find(&cgroup, text, f))
		return -EINVAL;
	filter->cgroups[filter->n_cgroups] = cgroup.id;
	filter->cgroup_levels[filter->n_cgroups++] = cgroup.level;

	return 0;
}

static int parse_backend(struct options *o, const char *text, struct failure *f)
{
	const struct backend *backend;

	o->backend = NULL;
	if (strcmp(text, "auto") == 0)
		return 0;
	for (size_t i = 0; (backend = backend_get(i)); i++) {
		if (strcmp(text, backend->name) != 0)
			continue;
		o->backend = backend->name;
		return 0;
	}

	return failure_say(f, -EINVAL,
			   "--backend: '%s' is not auto, fentry, kprobe or tracepoint",
			   text);
}

enum long_option {
	OPT_COMM = 256,
	OPT_UID,
	OPT_CGROUP,
	OPT_CMDLINE,
	OPT_EXACT_FILES,
	OPT_BACKEND,
	OPT_HOSTNAME,
	OPT_FORCE,
	OPT_LIST_HOOKS,
	OPT_HELP,
	OPT_VERSION,
};

static const struct option long_options[] = {
	{"output", required_argument, NULL, 'o'},
	{"duration", required_argument, NULL, 'd'},
	{"messages", required_argument, NULL, 'n'},
	{"pid", required_argument, NULL, 'p'},
	{"quiet", no_argument, NULL, 'q'},
	{"comm", required_argument, NULL, OPT_COMM},
	{"uid", required_argument, NULL, OPT_UID},
	{"cgroup", required_argument, NULL, OPT_CGROUP},
	{"cmdline", no_argument, NULL, OPT_CMDLINE},
	{"exact-files", no_argument, NULL, OPT_EXACT_FILES},
	{"backend", required_argument, NULL, OPT_BACKEND},
	{"hostname", no_argument, NULL, OPT_HOSTNAME},
	{"force", no_argument, NULL, OPT_FORCE},
	{"list-hooks", no_argument, NULL, OPT_LIST_HOOKS},
	{"help", no_argument, NULL, OPT_HELP},
	{"version", no_argument, NULL, OPT_VERSION},
	{NULL, 0, NULL, 0},
};

static int take_argument(struct options *o, int option, struct failure *f)
{
	switch (option) {
	case 'o':
		o->output = optarg;
		if (!*optarg)
			return failure_say(f, -EINVAL, "--output: the name is empty");
		return 0;
	case 'd':
		return parse_duration(o, optarg, f);
	case 'n':
		return parse_messages(o, optarg, f);
	case 'p':
		return parse_pid(o, optarg, f);
	case OPT_COMM:
		return parse_comm(o, optarg, f);
	case OPT_UID:
		return parse_uid(o, optarg, f);
	case OPT_BACKEND:
		return parse_backend(o, optarg, f);
	default:
		return parse_cgroup(o, optarg, f);
	}
}

/* 0: it was one of these. */
static int take_flag(struct options *o, int option)
{
	switch (option) {
	case 'q':
		o->quiet = true;
		return 0;
	case OPT_CMDLINE:
		o->cmdline = true;
		return 0;
	case OPT_EXACT_FILES:
		o->exact_files = true;
		return 0;
	case OPT_HOSTNAME:
		o->hostname = true;
		return 0;
	case OPT_FORCE:
		o->force = true;
		return 0;
	case OPT_LIST_HOOKS:
		o->action = OPTIONS_LIST_HOOKS;
		return 0;
	case OPT_HELP:
		o->action = OPTIONS_HELP;
		return 0;
	case OPT_VERSION:
		o->action = OPTIONS_VERSION;
		return 0;
	default:
		return -ENOENT;
	}
}

/* word is the one that getopt_long() was looking at. */
static int misused(int option, const char *word, struct failure *f)
{
	if (option == ':' && strncmp(word, "--", 2) == 0)
		return failure_say(f, -EINVAL, "option '%s' needs an argument", word);
	if (option == ':')
		return failure_say(f, -EINVAL, "option '-%c' needs an argument", optopt);
	if (optopt >= OPT_COMM)
		return failure_say(f, -EINVAL, "option '%s' takes no argument", word);
	if (optopt)
		return failure_say(f, -EINVAL, "unknown option '-%c'", optopt);

	return failure_say(f, -EINVAL, "unknown or ambiguous option '%s'", word);
}

static int take_command(struct options *o, int argc, char **argv, struct failure *f)
{
	bool dashes = optind > 1 && strcmp(argv[optind - 1], "--") == 0;

	o->argc = optind;
	if (optind < argc && !dashes)
		return failure_say(f, -EINVAL, "unexpected '%s' (COMMAND comes after --)",
				   argv[optind]);
	if (optind == argc && dashes)
		return failure_say(f, -EINVAL, "COMMAND is missing after --");
	if (optind < argc) {
		o->command = argv + optind;
		o->filter.by_pid = 1;
	}

	return 0;
}

int options_parse(struct options *o, int argc, char **argv, struct failure *failure)
{
	int option, err;

	*o = (struct options){.argv = argv};
	optind = 0; /* glibc: begin anew */
	opterr = 0;
	for (;;) {
		const char *word = argv[optind ? optind : 1];

		option = getopt_long(argc, argv, "+:o:d:n:p:q", long_options, NULL);
		if (option < 0)
			break;
		if (option == '?' || option == ':')
			return misused(option, word, failure);
		if (take_flag(o, option) == 0) {
			if (o->action == OPTIONS_HELP || o->action == OPTIONS_VERSION)
				return 0;
			continue;
		}
		err = take_argument(o, option, failure);
		if (err)
			return err;
	}

	return take_command(o, argc, argv, failure);
}

bool options_filtered(const struct options *o)
{
	const struct filter *filter = &o->filter;

	return filter->by_pid || filter->n_comms || filter->n_uids || filter->n_cgroups;
}
