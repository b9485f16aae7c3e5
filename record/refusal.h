/* SPDX-License-Identifier: BSD-2-Clause */
/* A refusal: what the kernel means when it does not load our programs. */
#pragma once

#include <stddef.h>

/* Where the kernel tells of its lockdown; another file in tests. */
#define REFUSAL_LOCKDOWN "/sys/kernel/security/lockdown"

/* The line for a user: err, a negative errno, and what would help as far as it is known.
 */
void refusal_explain(char *phrase, size_t size, int err, const char *lockdown);
