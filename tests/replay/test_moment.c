// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/moment.h"

#include <errno.h>

#include "scene.h"

static int parse(struct moment *m, const char *text)
{
	return moment_parse(m, (struct fdp_text){text, strlen(text)});
}

Test(moment, all_ways_of_writing_are_read)
{
	static const struct {
		const char *text;
		enum moment_base base;
		int64_t ns;
	} cases[] = {
		{"0", MOMENT_START, 0},
		{"1.5", MOMENT_START, 1500000000},
		{"2m", MOMENT_START, 120000000000},
		{"1.5h", MOMENT_START, 5400000000000},
		{"20ms", MOMENT_START, 20000000},
		{"0.000001", MOMENT_START, 1000},
		{"7us", MOMENT_START, 7000},
		{"9ns", MOMENT_START, 9},
		{"1d", MOMENT_START, 86400000000000},
		{"boot:123", MOMENT_BOOT, 123},
		{"1970-01-01T00:00:01Z", MOMENT_WALL, 1000000000},
		{"1970-01-01T01:00:00.25+01:00", MOMENT_WALL, 250000000},
		{"1970-01-01 00:00:00-00:30", MOMENT_WALL, 1800000000000},
		{"2024-02-29T00:00:00z", MOMENT_WALL, 1709164800000000000},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct moment m;
		cr_assert_eq(parse(&m, cases[i].text), 0, "%s", cases[i].text);
		cr_assert(m.base == cases[i].base && m.ns == cases[i].ns, "%s: %lld",
			  cases[i].text, (long long)m.ns);
	}
}

Test(moment, a_duration_has_its_unit)
{
	static const char *const none[] = {"", "5", "1.5", "ms", "5x", "5 ms", "boot:5s"};
	uint64_t ns;
	cr_assert(moment_duration(&ns, (struct fdp_text){"100us", 5}) && ns == 100000);
	cr_assert(moment_duration(&ns, (struct fdp_text){"1.5s", 4}) && ns == 1500000000);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		cr_assert_not(
			moment_duration(&ns, (struct fdp_text){none[i], strlen(none[i])}),
			"%s", none[i]);
}

Test(moment, what_is_no_time_is_refused)
{
	static const char *const texts[] = {
		"",
		"x",
		".5",
		"1.",
		"1x",
		"-1",
		"boot:",
		"boot:1s",
		"2023-02-29T00:00:00Z",
		"2023-01-01",
		"2023-01-01T00:00:00",
		"2023-01-01T24:00:00Z",
		"2023-13-01T00:00:00Z",
		"2023-01-01T00:00:00Zx",
		"99999999999999999999",
		"200000000000d",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct moment m;
		cr_assert_eq(parse(&m, texts[i]), -EINVAL, "'%s'", texts[i]);
	}
}

static uint64_t resolve(const struct trace *t, const char *text)
{
	struct moment m;
	uint64_t ns;
	cr_assert_eq(parse(&m, text), 0);
	cr_assert(moment_resolve(&m, t, &ns), "%s", text);
	return ns;
}

Test(moment, each_is_an_instant_of_boot_time)
{
	struct trace t;
	struct moment m;
	uint64_t ns;
	scene_init(&t);
	cr_assert_eq(parse(&m, "1"), 0);
	cr_assert_not(moment_resolve(&m, &t, &ns), "no event yet");
	scene_pass(&t, 1, 5000000000, 1, 3, 2, 5, 1);
	cr_assert_eq(resolve(&t, "1.5"), 6500000000);
	cr_assert_eq(resolve(&t, "boot:42"), 42);
	cr_assert_eq(parse(&m, "1970-01-01T00:01:40Z"), 0);
	cr_assert_not(moment_resolve(&m, &t, &ns), "no clock yet");
	/* The wall clock stepped from 60 s to 90 s, 20 s after boot. */
	struct fdp_record clock = {
		.type = FDP_CLOCK,
		.clock = {.boot_ns = 10000000000, .real_ns = 50000000000},
	};
	scene_add(&t, &clock);
	clock.clock = (struct fdp_clock){.boot_ns = 20000000000, .real_ns = 90000000000};
	scene_add(&t, &clock);
	cr_assert_eq(resolve(&t, "1970-01-01T00:00:55Z"), 15000000000);
	cr_assert_eq(resolve(&t, "1970-01-01T00:01:40Z"), 30000000000);
	cr_assert_eq(resolve(&t, "1970-01-01T00:00:00Z"), 0, "before boot");
	trace_release(&t);
}
