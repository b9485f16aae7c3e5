/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../format/frame.h"
#include "../lib/trace.h"

/* What reading a trace to its end gave. */
struct outcome {
	size_t headers, trailers, definitions, events;
	size_t errors;
	int first_error, last_error;
	uint64_t offset; /* of the first error */
	char phrase[160];
	uint64_t digest; /* of all records, in order */
};

static void digest_number(struct outcome *o, uint64_t number)
{
	o->digest = (o->digest ^ number) * 0x100000001b3u;
}

static void digest_text(struct outcome *o, struct fdp_text text)
{
	digest_number(o, text.len);
	for (size_t i = 0; i < text.len; i++)
		digest_number(o, (uint8_t)text.data[i]);
}

static void count_record(struct outcome *o, const struct fdp_record *rec)
{
	digest_number(o, rec->type);
	switch (rec->type) {
	case FDP_HEADER:
		digest_text(o, rec->header.writer);
		o->headers++;
		return;
	case FDP_TRAILER:
		digest_number(o, rec->trailer.messages);
		o->trailers++;
		return;
	case FDP_PROCESS:
		digest_text(o, rec->process.comm);
		o->definitions++;
		return;
	case FDP_SOCKET:
		digest_number(o, rec->socket.peer);
		o->definitions++;
		return;
	case FDP_FILE:
		digest_text(o, rec->file.name);
		o->definitions++;
		return;
	case FDP_SEND:
		digest_number(o, rec->send.message);
		digest_number(o, rec->send.time_ns);
		digest_number(o, rec->send.fds[1].file);
		o->events++;
		return;
	case FDP_RECEIVE:
		digest_number(o, rec->receive.message);
		digest_number(o, rec->receive.fds[0].fd);
		o->events++;
		return;
	default:
		o->events++;
	}
}

static void count_error(struct outcome *o, const struct fdp_reader *r, int err)
{
	const struct fdp_failure *failure = fdp_reader_failure(r);

	o->last_error = err;
	if (o->errors++)
		return;
	o->first_error = err;
	o->offset = failure->offset;
	snprintf(o->phrase, sizeof(o->phrase), "%s", failure->phrase);
}

/* Goes on over damage, as a careful program does. Must come to an end. */
static struct outcome read_all(struct fdp_reader *r)
{
	struct outcome o = {0};
	struct fdp_record rec;
	int ret;

	while ((ret = fdp_reader_next(r, &rec)) != 0) {
		if (ret > 0)
			count_record(&o, &rec);
		else
			count_error(&o, r, ret);
		cr_assert(lt(sz, o.errors, 10000));
	}
	fdp_reader_free(r);

	return o;
}

static struct outcome read_bytes(const void *data, size_t len)
{
	struct fdp_reader *r;

	cr_assert(zero(int, fdp_reader_new_memory(&r, data, len)));

	return read_all(r);
}

static struct memory_sink trace(size_t n_blocks, size_t n_events, bool ended)
{
	struct memory_sink sink;

	memory_sink_init(&sink);
	sample_trace(&sink, n_blocks, n_events, ended);

	return sink;
}

static uint32_t u32_at(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Where each frame starts; the last entry is the length of all. Returns their number. */
static size_t frames_of(const struct memory_sink *sink, size_t starts[64])
{
	size_t n = 0, at = 0;

	while (at < sink->len) {
		const uint8_t *frame = sink->data + at;
		cr_assert(lt(sz, n + 2, 64));
		starts[n++] = at;
		at += FRAME_PREFIX + u32_at(frame + 4);
		if (u32_at(frame) != FRAME_BLOCK)
			continue;
		starts[n++] = at;
		at += u32_at(frame + 40); /* packed_len */
	}
	starts[n] = at;

	return n;
}

Test(reader, a_whole_trace_reads_to_its_end)
{
	struct memory_sink sink = trace(3, 5, true);
	struct outcome o = read_bytes(sink.data, sink.len);

	cr_assert(zero(sz, o.errors));
	cr_assert(eq(sz, o.headers, 1));
	cr_assert(eq(sz, o.trailers, 1));
	cr_assert(eq(sz, o.events, 30));
	cr_assert(eq(sz, o.definitions, 3 * 7));
	memory_sink_release(&sink);
}

Test(reader, records_say_which_block_they_came_from)
{
	struct memory_sink sink = trace(3, 1, true);
	struct fdp_reader *r;
	struct fdp_record rec;

	sample_trace(&sink, 2, 1, true);
	fdp_reader_new_memory(&r, sink.data, sink.len);
	for (uint64_t block = 0; fdp_reader_next(r, &rec) > 0;) {
		if (rec.type == FDP_SEND)
			cr_assert(eq(u64, rec.block, block));
		if (rec.type == FDP_RECEIVE)
			block++;
		if (rec.type == FDP_TRAILER)
			cr_assert(eq(u64, rec.block, block));
	}
	fdp_reader_free(r);
	memory_sink_release(&sink);
}

/* Some bytes at a time, as a pipe gives them. */
struct drip {
	const uint8_t *at;
	size_t left, size;
};

static ptrdiff_t drip_source(void *ctx, void *data, size_t len)
{
	struct drip *d = ctx;
	size_t n = len < d->size ? len : d->size;

	if (n > d->left)
		n = d->left;
	memcpy(data, d->at, n);
	d->at += n;
	d->left -= n;

	return (ptrdiff_t)n;
}

Test(reader, the_size_of_the_reads_does_not_matter)
{
	static const size_t sizes[] = {1, 3, 7, 100, 4096, 1 << 20};
	struct memory_sink sink = trace(5, 20, true);
	struct outcome whole = read_bytes(sink.data, sink.len);

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct drip drip = {sink.data, sink.len, sizes[i]};
		struct fdp_reader *r;
		struct outcome o;

		cr_assert(zero(int, fdp_reader_new(&r, drip_source, &drip)));
		o = read_all(r);
		cr_assert(eq(u64, o.digest, whole.digest));
		cr_assert(zero(sz, o.errors));
	}
	memory_sink_release(&sink);
}

/* A block that has come whole is given before the next one is waited for. */
struct stop_at {
	const uint8_t *data;
	size_t at, end;
};

static ptrdiff_t stopping_source(void *ctx, void *data, size_t len)
{
	struct stop_at *s = ctx;

	if (s->at == s->end)
		return -EAGAIN;
	if (len > s->end - s->at)
		len = s->end - s->at;
	memcpy(data, s->data + s->at, len);
	s->at += len;

	return (ptrdiff_t)len;
}

Test(reader, blocks_are_given_as_soon_as_they_are_there)
{
	struct memory_sink sink = trace(3, 2, true);
	struct stop_at source = {.data = sink.data};
	size_t starts[64], n = frames_of(&sink, starts), events = 0;
	struct fdp_reader *r;
	struct fdp_record rec;

	cr_assert(zero(int, fdp_reader_new(&r, stopping_source, &source)));
	for (size_t i = 1; i <= n; i++) {
		int ret;

		source.end = starts[i];
		while ((ret = fdp_reader_next(r, &rec)) > 0)
			events += rec.type == FDP_SEND || rec.type == FDP_RECEIVE;
		cr_assert(eq(int, ret, -EAGAIN));
		if (i >= 3 && i <= 7)
			cr_assert(eq(sz, events, 4 * ((i - 1) / 2)));
	}
	cr_assert(eq(sz, events, 12));
	fdp_reader_free(r);
	memory_sink_release(&sink);
}

Test(reader, a_file_descriptor_is_read)
{
	struct memory_sink sink = trace(1, 1, true);
	struct fdp_reader *r;
	struct outcome o;
	int pipe_fds[2];

	cr_assert(zero(int, pipe(pipe_fds)));
	cr_assert(eq(sz, (size_t)write(pipe_fds[1], sink.data, sink.len), sink.len));
	close(pipe_fds[1]);
	cr_assert(zero(int, fdp_reader_new_fd(&r, pipe_fds[0])));
	o = read_all(r);
	cr_assert(eq(u64, o.digest, read_bytes(sink.data, sink.len).digest));
	close(pipe_fds[0]);
	cr_assert(zero(int, fdp_reader_new_fd(&r, pipe_fds[0])));
	cr_assert(eq(int, fdp_reader_next(r, &(struct fdp_record){0}), -EBADF));
	fdp_reader_free(r);
	memory_sink_release(&sink);
}

/* Cut at any byte: every whole block before, then "cut short", then the end. */
Test(reader, a_cut_trace_gives_every_whole_block_before_the_cut)
{
	struct memory_sink sink = trace(3, 2, true);
	size_t starts[64], n = frames_of(&sink, starts);
	size_t end_of_trailer = starts[n - 1];

	for (size_t len = 0; len < sink.len; len++) {
		struct outcome o = read_bytes(sink.data, len);
		size_t blocks = 0;

		for (size_t i = 2; i + 1 < n - 1; i += 2)
			blocks += len >= starts[i + 1];
		cr_assert(eq(sz, o.events, 4 * blocks), "cut at %zu", len);
		cr_assert(eq(sz, o.trailers, (size_t)(len >= end_of_trailer)));
		cr_assert(eq(sz, o.errors, (size_t)(len != end_of_trailer)));
		if (o.errors)
			cr_assert(eq(int, o.first_error, -ENODATA), "cut at %zu", len);
	}
	memory_sink_release(&sink);
}

Test(reader, a_section_without_a_trailer_is_cut_short)
{
	struct memory_sink sink = trace(2, 1, false);
	struct outcome o = read_bytes(sink.data, sink.len);

	cr_assert(eq(sz, o.events, 4));
	cr_assert(eq(sz, o.errors, 1));
	cr_assert(eq(int, o.first_error, -ENODATA));
	cr_assert(eq(u64, o.offset, sink.len));
	cr_assert(eq(str, o.phrase, "section ends without a trailer"));
	memory_sink_release(&sink);
}

Test(reader, a_section_follows_one_that_was_cut_short)
{
	struct memory_sink sink = trace(2, 1, false);
	size_t first = sink.len;
	struct outcome o;

	sample_trace(&sink, 1, 3, true);
	o = read_bytes(sink.data, sink.len);
	cr_assert(eq(sz, o.headers, 2));
	cr_assert(eq(sz, o.events, 10));
	cr_assert(eq(sz, o.errors, 1));
	cr_assert(eq(int, o.first_error, -ENODATA));
	cr_assert(eq(u64, o.offset, first));
	memory_sink_release(&sink);
}

Test(reader, sections_may_be_concatenated)
{
	struct memory_sink sink = trace(2, 1, true);
	struct outcome o;

	sample_trace(&sink, 3, 1, true);
	sample_trace(&sink, 0, 0, true);
	o = read_bytes(sink.data, sink.len);
	cr_assert(zero(sz, o.errors));
	cr_assert(eq(sz, o.headers, 3));
	cr_assert(eq(sz, o.trailers, 3));
	cr_assert(eq(sz, o.events, 10));
	memory_sink_release(&sink);
}

Test(reader, foreign_skippable_frames_are_passed_over)
{
	static const uint8_t foreign[] = {0x5f, 0x2a, 0x4d, 0x18, 4,   0,
					  0,	0,    'h',  'i',  '!', '\n'};
	struct memory_sink plain = trace(2, 1, true), mixed;
	size_t starts[64], n = frames_of(&plain, starts);
	struct outcome o;

	memory_sink_init(&mixed);
	for (size_t i = 0; i < n; i++) {
		memory_sink_write(&mixed, plain.data + starts[i],
				  starts[i + 1] - starts[i]);
		if (i == 0 || i == 2 || i == n - 2)
			memory_sink_write(&mixed, foreign, sizeof(foreign));
	}
	o = read_bytes(mixed.data, mixed.len);
	cr_assert(eq(u64, o.digest, read_bytes(plain.data, plain.len).digest));
	memory_sink_release(&plain);
	memory_sink_release(&mixed);
}

Test(reader, what_is_not_a_trace_is_told_so)
{
	static const char *const others[] = {
		"comm,pid\n",
		"\x28\xb5\x2f\xfd zstd",
		"\x50\x2a\x4d\x18\4\0\0\0pzstd etc",
		"P",
		"\177ELF",
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		size_t len = i == 2 ? 17 : strlen(others[i]);
		struct outcome o = read_bytes(others[i], len);

		cr_assert(eq(int, i == 3 ? -ENODATA : -EMEDIUMTYPE, o.first_error),
			  "case %zu", i);
		cr_assert(eq(sz, o.errors, 1));
	}
}

/* Each single bit: the records stay the same, or the reader says that they do not. */
Test(reader, no_flipped_bit_changes_a_trace_silently, .timeout = 60)
{
	struct memory_sink sink = trace(2, 1, true);
	struct outcome whole = read_bytes(sink.data, sink.len);

	for (size_t bit = 0; bit < 8 * sink.len; bit++) {
		struct outcome o;

		sink.data[bit / 8] ^= 1 << bit % 8;
		o = read_bytes(sink.data, sink.len);
		if (!o.errors)
			cr_assert(eq(u64, o.digest, whole.digest), "bit %zu of byte %zu",
				  bit % 8, bit / 8);
		sink.data[bit / 8] ^= 1 << bit % 8;
	}
	memory_sink_release(&sink);
}

/* Damage in one frame costs that block and no other, and is told once. */
Test(reader, the_reader_goes_on_behind_damage)
{
	struct memory_sink sink = trace(5, 10, true);
	size_t starts[64];

	frames_of(&sink, starts);
	for (size_t i = 1; i <= 10; i++) {
		size_t middle = (starts[i] + starts[i + 1]) / 2;
		struct outcome o;

		sink.data[middle] ^= 0x40;
		o = read_bytes(sink.data, sink.len);
		sink.data[middle] ^= 0x40;
		cr_assert(eq(sz, o.errors, 1), "frame %zu", i);
		cr_assert(eq(int, o.first_error, -EBADMSG));
		cr_assert(eq(u64, o.offset, starts[i % 2 ? i : i - 1]));
		cr_assert(eq(sz, o.events, 80), "frame %zu", i);
		cr_assert(eq(sz, o.trailers, 1));
	}
	memory_sink_release(&sink);
}

Test(reader, blocks_of_a_damaged_header_are_given_with_an_empty_one)
{
	struct memory_sink sink = trace(3, 10, true);
	struct fdp_reader *r;
	struct fdp_record rec;
	struct outcome o;

	sink.data[39] ^= 1; /* in an item */
	fdp_reader_new_memory(&r, sink.data, sink.len);
	cr_assert(eq(int, fdp_reader_next(r, &rec), -EBADMSG));
	cr_assert(eq(str, (char *)(uintptr_t)fdp_reader_failure(r)->phrase,
		     "checksum of the section header is wrong"));
	cr_assert(eq(int, fdp_reader_next(r, &rec), 1));
	cr_assert(eq(int, rec.type, FDP_HEADER));
	cr_assert(zero(u32, rec.header.major));
	o = read_all(r);
	cr_assert(zero(sz, o.errors));
	cr_assert(eq(sz, o.events, 60));
	memory_sink_release(&sink);
}

static struct memory_sink without_frames(const struct memory_sink *sink, size_t first,
					 size_t last)
{
	struct memory_sink out;
	size_t starts[64];

	memory_sink_init(&out);
	frames_of(sink, starts);
	memory_sink_write(&out, sink->data, starts[first]);
	memory_sink_write(&out, sink->data + starts[last + 1],
			  sink->len - starts[last + 1]);

	return out;
}

Test(reader, a_block_that_was_taken_out_is_missed)
{
	struct memory_sink whole = trace(4, 1, true);
	struct memory_sink middle = without_frames(&whole, 3, 4),
			   end = without_frames(&whole, 7, 8);
	struct outcome o = read_bytes(middle.data, middle.len);

	cr_assert(eq(sz, o.errors, 1));
	cr_assert(eq(str, o.phrase, "block 2 where 1 is expected"));
	cr_assert(eq(sz, o.events, 6));
	o = read_bytes(end.data, end.len);
	cr_assert(eq(sz, o.errors, 1));
	cr_assert(eq(str, o.phrase, "trailer after 3 blocks counts 4"));
	cr_assert(eq(sz, o.events, 6));
	cr_assert(eq(sz, o.trailers, 1));
	memory_sink_release(&whole);
	memory_sink_release(&middle);
	memory_sink_release(&end);
}

Test(reader, a_block_that_comes_twice_is_given_once)
{
	struct memory_sink whole = trace(2, 1, true), twice;
	size_t starts[64];
	struct outcome o;

	memory_sink_init(&twice);
	frames_of(&whole, starts);
	memory_sink_write(&twice, whole.data, starts[3]);
	memory_sink_write(&twice, whole.data + starts[1], whole.len - starts[1]);
	o = read_bytes(twice.data, twice.len);
	cr_assert(eq(sz, o.errors, 1));
	cr_assert(eq(str, o.phrase, "block 0 comes again or too late"));
	cr_assert(eq(sz, o.events, 4));
	memory_sink_release(&whole);
	memory_sink_release(&twice);
}

/* The numbers of one section mean nothing in another. */
Test(reader, blocks_without_their_header_are_not_taken_for_the_last_section)
{
	struct memory_sink sink = trace(1, 1, true), other, headless;
	const struct fdp_header header = {.cpus = 99};
	const struct fdp_record rec = {.type = FDP_FILE_END};
	struct fdp_writer *w;
	struct outcome o;

	memory_sink_init(&other);
	fdp_writer_new(&w, &header, memory_sink_write, &other);
	fdp_writer_add(w, &rec);
	fdp_writer_finish(w, &(struct fdp_trailer){0});
	fdp_writer_free(w);
	headless = without_frames(&other, 0, 0);
	memory_sink_write(&sink, headless.data, headless.len);
	o = read_bytes(sink.data, sink.len);
	cr_assert(eq(sz, o.errors, 1));
	cr_assert(eq(str, o.phrase, "section header is missing"));
	cr_assert(eq(sz, o.headers, 2));
	cr_assert(eq(sz, o.events, 3));
	memory_sink_release(&sink);
	memory_sink_release(&other);
	memory_sink_release(&headless);
}

Test(reader, rubbish_between_sections_is_told_and_passed_over)
{
	struct memory_sink sink = trace(1, 1, true);
	struct outcome o;

	memory_sink_write(&sink, "some rubbish, longer than a frame's head", 40);
	sample_trace(&sink, 1, 1, true);
	o = read_bytes(sink.data, sink.len);
	cr_assert(eq(sz, o.errors, 1));
	cr_assert(eq(int, o.first_error, -EBADMSG));
	cr_assert(eq(sz, o.events, 4));
	cr_assert(eq(sz, o.trailers, 2));
	memory_sink_release(&sink);
}

Test(reader, more_sections_than_the_limit_are_refused)
{
	struct memory_sink section = trace(0, 0, true), many;
	struct outcome o;

	memory_sink_init(&many);
	for (size_t i = 0; i < FDP_SECTIONS_MAX; i++)
		memory_sink_write(&many, section.data, section.len);
	cr_assert(zero(sz, read_bytes(many.data, many.len).errors));
	memory_sink_write(&many, section.data, section.len);
	o = read_bytes(many.data, many.len);
	cr_assert(eq(int, o.first_error, -EBADMSG));
	cr_assert(eq(str, o.phrase, "more than 4096 sections"));
	cr_assert(eq(sz, o.headers, FDP_SECTIONS_MAX));
	memory_sink_release(&section);
	memory_sink_release(&many);
}

/* Beginnings of frames, each of which claims 64 KiB, must not cost a hash each. */
Test(reader, a_search_through_false_frames_takes_no_long_time, .timeout = 10)
{
	static uint8_t rubbish[16 << 20];
	struct memory_sink sink = trace(1, 1, false);
	struct outcome o;

	for (size_t i = 0; i + 12 <= sizeof(rubbish); i += 12)
		memcpy(rubbish + i,
		       "\x50\x2a\x4d\x18\xf8\xff\0\0\x89"
		       "FDP",
		       12);
	memory_sink_write(&sink, "xxxxxxxx", 8);
	memory_sink_write(&sink, rubbish, sizeof(rubbish));
	o = read_bytes(sink.data, sink.len);
	cr_assert(eq(sz, o.events, 2));
	cr_assert(eq(sz, o.errors, 2));
	memory_sink_release(&sink);
}

Test(reader, a_failed_call_leaves_the_record_alone)
{
	struct fdp_record rec;
	const uint8_t *bytes = (const uint8_t *)&rec;
	struct fdp_reader *r;

	memset(&rec, 0x5a, sizeof(rec));
	fdp_reader_new_memory(&r, "no trace", 8);
	cr_assert(eq(int, fdp_reader_next(r, &rec), -EMEDIUMTYPE));
	for (size_t i = 0; i < sizeof(rec); i++)
		cr_assert(eq(u8, bytes[i], 0x5a));
	cr_assert(zero(int, fdp_reader_next(r, &rec)));
	fdp_reader_free(r);
}
