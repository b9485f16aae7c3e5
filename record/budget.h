/* SPDX-License-Identifier: BSD-2-Clause */
/* How much work the programs may do on each CPU: see afford() in bpf/ring.h. */
#pragma once

struct config;

/* A quarter of its time, by the kernel's clock, which ticks every 1 to 10 ms. */
void budget_configure(struct config *config);
