/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The output: where the bytes of the trace go. A file is created, never overwritten
 * unless that was asked for, and readable by its owner alone, for a trace tells who talks
 * to whom. Symbolic links are not followed.
 *
 * In a regular file, room for the end of the trace is set aside before anything else is
 * written: on a full disk it can still say how it ended. What is written is written whole
 * or taken back.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct failure;

#define OUTPUT_NAME_MAX 64
#define OUTPUT_RESERVE 4096 /* more than an END frame has */

/*
 * How a reader who takes nothing is waited for: a pipe that is full, a socket. Once the
 * end is asked for, he has grace_ns to take something.
 */
struct patience {
	int fd; /* readable: ends() is to be asked again */
	bool (*ends)(void *ctx);
	uint64_t grace_ns;
	void *ctx;
};

struct output {
	int fd; /* -1: closed */
	bool created;
	bool standard;	/* it is standard output */
	bool regular;	/* we know where it ends, and may cut it */
	uint64_t size;	/* where the next byte goes in a regular file */
	uint64_t limit; /* RLIMIT_FSIZE */
	int error;	/* nothing can follow: a part was written, and stays */
	const struct patience *patience; /* NULL: for ever; lent */
	const char *path;		 /* what the user calls it; lent, or name */
	char name[OUTPUT_NAME_MAX];
};

/* A name made of the local time: "fdpass-YYYYMMDD-HHMMSS.fdpass". */
void output_name(char name[OUTPUT_NAME_MAX]);

/*
 * path: NULL for output_name(), "-" for standard output; it must outlive the output.
 * force: a regular file of that name is replaced.
 */
int output_open(struct output *o, const char *path, bool force, struct failure *failure);

/*
 * Creates file, which is not there, in a folder; path is what the user calls it, and must
 * outlive the output.
 */
int output_create(struct output *o, int folder, const char *file, const char *path,
		  struct failure *failure);

/* Writes all of it, or returns a negative errno; -ETIME: the reader had his time. */
int output_write(struct output *o, const void *data, size_t len);

/* The same, with the room that was set aside: nothing is written after it. */
int output_write_last(struct output *o, const void *data, size_t len);

/* Closes; what a file system could not store may be told as late as here. */
int output_close(struct output *o);

/* Closes, and removes the file if it was created: nothing was recorded. */
void output_discard(struct output *o);
