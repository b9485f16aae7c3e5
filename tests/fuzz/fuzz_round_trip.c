/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: bytes are taken for the records of a block; what can be decoded is written
 * as a trace and read again, and must come back the same, in the same order, with nothing
 * but repeated definitions in between.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../format/record.h"
#include "../lib/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct source {
	struct cursor in;
	struct codec codec;
	struct fdp_descriptor fds[FDP_FDS_MAX];
	struct failure why;
};

static void source_init(struct source *s, const uint8_t *data, size_t size)
{
	s->in = (struct cursor){.at = data, .end = data + size};
	s->codec.fds = s->fds;
	codec_reset(&s->codec);
}

/* The next record that the bytes hold; false: none is left. */
static bool source_next(struct source *s, struct fdp_record *rec)
{
	int ret = 0;

	while (!ret && cursor_left(&s->in))
		ret = record_decode(rec, &s->in, &s->codec, &s->why);

	return ret == 1;
}

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void write_all(struct memory_sink *sink, const uint8_t *data, size_t size)
{
	static const struct fdp_header header = {.cpus = 1};
	static const struct fdp_trailer trailer = {.stop = FDP_STOP_SIZE};
	struct source source;
	struct fdp_writer *w;
	struct fdp_record rec;
	size_t n = 0;

	source_init(&source, data, size);
	check(!fdp_writer_new(&w, &header, memory_sink_write, sink));
	while (source_next(&source, &rec)) {
		check(!fdp_writer_add(w, &rec));
		/* A byte of the input decides where blocks end. */
		if (data[n++ % size] % 4 == 0)
			check(!fdp_writer_flush(w));
	}
	check(!fdp_writer_finish(w, &trailer));
	check(fdp_writer_size(w) == sink->len);
	fdp_writer_free(w);
}

static bool is_definition(const struct fdp_record *rec)
{
	return record_type_find(rec->type)->definition;
}

static void read_all(const struct memory_sink *sink, const uint8_t *data, size_t size)
{
	struct source source;
	struct fdp_reader *r;
	struct fdp_record rec, expected;

	source_init(&source, data, size);
	check(!fdp_reader_new_memory(&r, sink->data, sink->len));
	check(fdp_reader_next(r, &rec) == 1 && rec.type == FDP_HEADER);
	while (source_next(&source, &expected)) {
		check(fdp_reader_next(r, &rec) == 1);
		while (!records_equal(&rec, &expected)) {
			check(rec.type != FDP_TRAILER && is_definition(&rec));
			check(fdp_reader_next(r, &rec) == 1);
		}
	}
	check(fdp_reader_next(r, &rec) == 1 && rec.type == FDP_TRAILER);
	check(rec.trailer.stop == FDP_STOP_SIZE);
	check(fdp_reader_next(r, &rec) == 0);
	check(fdp_reader_skipped(r) == 0);
	fdp_reader_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory_sink sink;

	if (!size)
		return 0;
	memory_sink_init(&sink);
	write_all(&sink, data, size);
	read_all(&sink, data, size);
	memory_sink_release(&sink);

	return 0;
}
