/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Moments as people write them: 1.5 or 2m (since the first event of the section, in
 * seconds unless ns, us, ms, s, m, h or d is said), boot:NS, or the wall clock in RFC
 * 3339. Which instant that is depends on the section.
 */
#pragma once

#include "trace.h"

enum moment_base { MOMENT_START, MOMENT_BOOT, MOMENT_WALL };

struct moment {
	enum moment_base base;
	int64_t ns; /* since the base; of the wall clock since 1970-01-01 UTC */
};

/* -EINVAL: it is none. */
int moment_parse(struct moment *m, struct fdp_text text);

/* In boot time; false if the trace does not (yet) know. */
bool moment_resolve(const struct moment *m, const struct trace *t, uint64_t *boot_nsp);

/* 100us or 1.5s, with its unit: nanoseconds. */
bool moment_duration(uint64_t *nsp, struct fdp_text text);
