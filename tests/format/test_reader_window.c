/* SPDX-License-Identifier: BSD-2-Clause */
/* The window of a reader: blocks of other times are passed over, whatever is in them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "../lib/trace.h"

#define BLOCKS 5

/* Block i has one event, at (i + 1) * 100. Fills where the blocks end in the sink. */
static void write_trace(struct memory_sink *sink, size_t ends[BLOCKS])
{
	struct fdp_writer *w;
	struct fdp_header header = {.cpus = 1};
	struct fdp_trailer trailer = {0};

	memory_sink_init(sink);
	cr_assert_eq(fdp_writer_new(&w, &header, memory_sink_write, sink), 0);
	for (uint64_t i = 0; i < BLOCKS; i++) {
		struct fdp_record rec = {
			.type = FDP_END,
			.end = {.message = i, .time_ns = (i + 1) * 100},
		};

		cr_assert_eq(fdp_writer_add(w, &rec), 0);
		cr_assert_eq(fdp_writer_flush(w), 0);
		ends[i] = sink->len;
	}
	cr_assert_eq(fdp_writer_finish(w, &trailer), 0);
	fdp_writer_free(w);
}

/* The numbers of the messages between the two times, as digits of a number. */
static unsigned long read_window(const struct memory_sink *sink, uint64_t from,
				 uint64_t to, bool *trailerp)
{
	struct fdp_reader *r;
	struct fdp_record rec;
	unsigned long digits = 0;
	int ret;

	*trailerp = false;
	cr_assert_eq(fdp_reader_new_memory(&r, sink->data, sink->len), 0);
	fdp_reader_set_window(r, from, to);
	while ((ret = fdp_reader_next(r, &rec)) > 0) {
		if (rec.type == FDP_END)
			digits = digits * 10 + rec.end.message + 1;
		*trailerp |= rec.type == FDP_TRAILER;
	}
	cr_assert_eq(ret, 0, "%s", fdp_reader_failure(r)->phrase);
	fdp_reader_free(r);

	return digits;
}

Test(reader_window, only_blocks_of_its_times_are_read)
{
	static const struct {
		uint64_t from, to;
		unsigned long digits;
	} cases[] = {{0, UINT64_MAX, 12345},
		     {200, 400, 234},
		     {201, 399, 3},
		     {301, 399, 0},
		     {500, 500, 5},
		     {501, UINT64_MAX, 0},
		     {0, 100, 1},
		     {0, 99, 0}};
	struct memory_sink sink;
	size_t ends[BLOCKS];
	bool trailer;

	write_trace(&sink, ends);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned long digits =
			read_window(&sink, cases[i].from, cases[i].to, &trailer);

		cr_assert_eq(digits, cases[i].digits, "%zu: %lu", i, digits);
		cr_assert(trailer);
	}
	memory_sink_release(&sink);
}

/* The last bytes of a block are the checksum of its contents. */
Test(reader_window, what_is_passed_over_is_not_unpacked)
{
	struct memory_sink sink;
	size_t ends[BLOCKS];
	bool trailer;

	write_trace(&sink, ends);
	sink.data[ends[1] - 1] ^= 1;
	cr_assert_eq(read_window(&sink, 300, 400, &trailer), 34);
	cr_assert(trailer);
	memory_sink_release(&sink);
}

/* A source in memory that can skip, and counts what was read. */
struct skipping {
	const uint8_t *data;
	size_t len, at, read;
};

static ptrdiff_t skipping_read(void *ctx, void *data, size_t len)
{
	struct skipping *s = ctx;
	size_t left = s->at < s->len ? s->len - s->at : 0;

	len = len < left ? len : left;
	memcpy(data, s->data + s->at, len);
	s->at += len;
	s->read += len;

	return (ptrdiff_t)len;
}

/* Beyond the end as well, as lseek(2) does. */
static int skipping_skip(void *ctx, uint64_t len)
{
	struct skipping *s = ctx;

	s->at += len;

	return 0;
}

/* 40 blocks of 60,000 bytes that do not compress, of which the last but one is wanted. */
static void write_large(struct memory_sink *sink, size_t ends[40])
{
	struct fdp_writer *w;
	struct fdp_header header = {.cpus = 1};
	struct fdp_trailer trailer = {0};
	uint64_t random = 1;
	char name[4000];

	memory_sink_init(sink);
	cr_assert_eq(fdp_writer_new(&w, &header, memory_sink_write, sink), 0);
	for (uint64_t i = 0; i < 40; i++) {
		struct fdp_record rec = {.type = FDP_END,
					 .end = {.message = i, .time_ns = (i + 1) * 100}};
		struct fdp_descriptor fds[15];

		for (size_t k = 0; k < 15; k++) {
			struct fdp_record file = {.type = FDP_FILE,
						  .file = {.id = i * 15 + k + 1,
							   .name = {name, sizeof(name)}}};
			for (size_t j = 0; j < sizeof(name); j++) {
				random = random * 6364136223846793005u + 1;
				name[j] = (char)(random >> 56);
			}
			fds[k] = (struct fdp_descriptor){file.file.id, 3};
			cr_assert_eq(fdp_writer_add(w, &file), 0);
		}
		cr_assert_eq(fdp_writer_add(w, &rec), 0);
		rec = (struct fdp_record){
			.type = FDP_SEND,
			.send = {.time_ns = (i + 1) * 100, .n_fds = 15, .fds = fds}};
		cr_assert_eq(fdp_writer_add(w, &rec), 0);
		cr_assert_eq(fdp_writer_flush(w), 0);
		ends[i] = sink->len;
	}
	cr_assert_eq(fdp_writer_finish(w, &trailer), 0);
	fdp_writer_free(w);
}

/* Reads the window; returns how it ended, and the ends that were seen as digits. */
static int read_skipping(struct skipping *source, unsigned long *digitsp)
{
	struct fdp_reader *r;
	struct fdp_record rec;
	int ret;

	*digitsp = 0;
	cr_assert_eq(fdp_reader_new(&r, skipping_read, source), 0);
	fdp_reader_set_skip(r, skipping_skip);
	fdp_reader_set_window(r, 3900, 3900);
	while ((ret = fdp_reader_next(r, &rec)) > 0)
		if (rec.type == FDP_END)
			*digitsp = *digitsp * 100 + rec.end.message;
	fdp_reader_free(r);

	return ret;
}

Test(reader_window, a_source_that_can_skip_is_read_in_part)
{
	struct memory_sink sink;
	size_t ends[40];
	unsigned long digits;

	write_large(&sink, ends);
	struct skipping source = {.data = sink.data, .len = sink.len};
	cr_assert_eq(read_skipping(&source, &digits), 0);
	cr_assert_eq(digits, 38);
	cr_assert(source.read < sink.len * 3 / 4, "%zu of %zu", source.read, sink.len);
	memory_sink_release(&sink);
}

Test(reader_window, a_trace_that_is_cut_short_in_what_is_skipped_is_told)
{
	struct memory_sink sink;
	size_t ends[40];
	unsigned long digits;

	write_large(&sink, ends);
	for (size_t cut = 1; cut < 3; cut++) {
		struct skipping source = {.data = sink.data, .len = ends[35] - cut};
		cr_assert_eq(read_skipping(&source, &digits), -ENODATA);
		cr_assert_eq(digits, 0);
	}
	memory_sink_release(&sink);
}
