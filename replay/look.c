// SPDX-License-Identifier: BSD-2-Clause
#include "look.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_MIN 20
#define WIDTH_MAX 10000

static bool is_set(const char *name)
{
	const char *value = getenv(name);
	return value && *value;
}

static bool wants_color(void)
{
	const char *term = getenv("TERM");
	return !is_set("NO_COLOR") && term && strcmp(term, "dumb") != 0;
}

/* COLUMNS is what people set; shells do not export theirs. */
static size_t terminal_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size = {0};
	size_t width = columns ? strtoul(columns, NULL, 10) : 0;
	if (!width && ioctl(fd, TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	if (width && width < WIDTH_MIN)
		return WIDTH_MIN;
	return width < WIDTH_MAX ? width : WIDTH_MAX;
}

/* -ENOMEM; a locale that the machine does not have is 0. */
static int locale_find(locale_t *localep, const char *name)
{
	errno = 0;
	*localep = newlocale(LC_CTYPE_MASK, name, (locale_t)0);
	return *localep || errno != ENOMEM ? 0 : -ENOMEM;
}

static int find_ascii(bool *asciip)
{
	locale_t locale;
	int err = locale_find(&locale, "");
	locale_t before = uselocale(locale);
	*asciip = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	uselocale(before);
	if (locale)
		freelocale(locale);
	return err;
}

int look_at(struct look *look, int fd, enum look_color color)
{
	bool terminal = isatty(fd);
	locale_t widths;
	*look = (struct look){
		.color = color == LOOK_ALWAYS ||
			 (color == LOOK_AUTO && terminal && wants_color()),
		.width = terminal ? terminal_width(fd) : 0,
	};
	int err = find_ascii(&look->ascii);
	if (!err)
		err = locale_find(&widths, "C.UTF-8");
	/* Of the thread from now on: wcwidth(3) knows no other. */
	if (!err && widths)
		uselocale(widths);
	return err;
}

const char *tint_sequence(enum tint tint)
{
	static const char *const sequences[] = {
		[TINT_NONE] = "\033[m",	  [TINT_HEADING] = "\033[1m",
		[TINT_FILE] = "\033[36m", [TINT_BAD] = "\033[1;31m",
		[TINT_OPEN] = "\033[33m", [TINT_GONE] = "\033[31m",
		[TINT_NEW] = "\033[32m",
	};
	return sequences[tint];
}
