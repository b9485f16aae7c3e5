/* SPDX-License-Identifier: BSD-2-Clause */
/* The pid namespace of this process (pid_namespaces(7)), in which its pids count. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Its inode; 0: unknown. */
uint32_t pid_namespace_inode(void);

/* Is it the initial one, which has all processes? Unknown counts as yes. */
bool pid_namespace_is_initial(void);

/* Are the pids in this /proc those of the namespace? A /proc may be another's. */
bool pid_namespace_is_shown(int proc);
