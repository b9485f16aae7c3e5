// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/holder.h"
#include "../../replay/leak.h"

#include "scene.h"

static struct fdp_text text(const char *literal)
{
	return (struct fdp_text){literal, strlen(literal)};
}

static void hold_all(struct holders *h, const struct trace *t, uint64_t until_ns)
{
	struct match match;
	cr_assert_eq(holders_init(h, t, until_ns), 0);
	cr_assert_eq(match_init(&match, t), 0);
	cr_assert_eq(match_all_passes(&match, holders_add, h), 0);
	match_release(&match);
	holders_end(h);
}

/* Who has the file, as pid * 100 + fd, summed up. */
static unsigned who_has(const struct trace *t, uint64_t until_ns, const char *wanted)
{
	struct holders h;
	unsigned sum = 0;
	hold_all(&h, t, until_ns);
	for (size_t i = 0; i < h.n; i++) {
		const struct pass_end *to = &h.items[i].pass.to;
		if (!h.items[i].gone && holder_has(&h, &h.items[i], text(wanted)))
			sum += t->processes.items[to->process].pid * 100 +
			       (unsigned)to->fd;
	}
	holders_release(&h);
	return sum;
}

Test(holder, both_ends_of_a_pass_have_the_file)
{
	struct trace t;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 5, 1);
	cr_assert_eq(who_has(&t, UINT64_MAX, "1"), 10103 + 10205);
	cr_assert_eq(who_has(&t, UINT64_MAX, "/ex*"), 10103 + 10205);
	cr_assert_eq(who_has(&t, UINT64_MAX, "2"), 0);
	cr_assert_eq(who_has(&t, 10, "1"), 10103, "it was received at 11");
	cr_assert_eq(who_has(&t, 9, "1"), 0);
	trace_release(&t);
}

Test(holder, another_file_under_the_number_means_that_the_first_went)
{
	struct trace t;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 5, 1);
	scene_pass(&t, 2, 20, 1, 4, 2, 5, 2);
	cr_assert_eq(who_has(&t, UINT64_MAX, "1"), 10103);
	cr_assert_eq(who_has(&t, UINT64_MAX, "2"), 10104 + 10205);
	cr_assert_eq(who_has(&t, 15, "1"), 10103 + 10205);
	trace_release(&t);
}

Test(holder, a_file_that_ended_is_held_by_nobody)
{
	struct trace t;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 5, 1);
	struct fdp_record end = {
		.type = FDP_FILE_END,
		.file_end = {.file = 1, .time_ns = 50},
	};
	scene_add(&t, &end);
	cr_assert_eq(who_has(&t, UINT64_MAX, "1"), 0);
	cr_assert_eq(who_has(&t, 49, "1"), 10103 + 10205);
	trace_release(&t);
}

Test(holder, a_process_whose_pid_another_has_holds_nothing)
{
	struct trace t;
	struct fdp_record again = {
		.type = FDP_PROCESS,
		.process = {.id = 9, .pid = 102, .tid = 102, .start_ns = 30},
	};
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 5, 1);
	scene_add(&t, &again);
	cr_assert_eq(who_has(&t, UINT64_MAX, "1"), 10103);
	cr_assert_eq(who_has(&t, 29, "1"), 10103 + 10205);
	trace_release(&t);
}

Test(leak, of_less_than_a_minute_there_is_no_rate)
{
	struct trace t;
	struct holders h;
	struct leaks l;
	scene_init(&t);
	scene_pass(&t, 1, 0, 3, 3, 2, 5, 1);
	scene_pass(&t, 2, 59000000000, 3, 3, 2, 6, 1);
	hold_all(&h, &t, UINT64_MAX);
	cr_assert_eq(leaks_init(&l, &h), 0);
	cr_assert(l.n == 1 && l.items[0].held == 2);
	cr_assert_eq(l.items[0].per_hour, LEAK_RATE_UNKNOWN);
	leaks_release(&l);
	holders_release(&h);
	trace_release(&t);
}

Test(leak, what_is_held_is_counted_by_receiver_sender_and_kind)
{
	struct trace t;
	struct holders h;
	struct leaks l;
	scene_init(&t);
	scene_pass(&t, 1, 0, 3, 3, 2, 5, 1);
	for (uint64_t i = 0; i < 3; i++)
		scene_pass(&t, 2 + i, 1 + i, 1, 3, 2, (int32_t)(6 + i), 2);
	/* Received again under one of these numbers: it does not count twice. */
	scene_pass(&t, 9, 1799999999999, 1, 3, 2, 6, 1);
	hold_all(&h, &t, UINT64_MAX);
	cr_assert_eq(leaks_init(&l, &h), 0);
	cr_assert_eq(l.n, 2);
	cr_assert_eq(l.items[0].held, 3);
	cr_assert_eq(l.items[0].per_hour, 6, "in half an hour");
	cr_assert_eq(l.items[1].held, 1);
	leaks_release(&l);
	holders_release(&h);
	trace_release(&t);
}
