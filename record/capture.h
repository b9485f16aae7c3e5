/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A capture: from attaching the probe to the trailer of the trace. While nothing is
 * passed it sleeps without any timer; while something is, it looks every 10 ms, because
 * waking up for each event costs more than all the rest together.
 */
#pragma once

#include <limits.h>

#include "ending.h"
#include "status.h"

struct failure;
struct options;

struct capture_result {
	struct status_counts counts;
	char output[PATH_MAX];
	struct ending ending; /* COMMAND may still run: ending_wait() */
};

/*
 * Returns when it was told to stop, or a negative errno. The result is filled as far as
 * it got; an empty failure means that the reader went away, which is not worth a word.
 */
int capture_run(struct capture_result *result, const struct options *options,
		struct failure *failure);
