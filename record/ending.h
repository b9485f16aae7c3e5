/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An ending: when a capture ends, and why. A limit, a signal or the end of COMMAND, which
 * comes first. SIGINT comes to COMMAND too, from the terminal: it decides what that
 * means. SIGTERM and SIGHUP are handed on to it, the first time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../format/fdp.h"
#include "command.h"
#include "signals.h"

struct ending {
	struct signals signals;
	struct command command;
	uint64_t due;	       /* boot time of the next limit, UINT64_MAX: none */
	enum fdp_stop due_why; /* which one that is */
	enum fdp_stop why;     /* FDP_STOP_UNKNOWN: go on */
	bool handed_on;	       /* a signal was, to COMMAND */
	bool asked;	       /* for by a signal */
};

void ending_limit(struct ending *e, uint64_t at, enum fdp_stop why);

/* Its number if one was pending, or 0; what it means for the end is seen to. */
int ending_take_signal(struct ending *e);

/* When the recording is over: until COMMAND is. A second SIGTERM kills us then. */
void ending_wait(struct ending *e);

/* Restores the signals, unless COMMAND still runs: it is to be waited for. */
void ending_release(struct ending *e);
