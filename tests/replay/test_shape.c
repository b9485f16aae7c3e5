// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/shape.h"

#include "scene.h"

static void expect_object(const struct fdp_file *file, const char *wanted)
{
	struct fdp_record record = {.type = FDP_FILE, .file = *file};
	struct pass pass = {.from = {.process = TRACE_NONE},
			    .to = {.process = TRACE_NONE}};
	struct trace trace;
	struct out o;

	record.file.id = 1;
	trace_init(&trace, true);
	scene_add(&trace, &record);
	struct row row = {.trace = &trace, .pass = &pass};
	cr_assert_eq(out_init(&o, -1), 0);
	cr_assert(show_object(&row, &o));
	scene_expect(&o, wanted);
	out_release(&o);
	trace_release(&trace);
}

Test(shape, an_object_is_its_kind_and_name_and_neither_twice)
{
	static const struct {
		enum fdp_kind kind;
		const char *name, *wanted;
	} cases[] = {
		{FDP_KIND_CHR, "/dev/null", "chr /dev/null"},
		{FDP_KIND_REGULAR, "regular", "regular"},
		{FDP_KIND_REGULAR, "regularly", "regular regularly"},
		{FDP_KIND_EVENTFD, "[eventfd]", "[eventfd]"},
		{FDP_KIND_MEMFD, "memfd:x", "memfd:x"},
		{FDP_KIND_PIPE, "pipe:[7]", "pipe:[7]"},
		{FDP_KIND_PIPE, "", "pipe"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *name = cases[i].name;
		const struct fdp_file file = {.kind = cases[i].kind,
					      .name = {name, strlen(name)}};
		expect_object(&file, cases[i].wanted);
	}
}

Test(shape, a_socket_has_its_addresses_as_lsof_has_them)
{
	struct fdp_file file = {.kind = FDP_KIND_SOCKET,
				.name = SCENE_TEXT("TCP"),
				.local = SCENE_TEXT("[::1]:80")};

	expect_object(&file, "socket TCP [::1]:80");
	file.remote = SCENE_TEXT("[::1]:4711");
	expect_object(&file, "socket TCP [::1]:80->[::1]:4711");
	file.local.len = 0;
	expect_object(&file, "socket TCP ->[::1]:4711");
}

Test(shape, a_deleted_file_is_told)
{
	const struct fdp_file file = {.kind = FDP_KIND_REGULAR,
				      .name = SCENE_TEXT("/gone"),
				      .flags = FDP_FILE_DELETED};
	expect_object(&file, "regular /gone (deleted)");
}

Test(shape, a_file_of_another_mount_namespace_than_an_end_is_told)
{
	struct pass pass = {.from = {.process = 0}, .to = {.process = 1}};
	struct fdp_record process = {.type = FDP_PROCESS,
				     .process = {.id = 1, .mnt_ns = 7}};
	struct fdp_record file = {
		.type = FDP_FILE,
		.file = {.id = 1,
			 .kind = FDP_KIND_REGULAR,
			 .name = SCENE_TEXT("/x"),
			 .mnt_ns = 7},
	};
	struct trace trace;
	struct out o;

	trace_init(&trace, true);
	scene_add(&trace, &process);
	process.process.id = 2;
	scene_add(&trace, &process);
	scene_add(&trace, &file);
	struct row row = {.trace = &trace, .pass = &pass};
	cr_assert_eq(out_init(&o, -1), 0);
	cr_assert(show_object(&row, &o));
	scene_expect(&o, "regular /x");

	process.process.mnt_ns = 8;
	scene_add(&trace, &process);
	o.len = 0;
	cr_assert(show_object(&row, &o));
	scene_expect(&o, "regular /x (mnt 7)");
	out_release(&o);
	trace_release(&trace);
}

Test(shape, who_held_the_other_end_is_told_of_what_nobody_received)
{
	struct trace t;
	struct scene_passes all;
	struct out o;
	struct fdp_descriptor fd = {1, 3};

	scene_init(&t);
	for (uint64_t id = 1; id <= 2; id++) {
		struct fdp_record socket = {.type = FDP_SOCKET,
					    .socket = {.id = id,
						       .peer = 3 - id,
						       .flags = FDP_SOCKET_SNAPSHOT}};
		struct fdp_record holder = {.type = FDP_HOLDER,
					    .holder = {.socket = id, .process = id}};
		scene_add(&t, &socket);
		scene_add(&t, &holder);
	}
	struct fdp_record send = scene_send(1, 10, 1, &fd, 1);
	send.send.socket = 1;
	scene_add(&t, &send);
	scene_match(&all, &t);
	cr_assert_eq(all.n, 1);

	struct row row = {.trace = &t, .pass = &all.items[0]};
	cr_assert_eq(out_init(&o, -1), 0);
	cr_assert(show_to(&row, &o));
	scene_expect(&o, "(b[102])");
	out_release(&o);
	trace_release(&t);
}

Test(shape, a_thread_is_told_by_the_name_of_its_process)
{
	const struct fdp_record record = {
		.type = FDP_PROCESS,
		.process = {.id = 1,
			    .pid = 7,
			    .comm = SCENE_TEXT("Compositor"),
			    .main_comm = SCENE_TEXT("chromium")},
	};
	struct pass pass = {.to = {.process = 0}};
	struct trace trace;
	struct out o;

	trace_init(&trace, true);
	scene_add(&trace, &record);
	cr_assert_eq(out_init(&o, -1), 0);
	struct row row = {.trace = &trace, .pass = &pass};
	cr_assert(show_to(&row, &o));
	scene_expect(&o, "chromium[7]");
	out_release(&o);
	trace_release(&trace);
}
