/* SPDX-License-Identifier: BSD-2-Clause */
/* Search: finding the next intact frame behind damage. */
#pragma once

#include <stdint.h>

#include "input.h"

/*
 * Passes over the input up to the next frame of ours whose mark and checksum hold, or to
 * its end. len_max says how long a frame of this magic may be. Returns 1, 0 at the end,
 * or the source's errno.
 */
typedef uint32_t (*search_len_fn)(uint32_t magic);
int search_frame(struct input *in, search_len_fn len_max);
