/* SPDX-License-Identifier: BSD-2-Clause */
/* What the self-tests pass: a message of one byte, with descriptors (SCM_RIGHTS). */
#pragma once

#include <stddef.h>

#define RIGHTS_MAX 32 /* enough to keep a program busy */

/* Sends the descriptor n times, at most RIGHTS_MAX. Returns 0 or a negative errno. */
int rights_send(int sock, int fd, size_t n);
