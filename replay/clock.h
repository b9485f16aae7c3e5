/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock: boot time, which is what a trace has, as people read it. The trace's clock
 * records tie it to the wall clock: the last one before an instant counts for it.
 */
#pragma once

#include "out.h"
#include "trace.h"

enum clock_mode {
	CLOCK_REL,   /* seconds since the section's first event */
	CLOCK_BOOT,  /* seconds since boot */
	CLOCK_UTC,   /* RFC 3339, nanoseconds */
	CLOCK_LOCAL, /* the same in the reader's time zone */
};

struct clock {
	enum clock_mode mode;
	bool based;
	uint64_t base_ns;
	/* The text of the second that was printed last. */
	int64_t second;
	bool second_local;
	char text[32], zone[8];
};

void clock_init(struct clock *c, enum clock_mode mode);

/* A new section: relative times start again. */
void clock_restart(struct clock *c);

/* Nanoseconds since 1970-01-01 UTC; false if the trace does not know. */
bool clock_real(const struct trace *t, uint64_t boot_ns, int64_t *realp);

/* Prints nothing and returns false when the mode needs what the trace does not know. */
bool clock_put(struct out *o, struct clock *c, enum clock_mode mode,
	       const struct trace *t, uint64_t boot_ns);
