// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/where.h"

#include "scene.h"

/* Process 1 sends file 1 to 2 as 5, and to others whose names begin alike. */
struct question {
	struct trace t;
	struct match match;
	struct chains chains;
	struct pass pass;
	struct where_pids pids;
};

static void question_init(struct question *q, uint64_t receivers)
{
	scene_init(&q->t);
	for (uint64_t i = 0; i < receivers; i++) {
		scene_process(&q->t, 10 + i, i % 2 ? "worker-b" : "worker-a");
		scene_pass(&q->t, 1 + i, 10 * (1 + i), 1, 3, 10 + i, 5, 1);
	}
	cr_assert_eq(match_init(&q->match, &q->t), 0);
	cr_assert_eq(chains_init(&q->chains, &q->match), 0);
}

static void question_release(struct question *q)
{
	chains_release(&q->chains);
	match_release(&q->match);
	trace_release(&q->t);
}

static bool finds(struct question *q, const char *text, uint64_t time_ns)
{
	struct where where;
	cr_assert_eq(where_parse(&where, text), 0, "%s", text);
	const struct chain_hop *hop;
	cr_assert_eq(where_find(&hop, &q->pass, &q->pids, &where, &q->chains, time_ns),
		     0);
	return hop;
}

Test(where, digits_are_a_pid_and_all_else_is_a_name)
{
	struct where w;
	cr_assert_eq(where_parse(&w, "71:5"), 0);
	cr_assert(w.pid == 71 && w.fd == 5 && !w.name.len);
	cr_assert_eq(where_parse(&w, "runc:[2:INIT]:7"), 0);
	cr_assert(w.fd == 7 && w.name.len == strlen("runc:[2:INIT]"));
	cr_assert_eq(where_parse(&w, "7zip:0"), 0);
	cr_assert(w.fd == 0 && w.name.len == strlen("7zip"));
}

Test(where, a_name_means_the_one_process_that_got_it)
{
	struct question q;
	question_init(&q, 2);
	cr_assert(finds(&q, "worker-b:5", UINT64_MAX));
	cr_assert_eq(q.pass.to.time_ns, 21);
	cr_assert(finds(&q, "111:5", UINT64_MAX));
	cr_assert_eq(q.pass.to.time_ns, 21);
	cr_assert_not(finds(&q, "worker-b:6", UINT64_MAX));
	cr_assert_eq(q.pids.n, 0);
	cr_assert_not(finds(&q, "worker:5", UINT64_MAX));
	cr_assert_eq(q.pids.n, 0);
	question_release(&q);
}

Test(where, a_name_of_several_processes_gives_their_pids)
{
	struct question q;
	question_init(&q, 3);
	cr_assert_not(finds(&q, "worker-*:5", UINT64_MAX));
	cr_assert_eq(q.pids.n, 3);
	cr_assert(q.pids.items[0] == 110 && q.pids.items[2] == 112);
	/* Only one had it by then. */
	cr_assert(finds(&q, "worker-*:5", 15));
	question_release(&q);
}

Test(where, a_process_has_each_of_its_names)
{
	struct question q;
	question_init(&q, 2);
	struct fdp_record record = {
		.type = FDP_PROCESS,
		.process = {.id = 30,
			    .pid = 111,
			    .tid = 111,
			    .start_ns = 11,
			    .comm = SCENE_TEXT("renamed")},
	};
	scene_add(&q.t, &record);
	cr_assert(finds(&q, "renamed:5", UINT64_MAX));
	cr_assert_eq(q.pass.to.time_ns, 21);
	cr_assert(finds(&q, "worker-b:5", UINT64_MAX));
	question_release(&q);
}

Test(where, of_many_processes_the_first_ones_are_told)
{
	struct question q;
	question_init(&q, 2 * WHERE_PIDS_MAX);
	cr_assert_not(finds(&q, "worker-*:5", UINT64_MAX));
	cr_assert_eq(q.pids.n, WHERE_PIDS_MAX + 1);
	question_release(&q);
}
