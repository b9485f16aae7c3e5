/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A draft: a file that gets its name when it is whole, and of which nothing is left when
 * it does not become so. What is no regular file (a pipe, a device) is written as it is.
 *
 * Whoever writes it is confined (sandbox.h) and could not rename it: so another process
 * does the work, and this one waits.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

struct draft {
	int fd;
	const char *name;
	char temporary[PATH_MAX]; /* empty: there is no other name */
	bool replace;
};

/* The number in "-", "/dev/stdout" and "/dev/fd/N", which names no file; or -1. */
int draft_inherited(const char *name);

/* Is there a device or a pipe of the name? What is written to it replaces nothing. */
bool draft_is_stream(const char *name);

/*
 * -EEXIST: it is there, and not to be replaced; -ENOTTY: it is a terminal. The name is
 * lent until the end.
 */
int draft_open(struct draft *d, const char *name, bool replace);

/* As fork(2): 0 in the process that is to write. */
pid_t draft_fork(void);

/* In the other one: waits, and returns the exit status or, killed, the negative signal.
 */
int draft_wait(pid_t writer);

/* Gives it its name, or removes it. */
int draft_close(struct draft *d, bool whole);
