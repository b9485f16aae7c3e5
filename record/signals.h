/* SPDX-License-Identifier: BSD-2-Clause */
/* The signals that a capture takes through a descriptor, so that nothing interrupts it.
 */
#pragma once

#include <signal.h>

struct signals {
	int fd; /* a signalfd(2), -1: closed */
	sigset_t old_mask;
};

/* SIGPIPE is blocked as well, so that write(2) says EPIPE. */
int signals_open(struct signals *s);

/* The number of the next one, 0: none is pending. */
int signals_take(const struct signals *s);

/* SIGTERM and SIGHUP do to us what they do to any program. */
void signals_unblock(void);

/*
 * Restores the mask. What came meanwhile would be delivered now: SIGPIPE, and a second
 * Ctrl-C, which must not kill us when all is done but the totals.
 */
void signals_close(struct signals *s);
