/* SPDX-License-Identifier: BSD-2-Clause */
/* Making: a trace of what is none, its text twin or another tool's lines. */
#pragma once

#include "options.h"

/* Into fd, which is closed. Negative: it was said on standard error why not. */
int make_of_text(const struct options *options, int fd);
