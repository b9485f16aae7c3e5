/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Globs over bytes that may be any: * is any number of them, ? is one, [a-z] and [!a-z]
 * are one of a set, and \ takes the next byte as it is. No pattern costs more than the
 * product of the two lengths.
 */
#pragma once

#include <stdbool.h>

#include "../format/fdp.h"

/* Whether the pattern is the whole text. */
bool glob_matches(struct fdp_text pattern, struct fdp_text text);
