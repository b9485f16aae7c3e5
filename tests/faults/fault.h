/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fault: one call of the tool under test, the countdown-th of its kind, that fails as a
 * busy or broken machine would make it fail. It lies in memory that the tool shares with
 * whoever watches it.
 */
#pragma once

#include <stdbool.h>

enum fault_kind {
	FAULT_NONE,
	FAULT_MEMORY, /* an allocation */
	FAULT_OPEN,   /* an open */
	FAULT_WRITE,  /* a write, or what reserves, cuts or closes what was written */
	FAULT_FULL,   /* the same, and all that follow */
	FAULT_SHORT,  /* each write takes half of what it was given */
	FAULT_INTERRUPTED, /* each write is interrupted by a signal first */
};

struct fault {
	enum fault_kind kind;
	int error;
	long countdown;
	bool trap; /* stop there, for a debugger */
	bool hit;  /* it was met */
};

extern struct fault *fault;
