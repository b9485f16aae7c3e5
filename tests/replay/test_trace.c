// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/trace.h"

#include <stdio.h>

#include "scene.h"

static void expect_text(struct fdp_text text, const char *wanted)
{
	cr_assert_eq(text.len, strlen(wanted));
	cr_assert_arr_eq(text.data, wanted, text.len);
}

Test(trace, a_definition_that_comes_again_replaces_in_place)
{
	struct trace t;
	scene_init(&t);
	uint32_t before = trace_process(&t, 2);
	scene_process(&t, 2, "renamed");
	cr_assert_eq(trace_process(&t, 2), before);
	cr_assert_eq(t.processes.n, 4);
	expect_text(t.processes.items[before].comm, "renamed");
	trace_release(&t);
}

Test(trace, a_process_is_called_as_its_first_thread)
{
	static const struct fdp_text none = {"", 0};
	const struct fdp_process thread = {.pid = 7,
					   .tid = 9,
					   .comm = SCENE_TEXT("gdbus"),
					   .main_comm = SCENE_TEXT("shell")};
	struct fdp_process process = thread;
	expect_text(trace_process_name(&process), "shell");
	process.main_comm = none;
	expect_text(trace_process_name(&process), "gdbus");
	/* It was renamed since it was described. */
	process = thread;
	process.tid = 7;
	expect_text(trace_process_name(&process), "gdbus");
	/* Outsiders have no numbers: whether it is the first one is not known. */
	process.pid = process.tid = 0;
	expect_text(trace_process_name(&process), "shell");
}

Test(trace, what_a_record_lends_is_copied)
{
	struct trace t;
	char name[] = "/lent";
	struct fdp_descriptor fd = {1, 7};
	trace_init(&t, true);
	scene_file(&t, 1, name, 0);
	struct fdp_record send = scene_send(1, 10, 0, &fd, 1);
	scene_add(&t, &send);
	memset(name, 'x', sizeof(name));
	fd.fd = 99;
	expect_text(files_peek(&t.files, trace_file(&t, 1))->name, "/lent");
	cr_assert_eq(scene_sent(&t, 0).fds[0].fd, 7);
	trace_release(&t);
}

Test(trace, equal_names_of_processes_are_kept_once)
{
	struct trace t;
	trace_init(&t, true);
	scene_process(&t, 1, "same");
	scene_process(&t, 2, "same");
	cr_assert_eq(t.processes.items[0].comm.data, t.processes.items[1].comm.data);
	trace_release(&t);
}

Test(trace, a_file_that_is_defined_again_keeps_its_name_where_it_was)
{
	struct trace t;
	trace_init(&t, true);
	scene_file(&t, 1, "/same", 0);
	const char *name = files_peek(&t.files, 0)->name.data;
	scene_file(&t, 1, "/same", 0);
	cr_assert(files_peek(&t.files, 0)->name.data == name && t.changes == 0);
	scene_file(&t, 1, "/other", 0);
	cr_assert_eq(t.changes, 1);
	trace_release(&t);
}

Test(trace, a_name_that_files_share_is_kept_once)
{
	struct trace t;
	trace_init(&t, true);
	scene_file(&t, 1, "/same", 0);
	scene_file(&t, 2, "/other", 0);
	scene_file(&t, 3, "/same", 0);
	const char *name = files_peek(&t.files, 0)->name.data;
	cr_assert_eq(files_peek(&t.files, 2)->name.data, name);
	expect_text(files_peek(&t.files, 1)->name, "/other");
	trace_release(&t);
}

Test(trace, many_definitions_are_all_found)
{
	struct trace t;
	trace_init(&t, true);
	for (uint64_t id = 1; id <= 100000; id++) {
		char name[24];
		snprintf(name, sizeof(name), "/file/%llu", (unsigned long long)id);
		/* Numbers far apart: the file may say anything. */
		scene_file(&t, id * 0x9e3779b97f4a7c15, name, 0);
	}
	for (uint64_t id = 1; id <= 100000; id++) {
		char name[24];
		snprintf(name, sizeof(name), "/file/%llu", (unsigned long long)id);
		uint32_t place = trace_file(&t, id * 0x9e3779b97f4a7c15);
		cr_assert_neq(place, TRACE_NONE);
		expect_text(files_peek(&t.files, place)->name, name);
	}
	cr_assert_eq(t.files.n, 100000);
	cr_assert_eq(trace_file(&t, 2), TRACE_NONE);
	trace_release(&t);
}

Test(trace, number_0_is_nobody)
{
	struct trace t;
	trace_init(&t, true);
	scene_process(&t, 0, "nobody");
	cr_assert_eq(trace_process(&t, 0), TRACE_NONE);
	trace_release(&t);
}

static void add_socket(struct trace *t, uint64_t id, const char *name, size_t len)
{
	struct fdp_record record = {
		.type = FDP_SOCKET,
		.socket = {.id = id, .type = 1, .name = {name, len}},
	};
	scene_add(t, &record);
}

Test(trace, abstract_names_start_with_an_at)
{
	struct trace t;
	trace_init(&t, true);
	add_socket(&t, 1, "\0bus", 4);
	add_socket(&t, 2, "/run/bus", 9);
	add_socket(&t, 3, "", 0);
	expect_text(t.sockets.items[0].name, "@bus");
	expect_text(t.sockets.items[1].name, "/run/bus");
	expect_text(t.sockets.items[2].name, "");
	trace_release(&t);
}

Test(trace, a_header_begins_anew)
{
	struct trace t;
	scene_init(&t);
	scene_pass(&t, 1, 10, 1, 3, 2, 4, 1);
	struct fdp_record header = {.type = FDP_HEADER};
	scene_add(&t, &header);
	cr_assert_eq(t.sends.n, 0);
	cr_assert_eq(t.sends_seen, 0);
	cr_assert_eq(trace_process(&t, 1), TRACE_NONE);
	cr_assert(t.keep_events);
	trace_release(&t);
}

Test(trace, events_are_counted_when_they_are_not_kept)
{
	struct trace t;
	scene_init(&t);
	t.keep_events = false;
	scene_pass(&t, 1, 10, 1, 3, 2, 4, 1);
	cr_assert_eq(t.sends.n, 0);
	cr_assert_eq(t.sends_seen, 1);
	cr_assert_eq(t.receives_seen, 1);
	cr_assert_eq(t.first_ns, 10);
	cr_assert_eq(t.last_ns, 11);
	trace_release(&t);
}

static void lose(struct trace *t, uint32_t cause, uint32_t what, uint64_t count)
{
	struct fdp_record record = {.type = FDP_LOSS, .loss = {cause, what, count, 0, 0}};
	scene_add(t, &record);
}

Test(trace, losses_are_those_of_the_records_or_the_trailer_if_it_has_more)
{
	struct trace t;
	trace_init(&t, true);
	lose(&t, FDP_CAUSE_RING, FDP_LOST_SEND, 3);
	lose(&t, FDP_CAUSE_MAP, FDP_LOST_END, 4);
	cr_assert_eq(trace_lost_total(&t), 7);
	cr_assert_eq(trace_lost(&t, FDP_LOST_SEND), 3);
	cr_assert_eq(trace_lost_by(&t, FDP_CAUSE_MAP), 4);
	struct fdp_record trailer = {.type = FDP_TRAILER};
	trailer.trailer.lost[FDP_CAUSE_RING][FDP_LOST_SEND] = 5;
	scene_add(&t, &trailer);
	cr_assert_eq(trace_lost_total(&t), 9);
	trace_release(&t);
}

Test(trace, a_loss_of_an_unknown_kind_is_still_a_loss)
{
	struct trace t;
	trace_init(&t, true);
	lose(&t, 1000, 1000, 2);
	cr_assert_eq(trace_lost_total(&t), 2);
	trace_release(&t);
}
