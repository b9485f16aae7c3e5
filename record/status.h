/* SPDX-License-Identifier: BSD-2-Clause */
/* The status line: what a capture has got so far, on a terminal, and in its last line. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATUS_TEXT_MAX 192

struct status_counts {
	uint64_t messages;
	uint64_t descriptors;
	uint64_t transfers; /* handed over without a message; told if there are any */
	uint64_t lost;
	uint64_t bytes;
};

struct status {
	bool on;
	bool shown;
	uint64_t shown_ns;
	struct status_counts counts; /* as shown */
};

/* "412 messages, 689 descriptors, 0 lost, 38 KiB" */
void status_text(char text[STATUS_TEXT_MAX], const struct status_counts *counts);

/* Shows the counts on standard error if they changed and a second has gone by. */
void status_update(struct status *s, const struct status_counts *counts, uint64_t now);

/* Boot time at which these counts are to be shown; UINT64_MAX: they are, or never. */
uint64_t status_due(const struct status *s, const struct status_counts *counts);

/* Wipes the line. */
void status_clear(struct status *s);
