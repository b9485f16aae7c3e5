// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <unistd.h>

#include "../../bpf/event.h"
#include "../../record/crowd_test.h"

/* What the one who wakes up sends, at least; the other has sent two before. */
#define SENT_MIN 42

Test(crowd_test, both_threads_send_and_all_is_counted)
{
	struct crowd_test t = {0};

	cr_assert_eq(crowd_test_pass(&t), 0);
	cr_expect_geq(t.sent, SENT_MIN);
	cr_expect_eq(t.told, 0);
}

Test(crowd_test, sends_of_this_process_alone_are_told)
{
	struct crowd_test t = {.sent = 2};
	struct event_send send = {.event.type = EVENT_SEND, .task.pid = getpid()};
	struct event_receive receive = {.event.type = EVENT_RECEIVE,
					.task.pid = getpid()};

	crowd_test_event(&t, &send, sizeof(send));
	crowd_test_event(&t, &receive, sizeof(receive));
	send.task.pid++;
	crowd_test_event(&t, &send, sizeof(send));
	cr_expect_eq(t.told, 1);
}
