// SPDX-License-Identifier: BSD-2-Clause
#include "clock.h"

#include <stdlib.h>
#include <time.h>

#define NS 1000000000

void clock_init(struct clock *c, enum clock_mode mode)
{
	*c = (struct clock){.mode = mode, .second = INT64_MIN};
}

void clock_restart(struct clock *c)
{
	c->based = false;
}

bool clock_real(const struct trace *t, uint64_t boot_ns, int64_t *realp)
{
	if (!t->n_clocks)
		return false;
	size_t low = 0, high = t->n_clocks;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (t->clocks[middle].boot_ns <= boot_ns)
			low = middle + 1;
		else
			high = middle;
	}
	const struct fdp_clock *clock = &t->clocks[low ? low - 1 : 0];
	int64_t distance = (int64_t)(boot_ns - clock->boot_ns);
	return clock->real_ns && !__builtin_add_overflow(clock->real_ns, distance, realp);
}

static void put_seconds(struct out *o, uint64_t ns, unsigned digits)
{
	out_u64(o, ns / NS);
	out_char(o, '.');
	uint64_t fraction = ns % NS;
	for (unsigned i = digits; i < 9; i++)
		fraction /= 10;
	out_padded(o, fraction, digits);
}

static void put_relative(struct out *o, struct clock *c, const struct trace *t,
			 uint64_t boot_ns)
{
	if (!c->based) {
		c->based = true;
		c->base_ns = t->first_ns;
	}
	/* Events of several CPUs may be a little out of order in a stream. */
	if (boot_ns < c->base_ns)
		out_char(o, '-');
	put_seconds(o, boot_ns < c->base_ns ? c->base_ns - boot_ns : boot_ns - c->base_ns,
		    6);
}

/* Formatting a date is dear, and neighbours share the second. */
static bool second_format(struct clock *c, int64_t second, bool local)
{
	if (second == c->second && local == c->second_local)
		return true;
	struct tm tm;
	time_t when = (time_t)second;
	if (!(local ? localtime_r(&when, &tm) : gmtime_r(&when, &tm)))
		return false;
	if (!strftime(c->text, sizeof(c->text), "%Y-%m-%dT%H:%M:%S", &tm) ||
	    !strftime(c->zone, sizeof(c->zone), "%z", &tm))
		return false;
	c->second = second;
	c->second_local = local;
	return true;
}

static bool put_wall(struct out *o, struct clock *c, const struct trace *t,
		     uint64_t boot_ns, bool local)
{
	int64_t real;
	if (!clock_real(t, boot_ns, &real))
		return false;
	int64_t fraction = real % NS;
	if (!second_format(c, real / NS - (fraction < 0), local))
		return false;
	out_word(o, c->text);
	out_char(o, '.');
	out_padded(o, (uint64_t)(fraction < 0 ? fraction + NS : fraction), 9);
	if (!local) {
		out_char(o, 'Z');
		return true;
	}
	/* RFC 3339 wants +hh:mm, strftime(3) gives +hhmm. */
	out_bytes(o, c->zone, 3);
	out_char(o, ':');
	out_word(o, c->zone + 3);
	return true;
}

bool clock_put(struct out *o, struct clock *c, enum clock_mode mode,
	       const struct trace *t, uint64_t boot_ns)
{
	switch (mode) {
	case CLOCK_REL:
		put_relative(o, c, t, boot_ns);
		return true;
	case CLOCK_BOOT:
		put_seconds(o, boot_ns, 9);
		return true;
	case CLOCK_UTC:
		return put_wall(o, c, t, boot_ns, false);
	case CLOCK_LOCAL:
		return put_wall(o, c, t, boot_ns, true);
	}
	return false;
}
