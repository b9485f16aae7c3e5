/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cast of a picture: the processes that take part in it, numbered as they come. The
 * threads of a process are one of them. Numbers never come twice, not even for another
 * section of the trace.
 */
#pragma once

#include "column.h"

enum {
	CAST_UNKNOWN, /* somebody, but the trace does not know who */
	CAST_NOBODY,  /* at the far end of what was not received */
	CAST_FIRST,   /* of those that are known */
};

struct cast {
	struct index index;
	uint32_t n;
	bool unknown, nobody; /* they have been met */
};

void cast_init(struct cast *c);
void cast_release(struct cast *c);

/* Another section begins: its processes are others. */
void cast_restart(struct cast *c);

/* The number of an end of the row's pass; *newp: it is met for the first time. */
int cast_sender(struct cast *c, const struct row *row, uint32_t *numberp, bool *newp);
int cast_receiver(struct cast *c, const struct row *row, uint32_t *numberp, bool *newp);

/* Name and pid, escaped for a terminal. */
void cast_show(struct out *o, const struct row *row, const struct pass_end *end,
	       uint32_t number);
