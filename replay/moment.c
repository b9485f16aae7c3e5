// SPDX-License-Identifier: BSD-2-Clause
#include "moment.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define NS 1000000000ll

/* Digits of a decimal number; false if there is none, or it is too large. */
static bool take_number(struct fdp_text *text, int64_t *numberp, size_t *digitsp)
{
	int64_t number = 0;
	size_t n = 0;
	for (; n < text->len && text->data[n] >= '0' && text->data[n] <= '9'; n++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, text->data[n] - '0', &number))
			return false;
	text->data += n;
	text->len -= n;
	*numberp = number;
	*digitsp = n;
	return n > 0;
}

/* Exactly so many digits, not less than low and not more than high. */
static bool take_field(struct fdp_text *text, size_t digits, int low, int high,
		       int *fieldp)
{
	struct fdp_text field = {text->data, digits};
	int64_t number;
	size_t n;
	if (text->len < digits || !take_number(&field, &number, &n) || n != digits ||
	    number < low || number > high)
		return false;
	text->data += digits;
	text->len -= digits;
	*fieldp = (int)number;
	return true;
}

static bool take_char(struct fdp_text *text, const char *any)
{
	if (!text->len || !text->data[0] || !strchr(any, text->data[0]))
		return false;
	text->data++;
	text->len--;
	return true;
}

/* .5 as nanoseconds of a second; further digits than nine say nothing. */
static bool take_fraction(struct fdp_text *text, int64_t *nsp)
{
	*nsp = 0;
	if (!take_char(text, "."))
		return true;
	int64_t weight = NS / 10;
	size_t n = 0;
	for (; n < text->len && text->data[n] >= '0' && text->data[n] <= '9'; n++) {
		*nsp += weight * (text->data[n] - '0');
		weight /= 10;
	}
	text->data += n;
	text->len -= n;
	return n > 0;
}

static int64_t unit_ns(struct fdp_text unit)
{
	static const struct {
		const char *word;
		int64_t ns;
	} units[] = {
		{"", NS},  {"s", NS},	   {"ms", 1000000},  {"us", 1000},
		{"ns", 1}, {"m", 60 * NS}, {"h", 3600 * NS}, {"d", 86400 * NS},
	};
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].word) == unit.len &&
		    memcmp(units[i].word, unit.data, unit.len) == 0)
			return units[i].ns;
	return 0;
}

static bool parse_relative(int64_t *nsp, struct fdp_text text)
{
	int64_t whole, fraction;
	size_t digits;
	if (!take_number(&text, &whole, &digits) || !take_fraction(&text, &fraction))
		return false;
	int64_t unit = unit_ns(text);
	/* In floating point a fraction of days is as exact as people mean it. */
	int64_t part = (int64_t)((double)fraction / (double)NS * (double)unit + 0.5);
	return unit && !__builtin_mul_overflow(whole, unit, nsp) &&
	       !__builtin_add_overflow(*nsp, part, nsp);
}

bool moment_duration(uint64_t *nsp, struct fdp_text text)
{
	int64_t ns;
	bool unit = text.len && strchr("smhd", text.data[text.len - 1]);
	if (!unit || !parse_relative(&ns, text))
		return false;
	*nsp = (uint64_t)ns;
	return true;
}

static bool take_zone(struct fdp_text *text, int64_t *secondsp)
{
	int hours, minutes;
	*secondsp = 0;
	if (take_char(text, "Zz"))
		return true;
	bool west = text->len && text->data[0] == '-';
	if (!take_char(text, "+-") || !take_field(text, 2, 0, 23, &hours) ||
	    !take_char(text, ":") || !take_field(text, 2, 0, 59, &minutes))
		return false;
	*secondsp = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
	return true;
}

static bool parse_wall(int64_t *nsp, struct fdp_text text)
{
	struct tm tm = {0};
	int64_t fraction, zone;
	if (!take_field(&text, 4, 1970, 2200, &tm.tm_year) || !take_char(&text, "-") ||
	    !take_field(&text, 2, 1, 12, &tm.tm_mon) || !take_char(&text, "-") ||
	    !take_field(&text, 2, 1, 31, &tm.tm_mday) || !take_char(&text, "Tt ") ||
	    !take_field(&text, 2, 0, 23, &tm.tm_hour) || !take_char(&text, ":") ||
	    !take_field(&text, 2, 0, 59, &tm.tm_min) || !take_char(&text, ":") ||
	    !take_field(&text, 2, 0, 59, &tm.tm_sec) ||
	    !take_fraction(&text, &fraction) || !take_zone(&text, &zone) || text.len)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	int day = tm.tm_mday;
	*nsp = (timegm(&tm) - zone) * NS + fraction;
	/* timegm(3) makes the 31st of April the 1st of May. */
	return tm.tm_mday == day;
}

int moment_parse(struct moment *m, struct fdp_text text)
{
	static const char boot[] = "boot:";
	size_t digits;
	struct moment parsed = {MOMENT_START, 0};
	bool ok;
	if (text.len > strlen(boot) && memcmp(text.data, boot, strlen(boot)) == 0) {
		parsed.base = MOMENT_BOOT;
		text = (struct fdp_text){text.data + strlen(boot),
					 text.len - strlen(boot)};
		ok = take_number(&text, &parsed.ns, &digits) && !text.len;
	} else if (text.len > 4 && text.data[4] == '-') {
		parsed.base = MOMENT_WALL;
		ok = parse_wall(&parsed.ns, text);
	} else {
		ok = parse_relative(&parsed.ns, text);
	}
	if (!ok)
		return -EINVAL;
	*m = parsed;
	return 0;
}

/* The inverse of clock_real(): the last reading of the clocks before counts. */
static bool wall_to_boot(const struct trace *t, int64_t real_ns, uint64_t *boot_nsp)
{
	const struct fdp_clock *clock = NULL;
	for (size_t i = 0; i < t->n_clocks; i++) {
		if (!t->clocks[i].real_ns)
			continue;
		if (!clock || t->clocks[i].real_ns <= real_ns)
			clock = &t->clocks[i];
	}
	int64_t boot;
	if (!clock || __builtin_sub_overflow(real_ns, clock->real_ns, &boot) ||
	    __builtin_add_overflow(boot, (int64_t)clock->boot_ns, &boot))
		return false;
	*boot_nsp = boot < 0 ? 0 : (uint64_t)boot;
	return true;
}

bool moment_resolve(const struct moment *m, const struct trace *t, uint64_t *boot_nsp)
{
	switch (m->base) {
	case MOMENT_START:
		if (t->first_ns == UINT64_MAX)
			return false;
		if (__builtin_add_overflow(t->first_ns, (uint64_t)m->ns, boot_nsp))
			*boot_nsp = UINT64_MAX;
		return true;
	case MOMENT_BOOT:
		*boot_nsp = (uint64_t)m->ns;
		return true;
	case MOMENT_WALL:
		return wall_to_boot(t, m->ns, boot_nsp);
	}
	return false;
}
