/* SPDX-License-Identifier: BSD-2-Clause */
/* The window of a reader: blocks of other times are passed over, whatever is in them. */
#include <criterion/criterion.h>
#include <errno.h>

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
