// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/follow.h"

#include "scene.h"

struct told {
	uint8_t outcomes[8];
	uint64_t messages[8];
	size_t n;
};

static int note(void *ctx, const struct pass *pass, const struct pass_source *source)
{
	(void)source;
	struct told *told = ctx;
	if (told->n < 8) {
		told->outcomes[told->n] = pass->outcome;
		told->messages[told->n] = pass->message;
	}
	told->n++;
	return 0;
}

static const struct fdp_descriptor one = {.file = 0, .fd = 3};

static void add_at(struct follow *f, enum fdp_type type, uint64_t message, uint32_t flags,
		   uint64_t time_ns)
{
	struct fdp_record record = {.type = type};
	if (type == FDP_SEND)
		record.send = (struct fdp_send){.message = message,
						.time_ns = time_ns,
						.flags = flags,
						.n_fds = 1,
						.fds = &one};
	else if (type == FDP_RECEIVE)
		record.receive = (struct fdp_receive){.message = message,
						      .time_ns = time_ns,
						      .flags = flags,
						      .n_fds = 1,
						      .fds = &one};
	else
		record.end = (struct fdp_end){.message = message, .time_ns = time_ns};
	cr_assert_eq(follow_add(f, &record), 0);
}

static void add(struct follow *f, enum fdp_type type, uint64_t message, uint32_t flags)
{
	add_at(f, type, message, flags, 0);
}

Test(follow, a_pass_is_told_when_it_is_received)
{
	struct trace trace;
	struct told told = {.n = 0};
	struct follow f;
	trace_init(&trace, false);
	cr_assert_eq(follow_init(&f, &trace, 0, note, &told), 0);
	add(&f, FDP_SEND, 1, 0);
	cr_assert_eq(told.n, 0);
	add(&f, FDP_RECEIVE, 1, 0);
	cr_assert(told.n == 1 && told.outcomes[0] == OUTCOME_DELIVERED);
	cr_assert_eq(follow_end(&f), 0);
	cr_assert_eq(told.n, 1);
	follow_release(&f);
}

Test(follow, a_receipt_before_its_send_waits_until_nothing_more_is_there)
{
	struct trace trace;
	struct told told = {.n = 0};
	struct follow f;
	trace_init(&trace, false);
	cr_assert_eq(follow_init(&f, &trace, 0, note, &told), 0);
	add(&f, FDP_RECEIVE, 1, 0);
	cr_assert_eq(told.n, 0);
	add(&f, FDP_SEND, 1, 0);
	cr_assert_eq(told.n, 1);
	add(&f, FDP_RECEIVE, 2, 0);
	cr_assert_eq(follow_idle(&f), 0);
	cr_assert(told.n == 2 && told.outcomes[1] == OUTCOME_DELIVERED);
	follow_release(&f);
}

Test(follow, a_look_a_close_and_the_end_are_told_as_such)
{
	struct trace trace;
	struct told told = {.n = 0};
	struct follow f;
	trace_init(&trace, false);
	cr_assert_eq(follow_init(&f, &trace, 0, note, &told), 0);
	add(&f, FDP_SEND, 1, 0);
	add(&f, FDP_RECEIVE, 1, FDP_RECEIVE_PEEK);
	add(&f, FDP_END, 1, 0);
	add(&f, FDP_SEND, 2, 0);
	cr_assert_eq(follow_end(&f), 0);
	cr_assert_eq(told.n, 3);
	cr_assert(told.outcomes[0] == OUTCOME_PEEKED &&
		  told.outcomes[1] == OUTCOME_DISCARDED &&
		  told.outcomes[2] == OUTCOME_QUEUED);
	follow_release(&f);
}

Test(follow, messages_that_nobody_receives_take_bounded_memory)
{
	struct trace trace;
	struct told told = {.n = 0};
	struct follow f;
	trace_init(&trace, false);
	cr_assert_eq(follow_init(&f, &trace, 0, note, &told), 0);
	for (uint64_t i = 1; i <= 3 * FOLLOW_MAX; i++) {
		add(&f, FDP_SEND, 2 * i, 0);
		add(&f, FDP_SEND, 2 * i + 1, 0);
		add(&f, FDP_RECEIVE, 2 * i + 1, 0);
	}
	cr_assert(f.live <= FOLLOW_MAX && f.n_messages <= FOLLOW_MAX + 1 &&
		  f.n_sides <= FOLLOW_MAX + 2);
	cr_assert_eq(f.n_forgotten, 2 * FOLLOW_MAX + 1);
	cr_assert_eq(follow_end(&f), 0);
	cr_assert_eq(told.n, 6 * FOLLOW_MAX);
	follow_release(&f);
}

/* Messages from first on, which were received, in the order of time. */
static void fill(struct follow *f, uint64_t first, size_t n)
{
	for (uint64_t i = first; i < first + n; i++) {
		add_at(f, FDP_SEND, i, 0, 10 * i);
		add_at(f, FDP_RECEIVE, i, 0, 10 * i + 1);
	}
}

Test(follow, a_window_puts_messages_in_the_order_of_time)
{
	struct trace trace;
	struct told told = {.n = 0};
	struct follow f;
	trace_init(&trace, false);
	cr_assert_eq(follow_init(&f, &trace, 4, note, &told), 0);
	add_at(&f, FDP_RECEIVE, 2, 0, 25);
	add_at(&f, FDP_SEND, 1, 0, 10);
	add_at(&f, FDP_SEND, 3, 0, 30);
	add_at(&f, FDP_SEND, 2, 0, 5);
	add_at(&f, FDP_RECEIVE, 1, 0, 35);
	cr_assert_eq(told.n, 0);
	cr_assert_eq(follow_end(&f), 0);
	cr_assert_eq(told.n, 3);
	cr_assert(told.messages[0] == 2 && told.messages[1] == 1 &&
		  told.messages[2] == 3);
	cr_assert_eq(told.outcomes[2], OUTCOME_QUEUED);
	follow_release(&f);
}

Test(follow, the_others_wait_for_one_that_is_not_received_yet)
{
	struct trace trace;
	struct told told = {.n = 0};
	struct follow f;
	trace_init(&trace, false);
	cr_assert_eq(follow_init(&f, &trace, 4, note, &told), 0);
	add_at(&f, FDP_SEND, 1, 0, 1);
	fill(&f, 2, FOLLOW_WAIT - 1);
	cr_assert_eq(told.n, 0);
	add_at(&f, FDP_RECEIVE, 1, 0, 20);
	cr_assert_eq(told.messages[0], 1);
	cr_assert_eq(told.n, FOLLOW_WAIT - 4);
	follow_release(&f);
}

Test(follow, one_that_is_not_received_for_long_is_set_aside_and_told_late)
{
	struct trace trace;
	struct told told = {.n = 0};
	struct follow f;
	trace_init(&trace, false);
	cr_assert_eq(follow_init(&f, &trace, 4, note, &told), 0);
	add_at(&f, FDP_SEND, 1, 0, 1);
	add_at(&f, FDP_RECEIVE, 1, FDP_RECEIVE_PEEK, 2);
	fill(&f, 2, FOLLOW_WAIT);
	cr_assert_eq(told.n, 1 + FOLLOW_WAIT - 4);
	cr_assert(told.outcomes[0] == OUTCOME_PEEKED && told.messages[1] == 2);
	told.n = 0;
	add_at(&f, FDP_RECEIVE, 1, 0, 3);
	cr_assert(told.n == 1 && told.outcomes[0] == OUTCOME_DELIVERED);
	cr_assert_eq(f.n_late, 1);
	cr_assert_eq(follow_end(&f), 0);
	cr_assert_eq(told.n, 1 + 4);
	follow_release(&f);
}

/* All passes of pseudo-random messages, from a match and from a window. */
struct digest {
	uint64_t sum;
	size_t n;
};

static int digest_pass(void *ctx, const struct pass *pass,
		       const struct pass_source *source)
{
	(void)source;
	struct digest *d = ctx;
	uint64_t words[] = {pass->message, pass->outcome, pass->index, pass->from.time_ns,
			    pass->to.time_ns};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		d->sum = (d->sum ^ words[i]) * 0x100000001b3;
	d->n++;
	return 0;
}

static uint32_t any(uint64_t *random, uint32_t below)
{
	*random = *random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((*random >> 33) % below);
}

/* Sends, looks, receipts and ends of few messages, in any order. */
static struct fdp_record any_event(uint64_t *random, uint64_t i,
				   const struct fdp_descriptor fds[8])
{
	uint64_t message = 1 + i / 4 + any(random, 16), time_ns = i + any(random, 40);
	uint32_t n = any(random, 8), kind = any(random, 16);
	if (kind < 6)
		return scene_send(message * 8 + any(random, 2), time_ns, 1, fds, n);
	if (kind < 15)
		return scene_receive(message * 8, time_ns, 2, fds, n,
				     kind < 8 ? FDP_RECEIVE_PEEK : 0);
	return (struct fdp_record){.type = FDP_END,
				   .end = {.message = message * 8, .time_ns = time_ns}};
}

Test(follow, a_window_that_holds_all_tells_what_a_match_does)
{
	struct fdp_descriptor fds[8] = {{1, 3}, {2, 4}, {3, 5}, {4, 6},
					{5, 7}, {6, 8}, {7, 9}, {8, 10}};
	for (uint64_t round = 1; round <= 50; round++) {
		struct trace trace;
		struct follow f;
		struct match match;
		struct digest matched = {0}, followed = {0};
		uint64_t random = round;
		trace_init(&trace, true);
		cr_assert_eq(
			follow_init(&f, &trace, FOLLOW_WINDOW, digest_pass, &followed),
			0);
		bool sent[1024] = {false};
		for (uint64_t i = 0; i < 400; i++) {
			struct fdp_record record = any_event(&random, i, fds);
			/* A second send of a number is no message of ours. */
			if (record.type == FDP_SEND && sent[record.send.message])
				continue;
			if (record.type == FDP_SEND)
				sent[record.send.message] = true;
			scene_add(&trace, &record);
			cr_assert_eq(follow_add(&f, &record), 0);
		}
		cr_assert_eq(follow_end(&f), 0);
		cr_assert_eq(match_init(&match, &trace), 0);
		cr_assert_eq(match_all_passes(&match, digest_pass, &matched), 0);
		cr_assert(matched.n == followed.n && matched.sum == followed.sum,
			  "round %lu: %zu and %zu passes", round, matched.n, followed.n);
		match_release(&match);
		follow_release(&f);
		trace_release(&trace);
	}
}

Test(follow, a_transfer_is_told_at_once)
{
	struct trace trace;
	struct told told = {.n = 0};
	struct follow f;
	const struct fdp_record record = {.type = FDP_TRANSFER};
	trace_init(&trace, false);
	cr_assert_eq(follow_init(&f, &trace, 0, note, &told), 0);
	cr_assert_eq(follow_add(&f, &record), 0);
	cr_assert_eq(told.n, 1);
	cr_assert_eq(told.outcomes[0], OUTCOME_DELIVERED);
	follow_release(&f);
	trace_release(&trace);
}
