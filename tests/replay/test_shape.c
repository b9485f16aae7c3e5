// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/shape.h"

#include "scene.h"

static void expect_object(const struct fdp_file *file, const char *wanted)
{
	struct fdp_record record = {.type = FDP_FILE, .file = *file};
	struct pass pass = {.file_place = 0};
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

Test(shape, a_deleted_file_is_told)
{
	const struct fdp_file file = {.kind = FDP_KIND_REGULAR,
				      .name = SCENE_TEXT("/gone"),
				      .flags = FDP_FILE_DELETED};
	expect_object(&file, "regular /gone (deleted)");
}
