// SPDX-License-Identifier: BSD-2-Clause
/* The command: see command.h. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "failure.h"

/* As env(1) and nice(1) have it. */
#define STATUS_NOT_FOUND 127
#define STATUS_NOT_EXECUTABLE 126

/* In the child: waits for the go, which is a byte; an end without it means: give up. */
static void child_run(char **argv, const sigset_t *mask, int go, int report)
{
	ssize_t n;
	char byte;
	int err;

	do
		n = read(go, &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(STATUS_NOT_FOUND);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(argv[0], argv);
	err = errno;
	if (write(report, &err, sizeof(err)) != sizeof(err))
		_exit(STATUS_NOT_EXECUTABLE);
	_exit(err == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE);
}

static void close_all(const int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

int command_start(struct command *c, char **argv, const sigset_t *mask, int out,
		  struct failure *failure)
{
	int fds[4] = {-1, -1, -1, -1}; /* go: read, write; report: read, write */
	pid_t pid;
	int err;

	if (pipe2(fds, O_CLOEXEC) < 0 || pipe2(fds + 2, O_CLOEXEC) < 0)
		goto out;
	pid = fork();
	if (pid < 0)
		goto out;
	if (pid == 0) {
		close(fds[1]);
		dup2(out, STDOUT_FILENO);
		child_run(argv, mask, fds[0], fds[3]);
	}
	close(fds[0]);
	close(fds[3]);
	*c = (struct command){.pid = pid, .go = fds[1], .report = fds[2]};
	c->pidfd = syscall(SYS_pidfd_open, pid, 0);
	if (c->pidfd < 0) {
		err = -errno;
		command_release(c);
		return failure_say(failure, err, "pidfd_open: %s", strerror(-err));
	}

	return 0;

out:
	err = -errno;
	close_all(fds, sizeof(fds) / sizeof(fds[0]));

	return failure_say(failure, err, "%s: %s", argv[0], strerror(-err));
}

int command_go(struct command *c, char **argv, struct failure *failure)
{
	int err = 0;
	ssize_t n;

	do
		n = write(c->go, "", 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		return failure_say(failure, -EPIPE, "%s: ended before it began", argv[0]);
	close(c->go);
	c->go = -1;
	do
		n = read(c->report, &err, sizeof(err));
	while (n < 0 && errno == EINTR);
	if (n != sizeof(err))
		return 0;
	command_collect(c, true);

	return failure_say(failure, -err, "%s: %s", argv[0], strerror(err));
}

void command_collect(struct command *c, bool wait)
{
	pid_t pid;
	int status;

	if (!c->pid || c->ended)
		return;
	do
		pid = waitpid(c->pid, &status, wait ? 0 : WNOHANG);
	while (pid < 0 && errno == EINTR);
	if (pid != c->pid)
		return;
	c->ended = true;
	c->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool command_runs(const struct command *c)
{
	return c->pid && c->go < 0 && !c->ended;
}

void command_signal(const struct command *c, int signal)
{
	if (command_runs(c))
		kill(c->pid, signal);
}

void command_release(struct command *c)
{
	bool waiting = c->pid && c->go >= 0;
	const int fds[] = {c->go, c->report, c->pidfd};

	if (!c->pid)
		return;
	close_all(fds, sizeof(fds) / sizeof(fds[0]));
	c->go = c->report = c->pidfd = -1;
	if (waiting)
		command_collect(c, true);
}
