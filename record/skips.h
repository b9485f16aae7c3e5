/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How often the kernel skipped a BPF program, because a task was preempted in it and
 * another came by on that CPU. Told by /proc, which needs no right to call bpf(2).
 */
#pragma once

#include <stdint.h>

/*
 * Reads the count anew; one that cannot be read stays as it is, for it never falls. 0 if
 * the kernel does not tell: before Linux 5.12 it skips none.
 */
void program_skips(uint64_t *skips, int program_fd);

/* The number behind "recursion_misses:" in such a file's text; 0: it is not there. */
uint64_t program_skips_in(const char *text);
