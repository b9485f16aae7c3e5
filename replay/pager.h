/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pager: on a terminal, what is printed goes through it, as git has it. It is started
 * before the reader confines itself, and is no part of what is confined: the reader
 * cannot start anything any more when it sees the first byte of a trace.
 */
#pragma once

#include <sys/types.h>

struct pager {
	pid_t pid; /* 0: there is none */
};

/*
 * Standard output, and standard error if it is a terminal, become a pipe to
 * $FDPASS_PAGER, $PAGER or less(1). Where that is nothing, or "cat", all stays as it is.
 */
void pager_start(struct pager *p);

/* Nothing more comes: closes both, and waits until the reader has read enough. */
void pager_finish(struct pager *p);
