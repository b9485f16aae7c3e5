// SPDX-License-Identifier: BSD-2-Clause
/* The budget: see budget.h. */
#include "budget.h"

#include <stdint.h>
#include <time.h>

void budget_configure(struct config *config)
{
	const uint64_t unit_ns = 30, share = 4;
	struct timespec tick = {.tv_nsec = 4000000};

	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	config->budget_shift = tick.tv_nsec < 4000000 ? 2 : 0;
	config->budget_units = (tick.tv_nsec << config->budget_shift) / (unit_ns * share);
}
