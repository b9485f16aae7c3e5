/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The output: where the bytes of the trace go. A file is created, never overwritten
 * unless that was asked for, and readable by its owner alone, for a trace tells who talks
 * to whom. Symbolic links are not followed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct failure;

#define OUTPUT_NAME_MAX 64

struct output {
	int fd; /* -1: closed */
	bool created;
	const char *path; /* what the user calls it; lent, or name */
	char name[OUTPUT_NAME_MAX];
};

/*
 * path: NULL for a name made of the local time, "-" for standard output; it must outlive
 * the output. force: a regular file of that name is replaced.
 */
int output_open(struct output *o, const char *path, bool force, struct failure *failure);

/* Writes all of it, or returns a negative errno. */
int output_write(struct output *o, const void *data, size_t len);

/* Closes; what a file system could not store may be told as late as here. */
int output_close(struct output *o);

/* Closes, and removes the file if it was created: nothing was recorded. */
void output_discard(struct output *o);
