// SPDX-License-Identifier: BSD-2-Clause
/* An ending: see ending.h. */
#include "ending.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>

void ending_limit(struct ending *e, uint64_t at, enum fdp_stop why)
{
	if (at >= e->due)
		return;
	e->due = at;
	e->due_why = why;
}

int ending_take_signal(struct ending *e)
{
	int signal = signals_take(&e->signals);

	if (!signal || signal == SIGUSR1)
		return signal;
	command_collect(&e->command, false);
	if (!command_runs(&e->command)) {
		e->asked = true;
	} else if (signal != SIGINT) {
		e->asked = e->handed_on;
		if (!e->handed_on)
			command_signal(&e->command, signal);
		e->handed_on = true;
	}
	if (e->asked && e->why == FDP_STOP_UNKNOWN)
		e->why = FDP_STOP_SIGNAL;

	return signal;
}

void ending_wait(struct ending *e)
{
	while (command_runs(&e->command)) {
		struct pollfd fds[] = {
			{.fd = e->command.pidfd, .events = POLLIN},
			{.fd = e->signals.fd, .events = POLLIN},
		};

		if (e->handed_on)
			signals_unblock();
		if (ppoll(fds, sizeof(fds) / sizeof(fds[0]), NULL, NULL) < 0 &&
		    errno != EINTR)
			break;
		if (fds[1].revents)
			ending_take_signal(e);
		command_collect(&e->command, false);
	}
	command_collect(&e->command, true);
	ending_release(e);
}

void ending_release(struct ending *e)
{
	if (!command_runs(&e->command))
		signals_close(&e->signals);
}
