// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/window.h"

#include "scene.h"

static struct options between(const char *since, const char *until)
{
	struct options o = {.has_since = since, .has_until = until};
	if (since)
		cr_assert_eq(
			moment_parse(&o.since, (struct fdp_text){since, strlen(since)}),
			0);
	if (until)
		cr_assert_eq(
			moment_parse(&o.until, (struct fdp_text){until, strlen(until)}),
			0);
	return o;
}

static bool has(struct window *w, struct trace *t, uint64_t time_ns)
{
	struct fdp_record send = scene_send(1, time_ns, 1, NULL, 0);
	return window_has(w, t, &send);
}

Test(window, since_is_in_it_and_until_is_not)
{
	struct trace t;
	struct window w;
	struct options o = between("1us", "2us");
	scene_init(&t);
	window_init(&w, &o);
	cr_assert_not(has(&w, &t, 5000));
	cr_assert_not(has(&w, &t, 5999));
	cr_assert(has(&w, &t, 6000) && has(&w, &t, 6999));
	cr_assert_not(has(&w, &t, 7000));
	cr_assert_eq(t.first_ns, 5000, "times stay relative to the first event");
	trace_release(&t);
}

Test(window, each_section_settles_it_again)
{
	struct trace t;
	struct window w;
	struct options o = between(NULL, "1us");
	scene_init(&t);
	window_init(&w, &o);
	cr_assert(has(&w, &t, 0));
	cr_assert_not(has(&w, &t, 1000));
	trace_release(&t);
	window_restart(&w);
	cr_assert_eq(w.to_ns, UINT64_MAX);
	cr_assert(has(&w, &t, 1000000));
	cr_assert_not(has(&w, &t, 1001000));
	trace_release(&t);
}

Test(window, a_wall_clock_that_is_not_known_is_told)
{
	struct trace t;
	struct window w;
	struct options o = between("2024-01-01T00:00:00Z", NULL);
	scene_init(&t);
	window_init(&w, &o);
	cr_assert(has(&w, &t, 1));
	cr_assert(w.lost);
	trace_release(&t);
}
