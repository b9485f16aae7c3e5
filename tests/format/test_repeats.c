/* SPDX-License-Identifier: BSD-2-Clause */
/* Repeats: a reader that passes over definitions that come again as they were. */
#include <criterion/criterion.h>
#include <string.h>

#include "../lib/trace.h"

static void add_file(struct fdp_writer *w, uint64_t id, const char *name)
{
	struct fdp_record record = {
		.type = FDP_FILE,
		.file = {.id = id, .name = {name, strlen(name)}},
	};

	cr_assert_eq(fdp_writer_add(w, &record), 0);
}

static void add_pass(struct fdp_writer *w, uint64_t file)
{
	struct fdp_descriptor fd = {file, 3};
	struct fdp_record record = {
		.type = FDP_SEND,
		.send = {.time_ns = 1, .n_fds = 1, .fds = &fd},
	};

	cr_assert_eq(fdp_writer_add(w, &record), 0);
}

static void end_block(struct fdp_writer *w)
{
	cr_assert_eq(fdp_writer_flush(w), 0);
}

/* Blocks: a b | a b | B a (b has changed) | B | a. */
static void write_trace(struct memory_sink *sink)
{
	struct fdp_writer *w;
	struct fdp_header header = {.cpus = 1};
	struct fdp_trailer trailer = {0};

	memory_sink_init(sink);
	cr_assert_eq(fdp_writer_new(&w, &header, memory_sink_write, sink), 0);
	add_file(w, 1, "a");
	add_file(w, 2, "b");
	for (size_t block = 0; block < 2; block++) {
		add_pass(w, 1);
		add_pass(w, 2);
		end_block(w);
	}
	add_file(w, 2, "B");
	add_pass(w, 2);
	add_pass(w, 1);
	end_block(w);
	add_pass(w, 2);
	end_block(w);
	add_pass(w, 1);
	cr_assert_eq(fdp_writer_finish(w, &trailer), 0);
	fdp_writer_free(w);
}

/* Names of the files that were handed out, and a | where a block began. */
static void read_names(char names[64], const struct memory_sink *sink, size_t copies,
		       uint64_t again)
{
	struct fdp_reader *r;
	const struct fdp_record *record;
	uint64_t block = 0;
	size_t n = 0;

	cr_assert_eq(fdp_reader_new_memory(&r, sink->data, copies * sink->len), 0);
	fdp_reader_skip_repeats(r);
	while (fdp_reader_lend(r, &record) > 0) {
		if (record->type == FDP_HEADER || record->type == FDP_TRAILER)
			continue;
		if (record->block != block) {
			names[n++] = '|';
			block = record->block;
			if (block == again)
				fdp_reader_skip_repeats(r);
		}
		if (record->type == FDP_FILE)
			names[n++] = record->file.name.data[0];
		cr_assert(n < 63);
	}
	names[n] = '\0';
	fdp_reader_free(r);
}

Test(repeats, what_was_in_the_block_before_is_passed_over)
{
	struct memory_sink sink;
	char names[64];

	write_trace(&sink);
	read_names(names, &sink, 1, UINT64_MAX);
	cr_assert_str_eq(names, "ab||B||a");
	memory_sink_release(&sink);
}

Test(repeats, the_block_behind_another_call_is_whole)
{
	struct memory_sink sink;
	char names[64];

	write_trace(&sink);
	read_names(names, &sink, 1, 2);
	cr_assert_str_eq(names, "ab||Ba|B|a");
	memory_sink_release(&sink);
}

Test(repeats, another_section_has_definitions_of_its_own)
{
	struct memory_sink sink;
	char names[64];

	write_trace(&sink);
	cr_assert(sink.len * 2 <= sink.cap ||
		  (sink.data = realloc(sink.data, sink.len * 2)));
	memcpy(sink.data + sink.len, sink.data, sink.len);
	read_names(names, &sink, 2, UINT64_MAX);
	cr_assert_str_eq(names, "ab||B||a|ab||B||a");
	memory_sink_release(&sink);
}
