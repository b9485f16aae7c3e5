/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sandbox: what a recorder needs once its probe is attached and its files are open,
 * and nothing else. No capability but the one to write where it was told to; no new
 * privileges; of the file system /proc to read and the folder of its files, where the
 * kernel has Landlock; and only the system calls that recording takes.
 *
 * There is no way back, and a child would be in it too: COMMAND is started before.
 */
#pragma once

#include <sys/types.h>

struct failure;

struct sandbox {
	int folder;    /* in which files will be created, -1: none will */
	pid_t command; /* the one process that may be signalled, 0: none */
};

int sandbox_enter(const struct sandbox *s, struct failure *failure);
