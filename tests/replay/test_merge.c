// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/merge.h"

#include "../../replay/pair.h"
#include "scene.h"

static void begin(struct trace *t, const char *boot, uint64_t boot_ns, int64_t real_ns,
		  uint32_t flags)
{
	struct fdp_record record = {
		.type = FDP_HEADER,
		.header = {.flags = flags,
			   .boot_id = {boot, strlen(boot)},
			   .clock = {boot_ns, boot_ns, real_ns, 7}},
	};
	trace_init(t, true);
	scene_add(t, &record);
	scene_process(t, 1, "a");
	scene_process(t, 2, "b");
	scene_file(t, 1, "/file", 0);
	for (uint64_t id = 1; id < 3; id++) {
		record = (struct fdp_record){.type = FDP_SOCKET,
					     .socket = {.id = id, .ino = 40 + id}};
		scene_add(t, &record);
	}
}

static void pass_over_sockets(struct trace *t, uint64_t message, uint64_t time_ns)
{
	struct fdp_descriptor sent = {1, 3}, received = {1, 8};
	struct fdp_record record = scene_send(message, time_ns, 1, &sent, 1);
	record.send.socket = 1;
	scene_add(t, &record);
	record = scene_receive(message, time_ns + 300, 2, &received, 1, 0);
	record.receive.socket = 2;
	scene_add(t, &record);
}

static int keep(void *ctx, const struct fdp_record *record)
{
	struct trace *t = ctx;
	scene_add(t, record);
	return 0;
}

/* Merges the two, which are empty then; t is to be released before m. */
static void merge_two(struct merge *m, struct trace *t, struct trace *a, struct trace *b)
{
	*m = (struct merge){0};
	trace_init(t, true);
	cr_assert_eq(merge_add(m, a, "a", 1), 0);
	cr_assert_eq(merge_add(m, b, "b", 1), 0);
	cr_assert_eq(merge_relate(m), 0);
	cr_assert_eq(pair_parts(m), 0);
	cr_assert_eq(merge_tell(m, keep, t), 0);
	t->origin = &m->origin;
}

Test(merge, one_boot_has_one_time_line)
{
	struct trace a, b, t;
	struct merge m;
	begin(&a, "x", 0, 0, 0);
	begin(&b, "x", 0, 0, 0);
	pass_over_sockets(&a, 1, 5000000);
	pass_over_sockets(&b, 1, 1000000);
	merge_two(&m, &t, &a, &b);
	cr_assert_eq(m.n_hosts, 1);
	cr_assert_eq(t.sends.n, 2);
	cr_assert_eq(scene_sent(&t, 0).time_ns, 1000000);
	cr_assert_eq(scene_sent(&t, 1).time_ns, 5000000);
	cr_assert_neq(scene_sent(&t, 0).message, scene_sent(&t, 1).message);
	cr_assert_neq(scene_sent(&t, 0).fds[0].file, scene_sent(&t, 1).fds[0].file);
	trace_release(&t);
	merge_release(&m);
}

Test(merge, hosts_are_beside_each_other_by_their_wall_clocks)
{
	struct trace a, b, t;
	struct merge m;
	begin(&a, "x", 1000, 1000000, 0);
	begin(&b, "y", 5000, 1000000, 0);
	pass_over_sockets(&a, 1, 1010);
	pass_over_sockets(&b, 1, 5005);
	merge_two(&m, &t, &a, &b);
	cr_assert_eq(m.n_hosts, 2);
	cr_assert_eq(t.sends.n, 2);
	cr_assert_eq(scene_sent(&t, 0).time_ns, 1000005);
	cr_assert_eq(scene_sent(&t, 1).time_ns, 1000010);
	uint32_t first = trace_process(&t, scene_sent(&t, 0).process);
	uint32_t second = trace_process(&t, scene_sent(&t, 1).process);
	cr_assert_eq(t.processes.items[first].pid, t.processes.items[second].pid);
	cr_assert_neq(t.processes.items[first].start_ns,
		      t.processes.items[second].start_ns,
		      "equal pids of two hosts are two processes");
	cr_assert_eq(*trace_host(&t, first).data, 'y');
	cr_assert_eq(*trace_host(&t, second).data, 'x');
	cr_assert_eq(merge_uncertain(&m), 14, "of both readings");
	trace_release(&t);
	merge_release(&m);
}

Test(merge, a_wall_clock_that_was_set_makes_it_uncertain)
{
	struct trace a, b, t;
	struct merge m;
	struct fdp_record later = {.type = FDP_CLOCK, .clock = {2000, 2000, 1001500, 7}};
	begin(&a, "x", 1000, 1000000, 0);
	scene_add(&a, &later);
	begin(&b, "y", 5000, 1000000, 0);
	merge_two(&m, &t, &a, &b);
	cr_assert_eq(merge_uncertain(&m), 514);
	trace_release(&t);
	merge_release(&m);
}

Test(merge, without_a_clock_another_host_is_refused)
{
	struct trace a, b, t;
	struct merge m;
	begin(&a, "x", 1000, 1000000, 0);
	begin(&b, "y", 0, 0, 0);
	pass_over_sockets(&a, 1, 1010);
	pass_over_sockets(&b, 1, 1010);
	merge_two(&m, &t, &a, &b);
	cr_assert(!m.parts[0].refused && m.parts[1].refused);
	cr_assert_eq(t.sends.n, 1);
	trace_release(&t);
	merge_release(&m);
}

Test(merge, nobody_has_a_clock_and_the_first_is_shown)
{
	struct trace a, b, t;
	struct merge m;
	begin(&a, "", 0, 0, 0);
	begin(&b, "", 0, 0, 0);
	pass_over_sockets(&a, 1, 1010);
	pass_over_sockets(&b, 1, 1010);
	merge_two(&m, &t, &a, &b);
	cr_assert(!m.parts[0].refused && m.parts[1].refused);
	cr_assert_eq(t.sends.n, 1);
	cr_assert_eq(scene_sent(&t, 0).time_ns, 1010);
	trace_release(&t);
	merge_release(&m);
}

Test(merge, senders_alone_are_not_mixed_with_both_sides)
{
	struct trace a, b, t;
	struct merge m;
	begin(&a, "x", 1000, 1000000, 0);
	begin(&b, "x", 1000, 1000000, FDP_HEADER_SENDERS);
	merge_two(&m, &t, &a, &b);
	cr_assert(!m.parts[0].refused && m.parts[1].refused);
	trace_release(&t);
	merge_release(&m);
}

Test(pair, what_two_recorders_saw_is_one_message)
{
	struct trace a, b, t;
	struct merge m;
	begin(&a, "x", 0, 0, 0);
	begin(&b, "x", 0, 0, 0);
	pass_over_sockets(&a, 5, 1000000);
	pass_over_sockets(&b, 9, 1000200);
	merge_two(&m, &t, &a, &b);
	cr_assert_eq(t.sends.n, 1);
	cr_assert_eq(t.receives.n, 1);
	cr_assert_eq(t.files.n, 1);
	cr_assert_eq(scene_received(&t, 0).message, scene_sent(&t, 0).message);
	trace_release(&t);
	merge_release(&m);
}

/* The other one began in the middle, and its probe runs 900 ns later. */
Test(pair, of_many_alike_the_nearest_belong_together)
{
	struct trace a, b, t;
	struct merge m;
	begin(&a, "x", 0, 0, 0);
	begin(&b, "x", 0, 0, 0);
	for (uint64_t i = 0; i < 20; i++)
		pass_over_sockets(&a, i + 1, 1000000 + i * 2000);
	for (uint64_t i = 10; i < 30; i++)
		pass_over_sockets(&b, i + 1, 1000900 + i * 2000);
	merge_two(&m, &t, &a, &b);
	cr_assert_eq(t.sends.n, 30);
	cr_assert_eq(t.receives.n, 30);
	for (size_t i = 0; i < 30; i++)
		cr_assert_eq(scene_sent(&t, i).message, scene_received(&t, i).message);
	trace_release(&t);
	merge_release(&m);
}

Test(pair, a_receipt_that_one_lacks_comes_from_the_other)
{
	struct trace a, b, t;
	struct merge m;
	struct fdp_descriptor sent = {1, 3};
	begin(&a, "x", 0, 0, 0);
	begin(&b, "x", 0, 0, 0);
	struct fdp_record record = scene_send(5, 1000000, 1, &sent, 1);
	record.send.socket = 1;
	scene_add(&a, &record);
	pass_over_sockets(&b, 9, 1000200);
	merge_two(&m, &t, &a, &b);
	cr_assert_eq(t.sends.n, 1);
	cr_assert_eq(t.receives.n, 1);
	cr_assert_eq(scene_received(&t, 0).message, scene_sent(&t, 0).message);
	trace_release(&t);
	merge_release(&m);
}

Test(pair, another_descriptor_is_another_message)
{
	struct trace a, b, t;
	struct merge m;
	struct fdp_descriptor sent = {1, 4};
	begin(&a, "x", 0, 0, 0);
	begin(&b, "x", 0, 0, 0);
	pass_over_sockets(&a, 5, 1000000);
	struct fdp_record record = scene_send(5, 1000000, 1, &sent, 1);
	record.send.socket = 1;
	scene_add(&b, &record);
	merge_two(&m, &t, &a, &b);
	cr_assert_eq(t.sends.n, 2);
	trace_release(&t);
	merge_release(&m);
}
