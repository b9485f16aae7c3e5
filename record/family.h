/* SPDX-License-Identifier: BSD-2-Clause */
/* A family: a process and its descendants, as /proc has them at this moment. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct failure;

/* Are these, of --pid, processes? A thread is told from one, and /proc may be another's.
 */
int families_check(int proc, const uint32_t *pids, size_t n, struct failure *failure);

/* Returns 0 to go on, or a negative errno. */
typedef int (*family_fn)(void *ctx, uint32_t pid);

/*
 * Calls once for each descendant of pid, itself excluded, after its parent. Looks again
 * until there is no new one, so that who is born meanwhile is found too, unless its
 * parent is gone. proc is a descriptor of /proc.
 */
int family_find(int proc, uint32_t pid, family_fn found, void *ctx);
