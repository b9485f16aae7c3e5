/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hex: annotated hexadecimal text, as in SPEC.md and fixtures/. A line is an offset, two
 * spaces, bytes with one space between them, and behind two spaces what they are. Lines
 * that begin with # are remarks.
 */
#pragma once

#include <stddef.h>

#include "trace.h"

/* Appends the bytes of a line; -EINVAL if its offset is not sink->len. */
int hex_line(struct memory_sink *sink, const char *line);

/* Appends all bytes of a file, and copies what its line "# answer: " says. */
int hex_read(struct memory_sink *sink, char *answer, size_t size, const char *path);
