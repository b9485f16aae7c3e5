/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The self-test of a backend with two threads on one CPU: the one wakes up while the
 * other is in a program, most of the time. A kernel that preempts programs skips the
 * second one's, and the more of a crowd there is, the more it skips.
 *
 * Only a thread that may ask for real-time is sure to wake up at once (a service may
 * not): without, the test can miss what it looks for. What is skipped is counted all the
 * same.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct crowd_test {
	uint32_t sent; /* messages with descriptors */
	uint32_t told; /* by the probe */
};

/* Passes the descriptors. Returns 0 or a negative errno. */
int crowd_test_pass(struct crowd_test *t);

/* Takes an event of the probe; those of other processes do not count. Always 0. */
int crowd_test_event(void *t, const void *event, size_t size);
