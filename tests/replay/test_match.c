// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/match.h"

#include <errno.h>

#include "scene.h"

#define FDS(...) ((const struct fdp_descriptor[]){__VA_ARGS__})

static void expect_outcomes(const struct scene_passes *all, size_t n,
			    const enum outcome *wanted)
{
	cr_assert_eq(all->n, n, "%zu passes", all->n);
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(all->items[i].outcome, wanted[i], "pass %zu is %s", i,
			     outcome_name(all->items[i].outcome));
}

#define EXPECT(all, ...)                                                                 \
	expect_outcomes(all,                                                             \
			sizeof((enum outcome[]){__VA_ARGS__}) / sizeof(enum outcome),    \
			(enum outcome[]){__VA_ARGS__})

Test(match, a_received_message_has_both_ends)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 9, 1);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_DELIVERED);
	cr_assert_eq(all.items[0].from.process, trace_process(&t, 1));
	cr_assert_eq(all.items[0].from.fd, 3);
	cr_assert_eq(all.items[0].to.process, trace_process(&t, 2));
	cr_assert_eq(all.items[0].to.fd, 9);
	cr_assert_eq(all.items[0].from.time_ns, 10);
	cr_assert_eq(all.items[0].to.time_ns, 11);
	trace_release(&t);
}

Test(match, a_failed_send_reaches_nobody)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	struct fdp_record send = scene_send(1, 10, 1, FDS({1, 3}, {2, 4}), 2);
	send.send.error = EPIPE;
	scene_add(&t, &send);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_FAILED, OUTCOME_FAILED);
	cr_assert_eq(all.items[1].error, EPIPE);
	cr_assert_not(all.items[1].received);
	trace_release(&t);
}

Test(match, a_failed_send_without_descriptors_is_one_pass)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	struct fdp_record send = scene_send(1, 10, 1, NULL, 0);
	send.send.error = EBADF;
	scene_add(&t, &send);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_FAILED);
	cr_assert_eq(all.items[0].from.fd, FDP_FD_UNKNOWN);
	cr_assert_eq(all.items[0].file, 0);
	trace_release(&t);
}

Test(match, a_stream_message_without_data_passes_nothing)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	struct fdp_record send = scene_send(1, 10, 1, FDS({1, 3}), 1);
	send.send.flags = FDP_SEND_NOTHING;
	scene_add(&t, &send);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_FAILED);
	cr_assert_eq(all.items[0].error, 0);
	trace_release(&t);
}

Test(match, a_send_that_failed_for_an_unknown_reason_has_no_errno)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	struct fdp_record send = scene_send(1, 10, 1, FDS({1, 3}), 1);
	send.send.flags = FDP_SEND_FAILED;
	scene_add(&t, &send);
	struct fdp_record given_up = scene_send(2, 11, 1, FDS({1, 3}), 1);
	struct fdp_record end = {.type = FDP_END, .end = {2, 12, 0, FDP_END_NOT_SENT}};
	scene_add(&t, &given_up);
	scene_add(&t, &end);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_FAILED, OUTCOME_FAILED);
	cr_assert_eq(all.items[0].error, 0);
	cr_assert_eq(all.items[1].error, 0);
	trace_release(&t);
}

Test(match, what_was_not_installed_is_truncated)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	struct fdp_record send =
		scene_send(1, 10, 1, FDS({1, 3}, {1, 4}, {1, 5}, {1, 6}), 4);
	struct fdp_record receive =
		scene_receive(1, 11, 2, FDS({1, 7}, {1, -EMFILE}, {1, FDP_FD_LOST}), 3,
			      FDP_RECEIVE_TRUNCATED);
	scene_add(&t, &send);
	scene_add(&t, &receive);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_DELIVERED, OUTCOME_TRUNCATED, OUTCOME_TRUNCATED,
	       OUTCOME_TRUNCATED);
	cr_assert_eq(all.items[1].error, EMFILE);
	cr_assert_eq(all.items[2].error, 0);
	cr_assert_eq(all.items[2].to.fd, FDP_FD_UNKNOWN);
	trace_release(&t);
}

Test(match, a_number_that_nobody_knows_is_still_delivered)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, FDP_FD_UNKNOWN, 1);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_DELIVERED);
	cr_assert_eq(all.items[0].to.fd, FDP_FD_UNKNOWN);
	cr_assert_eq(all.items[0].error, 0);
	trace_release(&t);
}

Test(match, a_receiver_without_room_drops)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	struct fdp_record send = scene_send(1, 10, 1, FDS({1, 3}, {1, 4}), 2);
	struct fdp_record receive =
		scene_receive(1, 11, 2, NULL, 0, FDP_RECEIVE_NO_CONTROL);
	scene_add(&t, &send);
	scene_add(&t, &receive);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_DROPPED, OUTCOME_DROPPED);
	cr_assert(all.items[1].received);
	trace_release(&t);
}

Test(match, each_look_at_a_message_is_a_pass_of_its_own)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	struct fdp_record look = scene_receive(1, 9, 2, FDS({1, 8}), 1, FDP_RECEIVE_PEEK);
	scene_pass(&t, 1, 10, 1, 3, 2, 9, 1);
	scene_add(&t, &look);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_DELIVERED, OUTCOME_PEEKED);
	cr_assert_eq(all.items[0].message, all.items[1].message);
	trace_release(&t);
}

Test(match, a_message_that_was_only_looked_at_is_still_queued)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	struct fdp_record send = scene_send(1, 10, 1, FDS({1, 3}), 1);
	struct fdp_record look =
		scene_receive(1, 11, 2, FDS({1, 8}), 1, FDP_RECEIVE_PEEK);
	scene_add(&t, &send);
	scene_add(&t, &look);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_PEEKED, OUTCOME_QUEUED);
	trace_release(&t);
}

Test(match, a_message_that_died_unread_is_discarded)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	struct fdp_record send = scene_send(2, 10, 1, FDS({1, 3}), 1);
	struct fdp_record end = {.type = FDP_END, .end = {2, 12, 0, FDP_END_CLOSED}};
	scene_add(&t, &send);
	scene_add(&t, &end);
	send = scene_send(3, 11, 1, FDS({1, 3}), 1);
	scene_add(&t, &send);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_DISCARDED, OUTCOME_QUEUED);
	trace_release(&t);
}

Test(match, a_receive_whose_send_was_not_seen_has_no_sender)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	struct fdp_record receive = scene_receive(7, 11, 2, FDS({1, 8}), 1, 0);
	scene_add(&t, &receive);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_DELIVERED);
	cr_assert_not(all.items[0].sent);
	cr_assert_eq(all.items[0].from.process, TRACE_NONE);
	cr_assert_eq(pass_time(&all.items[0]), 11);
	cr_assert_eq(all.items[0].file, 1);
	trace_release(&t);
}

Test(match, events_without_a_number_are_not_joined)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	scene_pass(&t, 0, 10, 1, 3, 2, 9, 1);
	struct fdp_record end = {.type = FDP_END, .end = {0, 12, 0, FDP_END_CLOSED}};
	scene_add(&t, &end);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_QUEUED, OUTCOME_DELIVERED);
	trace_release(&t);
}

Test(match, a_number_that_was_sent_twice_is_received_once)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	scene_pass(&t, 5, 10, 1, 3, 2, 9, 1);
	struct fdp_record send = scene_send(5, 12, 1, FDS({1, 3}), 1);
	scene_add(&t, &send);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_DELIVERED, OUTCOME_QUEUED);
	trace_release(&t);
}

Test(match, messages_are_in_the_order_of_time_whatever_that_of_the_file)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	scene_pass(&t, 9, 30, 1, 3, 2, 9, 1);
	scene_pass(&t, 4, 10, 1, 4, 2, 10, 1);
	scene_pass(&t, 6, 20, 1, 5, 2, 11, 1);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_DELIVERED, OUTCOME_DELIVERED, OUTCOME_DELIVERED);
	cr_assert_eq(all.items[0].message, 4);
	cr_assert_eq(all.items[1].message, 6);
	cr_assert_eq(all.items[2].message, 9);
	trace_release(&t);
}

static int stop_at_once(void *ctx, const struct pass *pass,
			const struct pass_source *source)
{
	(void)source;
	(void)pass;
	*(int *)ctx += 1;
	return -ECANCELED;
}

Test(match, the_caller_can_stop)
{
	struct trace t;
	struct match match;
	int calls = 0;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 9, 1);
	scene_pass(&t, 2, 20, 1, 3, 2, 9, 1);
	cr_assert_eq(match_init(&match, &t), 0);
	cr_assert_eq(match_all_passes(&match, stop_at_once, &calls), -ECANCELED);
	cr_assert_eq(calls, 1);
	match_release(&match);
	trace_release(&t);
}

Test(match, a_transfer_is_a_pass_among_those_of_messages)
{
	struct trace t;
	struct scene_passes all;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 9, 1);
	scene_pass(&t, 2, 30, 1, 4, 2, 10, 1);
	scene_transfer(&t, 20, 2, 9, 3, 5, 1, 0);
	scene_transfer(&t, 40, 2, 9, 4, FDP_FD_UNKNOWN, 0, 1);
	scene_match(&all, &t);
	EXPECT(&all, OUTCOME_DELIVERED, OUTCOME_DELIVERED, OUTCOME_DELIVERED,
	       OUTCOME_FAILED);
	cr_assert_eq(all.items[0].way, FDP_WAY_UNKNOWN);
	cr_assert_eq(all.items[1].way, FDP_WAY_PIDFD_GETFD);
	cr_assert_eq(all.items[1].from.fd, 9);
	cr_assert_eq(all.items[1].to.fd, 5);
	cr_assert_eq(all.items[3].error, 1);
	trace_release(&t);
}
