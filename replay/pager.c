// SPDX-License-Identifier: BSD-2-Clause
#include "pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* NULL: none is wanted. */
static const char *pager_command(void)
{
	const char *command = getenv("FDPASS_PAGER");
	if (!command)
		command = getenv("PAGER");
	if (!command)
		return "less";
	return *command && strcmp(command, "cat") != 0 ? command : NULL;
}

/* Where there is no less(1), the text is shown all the same. */
static void copy_through(void)
{
	char data[4096];
	ssize_t n;
	while ((n = read(STDIN_FILENO, data, sizeof(data))) > 0)
		if (write(STDOUT_FILENO, data, (size_t)n) != n)
			break;
}

static void run(const char *command, const int ends[2])
{
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	close(ends[1]);
	/* Quit if it fits on the screen, show colours, leave the text on the screen. */
	setenv("LESS", "FRX", 0);
	setenv("LV", "-c", 0);
	if (strcmp(command, "less") == 0)
		execlp(command, command, (char *)NULL);
	else
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	copy_through();
	_exit(0);
}

void pager_start(struct pager *p)
{
	const char *command = pager_command();
	int ends[2];
	p->pid = 0;
	if (!command || pipe2(ends, O_CLOEXEC))
		return;
	pid_t pid = fork();
	if (pid == 0)
		run(command, ends);
	if (pid > 0) {
		p->pid = pid;
		dup2(ends[1], STDOUT_FILENO);
		if (isatty(STDERR_FILENO))
			dup2(ends[1], STDERR_FILENO);
		/* Ctrl-C is for the pager; when it ends, so do we, by SIGPIPE. */
		signal(SIGINT, SIG_IGN);
	}
	close(ends[0]);
	close(ends[1]);
}

void pager_finish(struct pager *p)
{
	if (!p->pid)
		return;
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
		;
	p->pid = 0;
}
