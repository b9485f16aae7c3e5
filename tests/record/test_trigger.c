// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "../../record/trigger.h"

static const struct {
	struct fdp_record record;
	unsigned int triggers;
} cases[] = {
	{{.type = FDP_SEND}, 0},
	{{.type = FDP_SEND, .send = {.error = EBADF}}, TRIGGER_FAILED},
	{{.type = FDP_SEND, .send = {.error = ETOOMANYREFS}},
	 TRIGGER_FAILED | TRIGGER_TOOMANYREFS},
	{{.type = FDP_RECEIVE, .receive = {.flags = FDP_RECEIVE_CLOEXEC}}, 0},
	{{.type = FDP_RECEIVE, .receive = {.flags = FDP_RECEIVE_TRUNCATED}},
	 TRIGGER_TRUNCATED},
	{{.type = FDP_RECEIVE, .receive = {.flags = FDP_RECEIVE_NO_CONTROL}},
	 TRIGGER_DROPPED},
	{{.type = FDP_END}, TRIGGER_DISCARDED},
	{{.type = FDP_QUEUE}, 0},
};

Test(trigger, each_bad_end_of_a_message_is_one)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(trigger_of(&cases[i].record), cases[i].triggers, "case %zu",
			     i);
}

Test(trigger, words_are_whole)
{
	cr_expect_eq(trigger_find("failed,x", 6), TRIGGER_FAILED);
	cr_expect_eq(trigger_find("failed", 5), 0);
	cr_expect_eq(trigger_find("failedx", 7), 0);
	cr_expect_eq(trigger_find("", 0), 0);
}
