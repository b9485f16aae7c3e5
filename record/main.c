// SPDX-License-Identifier: BSD-2-Clause
/* fdpass-record: records which process passes which open file to whom. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "failure.h"
#include "options.h"
#include "probe.h"

/* As diff(1) has it; 1 would be an answer, and we give none. */
enum exit_status { EXIT_OK = 0, EXIT_ERROR = 2, EXIT_INCOMPLETE = 3 };

static int print_failure(const char *text)
{
	fprintf(stderr, "fdpass-record: %s\n", text);

	return EXIT_ERROR;
}

static int print_out(const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout) == EOF)
		return print_failure(strerror(errno));

	return EXIT_OK;
}

static void print_totals(const struct capture_result *result)
{
	const char *name = strcmp(result->output, "-") == 0 ? "" : result->output;
	char text[STATUS_TEXT_MAX];

	status_text(text, &result->counts);
	fprintf(stderr, "%s%s%s\n", text, *name ? " in " : "", name);
}

static const char *state_word(enum probe_hook_state state)
{
	static const char *const words[] = {
		[PROBE_ATTACHED] = "attached",
		[PROBE_ABSENT] = "absent",
		[PROBE_REFUSED] = "refused",
		[PROBE_UNUSED] = "unused",
	};

	return words[state];
}

static int list_hooks(const struct options *o)
{
	const struct probe_options options = {
		.exact_files = o->exact_files,
		.transfers = o->transfers,
		.backend = o->backend,
	};
	struct probe_hook hooks[PROBE_HOOKS_MAX];
	struct probe_failure failure = {""};
	struct probe *probe = NULL;
	size_t n;

	if (probe_open(&probe, &options, &failure))
		return print_failure(failure.phrase);
	n = probe_hooks(probe, hooks);
	printf("%-9s %s\n", "taken", probe_backend(probe));
	probe_close(probe);
	for (size_t i = 0; i < n; i++)
		printf("%-9s %s%s%s\n", state_word(hooks[i].state), hooks[i].name,
		       hooks[i].reason[0] ? ": " : "", hooks[i].reason);

	return print_out("");
}

/* A limit, the disk or a signal ended the recording, and COMMAND goes on: its status is
 * ours.
 */
static void wait_for_command(struct ending *ending, const struct options *o)
{
	if (!o->quiet)
		fprintf(stderr,
			"fdpass-record: the recording has ended (%s), waiting for %s "
			"(pid %d)\n",
			fdp_stop_name(ending->why), o->command[0], ending->command.pid);
	ending_wait(ending);
}

static int record(const struct options *o)
{
	struct capture_result result;
	struct failure failure;
	int err = capture_run(&result, o, &failure);

	if (err && failure.text[0])
		print_failure(failure.text);
	if (!err && !o->quiet)
		print_totals(&result);

	if (command_runs(&result.ending.command))
		wait_for_command(&result.ending, o);
	command_release(&result.ending.command);
	if (err)
		return EXIT_ERROR;
	if (result.ending.command.status)
		return result.ending.command.status;

	return result.counts.lost ? EXIT_INCOMPLETE : EXIT_OK;
}

/* What is closed here is not to be taken for the trace or the ring buffer later. */
static void hold_standard(void)
{
	int fd;

	do
		fd = open("/", O_PATH | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct failure failure;
	struct options *o = malloc(sizeof(*o));
	int status = EXIT_ERROR;

	hold_standard();
	if (!o)
		return print_failure(strerror(ENOMEM));
	if (options_parse(o, argc, argv, &failure)) {
		print_failure(failure.text);
	} else if (o->action == OPTIONS_HELP) {
		status = print_out(options_help());
	} else if (o->action == OPTIONS_VERSION) {
		status = print_out("fdpass-record " VERSION "\n");
	} else if (o->action == OPTIONS_LIST_HOOKS) {
		status = list_hooks(o);
	} else {
		status = record(o);
	}
	free(o);

	return status;
}
