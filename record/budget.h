/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The work that the probe may do: a quarter of each CPU, in a window of the kernel's
 * clock, which ticks every 1 to 10 ms.
 */
#pragma once

#include "../bpf/event.h"

void budget_configure(struct config *config);
