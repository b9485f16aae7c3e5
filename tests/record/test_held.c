// SPDX-License-Identifier: BSD-2-Clause
#include "../../record/held.h"
#include "played.h"

Test(held, an_unwanted_send_waits_for_a_receiver_that_is_wanted)
{
	struct out *out = out_new();
	struct send s = send_of(1, 1);

	s.head.flags = EVENT_SEND_UNWANTED | EVENT_SEND_COMPAT;
	play_send(out, s);
	cr_assert_eq(out->n, 0);
	play_receive(out, receive_of(1, 1));
	cr_assert_eq(count_type(out, FDP_SEND), 1);
	cr_expect_eq(out->records[out->n - 1].type, FDP_RECEIVE);
	for (size_t i = 0; i < out->n; i++) {
		if (out->records[i].type == FDP_SEND)
			cr_expect_eq(out->records[i].send.flags, FDP_SEND_COMPAT);
	}
	play_receive(out, receive_of(1, 1));
	cr_expect_eq(count_type(out, FDP_SEND), 1);
	out_free(out);
}

Test(held, an_unwanted_send_is_told_when_its_message_dies)
{
	struct out *out = out_new();
	struct send s = send_of(4, 0);
	const struct event_end end = {
		.event = {EVENT_END, sizeof(end), 9},
		.message = 4,
		.reason = FDP_END_COLLECTED,
	};

	s.head.flags = EVENT_SEND_UNWANTED;
	play_send(out, s);
	cr_assert_eq(translate_event(out->t, &end, sizeof(end)), 0);
	cr_expect_eq(count_type(out, FDP_SEND), 1);
	cr_expect_eq(out->records[out->n - 1].type, FDP_END);
	cr_expect_eq(out->records[out->n - 1].end.reason, FDP_END_COLLECTED);
	out_free(out);
}

Test(held, a_kept_send_that_fell_out_is_a_loss_only_if_it_was_wanted)
{
	struct out *out = out_new();
	struct send s = send_of(1, 0);
	const struct losses *losses = translate_losses(out->t);

	s.head.flags = EVENT_SEND_UNWANTED;
	for (uint64_t message = 1; message <= HELD_MAX + 2; message++) {
		s.head.message = message;
		play_send(out, s);
	}
	cr_expect_eq(losses->count[FDP_CAUSE_MAP][FDP_LOST_SEND], 0);
	play_receive(out, receive_of(1, 0));
	play_receive(out, receive_of(1, 0));
	play_receive(out, receive_of(3, 0));
	cr_expect_eq(losses->count[FDP_CAUSE_MAP][FDP_LOST_SEND], 1);
	cr_expect_eq(count_type(out, FDP_SEND), 1);
	out_free(out);
}

static struct send wanted_send(uint64_t message, uint32_t flag)
{
	struct send s = send_of(message, 1);

	s.head.flags = flag;

	return s;
}

static struct receive undecided_receive(uint64_t message)
{
	struct receive r = receive_of(message, 1);

	r.head.flags |= EVENT_RECEIVE_UNDECIDED;

	return r;
}

Test(held, a_receiver_that_was_quicker_waits_for_its_sender_to_be_wanted)
{
	struct out *out = out_new();

	play_receive(out, undecided_receive(1));
	cr_assert_eq(out->n, 0);
	play_send(out, wanted_send(1, EVENT_SEND_WANTED));
	cr_expect_eq(count_type(out, FDP_SEND), 1);
	cr_expect_eq(count_type(out, FDP_RECEIVE), 1);
	out_free(out);
}

Test(held, a_wanted_receiver_that_was_quicker_wants_its_sender_too)
{
	struct out *out = out_new();
	struct receive quicker = receive_of(1, 1);

	quicker.head.flags |= EVENT_RECEIVE_UNSENT;
	play_receive(out, quicker);
	play_send(out, wanted_send(1, EVENT_SEND_UNWANTED));
	cr_expect_eq(count_type(out, FDP_RECEIVE), 1);
	cr_expect_eq(count_type(out, FDP_SEND), 1);
	out_free(out);
}

Test(held, its_event_may_come_behind_that_of_the_sender)
{
	struct out *out = out_new();

	play_send(out, wanted_send(1, EVENT_SEND_WANTED));
	play_receive(out, undecided_receive(1));
	cr_expect_eq(count_type(out, FDP_RECEIVE), 1);
	out_free(out);
}

Test(held, where_neither_is_wanted_nothing_is_told)
{
	struct out *out = out_new();

	play_receive(out, undecided_receive(1));
	play_send(out, wanted_send(1, EVENT_SEND_UNWANTED));
	play_send(out, wanted_send(2, EVENT_SEND_UNWANTED));
	play_receive(out, undecided_receive(2));
	cr_expect_eq(out->n, 0);
	out_free(out);
}
