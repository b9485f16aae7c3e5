// SPDX-License-Identifier: BSD-2-Clause
/* Options: see options.h. */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cli/near.h"
#include "backend.h"
#include "cgroup.h"
#include "clock.h"
#include "failure.h"
#include "filter.h"
#include "trigger.h"

/* A block in hand, however badly it compresses, and the end of the trace must fit. */
#define MAX_SIZE_MIN (2ULL << 20)
#define RING_MIN (64ULL << 10)
#define RING_MAX (64ULL << 30)
#define RING_KEEP 16
#define DURATION_MAX_S (100.0 * 365 * 24 * 3600)

static const char help[] =
	"Usage: fdpass-record [OPTION]... [-- COMMAND [ARGUMENT]...]\n"
	"Record which process passes which open file to whom over Unix sockets.\n"
	"Output:\n"
	"  -o, --output=FILE     the trace; - is standard output (default:\n"
	"                        fdpass-YYYYMMDD-HHMMSS.fdpass)\n"
	"  --force               replace FILE if it exists\n"
	"  -q, --quiet           no status line and no totals\n"
	"When to stop (also: SIGINT, SIGTERM, the end of COMMAND):\n"
	"  -d, --duration=TIME   after TIME: 10, 0.5, 30s, 5m, 2h\n"
	"  -n, --max-messages=N  after N messages\n"
	"  --max-size=SIZE       before the file has more than SIZE: 500M, 2G\n"
	"To go on for ever, in files FILE-000001, FILE-000002 ...:\n"
	"  --keep=N              begin another at --max-size, keep the newest N\n"
	"  --ring=SIZE           keep the newest SIZE in memory, write it on SIGUSR1\n"
	"  --dump-on=EVENT,...  and on failed, toomanyrefs, truncated, dropped, "
	"discarded\n"
	"What to record: messages whose sender or receiver matches (different options\n"
	"must all match, repeated ones any):\n"
	"  -p, --pid=PID         process PID and its descendants\n"
	"  --comm=NAME           threads called NAME\n"
	"  --uid=UID             processes of this user, by number or name\n"
	"  --cgroup=PATH         processes in this cgroup (v2) or below it\n"
	"  --filter=EXPR         'from.comm = sh and not uid = 0', as in fdpass-replay,\n"
	"                        over [from.|to.] comm, pid, tid, uid, gid, euid, "
	"cgroup\n"
	"  -- COMMAND...         run COMMAND and record it and its descendants\n"
	"How much to say:\n"
	"  --cmdline             record command lines (they may hold secrets)\n"
	"  --hostname            record the name of this host\n"
	"  --exact-files         tell reused files apart with certainty (to open and\n"
	"                        close any file takes 4 to 12 % longer)\n"
	"  --transfers           with the tracepoint backend: see pidfd_getfd(2) and\n"
	"                        seccomp ADDFD too (costs each system call a little)\n"
	"How to do it:\n"
	"  --backend=NAME        auto (the first that works), fentry, kprobe, "
	"tracepoint\n"
	"  --no-sandbox          keep privileges and all system calls while recording\n"
	"  --list-hooks          show the backend and hooks that are taken, and stop\n"
	"  -h, --help, -V, --version   say so and stop\n"
	"Exit: 0 well, 2 error, 3 something was lost; or the status of COMMAND.\n"
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
				   "--max-messages: '%s' is not a positive number", text);

	return 0;
}

/* A number of bytes, with K, M, G or T for powers of 1024. */
static int parse_size(uint64_t *size, const char *text)
{
	static const char units[] = "KMGT";
	unsigned long long number;
	const char *unit;
	char *end;
	int shift = 0;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		shift = 10 * (unit - units + 1);
		end++;
	}
	if (errno || *end || number > UINT64_MAX >> shift)
		return -EINVAL;
	*size = (uint64_t)number << shift;

	return 0;
}

static int parse_bound(uint64_t *size, const char *name, const char *text,
		       const uint64_t range[2], struct failure *f)
{
	uint64_t bytes;

	if (parse_size(&bytes, text))
		return failure_say(f, -EINVAL, "%s: '%s' is not a size", name, text);
	if (bytes < range[0])
		return failure_say(f, -EINVAL, "%s: '%s' is less than %lluK", name, text,
				   (unsigned long long)range[0] >> 10);
	if (bytes > range[1])
		return failure_say(f, -EINVAL, "%s: '%s' is more than %lluG", name, text,
				   (unsigned long long)range[1] >> 30);
	*size = bytes;

	return 0;
}

static int parse_max_size(struct options *o, const char *text, struct failure *f)
{
	const uint64_t range[] = {MAX_SIZE_MIN, INT64_MAX};

	return parse_bound(&o->max_size, "--max-size", text, range, f);
}

static int parse_ring(struct options *o, const char *text, struct failure *f)
{
	const uint64_t range[] = {RING_MIN, RING_MAX};

	return parse_bound(&o->ring, "--ring", text, range, f);
}

static int parse_keep(struct options *o, const char *text, struct failure *f)
{
	if (parse_number(&o->keep, text, UINT32_MAX) || o->keep == 0)
		return failure_say(f, -EINVAL, "--keep: '%s' is not a positive number",
				   text);

	return 0;
}

/* It is none of the words that there are, which word(0), word(1) ... are. */
static int none_of(struct failure *f, const char *option, const char *text, size_t len,
		   const char *(*word)(size_t i))
{
	char list[128] = "";
	size_t n = 0;

	for (size_t i = 0; word(i) && n < sizeof(list); i++)
		n += snprintf(list + n, sizeof(list) - n, "%s %s", i ? "," : "", word(i));

	return failure_say(f, -EINVAL, "%s: '%.*s' is none of%s", option, (int)len, text,
			   list);
}

static int parse_dump_on(struct options *o, const char *text, struct failure *f)
{
	for (;;) {
		size_t len = strcspn(text, ",");
		unsigned int trigger = trigger_find(text, len);

		if (!trigger)
			return none_of(f, "--dump-on", text, len, trigger_word);
		o->dump_on |= trigger;
		if (!text[len])
			return 0;
		text += len + 1;
	}
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

	if (!*text)
		return failure_say(f, -EINVAL, "--cgroup: the path is empty");
	if (filter->n_cgroups == FILTER_MAX)
		return failure_say(f, -EINVAL, "--cgroup: at most %d are possible",
				   FILTER_MAX);
	if (cgroup_find(&cgroup, text, f))
		return -EINVAL;
	filter->cgroups[filter->n_cgroups] = cgroup.id;
	filter->cgroup_levels[filter->n_cgroups++] = cgroup.level;

	return 0;
}

static const char *backend_word(size_t i)
{
	const struct backend *backend = i ? backend_get(i - 1) : NULL;

	return i == 0 ? "auto" : backend ? backend->name : NULL;
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

	return none_of(f, "--backend", text, strlen(text), backend_word);
}

enum long_option {
	OPT_COMM = 256,
	OPT_FILTER,
	OPT_MAX_SIZE,
	OPT_KEEP,
	OPT_RING,
	OPT_DUMP_ON,
	OPT_NO_SANDBOX,
	OPT_UID,
	OPT_CGROUP,
	OPT_CMDLINE,
	OPT_EXACT_FILES,
	OPT_TRANSFERS,
	OPT_BACKEND,
	OPT_HOSTNAME,
	OPT_FORCE,
	OPT_LIST_HOOKS,
};

static const struct option long_options[] = {
	{"output", required_argument, NULL, 'o'},
	{"duration", required_argument, NULL, 'd'},
	{"max-messages", required_argument, NULL, 'n'},
	{"max-size", required_argument, NULL, OPT_MAX_SIZE},
	{"keep", required_argument, NULL, OPT_KEEP},
	{"ring", required_argument, NULL, OPT_RING},
	{"dump-on", required_argument, NULL, OPT_DUMP_ON},
	{"no-sandbox", no_argument, NULL, OPT_NO_SANDBOX},
	{"pid", required_argument, NULL, 'p'},
	{"quiet", no_argument, NULL, 'q'},
	{"comm", required_argument, NULL, OPT_COMM},
	{"filter", required_argument, NULL, OPT_FILTER},
	{"uid", required_argument, NULL, OPT_UID},
	{"cgroup", required_argument, NULL, OPT_CGROUP},
	{"cmdline", no_argument, NULL, OPT_CMDLINE},
	{"exact-files", no_argument, NULL, OPT_EXACT_FILES},
	{"transfers", no_argument, NULL, OPT_TRANSFERS},
	{"backend", required_argument, NULL, OPT_BACKEND},
	{"hostname", no_argument, NULL, OPT_HOSTNAME},
	{"force", no_argument, NULL, OPT_FORCE},
	{"list-hooks", no_argument, NULL, OPT_LIST_HOOKS},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
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
	case OPT_MAX_SIZE:
		return parse_max_size(o, optarg, f);
	case OPT_KEEP:
		return parse_keep(o, optarg, f);
	case OPT_RING:
		return parse_ring(o, optarg, f);
	case OPT_DUMP_ON:
		return parse_dump_on(o, optarg, f);
	case OPT_COMM:
		return parse_comm(o, optarg, f);
	case OPT_FILTER:
		if (o->filter.n_steps)
			return failure_say(f, -EINVAL,
					   "--filter is given twice: join "
					   "them with 'and'");
		return filter_compile(&o->filter, optarg, f);
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
	case OPT_TRANSFERS:
		o->transfers = true;
		return 0;
	case OPT_HOSTNAME:
		o->hostname = true;
		return 0;
	case OPT_NO_SANDBOX:
		o->no_sandbox = true;
		return 0;
	case OPT_FORCE:
		o->force = true;
		return 0;
	case OPT_LIST_HOOKS:
		o->action = OPTIONS_LIST_HOOKS;
		return 0;
	case 'h':
		o->action = OPTIONS_HELP;
		return 0;
	case 'V':
		o->action = OPTIONS_VERSION;
		return 0;
	default:
		return -ENOENT;
	}
}

/* word is the one that getopt_long() was looking at. */
static int misused(int option, const char *word, struct failure *f)
{
	struct near near = near_to(word + 2, strcspn(word, "=") - 2);
	char hint[64];

	if (option == ':' && strncmp(word, "--", 2) == 0)
		return failure_say(f, -EINVAL, "option '%s' needs an argument", word);
	if (option == ':')
		return failure_say(f, -EINVAL, "option '-%c' needs an argument", optopt);
	if (optopt && strncmp(word, "--", 2) == 0)
		return failure_say(f, -EINVAL, "option '%s' takes no argument", word);
	if (optopt)
		return failure_say(f, -EINVAL, "unknown option '-%c' (--help lists them)",
				   optopt);
	for (const struct option *o = long_options; o->name; o++)
		near_try(&near, o->name);
	near_hint(&near, "--", "--help lists them", hint, sizeof(hint));

	return failure_say(f, -EINVAL, "unknown or ambiguous option '%s'%s", word, hint);
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

static int check_bounds(struct options *o, struct failure *f)
{
	if (o->ring && o->max_size)
		return failure_say(f, -EINVAL,
				   "--ring and --max-size exclude each other");
	if (o->dump_on && !o->ring)
		return failure_say(f, -EINVAL, "--dump-on needs --ring");
	if (o->keep && !o->ring && !o->max_size)
		return failure_say(f, -EINVAL, "--keep needs --max-size or --ring");
	if (o->ring && !o->keep)
		o->keep = RING_KEEP;

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

		option = getopt_long(argc, argv, "+:o:d:n:p:qhV", long_options, NULL);
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

	err = check_bounds(o, failure);

	return err ? err : take_command(o, argc, argv, failure);
}

bool options_series(const struct options *o)
{
	return o->keep != 0;
}

bool options_filtered(const struct options *o)
{
	const struct filter *filter = &o->filter;

	return filter->by_pid || filter->n_comms || filter->n_uids || filter->n_cgroups ||
	       filter->n_steps;
}
