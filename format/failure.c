/* SPDX-License-Identifier: BSD-2-Clause */
/* Failure: see failure.h. */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>

int failure_set(struct failure *f, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->phrase, sizeof(f->phrase), format, args);
	va_end(args);

	return err;
}
