// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/check.h"

#include <errno.h>

#include "scene.h"

/* What the rule says of a message of two descriptors, of which one arrives. */
static void expect(const char *rule, const char *wanted)
{
	struct fdp_descriptor sent[] = {{1, 3}, {2, 4}};
	struct fdp_descriptor received[] = {{1, 5}, {2, FDP_FD_LOST}};
	struct check check = {0};
	struct trace t;
	struct scene_passes passes;
	struct out o;
	char phrase[FILTER_PHRASE_SIZE];
	cr_assert_eq(check_add(&check, rule, phrase), 0, "%s", phrase);
	cr_assert_eq(out_init(&o, -1), 0);
	scene_init(&t);
	struct fdp_record record = scene_send(7, 10, 1, sent, 2);
	scene_add(&t, &record);
	record = scene_receive(7, 11, 2, received, 2, FDP_RECEIVE_TRUNCATED);
	scene_add(&t, &record);
	record = (struct fdp_record){
		.type = FDP_LOSS,
		.loss = {.cause = FDP_CAUSE_RING, .what = FDP_LOST_SEND, .count = 3},
	};
	scene_add(&t, &record);
	scene_match(&passes, &t);
	for (size_t i = 0; i < passes.n; i++) {
		struct row row = {.trace = &t, .pass = &passes.items[i]};
		cr_assert_eq(check_pass(&check, &row, &o), 0);
	}
	cr_assert_eq(check_trace(&check, &t, &o), 0);
	scene_expect(&o, wanted);
	cr_assert_eq(check.offenders, *wanted != '\0');
	check_release(&check);
	trace_release(&t);
	out_release(&o);
}

Test(check, each_rule_names_its_offender)
{
	expect("no-truncated", "no-truncated: message 7: a[101] 4 → b[102]   "
			       "regular /likely   truncated\n");
	expect("max-fds=1", "max-fds: message 7: a[101] 4 → b[102]   "
			    "regular /likely   truncated\n");
	expect("no-pass to.fd = 5", "no-pass: message 7: a[101] 3 → b[102] 5   "
				    "regular /exact   delivered\n");
	expect("no-lost", "no-lost: 3 records were lost\n");
}

Test(check, a_rule_that_is_kept_says_nothing)
{
	expect("no-failed", "");
	expect("no-discarded", "");
	expect("no-dropped", "");
	expect("no-queued", "");
	expect("max-fds=2", "");
	expect("no-pass file.kind = socket", "");
}

Test(check, a_wrong_rule_is_told)
{
	static const struct {
		const char *rule, *phrase;
	} cases[] = {
		{"max-fds=", "--check max-fds: '' is no number"},
		{"max-fds=-1", "--check max-fds: '-1' is no number"},
		{"no-pass to.fd", NULL},
		{"no-pass nothing", "--check: column 9: no column 'nothing' in this view "
				    "(--columns help lists them)\n"
				    "  no-pass nothing\n"
				    "          ^"},
		{"all",
		 "--check 'all' is none of no-truncated, no-discarded, no-dropped, "
		 "no-failed, no-queued, no-lost, max-fds=N, no-pass EXPR"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct check check = {0};
		char phrase[FILTER_PHRASE_SIZE];
		int err = check_add(&check, cases[i].rule, phrase);
		cr_assert_eq(err, cases[i].phrase ? -EINVAL : 0);
		if (err)
			cr_assert_str_eq(phrase, cases[i].phrase);
		check_release(&check);
	}
}
