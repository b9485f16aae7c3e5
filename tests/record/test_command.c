// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../record/command.h"
#include "../../record/failure.h"

struct run {
	struct command command;
	struct failure failure;
	sigset_t mask;
};

static int start(struct run *r, char **argv)
{
	sigemptyset(&r->mask);

	return command_start(&r->command, argv, &r->mask, STDOUT_FILENO, &r->failure);
}

static int status_of(char **argv)
{
	struct run r;
	struct pollfd end = {.events = POLLIN};

	cr_assert_eq(start(&r, argv), 0);
	cr_assert_eq(command_go(&r.command, argv, &r.failure), 0);
	end.fd = r.command.pidfd;
	cr_assert_eq(poll(&end, 1, 10000), 1);
	command_collect(&r.command, false);
	cr_assert(r.command.ended);
	command_release(&r.command);

	return r.command.status;
}

Test(command, its_status_is_told_as_the_shell_does)
{
	char *three[] = {(char *)"sh", (char *)"-c", (char *)"exit 3", NULL};
	char *killed[] = {(char *)"sh", (char *)"-c", (char *)"kill -TERM $$", NULL};
	char *zero[] = {(char *)"true", NULL};

	cr_expect_eq(status_of(three), 3);
	cr_expect_eq(status_of(killed), 128 + SIGTERM);
	cr_expect_eq(status_of(zero), 0);
}

Test(command, does_nothing_before_it_may)
{
	char path[] = "/tmp/fdpass-command-XXXXXX";
	char *argv[] = {(char *)"rm", path, NULL};
	struct run r;

	cr_assert_geq(mkstemp(path), 0);
	cr_assert_eq(start(&r, argv), 0);
	usleep(50000);
	cr_expect_eq(access(path, F_OK), 0);
	cr_assert_eq(command_go(&r.command, argv, &r.failure), 0);
	command_collect(&r.command, true);
	cr_expect_eq(access(path, F_OK), -1);
	command_release(&r.command);
}

Test(command, one_that_may_not_run_ends_without_a_trace)
{
	char path[] = "/tmp/fdpass-command-XXXXXX";
	char *argv[] = {(char *)"rm", path, NULL};
	struct run r;

	cr_assert_geq(mkstemp(path), 0);
	cr_assert_eq(start(&r, argv), 0);
	command_release(&r.command);
	cr_expect(r.command.ended);
	cr_expect_eq(access(path, F_OK), 0);
	unlink(path);
}

Test(command, what_cannot_be_executed_is_named)
{
	char *argv[] = {(char *)"/no/such/program", NULL};
	struct run r;

	cr_assert_eq(start(&r, argv), 0);
	cr_expect_eq(command_go(&r.command, argv, &r.failure), -ENOENT);
	cr_expect_str_eq(r.failure.text, "/no/such/program: No such file or directory");
	cr_expect(r.command.ended);
	cr_expect_eq(r.command.status, 127);
	command_release(&r.command);
}
