/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A failure: the one line that says what went wrong, made where it is known and printed
 * by main. It never ends in a newline and never carries the program's name.
 */
#pragma once

struct failure {
	char text[512];
};

/* Keeps the line, cut to fit; returns err, so that a caller can return it at once. */
int failure_say(struct failure *f, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
