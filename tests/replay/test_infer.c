// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/infer.h"

#include "scene.h"

static void link_up(struct chains *c, const struct trace *t)
{
	struct match match;
	cr_assert_eq(match_init(&match, t), 0);
	cr_assert_eq(chains_init(c, &match), 0);
	match_release(&match);
}

static void add_socket(struct trace *t, uint64_t id, uint64_t peer)
{
	struct fdp_record record = {.type = FDP_SOCKET,
				    .socket = {.id = id, .peer = peer}};
	scene_add(t, &record);
}

static void lose_a_receive(struct trace *t)
{
	struct fdp_record record = {
		.type = FDP_LOSS,
		.loss = {.what = FDP_LOST_RECEIVE, .count = 1},
	};
	scene_add(t, &record);
}

/* Sent on the socket, and not received as far as anybody saw. */
static void send_file(struct trace *t, uint64_t time_ns, uint64_t process,
		      uint64_t socket, uint64_t file)
{
	struct fdp_descriptor sent = {file, 3};
	struct fdp_record record = scene_send(time_ns, time_ns, process, &sent, 1);
	record.send.socket = socket;
	scene_add(t, &record);
}

/* a sends on socket 1, whose peer is 2, of b; b sends on 3. */
static void scene_peers(struct trace *t)
{
	scene_init(t);
	add_socket(t, 1, 2);
	add_socket(t, 2, 1);
	add_socket(t, 3, 4);
	send_file(t, 5, 2, 2, 2);
	send_file(t, 10, 1, 1, 1);
	send_file(t, 20, 2, 3, 1);
}

Test(infer, a_lost_receipt_is_inferred_from_the_peer)
{
	struct trace t;
	struct chains c;
	scene_peers(&t);
	lose_a_receive(&t);
	link_up(&c, &t);
	cr_assert_eq(c.hops[2].before, 1);
	cr_assert_eq(c.hops[2].link, CHAIN_PEER);
	cr_assert(c.hops[2].inferred);
	cr_assert_not(c.hops[2].proven, "an exact file makes no link exact");
	cr_assert_not(c.hops[1].inferred);
	chains_release(&c);
	trace_release(&t);
}

Test(infer, a_whole_trace_knows_what_was_not_received)
{
	struct trace t;
	struct chains c;
	scene_peers(&t);
	link_up(&c, &t);
	cr_assert_eq(c.hops[2].before, TRACE_NONE);
	cr_assert_eq(c.hops[2].link, CHAIN_FIRST);
	chains_release(&c);
	trace_release(&t);
}

Test(infer, a_socket_of_two_processes_tells_nothing)
{
	struct trace t;
	struct chains c;
	scene_peers(&t);
	lose_a_receive(&t);
	send_file(&t, 6, 3, 2, 2);
	link_up(&c, &t);
	for (size_t i = 0; i < c.n; i++)
		cr_assert_eq(c.hops[i].before, TRACE_NONE);
	chains_release(&c);
	trace_release(&t);
}

/* Process, file 3 by name, and when. */
static void scene_names(struct trace *t)
{
	struct fdp_record record = {.type = FDP_HEADER,
				    .header = {.flags = FDP_HEADER_SENDERS}};
	trace_init(t, true);
	scene_add(t, &record);
	scene_process(t, 1, "a");
	scene_process(t, 2, "b");
	scene_process(t, 3, "c");
	scene_file(t, 3, "/dev/null", FDP_FILE_BY_NAME);
}

Test(infer, a_name_that_another_sends_was_passed_on)
{
	struct trace t;
	struct chains c;
	scene_names(&t);
	send_file(&t, 1000, 1, 0, 3);
	send_file(&t, 2000, 2, 0, 3);
	send_file(&t, 2001, 2, 0, 3);
	send_file(&t, 3000, 3, 0, 3);
	link_up(&c, &t);
	cr_assert_eq(c.hops[0].before, TRACE_NONE);
	cr_assert_eq(c.hops[1].before, 0);
	cr_assert_eq(c.hops[2].before, 0, "it was sent on twice");
	cr_assert_eq(c.hops[3].before, 2);
	for (size_t i = 0; i < c.n; i++)
		cr_assert(c.hops[i].inferred && !c.hops[i].proven);
	cr_assert_eq(c.hops[3].link, CHAIN_SAME_NAME);
	chains_release(&c);
	trace_release(&t);
}

Test(infer, a_name_of_long_ago_is_another_file)
{
	struct trace t;
	struct chains c;
	scene_names(&t);
	send_file(&t, 1000, 1, 0, 3);
	send_file(&t, 1001 + INFER_NAME_NS, 2, 0, 3);
	link_up(&c, &t);
	cr_assert_eq(c.hops[1].before, TRACE_NONE);
	chains_release(&c);
	trace_release(&t);
}

/* Two files that look the same, in parts of a merged trace as they are given. */
static void link_look_alikes(struct chains *c, const uint32_t parts[], int32_t fd)
{
	struct trace t;
	const uint32_t hosts[4] = {0};
	const struct fdp_text host = {"", 0};
	const struct origin origin = {&host, 1, hosts, parts};
	scene_init(&t);
	scene_file(&t, 1, "/same", 0);
	scene_file(&t, 2, "/same", 0);
	t.origin = &origin;
	scene_pass(&t, 1, 10, 1, 3, 2, 8, 1);
	scene_pass(&t, 2, 20, 2, fd, 3, 5, 2);
	link_up(c, &t);
	trace_release(&t);
}

Test(infer, a_file_that_looks_alike_came_from_the_other_trace)
{
	struct chains c;
	link_look_alikes(&c, (const uint32_t[]){0, 1}, 8);
	cr_assert_eq(c.hops[1].before, 0);
	cr_assert_eq(c.hops[1].link, CHAIN_LOOK_ALIKE);
	cr_assert(c.hops[1].inferred && !c.hops[1].proven);
	cr_assert_str_eq(chain_link_name((enum chain_link)c.hops[1].link), "look-alike");
	chains_release(&c);
}

Test(infer, in_one_trace_looks_tell_nothing)
{
	struct chains c;
	link_look_alikes(&c, (const uint32_t[]){1, 1}, 8);
	cr_assert_eq(c.hops[1].before, TRACE_NONE);
	chains_release(&c);
}

Test(infer, another_number_is_another_file)
{
	struct chains c;
	link_look_alikes(&c, (const uint32_t[]){0, 1}, 9);
	cr_assert_eq(c.hops[1].before, TRACE_NONE);
	chains_release(&c);
}
