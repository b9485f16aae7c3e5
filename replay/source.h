/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A source: the file or pipe that a trace is read from. What has been printed is shown
 * before there is nothing to read. A file can be followed: its end is waited for, which
 * is that of the trace, until somebody interrupts it or the file goes.
 */
#pragma once

#include "view.h"

/* So much of the beginning of a file tells it from another: it has the capture's id. */
#define SOURCE_BEGINNING 512

struct source {
	int fd;
	struct view *view;
	const char *head; /* read from the file already */
	size_t n_head;
	const char *followed;		  /* the file's name, NULL: it is not */
	bool interrupted;		  /* by SIGINT */
	bool gone;			  /* removed, replaced or rewritten */
	char beginning[SOURCE_BEGINNING]; /* of the file that is followed */
	size_t n_beginning;
};

/* From now on SIGINT is waited for: whoever follows a file notices it. */
void source_take_interrupts(void);

/* As fdp.h wants them; ctx is the source. */
ptrdiff_t source_read(void *ctx, void *data, size_t len);
/* Of a window of time, most of a large file may be none of our business. */
int source_skip(void *ctx, uint64_t len);
