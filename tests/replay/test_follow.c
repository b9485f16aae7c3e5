// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/follow.h"

#include "scene.h"

struct told {
	uint8_t outcomes[8];
	size_t n;
};

static int note(void *ctx, const struct pass *pass, const struct pass_source *source)
{
	(void)source;
	struct told *told = ctx;
	if (told->n < 8)
		told->outcomes[told->n] = pass->outcome;
	told->n++;
	return 0;
}

static const struct fdp_descriptor one = {.file = 0, .fd = 3};

static void add(struct follow *f, enum fdp_type type, uint64_t message, uint32_t flags)
{
	struct fdp_record record = {.type = type};
	if (type == FDP_SEND)
		record.send = (struct fdp_send){
			.message = message, .flags = flags, .n_fds = 1, .fds = &one};
	else if (type == FDP_RECEIVE)
		record.receive = (struct fdp_receive){
			.message = message, .flags = flags, .n_fds = 1, .fds = &one};
	else
		record.end = (struct fdp_end){.message = message};
	cr_assert_eq(follow_add(f, &record), 0);
}

Test(follow, a_pass_is_told_when_it_is_received)
{
	struct trace trace;
	struct told told = {.n = 0};
	struct follow f;
	trace_init(&trace, false);
	follow_init(&f, &trace, note, &told);
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
	follow_init(&f, &trace, note, &told);
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
	follow_init(&f, &trace, note, &told);
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
	follow_init(&f, &trace, note, &told);
	for (uint64_t i = 1; i <= 3 * FOLLOW_MAX; i++) {
		add(&f, FDP_SEND, 2 * i, 0);
		add(&f, FDP_SEND, 2 * i + 1, 0);
		add(&f, FDP_RECEIVE, 2 * i + 1, 0);
	}
	cr_assert(f.live <= FOLLOW_MAX && f.n <= 2 * FOLLOW_MAX + 1025);
	cr_assert_eq(follow_end(&f), 0);
	cr_assert_eq(told.n, 6 * FOLLOW_MAX);
	follow_release(&f);
}

Test(follow, a_transfer_is_told_at_once)
{
	struct trace trace;
	struct told told = {.n = 0};
	struct follow f;
	const struct fdp_record record = {.type = FDP_TRANSFER};
	trace_init(&trace, false);
	follow_init(&f, &trace, note, &told);
	cr_assert_eq(follow_add(&f, &record), 0);
	cr_assert_eq(told.n, 1);
	cr_assert_eq(told.outcomes[0], OUTCOME_DELIVERED);
	follow_release(&f);
	trace_release(&trace);
}
