/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sandbox: a trace may come from anybody, so once the output is open, the reader can
 * open nothing but the traces that it was asked to read, and make no call that reading
 * and printing do not take. As far as the kernel goes along: a reader must work
 * everywhere, and is safe by itself.
 */
#pragma once

#include <stddef.h>

/*
 * files: the traces; "-" is standard input, and what does not exist is left out.
 */
void sandbox_enter(const char *const *files, size_t n);
