/* SPDX-License-Identifier: BSD-2-Clause */
/* SPEC.md and the code say the same. Runs from the top of the tree. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../format/record.h"
#include "../lib/hex.h"
#include "../lib/trace.h"

static FILE *spec_open(void)
{
	FILE *spec = fopen("SPEC.md", "r");

	cr_assert(ne(ptr, spec, NULL), "run from the top of the tree");

	return spec;
}

static void spec_example(struct memory_sink *sink)
{
	FILE *spec = spec_open();
	char line[1024];
	bool inside = false;

	memory_sink_init(sink);
	while (fgets(line, sizeof(line), spec)) {
		if (!strncmp(line, "```", 3))
			inside = !strcmp(line, "```hex\n");
		else if (inside && line[0] != '\n')
			cr_assert(zero(int, hex_line(sink, line)), "%s", line);
	}
	fclose(spec);
	cr_assert(gt(sz, sink->len, 200));
}

static const struct fdp_descriptor sent = {1, 3}, received = {1, 7};

static struct fdp_record example_send(void)
{
	return (struct fdp_record){.type = FDP_SEND,
				   .send = {.message = 1,
					    .time_ns = 1000,
					    .size = 1,
					    .sockfd = 4,
					    .call = FDP_CALL_MSG,
					    .error_index = -1,
					    .n_fds = 1,
					    .fds = &sent}};
}

static struct fdp_record example_receive(void)
{
	return (struct fdp_record){.type = FDP_RECEIVE,
				   .receive = {.message = 1,
					       .time_ns = 1500,
					       .result = 1,
					       .sockfd = 5,
					       .call = FDP_CALL_MSG,
					       .n_fds = 1,
					       .fds = &received}};
}

Test(spec, the_example_is_read_as_it_is_described)
{
	const struct fdp_record send = example_send(), receive = example_receive();
	struct memory_sink example;
	struct fdp_reader *r;
	struct fdp_record rec;

	spec_example(&example);
	cr_assert(zero(int, fdp_reader_new_memory(&r, example.data, example.len)));
	cr_assert(eq(int, fdp_reader_next(r, &rec), 1));
	cr_assert(eq(int, rec.type, FDP_HEADER));
	cr_assert(eq(u32, rec.header.cpus, 2));
	cr_assert(eq(int, fdp_reader_next(r, &rec), 1));
	cr_assert(records_equal(&rec, &send));
	cr_assert(eq(int, fdp_reader_next(r, &rec), 1));
	cr_assert(records_equal(&rec, &receive));
	cr_assert(eq(int, fdp_reader_next(r, &rec), 1));
	cr_assert(eq(int, rec.type, FDP_TRAILER));
	cr_assert(eq(u32, rec.trailer.stop, FDP_STOP_SIGNAL));
	cr_assert(eq(u64, rec.trailer.receives, 1));
	cr_assert(zero(int, fdp_reader_next(r, &rec)));
	fdp_reader_free(r);
	memory_sink_release(&example);
}

Test(spec, the_example_is_what_the_writer_writes)
{
	const struct fdp_header header = {.cpus = 2};
	const struct fdp_trailer trailer = {
		.stop = FDP_STOP_SIGNAL, .messages = 1, .descriptors = 1, .receives = 1};
	const struct fdp_record send = example_send(), receive = example_receive();
	struct memory_sink example, written;
	struct fdp_writer *w;

	spec_example(&example);
	memory_sink_init(&written);
	fdp_writer_new(&w, &header, memory_sink_write, &written);
	fdp_writer_add(w, &send);
	fdp_writer_add(w, &receive);
	cr_assert(zero(int, fdp_writer_finish(w, &trailer)));
	fdp_writer_free(w);
	cr_assert(eq(sz, written.len, example.len));
	for (size_t i = 0; i < example.len; i++)
		cr_assert(eq(u8, written.data[i], example.data[i]), "at %04zx", i);
	memory_sink_release(&example);
	memory_sink_release(&written);
}

static const char *const codings[] = {
	[CODING_U32] = "u32",	      [CODING_U64] = "u64",
	[CODING_S32] = "s32",	      [CODING_S64] = "s64",
	[CODING_BOOL] = "bool",	      [CODING_NS] = "ns",
	[CODING_PROCESS] = "process", [CODING_SOCKET] = "socket",
	[CODING_FILE] = "file",	      [CODING_TIME] = "time",
	[CODING_MESSAGE] = "message", [CODING_TEXT] = "text",
	[CODING_FDS] = "fds",
};

/* The tables under "### `name` (type)" list the fields in their order on disk. */
Test(spec, the_tables_of_records_are_those_of_the_code)
{
	const struct record_type *row = NULL;
	FILE *spec = spec_open();
	char line[1024], name[32], type[32], coding[32];
	size_t field = 0, n_fields = 0, types = 0;

	while (fgets(line, sizeof(line), spec)) {
		if (sscanf(line, "### `%31[a-z_]` (%31[0-9])", name, type) == 2) {
			cr_assert(eq(sz, field, n_fields), "before %s", line);
			row = record_type_find(strtoul(type, NULL, 10));
			cr_assert(ne(ptr, (void *)(uintptr_t)row, NULL), "%s", line);
			n_fields = row->n_fields;
			cr_assert(zero(i32, strcmp(name, row->name)), "%s", line);
			field = 0;
			types++;
		} else if (!strncmp(line, "## 6.", 5)) {
			break;
		} else if (row && sscanf(line, "| `%31[a-z0-9_]` | %31[a-z0-9] |", name,
					 coding) == 2) {
			const struct field *f = &row->fields[field++];

			cr_assert(le(sz, field, n_fields), "%s", line);
			cr_assert(zero(i32, strcmp(name, f->name)), "%s", line);
			cr_assert(zero(i32, strcmp(coding, codings[f->coding])), "%s",
				  line);
		}
	}
	cr_assert(eq(sz, field, n_fields));
	cr_assert(eq(sz, types, n_sample_types));
	fclose(spec);
}

/* "| *cause* | 0 ring (...), 1 map ...": each number with its word. */
static void registry_check(const char *what, const char *(*name)(uint32_t))
{
	FILE *spec = spec_open();
	char line[1024], start[64], expected[64];
	uint32_t n = 0;

	snprintf(start, sizeof(start), "| *%s* | ", what);
	while (fgets(line, sizeof(line), spec))
		if (!strncmp(line, start, strlen(start)))
			break;
	fclose(spec);
	for (; n == 0 || strcmp(name(n), "unknown"); n++) {
		snprintf(expected, sizeof(expected), " %u %s", n, name(n));
		cr_assert(ne(ptr, strstr(line, expected), NULL), "%s:%s", what, expected);
	}
	snprintf(expected, sizeof(expected), ", %u ", n);
	cr_assert(eq(ptr, strstr(line, expected), NULL), "%s:%s", what, expected);
}

Test(spec, the_registry_has_the_words_of_the_code)
{
	registry_check("kind", fdp_kind_name);
	registry_check("call", fdp_call_name);
	registry_check("end reason", fdp_end_reason_name);
	registry_check("cause", fdp_cause_name);
	registry_check("lost", fdp_lost_name);
	registry_check("stop", fdp_stop_name);
	registry_check("way", fdp_way_name);
	registry_check("hook state", fdp_hook_state_name);
}

/* Does what follows a record depend on whether it was understood? */
static bool changes_what_follows(uint64_t type)
{
	const struct record_type *row = record_type_find(type);
	bool leaves = false;

	for (size_t i = 0; row && i < row->n_fields; i++)
		leaves |= row->fields[i].coding == CODING_FILE ||
			  row->fields[i].coding == CODING_TIME ||
			  row->fields[i].coding == CODING_MESSAGE ||
			  row->fields[i].coding == CODING_FDS;

	return leaves;
}

Test(spec, later_records_can_be_passed_over)
{
	cr_assert(changes_what_follows(FDP_TRANSFER), "came before that rule");
	for (uint64_t type = FDP_TRANSFER + 2; type < 256; type += 2)
		cr_assert(not(changes_what_follows(type)), "type %d", (int)type);
}
