// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/chain.h"

#include <errno.h>

#include "scene.h"

static void link_up(struct chains *c, const struct trace *t)
{
	struct match match;
	cr_assert_eq(match_init(&match, t), 0);
	cr_assert_eq(chains_init(c, &match), 0);
	match_release(&match);
}

static void expect_hop(const struct chains *c, size_t hop, uint32_t before,
		       enum chain_link link)
{
	cr_assert_eq(c->hops[hop].before, before, "hop %zu follows %u", hop,
		     c->hops[hop].before);
	cr_assert_eq(c->hops[hop].link, link, "hop %zu is linked by %s", hop,
		     chain_link_name(c->hops[hop].link));
}

Test(chain, a_file_that_is_sent_on_makes_a_chain)
{
	struct trace t;
	struct chains c;
	uint32_t path[CHAIN_SHOWN_MAX];
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 8, 1);
	scene_pass(&t, 2, 20, 2, 8, 3, 5, 1);
	scene_pass(&t, 3, 30, 3, 6, 4, 5, 1);
	link_up(&c, &t);
	expect_hop(&c, 0, TRACE_NONE, CHAIN_FIRST);
	expect_hop(&c, 1, 0, CHAIN_SAME_FD);
	expect_hop(&c, 2, 1, CHAIN_SAME_FILE);
	cr_assert_eq(c.places[2].depth, 3);
	cr_assert(c.hops[2].leaf && !c.hops[1].leaf && !c.hops[0].leaf);
	cr_assert_eq(chain_path(&c, 2, path), 3);
	cr_assert(path[0] == 0 && path[1] == 1 && path[2] == 2);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, only_an_exact_file_is_proven)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 8, 1);
	scene_pass(&t, 2, 20, 2, 8, 3, 5, 1);
	scene_pass(&t, 3, 30, 1, 4, 2, 9, 2);
	scene_pass(&t, 4, 40, 2, 9, 3, 6, 2);
	link_up(&c, &t);
	cr_assert(c.hops[0].proven && c.hops[1].proven);
	cr_assert(c.hops[2].proven, "there is nothing to prove");
	cr_assert_not(c.hops[3].proven);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, another_file_is_another_chain)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 8, 1);
	scene_pass(&t, 2, 20, 2, 8, 3, 5, 2);
	link_up(&c, &t);
	expect_hop(&c, 1, TRACE_NONE, CHAIN_FIRST);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, what_is_received_later_was_not_sent_before)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	scene_pass(&t, 1, 10, 2, 8, 3, 5, 1);
	scene_pass(&t, 2, 20, 1, 3, 2, 8, 1);
	link_up(&c, &t);
	expect_hop(&c, 0, TRACE_NONE, CHAIN_FIRST);
	expect_hop(&c, 1, TRACE_NONE, CHAIN_FIRST);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, the_same_number_counts_more_than_the_latest_receipt)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 8, 1);
	scene_pass(&t, 2, 20, 1, 3, 2, 9, 1);
	scene_pass(&t, 3, 30, 2, 8, 3, 5, 1);
	scene_pass(&t, 4, 40, 2, 7, 3, 6, 1);
	link_up(&c, &t);
	expect_hop(&c, 2, 0, CHAIN_SAME_FD);
	expect_hop(&c, 3, 1, CHAIN_SAME_FILE);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, a_file_sent_on_twice_branches)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 8, 1);
	scene_pass(&t, 2, 20, 2, 8, 3, 5, 1);
	scene_pass(&t, 3, 30, 2, 8, 4, 5, 1);
	link_up(&c, &t);
	expect_hop(&c, 1, 0, CHAIN_SAME_FD);
	expect_hop(&c, 2, 0, CHAIN_SAME_FD);
	cr_assert(!c.hops[0].leaf && c.hops[1].leaf && c.hops[2].leaf);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, another_thread_of_the_process_may_send_it_on)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	struct fdp_record thread = {
		.type = FDP_PROCESS,
		.process = {.id = 9, .pid = 102, .tid = 777, .start_ns = 2},
	};
	scene_add(&t, &thread);
	scene_pass(&t, 1, 10, 1, 3, 2, 8, 1);
	scene_pass(&t, 2, 20, 9, 8, 3, 5, 1);
	link_up(&c, &t);
	expect_hop(&c, 1, 0, CHAIN_SAME_FD);
	chains_release(&c);
	trace_release(&t);
}

static void add_child(struct trace *t, uint64_t id, uint32_t ppid, uint64_t parent_start,
		      uint64_t start)
{
	struct fdp_record child = {
		.type = FDP_PROCESS,
		.process = {.id = id,
			    .pid = 100 + (uint32_t)id,
			    .ppid = ppid,
			    .parent_start_ns = parent_start,
			    .start_ns = start},
	};
	scene_add(t, &child);
}

Test(chain, a_reused_pid_is_another_process)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	struct fdp_record again = {
		.type = FDP_PROCESS,
		.process = {.id = 9, .pid = 102, .start_ns = 15},
	};
	scene_add(&t, &again);
	scene_pass(&t, 1, 10, 1, 3, 2, 8, 1);
	scene_pass(&t, 2, 20, 9, 8, 3, 5, 1);
	link_up(&c, &t);
	expect_hop(&c, 1, TRACE_NONE, CHAIN_FIRST);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, a_grandchild_inherits_what_was_received_before_the_forks)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 8, 1);
	add_child(&t, 7, 102, 2, 15);
	add_child(&t, 8, 107, 15, 16);
	scene_pass(&t, 2, 20, 8, 8, 3, 5, 1);
	link_up(&c, &t);
	expect_hop(&c, 1, 0, CHAIN_INHERITED);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, a_child_does_not_inherit_what_came_after_the_fork)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	add_child(&t, 7, 102, 2, 5);
	scene_pass(&t, 1, 10, 1, 3, 2, 8, 1);
	scene_pass(&t, 2, 20, 7, 8, 3, 5, 1);
	link_up(&c, &t);
	expect_hop(&c, 1, TRACE_NONE, CHAIN_FIRST);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, processes_that_are_each_others_parents_do_no_harm)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	add_child(&t, 7, 108, 16, 15);
	add_child(&t, 8, 107, 15, 16);
	scene_pass(&t, 1, 20, 8, 8, 3, 5, 1);
	link_up(&c, &t);
	expect_hop(&c, 0, TRACE_NONE, CHAIN_FIRST);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, a_look_that_is_followed_by_the_receipt_is_no_chain)
{
	struct trace t;
	struct chains c;
	struct fdp_descriptor fd = {1, 8};
	scene_init(&t);
	struct fdp_record send = scene_send(1, 10, 1, &fd, 1);
	struct fdp_record look = scene_receive(1, 11, 2, &fd, 1, FDP_RECEIVE_PEEK);
	struct fdp_record receive = scene_receive(1, 12, 2, &fd, 1, 0);
	scene_add(&t, &send);
	scene_add(&t, &look);
	scene_add(&t, &receive);
	link_up(&c, &t);
	cr_assert_eq(c.n, 2);
	cr_assert(!c.hops[0].leaf && c.hops[1].leaf);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, all_at_one_time_is_still_a_tree)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	struct fdp_descriptor fd = {1, 8};
	for (uint64_t i = 1; i <= 100; i++) {
		struct fdp_record send = scene_send(i, 10, 1 + i % 2, &fd, 1);
		struct fdp_record receive = scene_receive(i, 10, 2 - i % 2, &fd, 1, 0);
		scene_add(&t, &send);
		scene_add(&t, &receive);
	}
	link_up(&c, &t);
	for (uint32_t i = 0; i < c.n; i++)
		cr_assert(c.hops[i].before == TRACE_NONE || c.hops[i].before < i);
	chains_release(&c);
	trace_release(&t);
}

/* Back and forth half a million times: quadratic work would take hours. */
Test(chain, a_long_chain_is_linked_and_shown_from_its_end, .timeout = 20)
{
	struct trace t;
	struct chains c;
	uint32_t path[CHAIN_SHOWN_MAX];
	scene_init(&t);
	for (uint64_t i = 1; i <= 500000; i++)
		scene_pass(&t, i, 10 * i, 1 + i % 2, 8, 2 - i % 2, 8, 1);
	link_up(&c, &t);
	cr_assert_eq(c.places[c.n - 1].depth, 500000);
	cr_assert_eq(chain_path(&c, c.n - 1, path), CHAIN_SHOWN_MAX);
	cr_assert_eq(path[CHAIN_SHOWN_MAX - 1], c.n - 1);
	cr_assert_eq(path[0], c.n - CHAIN_SHOWN_MAX);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, what_was_taken_without_a_message_and_sent_on_goes_on_the_chain)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 8, 1);
	scene_transfer(&t, 20, 2, 8, 3, 5, 1, 0);
	scene_pass(&t, 2, 30, 3, 5, 4, 6, 1);
	link_up(&c, &t);
	expect_hop(&c, 1, 0, CHAIN_SAME_FD);
	expect_hop(&c, 2, 1, CHAIN_SAME_FD);
	cr_assert_eq(c.places[2].depth, 3);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, what_was_refused_goes_on_no_chain)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	scene_transfer(&t, 20, 2, 8, 3, 5, 1, EPERM);
	scene_pass(&t, 2, 30, 3, 5, 4, 6, 1);
	link_up(&c, &t);
	expect_hop(&c, 1, TRACE_NONE, CHAIN_FIRST);
	chains_release(&c);
	trace_release(&t);
}

Test(chain, what_a_process_had_before_it_does_not_have_from_what_comes_back)
{
	struct trace t;
	struct chains c;
	scene_init(&t);
	/* a's 3 goes to b, and comes back as 8; then a sends its 3 on, and then its 8. */
	scene_pass(&t, 1, 10, 1, 3, 2, 5, 1);
	scene_pass(&t, 2, 20, 2, 5, 1, 8, 1);
	scene_pass(&t, 3, 30, 1, 3, 3, 9, 1);
	scene_pass(&t, 4, 40, 1, 8, 4, 7, 1);
	link_up(&c, &t);
	cr_assert_eq(c.hops[1].before, 0);
	cr_assert_eq(c.hops[2].before, TRACE_NONE);
	cr_assert_eq(c.hops[2].link, CHAIN_FIRST);
	cr_assert_eq(c.hops[3].before, 1);
	chains_release(&c);
	trace_release(&t);
}
