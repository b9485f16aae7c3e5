/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The look: what the place that the output goes to can show. All zero is a file or a
 * pipe: any width, UTF-8, no colours.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum look_color { LOOK_AUTO, LOOK_ALWAYS, LOOK_NEVER };

struct look {
	bool ascii; /* the locale has no UTF-8 */
	bool color;
	size_t width; /* columns; 0: no bound */
};

/* What colours mean; there are few. */
enum tint {
	TINT_NONE,
	TINT_HEADING,
	TINT_FILE, /* what was passed */
	TINT_BAD,  /* it did not arrive */
	TINT_OPEN, /* it may still */
	TINT_GONE, /* of a difference: in the old one alone */
	TINT_NEW,
};

/*
 * Of that descriptor, before anything else takes its place. On a terminal, colours are
 * shown unless NO_COLOR is set or the terminal is a dumb one. The locale is UTF-8 from
 * then on, as wcwidth(3) must have it, whatever the user's is. -ENOMEM.
 */
int look_at(struct look *look, int fd, enum look_color color);

/* What begins the tint on a terminal; TINT_NONE ends it. */
const char *tint_sequence(enum tint tint);
