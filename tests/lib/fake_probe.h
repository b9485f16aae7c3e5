/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A probe without a kernel, in place of record/probe.c: it plays the events that a test
 * gave it, one for each time it is asked. Criterion runs each test in a process of its
 * own, so the one probe there is can be a global.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../record/probe.h"

#define FAKE_EVENTS_MAX 16

struct fake_probe {
	int open_error; /* returned by probe_open(), with phrase */
	const char *phrase;
	int snapshot_error;
	const struct event *snapshot[FAKE_EVENTS_MAX]; /* up to the first NULL */
	const struct event *events[FAKE_EVENTS_MAX];
	struct losses losses;	    /* from the beginning */
	struct losses later_losses; /* from the first event on */
	int closing_signal;	    /* comes while the capture is being closed; 0: none */

	/* What the recorder did. */
	bool filtered;
	bool exact_files;
	uint32_t wanted[FAKE_EVENTS_MAX];
	size_t n_wanted;
	size_t played;
	unsigned int consumed; /* calls */
	unsigned int slept;
	bool closed;
};

extern struct fake_probe fake_probe;
