/* SPDX-License-Identifier: BSD-2-Clause */
/* The pid namespace of this process (pid_namespaces(7)). */
#pragma once

#include <stdint.h>

/* How deep it is below the initial one, which is 0. Unknown counts as 0. */
uint32_t pid_namespace_level(void);
