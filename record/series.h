/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A series: the numbered files of one recording, trace-000001.fdpass and so on, made of
 * the name trace.fdpass. At most as many as are to be kept exist; the oldest goes when
 * another one is begun. Their folder is opened at the start, and nothing outside of it is
 * created or removed, wherever its name leads later.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "output.h"

struct failure;

struct series {
	int folder; /* -1: closed */
	const char *path;
	const char *file; /* the last part of path */
	bool force;
	uint64_t keep;	 /* 0: all */
	uint64_t number; /* of the newest file, 0: none yet */
	char name[PATH_MAX];
};

/*
 * path must outlive the series. Where an earlier recording left files of it, force:
 * begins behind the newest; else that is an error.
 */
int series_open(struct series *s, const char *path, bool force, uint64_t keep,
		struct failure *failure);
void series_close(struct series *s);

/* Opens the next file, which is called s->name, and removes the one that is too old. */
int series_next(struct series *s, struct output *output, struct failure *failure);
