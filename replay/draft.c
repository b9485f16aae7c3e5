// SPDX-License-Identifier: BSD-2-Clause
#include "draft.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_temporary(struct draft *d)
{
	int n = snprintf(d->temporary, sizeof(d->temporary), "%s.XXXXXX", d->name);
	if (n < 0 || (size_t)n >= sizeof(d->temporary))
		return -ENAMETOOLONG;
	d->fd = mkostemp(d->temporary, O_CLOEXEC);
	if (d->fd < 0)
		return -errno;
	/* Temporary files are private, the file is to be as any other. */
	mode_t mask = umask(0);
	umask(mask);
	return fchmod(d->fd, 0666 & ~mask) ? -errno : 0;
}

bool draft_is_stream(const char *name)
{
	struct stat st;
	return stat(name, &st) == 0 && (S_ISCHR(st.st_mode) || S_ISFIFO(st.st_mode));
}

int draft_inherited(const char *name)
{
	static const char folder[] = "/dev/fd/";
	if (strcmp(name, "-") == 0 || strcmp(name, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strncmp(name, folder, strlen(folder)) != 0)
		return -1;
	name += strlen(folder);
	size_t digits = strspn(name, "0123456789");
	return digits && digits < 8 && !name[digits] ? (int)strtoul(name, NULL, 10) : -1;
}

static int open_inherited(struct draft *d, int fd)
{
	d->fd = fd == STDOUT_FILENO ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (d->fd < 0)
		return -errno;
	return isatty(d->fd) ? -ENOTTY : 0;
}

int draft_open(struct draft *d, const char *name, bool replace)
{
	struct stat st;
	*d = (struct draft){.fd = -1, .name = name, .replace = replace};
	int inherited = draft_inherited(name);
	if (inherited >= 0)
		return open_inherited(d, inherited);
	bool exists = lstat(name, &st) == 0;
	if (exists && !replace && !draft_is_stream(name))
		return -EEXIST;
	if (!exists || S_ISREG(st.st_mode))
		return open_temporary(d);
	d->fd = open(name, O_WRONLY | O_TRUNC | O_CLOEXEC);
	return d->fd < 0 ? -errno : 0;
}

static void signals_to_hand_on(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGQUIT);
	sigaddset(set, SIGCHLD);
}

pid_t draft_fork(void)
{
	sigset_t set;
	/* Who ignores it is not told of the end of a child. */
	signal(SIGCHLD, SIG_DFL);
	signals_to_hand_on(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	pid_t writer = fork();
	if (writer == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		sigprocmask(SIG_UNBLOCK, &set, NULL);
	}
	return writer;
}

int draft_wait(pid_t writer)
{
	sigset_t set;
	int status = 0;
	signals_to_hand_on(&set);
	while (waitpid(writer, &status, WNOHANG) == 0) {
		int got = sigwaitinfo(&set, NULL);
		if (got > 0 && got != SIGCHLD)
			kill(writer, got);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Not every file system can refuse to replace; what came in between is lost there. */
static int give_name(const struct draft *d)
{
	unsigned flags = d->replace ? 0 : RENAME_NOREPLACE;
	int err = renameat2(AT_FDCWD, d->temporary, AT_FDCWD, d->name, flags);
	if (err && errno == EINVAL)
		err = rename(d->temporary, d->name);
	return err ? -errno : 0;
}

int draft_close(struct draft *d, bool whole)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
	if (!d->temporary[0])
		return 0;
	int err = whole ? give_name(d) : 0;
	if (!whole || err)
		unlink(d->temporary);
	return err;
}
