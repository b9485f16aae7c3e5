// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/sweep.h"

#include "scene.h"

static int nothing(void *ctx, const struct pass *pass, const struct pass_source *source)
{
	(void)ctx;
	(void)pass;
	(void)source;
	return 0;
}

static void add_socket(struct trace *t, uint64_t id, uint64_t peer, uint32_t flags)
{
	struct fdp_record record = {
		.type = FDP_SOCKET,
		.socket = {.id = id,
			   .peer = peer,
			   .flags = flags,
			   .name = SCENE_TEXT("@x")},
	};
	scene_add(t, &record);
}

/* A block begins whose first record is of no interest. */
static int begin_block(struct sweep *s, struct trace *t, const struct follow *f)
{
	struct fdp_record record = {.type = FDP_CLOCK, .block = s->block + 1};
	return sweep_before(s, t, f, &record);
}

Test(sweep, what_messages_on_their_way_refer_to_is_kept)
{
	struct trace t;
	struct follow f;
	struct sweep sweep;
	struct fdp_descriptor fd = {2, 7};
	scene_init(&t);
	cr_assert_eq(follow_init(&f, &t, FOLLOW_WINDOW, nothing, NULL), 0);
	add_socket(&t, 1, 2, 0);
	add_socket(&t, 2, 1, 0);
	add_socket(&t, 3, 0, 0);
	add_socket(&t, 4, 0, FDP_SOCKET_SNAPSHOT);
	struct fdp_record record = scene_send(1, 1, 3, &fd, 1);
	record.send.socket = 1;
	cr_assert_eq(follow_add(&f, &record), 0);
	sweep_init(&sweep);
	sweep.least = 1;
	cr_assert_eq(begin_block(&sweep, &t, &f), 1);
	cr_assert_eq(t.processes.n, 4, "not before the next block");
	cr_assert_eq(begin_block(&sweep, &t, &f), 0);
	cr_assert(t.processes.n == 1 && trace_process(&t, 3) == 0);
	cr_assert(t.files.n == 1 && trace_file(&t, 2) == 0);
	cr_assert(t.sockets.n == 3 && trace_socket(&t, 3) == TRACE_NONE);
	cr_assert_eq(memcmp(files_peek(&t.files, 0)->name.data, "/likely", 7), 0);
	follow_release(&f);
	trace_release(&t);
}

Test(sweep, few_definitions_are_left_alone)
{
	struct trace t;
	struct follow f = {0};
	struct sweep sweep;
	scene_init(&t);
	sweep_init(&sweep);
	for (size_t i = 0; i < 3; i++)
		cr_assert_eq(begin_block(&sweep, &t, &f), 0);
	cr_assert_eq(t.files.n, 2);
	trace_release(&t);
}
