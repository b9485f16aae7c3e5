/* SPDX-License-Identifier: BSD-2-Clause */
/* The window of a reader: blocks of other times are passed over, whatever is in them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "../../format/block.h"
#include "../../format/frame.h"
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

#define SECOND 1000000000

/* A clock of 1 s in the header, others at 5 and 40 s, an event at 20, 45 and 50 s. */
static void write_clocks(struct memory_sink *sink)
{
	static const uint64_t seconds[] = {5, 20, 40, 45, 50};
	struct fdp_writer *w;
	struct fdp_header header = {.clock = {SECOND, SECOND, 1, 0}};
	struct fdp_trailer trailer = {0};

	memory_sink_init(sink);
	cr_assert_eq(fdp_writer_new(&w, &header, memory_sink_write, sink), 0);
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		uint64_t ns = seconds[i] * SECOND;
		struct fdp_record rec = {.type = FDP_END, .end = {.time_ns = ns}};

		if (i % 2 == 0 && i < 4)
			rec = (struct fdp_record){.type = FDP_CLOCK,
						  .clock = {ns, ns, (int64_t)i + 2, 0}};
		cr_assert_eq(fdp_writer_add(w, &rec), 0);
		cr_assert_eq(fdp_writer_flush(w), 0);
	}
	cr_assert_eq(fdp_writer_finish(w, &trailer), 0);
	fdp_writer_free(w);
}

/* The block headers as they were before version 1.2, and no seek table. */
static void make_old(struct memory_sink *sink)
{
	size_t from = 0, to = 0;

	while (from < sink->len) {
		struct block_header h;
		struct failure why = {0};
		struct cursor prefix = {.at = sink->data + from,
					.end = sink->data + from + FRAME_PREFIX};
		bool is_block = take_u32(&prefix) == FRAME_BLOCK;
		size_t len = (size_t)FRAME_PREFIX + take_u32(&prefix), rest = 0;
		struct buffer frame = {.data = sink->data + to, .cap = len, .len = len};

		memmove(frame.data, sink->data + from, len);
		from += len;
		if (is_block) {
			cr_assert_eq(block_header_decode(&h, frame.data, len, &why), 0);
			frame.len -= sizeof(h.clock) + FRAME_SUM_LEN;
			frame_close(&frame, 0);
			rest = h.packed_len;
		}
		to += frame.len;
		memmove(sink->data + to, sink->data + from, rest);
		from += rest;
		to += rest;
	}
	sink->len = to;
}

/* The wall clocks of the clock records from then on, as digits of a number. */
static unsigned long clocks_from(const struct memory_sink *sink, uint64_t seconds)
{
	struct fdp_reader *r;
	struct fdp_record rec;
	unsigned long digits = 0;
	int ret;

	cr_assert_eq(fdp_reader_new_memory(&r, sink->data, sink->len), 0);
	fdp_reader_set_window(r, seconds * SECOND, UINT64_MAX);
	while ((ret = fdp_reader_next(r, &rec)) > 0)
		if (rec.type == FDP_CLOCK)
			digits = digits * 10 + (unsigned long)rec.clock.real_ns;
	cr_assert_eq(ret, 0, "%s", fdp_reader_failure(r)->phrase);
	fdp_reader_free(r);

	return digits;
}

Test(reader_window, the_clock_in_force_is_told_of_what_was_passed_over)
{
	struct memory_sink sink;

	write_clocks(&sink);
	cr_assert_eq(clocks_from(&sink, 0), 24);
	cr_assert_eq(clocks_from(&sink, 20), 24);
	cr_assert_eq(clocks_from(&sink, 40), 24);
	cr_assert_eq(clocks_from(&sink, 45), 4);
	cr_assert_eq(clocks_from(&sink, 50), 4);
	cr_assert_eq(clocks_from(&sink, 51), 0);
	memory_sink_release(&sink);
}

Test(reader_window, before_version_1_2_the_clock_is_looked_for_20_s_before)
{
	struct memory_sink sink;

	write_clocks(&sink);
	make_old(&sink);
	cr_assert_eq(clocks_from(&sink, 0), 24);
	cr_assert_eq(clocks_from(&sink, 25), 24);
	cr_assert_eq(clocks_from(&sink, 26), 4);
	cr_assert_eq(clocks_from(&sink, 60), 4);
	cr_assert_eq(clocks_from(&sink, 61), 0);
	memory_sink_release(&sink);
}

Test(reader_window, the_clock_in_force_is_told_of_a_damaged_block)
{
	struct memory_sink sink;
	struct fdp_reader *r;
	struct fdp_record rec;
	unsigned long digits = 0, damaged = 0;
	int ret;

	write_clocks(&sink);
	for (size_t at = 0, block = 0; at + FRAME_PREFIX < sink.len; at++)
		if (!memcmp(sink.data + at, "FDPB", FRAME_MARK_LEN) && block++ == 2)
			sink.data[at] ^= 1;
	cr_assert_eq(fdp_reader_new_memory(&r, sink.data, sink.len), 0);
	while ((ret = fdp_reader_next(r, &rec)) != 0)
		if (ret < 0)
			damaged++;
		else if (rec.type == FDP_CLOCK)
			digits = digits * 10 + (unsigned long)rec.clock.real_ns;
	fdp_reader_free(r);
	cr_assert_eq(damaged, 1);
	cr_assert_eq(digits, 24);
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
