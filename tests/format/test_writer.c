/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../format/block.h"
#include "../../format/definitions.h"
#include "../../format/frame.h"
#include "../../format/record.h"
#include "../lib/trace.h"

static const struct fdp_header header;
static const struct fdp_trailer trailer;

static struct fdp_writer *writer_into(struct memory_sink *sink)
{
	struct fdp_writer *w;

	memory_sink_init(sink);
	cr_assert(zero(int, fdp_writer_new(&w, &header, memory_sink_write, sink)));

	return w;
}

static void add_file(struct fdp_writer *w, uint64_t id, const char *name)
{
	struct fdp_record rec = {.type = FDP_FILE};

	rec.file.id = id;
	rec.file.name = (struct fdp_text){name, strlen(name)};
	cr_assert(zero(int, fdp_writer_add(w, &rec)));
}

static void add_file_end(struct fdp_writer *w, uint64_t id)
{
	const struct fdp_record rec = {.type = FDP_FILE_END, .file_end = {.file = id}};

	cr_assert(zero(int, fdp_writer_add(w, &rec)));
}

/* What is in a trace, in one line: "header file:1:a send | ..." with | between blocks. */
static char *story(const struct memory_sink *sink)
{
	static char line[4096];
	struct fdp_reader *r;
	struct fdp_record rec;
	uint64_t block = 0;
	size_t len = 0;
	int ret;

	line[0] = '\0';
	cr_assert(zero(int, fdp_reader_new_memory(&r, sink->data, sink->len)));
	while ((ret = fdp_reader_next(r, &rec)) > 0) {
		const struct fdp_text *name = &rec.file.name;

		len += (size_t)snprintf(line + len, sizeof(line) - len, "%s%s",
					rec.block != block ? "| " : "",
					fdp_type_name(rec.type));
		block = rec.block;
		if (rec.type == FDP_FILE)
			len += (size_t)snprintf(line + len, sizeof(line) - len,
						":%d:%.*s", (int)rec.file.id,
						(int)name->len, name->data);
		len += (size_t)snprintf(line + len, sizeof(line) - len, " ");
	}
	snprintf(line + len, sizeof(line) - len, "%s",
		 ret ? fdp_reader_failure(r)->phrase : "end");
	fdp_reader_free(r);

	return line;
}

Test(writer, an_empty_trace_has_header_and_trailer)
{
	struct memory_sink sink;
	struct fdp_writer *w = writer_into(&sink);

	cr_assert(zero(int, fdp_writer_finish(w, &trailer)));
	cr_assert(eq(str, story(&sink), "header trailer end"));
	cr_assert(eq(u64, fdp_writer_size(w), sink.len));
	fdp_writer_free(w);
	memory_sink_release(&sink);
}

Test(writer, every_type_comes_back_with_extreme_values)
{
	static struct sample_space space;
	struct memory_sink sink;
	struct fdp_writer *w = writer_into(&sink);
	struct fdp_reader *r;
	struct fdp_record before, after;
	size_t n = 0;

	for (size_t i = 0; i < n_sample_types * SAMPLE_COUNT; i++) {
		sample_record(&before, sample_types[i / SAMPLE_COUNT],
			      (enum sample)(i % SAMPLE_COUNT), &space);
		cr_assert(zero(int, fdp_writer_add(w, &before)));
	}
	cr_assert(zero(int, fdp_writer_finish(w, &trailer)));
	cr_assert(zero(int, fdp_reader_new_memory(&r, sink.data, sink.len)));
	cr_assert(eq(int, fdp_reader_next(r, &after), 1));
	cr_assert(eq(int, after.type, FDP_HEADER));
	for (; fdp_reader_next(r, &after) == 1 && after.type != FDP_TRAILER; n++) {
		sample_record(&before, sample_types[n / SAMPLE_COUNT],
			      (enum sample)(n % SAMPLE_COUNT), &space);
		cr_assert(records_equal(&before, &after), "record %zu", n);
	}
	cr_assert(eq(sz, n, n_sample_types * SAMPLE_COUNT));
	cr_assert(zero(int, fdp_reader_next(r, &after)));
	fdp_reader_free(r);
	fdp_writer_free(w);
	memory_sink_release(&sink);
}

Test(writer, each_block_has_the_definitions_it_refers_to)
{
	struct memory_sink sink;
	struct fdp_writer *w = writer_into(&sink);

	add_file(w, 1, "a");
	add_file(w, 2, "b");
	add_file_end(w, 1);
	fdp_writer_flush(w);
	add_file_end(w, 2);
	add_file_end(w, 2);
	fdp_writer_finish(w, &trailer);
	cr_assert(eq(str, story(&sink),
		     "header file:1:a file:2:b file_end | file:2:b file_end file_end | "
		     "trailer end"));
	fdp_writer_free(w);
	memory_sink_release(&sink);
}

Test(writer, a_later_definition_replaces_the_earlier)
{
	struct memory_sink sink;
	struct fdp_writer *w = writer_into(&sink);

	add_file(w, 1, "old");
	add_file(w, 1, "new");
	fdp_writer_flush(w);
	add_file_end(w, 1);
	fdp_writer_finish(w, &trailer);
	cr_assert(eq(str, story(&sink),
		     "header file:1:old file:1:new | file:1:new file_end | trailer end"));
	fdp_writer_free(w);
	memory_sink_release(&sink);
}

Test(writer, what_a_definition_refers_to_comes_with_it)
{
	struct fdp_record rec = {.type = FDP_SOCKET, .socket = {.id = 5, .peer = 6}};
	struct memory_sink sink;
	struct fdp_writer *w = writer_into(&sink);

	fdp_writer_add(w, &rec);
	rec.socket.id = 6;
	fdp_writer_add(w, &rec);
	rec = (struct fdp_record){.type = FDP_FILE, .file = {.id = 1, .socket = 5}};
	fdp_writer_add(w, &rec);
	fdp_writer_flush(w);
	add_file_end(w, 1);
	fdp_writer_finish(w, &trailer);
	cr_assert(eq(str, story(&sink),
		     "header socket socket file:1: | socket file:1: file_end | trailer "
		     "end"));
	fdp_writer_free(w);
	memory_sink_release(&sink);
}

Test(writer, a_forgotten_or_unknown_definition_is_not_repeated)
{
	struct memory_sink sink;
	struct fdp_writer *w = writer_into(&sink);

	add_file(w, 1, "a");
	fdp_writer_flush(w);
	fdp_writer_forget(w, FDP_FILE, 1);
	fdp_writer_forget(w, FDP_FILE, 99);
	add_file_end(w, 1);
	add_file_end(w, 2);
	fdp_writer_finish(w, &trailer);
	cr_assert(eq(str, story(&sink),
		     "header file:1:a | file_end file_end | trailer end"));
	fdp_writer_free(w);
	memory_sink_release(&sink);
}

Test(writer, a_full_block_goes_to_the_sink)
{
	struct memory_sink sink;
	struct fdp_writer *w = writer_into(&sink);
	uint64_t header_len = fdp_writer_size(w);

	while (fdp_writer_size(w) == header_len) {
		cr_assert(lt(sz, fdp_writer_pending(w), FDP_BLOCK_TARGET));
		add_file_end(w, 1);
	}
	cr_assert(zero(sz, fdp_writer_pending(w)));
	fdp_writer_free(w);
	memory_sink_release(&sink);
}

/* 253 files with the longest names do not fit a block together with their event. */
Test(writer, definitions_that_fill_a_block_leave_room_for_the_event)
{
	static char name[FDP_STRING_MAX];
	struct fdp_descriptor fds[FDP_FDS_MAX] = {0};
	struct fdp_record rec = {.type = FDP_FILE};
	struct memory_sink sink;
	struct fdp_writer *w = writer_into(&sink);
	struct fdp_reader *r;
	uint64_t last = 0;

	rec.file.name = rec.file.local = (struct fdp_text){name, sizeof(name)};
	for (uint64_t i = 1; i <= FDP_FDS_MAX; i++) {
		fds[i - 1].file = rec.file.id = i;
		cr_assert(zero(int, fdp_writer_add(w, &rec)));
	}
	fdp_writer_flush(w);
	rec = (struct fdp_record){.type = FDP_SEND};
	rec.send.n_fds = FDP_FDS_MAX;
	rec.send.fds = fds;
	cr_assert(zero(int, fdp_writer_add(w, &rec)));
	cr_assert(zero(int, fdp_writer_finish(w, &trailer)));
	fdp_reader_new_memory(&r, sink.data, sink.len);
	while (fdp_reader_next(r, &rec) > 0)
		if (rec.type == FDP_SEND)
			last = rec.send.n_fds;
	cr_assert(eq(u64, last, FDP_FDS_MAX));
	fdp_reader_free(r);
	fdp_writer_free(w);
	memory_sink_release(&sink);
}

Test(writer, memory_of_definitions_is_bounded_and_the_oldest_go_first)
{
	static const char bytes[FDP_STRING_MAX];
	struct definitions d = {0};
	uint64_t n = 2 * DEFINITIONS_BYTES_MAX / FDP_STRING_MAX;

	for (uint64_t i = 1; i <= n; i++) {
		cr_assert(ne(ptr, definitions_set(&d, FDP_FILE, i, bytes, sizeof(bytes)),
			     NULL));
		cr_assert(le(sz, d.bytes, DEFINITIONS_BYTES_MAX));
		cr_assert(ne(ptr, definitions_use(&d, FDP_FILE, 1), NULL));
	}
	cr_assert(eq(ptr, definitions_use(&d, FDP_FILE, 2), NULL));
	cr_assert(ne(ptr, definitions_use(&d, FDP_FILE, n), NULL));
	definitions_release(&d);
}

/* Numbers come and go in any order; the table must find exactly those that are there. */
Test(writer, definitions_are_found_until_they_are_forgotten)
{
	enum { N = 5000 };
	static bool there[N];
	struct definitions d = {0};
	uint64_t random = 1;

	for (int step = 0; step < 100000; step++) {
		uint64_t id;

		random = random * 6364136223846793005u + 1442695040888963407u;
		id = (random >> 33) % N;
		cr_assert(
			eq(i32, definitions_use(&d, FDP_SOCKET, id) != NULL, there[id]));
		if (random >> 62)
			definitions_set(&d, FDP_SOCKET, id, "x", 1);
		else
			definitions_forget(&d, FDP_SOCKET, id);
		there[id] = random >> 62;
	}
	definitions_release(&d);
}

Test(writer, a_record_beyond_the_limits_is_refused_and_the_writer_goes_on)
{
	static char text[FDP_STRING_MAX + 1];
	struct fdp_record rec = {.type = FDP_SOCKET};
	struct memory_sink sink;
	struct fdp_writer *w = writer_into(&sink);

	rec.socket.name = (struct fdp_text){text, sizeof(text)};
	cr_assert(eq(int, fdp_writer_add(w, &rec), -EINVAL));
	rec.type = FDP_HEADER;
	cr_assert(eq(int, fdp_writer_add(w, &rec), -EINVAL));
	add_file_end(w, 1);
	cr_assert(zero(int, fdp_writer_finish(w, &trailer)));
	cr_assert(eq(str, story(&sink), "header file_end | trailer end"));
	fdp_writer_free(w);
	memory_sink_release(&sink);
}

Test(writer, the_sinks_error_is_remembered)
{
	struct memory_sink sink;
	struct fdp_writer *w = writer_into(&sink);
	const struct fdp_record rec = {.type = FDP_FILE_END};
	uint64_t size = fdp_writer_size(w);

	add_file_end(w, 1);
	sink.limit = sink.len + 10;
	cr_assert(eq(int, fdp_writer_flush(w), -ENOSPC));
	sink.limit = SIZE_MAX;
	cr_assert(eq(int, fdp_writer_flush(w), -ENOSPC));
	cr_assert(eq(int, fdp_writer_add(w, &rec), -ENOSPC));
	cr_assert(eq(int, fdp_writer_finish(w, &trailer), -ENOSPC));
	cr_assert(eq(u64, fdp_writer_size(w), size));
	fdp_writer_free(w);
	memory_sink_release(&sink);
}

Test(writer, a_sink_that_takes_no_header_makes_no_writer)
{
	struct memory_sink sink;
	struct fdp_writer *w = NULL;

	memory_sink_init(&sink);
	sink.limit = 0;
	cr_assert(
		eq(int, fdp_writer_new(&w, &header, memory_sink_write, &sink), -ENOSPC));
	cr_assert(eq(ptr, w, NULL));
}

Test(writer, after_the_end_nothing_is_taken)
{
	const struct fdp_record rec = {.type = FDP_FILE_END};
	struct memory_sink sink;
	struct fdp_writer *w = writer_into(&sink);

	cr_assert(zero(int, fdp_writer_finish(w, &trailer)));
	cr_assert(eq(int, fdp_writer_add(w, &rec), -ESHUTDOWN));
	cr_assert(eq(int, fdp_writer_finish(w, &trailer), -ESHUTDOWN));
	fdp_writer_free(w);
	memory_sink_release(&sink);
}

/* Offsets in the block's frame, as SPEC.md gives them. */
#define LOST_AT 60

Test(writer, block_headers_carry_the_losses_so_far)
{
	const struct fdp_record rec = {.type = FDP_LOSS, .loss = {.count = 7}};
	struct memory_sink sink;
	struct fdp_writer *w = writer_into(&sink);
	size_t head;

	for (uint8_t i = 1; i <= 3; i++) {
		head = sink.len;
		fdp_writer_add(w, &rec);
		fdp_writer_flush(w);
		cr_assert(eq(u8, sink.data[head + LOST_AT], 7 * i));
	}
	fdp_writer_free(w);
	memory_sink_release(&sink);
}

static uint32_t u32_at(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

Test(writer, the_seek_table_describes_every_frame)
{
	struct memory_sink sink;
	const uint8_t *footer, *entry;
	uint32_t n, at = 0;

	memory_sink_init(&sink);
	sample_trace(&sink, 3, 10, true);
	footer = sink.data + sink.len - 9;
	cr_assert(eq(u32, u32_at(footer + 5), 0x8f92eab1));
	cr_assert(zero(u8, footer[4]));
	n = u32_at(footer);
	cr_assert(eq(u32, n, 8));
	entry = footer - 8 * (size_t)n;
	cr_assert(eq(u32, u32_at(entry - 4), 8 * n + 9));
	cr_assert(eq(u32, u32_at(entry - 8), FRAME_SEEK));
	for (uint32_t i = 0; i < n; i++, entry += 8) {
		bool skippable = frame_is_skippable(u32_at(sink.data + at));

		cr_assert(eq(i32, u32_at(entry + 4) == 0, skippable));
		if (skippable)
			cr_assert(eq(u32, u32_at(entry), 8 + u32_at(sink.data + at + 4)));
		at += u32_at(entry);
	}
	cr_assert(eq(sz, at, sink.len - 9 - 8 * (size_t)n - 8));
	memory_sink_release(&sink);
}

Test(writer, the_zstd_tool_accepts_the_trace)
{
	char command[128], name[] = "/tmp/fdp-writer-XXXXXX";
	int fd = mkstemp(name);
	struct memory_sink sink;

	memory_sink_init(&sink);
	sample_trace(&sink, 2, 100, true);
	cr_assert(eq(sz, (size_t)write(fd, sink.data, sink.len), sink.len));
	close(fd);
	for (size_t i = 0; i < 3; i++) {
		snprintf(command, sizeof(command), "zstd -q %s %s >/dev/null",
			 (const char *[]){"-t", "-l", "-dc"}[i], name);
		cr_assert(zero(int, system(command)), "%s", command);
	}
	unlink(name);
	memory_sink_release(&sink);
}
