/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The filter of --filter: an expression in the language of fdpass-replay
 * (cli/expression.h), made into tests and steps that the kernel takes for each message,
 * at both of its ends. It is refused where the kernel cannot answer it.
 */
#pragma once

#include "../bpf/event.h"

struct failure;

/* Adds to what the filter has. -EINVAL: failure says what is wrong, and where. */
int filter_compile(struct filter *filter, const char *text, struct failure *failure);
