/* SPDX-License-Identifier: BSD-2-Clause */
/* The clocks of this machine, and how to learn that somebody set one. */
#pragma once

#include <stdint.h>

struct fdp_clock;

#define NSEC_PER_SEC 1000000000ULL
#define NSEC_PER_MSEC 1000000ULL

/* CLOCK_BOOTTIME, ns. */
uint64_t boot_now(void);

/* All clocks, read together. */
void clock_read_all(struct fdp_clock *clock);

/*
 * A descriptor that becomes readable when the wall clock was set, or the machine slept:
 * the ties between the clocks are no longer what they were. Costs no wake-up otherwise.
 */
int clock_watch_open(void);

/* Makes it wait for the next time. */
int clock_watch_rearm(int fd);
