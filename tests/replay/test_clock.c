// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/clock.h"

#include <stdlib.h>
#include <time.h>

#include "scene.h"

#define NS 1000000000ll

static void add_clock(struct trace *t, uint64_t boot_ns, int64_t real_ns)
{
	struct fdp_record record = {
		.type = FDP_CLOCK,
		.clock = {.boot_ns = boot_ns, .real_ns = real_ns},
	};
	scene_add(t, &record);
}

static void expect_time(const struct trace *t, enum clock_mode mode, uint64_t boot_ns,
			const char *wanted)
{
	struct clock c;
	struct out o;
	clock_init(&c, mode);
	cr_assert_eq(out_init(&o, -1), 0);
	cr_assert_eq(clock_put(&o, &c, mode, t, boot_ns), *wanted != '\0');
	scene_expect(&o, wanted);
	out_release(&o);
}

Test(clock, utc_has_nanoseconds)
{
	struct trace t;
	trace_init(&t, true);
	add_clock(&t, 5 * NS, 1767323045 * NS);
	expect_time(&t, CLOCK_UTC, 5 * NS, "2026-01-02T03:04:05.000000000Z");
	expect_time(&t, CLOCK_UTC, 5 * NS + 1, "2026-01-02T03:04:05.000000001Z");
	expect_time(&t, CLOCK_UTC, 5 * NS - 1, "2026-01-02T03:04:04.999999999Z");
	trace_release(&t);
}

Test(clock, the_last_reading_before_an_instant_counts)
{
	struct trace t;
	trace_init(&t, true);
	add_clock(&t, 10 * NS, 1767323045 * NS);
	/* Somebody set the clock an hour back. */
	add_clock(&t, 20 * NS, (1767323055 - 3600) * NS);
	expect_time(&t, CLOCK_UTC, 20 * NS - 1, "2026-01-02T03:04:14.999999999Z");
	expect_time(&t, CLOCK_UTC, 20 * NS, "2026-01-02T02:04:15.000000000Z");
	trace_release(&t);
}

Test(clock, years_before_1970_are_no_trap)
{
	struct trace t;
	trace_init(&t, true);
	add_clock(&t, 5 * NS, -1);
	expect_time(&t, CLOCK_UTC, 5 * NS, "1969-12-31T23:59:59.999999999Z");
	trace_release(&t);
}

Test(clock, a_trace_without_clocks_knows_no_wall_time)
{
	struct trace t;
	trace_init(&t, true);
	expect_time(&t, CLOCK_UTC, 5 * NS, "");
	expect_time(&t, CLOCK_LOCAL, 5 * NS, "");
	expect_time(&t, CLOCK_BOOT, 5 * NS, "5.000000000");
	trace_release(&t);
}

Test(clock, a_clock_beyond_64_bits_is_not_known)
{
	struct trace t;
	trace_init(&t, true);
	add_clock(&t, 1, INT64_MAX);
	expect_time(&t, CLOCK_UTC, 5 * NS, "");
	trace_release(&t);
}

Test(clock, local_times_have_the_offset)
{
	struct trace t;
	setenv("TZ", "XYZ-5:30", 1);
	tzset();
	trace_init(&t, true);
	add_clock(&t, 5 * NS, 1767323045 * NS);
	expect_time(&t, CLOCK_LOCAL, 5 * NS, "2026-01-02T08:34:05.000000000+05:30");
	trace_release(&t);
}

Test(clock, relative_times_count_from_the_first_event)
{
	struct trace t;
	struct clock c;
	struct out o;
	scene_init(&t);
	scene_pass(&t, 1, 7 * NS, 1, 3, 2, 9, 1);
	clock_init(&c, CLOCK_REL);
	cr_assert_eq(out_init(&o, -1), 0);
	clock_put(&o, &c, CLOCK_REL, &t, 7 * NS);
	out_char(&o, ' ');
	clock_put(&o, &c, CLOCK_REL, &t, 8 * NS + 1234567);
	out_char(&o, ' ');
	clock_put(&o, &c, CLOCK_REL, &t, 7 * NS - 2000);
	scene_expect(&o, "0.000000 1.001234 -0.000002");
	out_release(&o);
	trace_release(&t);
}
