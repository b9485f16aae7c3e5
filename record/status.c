// SPDX-License-Identifier: BSD-2-Clause
/* The status line: see status.h. */
#include "status.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"

#define UNIT 1024
#define CLEAR_LINE "\r\033[K"
/* What is wider than the terminal would else begin another line each second. */
#define WRAP_OFF "\033[?7l"
#define WRAP_ON "\033[?7h"

static void size_text(char *text, size_t size, uint64_t bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
	double value = (double)bytes / UNIT;
	size_t unit = 0;

	if (bytes < UNIT) {
		snprintf(text, size, "%" PRIu64 " bytes", bytes);
		return;
	}
	while (value >= UNIT && unit + 1 < sizeof(units) / sizeof(units[0])) {
		value /= UNIT;
		unit++;
	}
	snprintf(text, size, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

void status_text(char text[STATUS_TEXT_MAX], const struct status_counts *counts)
{
	char size[32], transfers[48] = "";

	size_text(size, sizeof(size), counts->bytes);
	if (counts->transfers)
		snprintf(transfers, sizeof(transfers), " %" PRIu64 " transfer%s,",
			 counts->transfers, plural(counts->transfers));
	snprintf(text, STATUS_TEXT_MAX,
		 "%" PRIu64 " message%s, %" PRIu64 " descriptor%s,%s %" PRIu64
		 " lost, %s",
		 counts->messages, plural(counts->messages), counts->descriptors,
		 plural(counts->descriptors), transfers, counts->lost, size);
}

uint64_t status_due(const struct status *s, const struct status_counts *counts)
{
	if (!s->on || (s->shown && memcmp(&s->counts, counts, sizeof(*counts)) == 0))
		return UINT64_MAX;

	return s->shown ? s->shown_ns + NSEC_PER_SEC : 0;
}

void status_update(struct status *s, const struct status_counts *counts, uint64_t now)
{
	uint64_t due = status_due(s, counts);
	char text[STATUS_TEXT_MAX];

	if (due == UINT64_MAX || now < due)
		return;
	s->counts = *counts;
	s->shown = true;
	s->shown_ns = now;
	status_text(text, counts);
	fprintf(stderr, CLEAR_LINE WRAP_OFF "%s" WRAP_ON, text);
}

void status_clear(struct status *s)
{
	if (s->shown)
		fprintf(stderr, CLEAR_LINE);
	s->shown = false;
}
