// SPDX-License-Identifier: BSD-2-Clause
/* Signals: see signals.h. */
#include "signals.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

/* As nohup(1) leaves it to us. A blocked signal is kept all the same. */
static bool is_ignored(int signal)
{
	struct sigaction action;

	return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int signals_open(struct signals *s)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	if (!is_ignored(SIGHUP))
		sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGUSR1);
	sigaddset(&mask, SIGPIPE);
	/* A limit of the file size is told by write(2), too. */
	sigaddset(&mask, SIGXFSZ);
	sigprocmask(SIG_BLOCK, &mask, &s->old_mask);
	sigdelset(&mask, SIGPIPE);
	sigdelset(&mask, SIGXFSZ);
	s->fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);

	return s->fd < 0 ? -errno : 0;
}

int signals_take(const struct signals *s)
{
	struct signalfd_siginfo info;

	if (read(s->fd, &info, sizeof(info)) != sizeof(info))
		return 0;

	return info.ssi_signo;
}

void signals_unblock(void)
{
	sigset_t handed_on;

	sigemptyset(&handed_on);
	sigaddset(&handed_on, SIGTERM);
	sigaddset(&handed_on, SIGHUP);
	sigprocmask(SIG_UNBLOCK, &handed_on, NULL);
}

void signals_close(struct signals *s)
{
	const struct timespec now = {0};
	sigset_t pending;

	if (s->fd < 0)
		return;
	sigemptyset(&pending);
	sigaddset(&pending, SIGPIPE);
	sigaddset(&pending, SIGXFSZ);
	sigaddset(&pending, SIGUSR1);
	sigaddset(&pending, SIGINT);
	sigaddset(&pending, SIGTERM);
	sigaddset(&pending, SIGHUP);
	while (sigtimedwait(&pending, NULL, &now) > 0)
		;
	sigprocmask(SIG_SETMASK, &s->old_mask, NULL);
	close(s->fd);
	s->fd = -1;
}
