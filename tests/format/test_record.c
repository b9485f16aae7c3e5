/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../format/record.h"
#include "../lib/trace.h"

static uint8_t space[4 * FDP_RECORD_MAX];
static struct fdp_descriptor fds[FDP_FDS_MAX];
static struct failure why;

static struct buffer empty_buffer(void)
{
	return (struct buffer){.data = space, .cap = sizeof(space)};
}

static struct codec fresh_codec(void)
{
	struct codec c = {.fds = fds};

	codec_reset(&c);

	return c;
}

static int decode(struct fdp_record *rec, const uint8_t *data, size_t len)
{
	struct codec c = fresh_codec();
	struct cursor in = {.at = data, .end = data + len};

	return record_decode(rec, &in, &c, &why);
}

Test(record, every_type_comes_back_with_extreme_values)
{
	static struct sample_space texts;

	for (size_t i = 0; i < n_sample_types; i++) {
		for (int sample = 0; sample < SAMPLE_COUNT; sample++) {
			struct fdp_record before, after;
			struct buffer out = empty_buffer();
			struct codec c = fresh_codec();

			sample_record(&before, sample_types[i], (enum sample)sample,
				      &texts);
			cr_assert(zero(int, record_encode(&out, &before, &c)));
			cr_assert(eq(int, decode(&after, out.data, out.len), 1));
			cr_assert(records_equal(&before, &after), "%s, sample %d",
				  fdp_type_name(sample_types[i]), sample);
		}
	}
}

Test(record, types_that_follow_each_other_come_back)
{
	static struct sample_space texts;
	struct buffer out = empty_buffer();
	struct codec c = fresh_codec();
	struct cursor in;

	for (size_t i = 0; i < n_sample_types; i++) {
		struct fdp_record rec;

		sample_record(&rec, sample_types[i], SAMPLE_COUNTED, &texts);
		cr_assert(zero(int, record_encode(&out, &rec, &c)));
	}
	c = fresh_codec();
	in = (struct cursor){.at = out.data, .end = out.data + out.len};
	for (size_t i = 0; i < n_sample_types; i++) {
		struct fdp_record before, after;

		sample_record(&before, sample_types[i], SAMPLE_COUNTED, &texts);
		cr_assert(eq(int, record_decode(&after, &in, &c, &why), 1));
		cr_assert(records_equal(&before, &after), "%s",
			  fdp_type_name(sample_types[i]));
	}
	cr_assert(zero(sz, cursor_left(&in)));
}

static size_t field_size(const struct field *f)
{
	switch ((enum coding)f->coding) {
	case CODING_BOOL:
		return sizeof(bool);
	case CODING_U32:
	case CODING_S32:
	case CODING_NS:
		return sizeof(uint32_t);
	case CODING_TEXT:
		return sizeof(struct fdp_text);
	default:
		return sizeof(uint64_t);
	}
}

static int compare_size(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Members that no field names would leave a gap that no alignment explains. */
Test(record, the_table_names_every_member)
{
	for (size_t i = 0; i < n_sample_types; i++) {
		const struct record_type *row = record_type_find(sample_types[i]);
		size_t spans[64][2] = {0}, n = 0, at;

		for (size_t k = 0; k < row->n_fields; k++) {
			spans[n][0] = row->fields[k].offset;
			spans[n++][1] = field_size(&row->fields[k]);
			if (row->fields[k].coding != CODING_FDS)
				continue;
			spans[n][0] = row->fields[k].count;
			spans[n++][1] = sizeof(uint32_t);
		}
		qsort(spans, n, sizeof(*spans), compare_size);
		at = offsetof(struct fdp_record, process);
		for (size_t k = 0; k < n; k++) {
			size_t align = spans[k][1] > 8 ? 8 : spans[k][1];

			at = (at + align - 1) / align * align;
			cr_assert(eq(sz, spans[k][0], at), "%s", row->name);
			at += spans[k][1];
		}
	}
}

Test(record, every_truncation_is_an_error)
{
	static struct sample_space texts;

	for (size_t i = 0; i < n_sample_types; i++) {
		struct fdp_record rec, untouched;
		struct buffer out = empty_buffer();
		struct codec c = fresh_codec();

		sample_record(&rec, sample_types[i], SAMPLE_COUNTED, &texts);
		record_encode(&out, &rec, &c);
		for (size_t len = 0; len < out.len; len++)
			cr_assert(eq(int, decode(&untouched, out.data, len), -EBADMSG),
				  "%s cut to %zu", fdp_type_name(rec.type), len);
	}
}

/* A body that ends early, inside a length that is whole. */
Test(record, a_field_that_is_missing_is_an_error)
{
	static const uint8_t queue[] = {3, FDP_QUEUE, 2, 2};
	struct fdp_record rec;

	cr_assert(eq(int, decode(&rec, queue, sizeof(queue)), -EBADMSG));
	cr_assert(eq(str, why.phrase, "queue record is malformed"));
}

Test(record, fields_of_a_later_version_are_passed_over)
{
	static const uint8_t file_ends[] = {5, FDP_FILE_END, 2, 4, 99, /* and one more */
					    3, FDP_FILE_END, 2, 4};
	struct cursor in = {.at = file_ends, .end = file_ends + sizeof(file_ends)};
	struct codec c = fresh_codec();
	struct fdp_record rec;

	cr_assert(eq(int, decode(&rec, (const uint8_t[]){4, FDP_FILE_END, 2, 4, 99}, 5),
		     1));
	cr_assert(eq(u64, rec.file_end.time_ns, 1));
	cr_assert(eq(u64, rec.file_end.file, 2));
	/* The length rules, not the fields: here it swallows the next length. */
	cr_assert(eq(int, record_decode(&rec, &in, &c, &why), 1));
	cr_assert(eq(sz, cursor_left(&in), 3));
}

Test(record, an_unknown_type_is_passed_over_unless_it_is_critical)
{
	struct fdp_record rec = {.block = 5};

	cr_assert(zero(int, decode(&rec, (const uint8_t[]){3, 100, 1, 2}, 4)));
	cr_assert(eq(int, decode(&rec, (const uint8_t[]){3, 101, 1, 2}, 4),
		     -EPROTONOSUPPORT));
	cr_assert(eq(str, why.phrase, "record type 101 is newer than this reader"));
	cr_assert(eq(u64, rec.block, 5));
}

Test(record, header_and_trailer_are_no_records)
{
	struct fdp_record rec;

	cr_assert(eq(int, decode(&rec, (const uint8_t[]){1, FDP_HEADER}, 2), -EBADMSG));
	cr_assert(eq(int, decode(&rec, (const uint8_t[]){1, FDP_TRAILER}, 2), -EBADMSG));
}

Test(record, a_record_longer_than_the_limit_is_an_error)
{
	struct fdp_record rec;
	struct buffer out = empty_buffer();

	put_varint(&out, FDP_RECORD_MAX + 1);
	cr_assert(eq(int, decode(&rec, space, out.len + FDP_RECORD_MAX + 1), -EBADMSG));
	cr_assert(eq(str, why.phrase, "record length 65537 exceeds 65536"));
}

Test(record, more_descriptors_than_the_limit_are_an_error)
{
	struct fdp_descriptor many[FDP_FDS_MAX + 1] = {0};
	struct fdp_record rec = {.type = FDP_SEND};
	struct buffer out = empty_buffer();
	struct codec c = fresh_codec();

	rec.send.n_fds = FDP_FDS_MAX + 1;
	rec.send.fds = many;
	cr_assert(eq(int, record_encode(&out, &rec, &c), -EINVAL));
	cr_assert(zero(sz, out.len));
	rec.send.n_fds = 0;
	cr_assert(zero(int, record_encode(&out, &rec, &c)));
	out.len--; /* the count */
	put_varint(&out, FDP_FDS_MAX + 1);
	for (size_t i = 0; i < 2 * FDP_FDS_MAX + 2; i++)
		put_varint(&out, 0);
	space[0] = 1; /* a longer length, in two bytes, in front */
	memmove(space + 2, space + 1, out.len - 1);
	space[0] = (uint8_t)((out.len - 1) | 0x80);
	space[1] = (uint8_t)((out.len - 1) >> 7);
	cr_assert(eq(int, decode(&rec, space, out.len + 1), -EBADMSG));
}

Test(record, what_does_not_fit_leaves_no_trace)
{
	static struct sample_space texts;
	struct fdp_record rec;
	struct codec c = fresh_codec(), before = c;
	struct buffer out = {.data = space};

	sample_record(&rec, FDP_SEND, SAMPLE_GREATEST, &texts);
	for (out.cap = 0; out.cap < 1000; out.cap += 7) {
		cr_assert(eq(int, record_encode(&out, &rec, &c), -ENOBUFS));
		cr_assert(zero(sz, out.len));
		cr_assert(not(out.full));
		cr_assert(zero(i32, memcmp(&c, &before, sizeof(c))));
	}
}

Test(record, a_text_longer_than_the_limit_is_refused)
{
	static char text[FDP_STRING_MAX + 1];
	struct fdp_record rec = {.type = FDP_SOCKET};
	struct buffer out = empty_buffer();
	struct codec c = fresh_codec();

	rec.socket.name = (struct fdp_text){text, sizeof(text)};
	cr_assert(eq(int, record_encode(&out, &rec, &c), -EINVAL));
	rec.socket.name.len--;
	cr_assert(zero(int, record_encode(&out, &rec, &c)));
}

Test(record, the_largest_record_is_within_the_limit)
{
	static struct sample_space texts;

	for (size_t i = 0; i < n_sample_types; i++) {
		struct fdp_record rec;
		struct buffer out = empty_buffer();
		struct codec c = fresh_codec();

		sample_record(&rec, sample_types[i], SAMPLE_GREATEST, &texts);
		record_encode(&out, &rec, &c);
		cr_assert(le(sz, out.len, FDP_RECORD_MAX));
	}
}

struct references {
	char list[256];
};

static void reference_note(void *ctx, enum fdp_type type, uint64_t id)
{
	struct references *r = ctx;
	size_t len = strlen(r->list);

	snprintf(r->list + len, sizeof(r->list) - len, "%s %d, ", fdp_type_name(type),
		 (int)id);
}

Test(record, references_are_what_a_block_must_define)
{
	const struct fdp_descriptor passed[] = {{7, 0}, {8, 0}};
	const struct fdp_record send = {.type = FDP_SEND,
					.send = {.process = 1,
						 .socket = 2,
						 .receiver = 3,
						 .n_fds = 2,
						 .fds = passed}};
	const struct fdp_record file = {.type = FDP_FILE, .file = {.id = 9, .socket = 4}};
	const struct fdp_record socket = {.type = FDP_SOCKET,
					  .socket = {.id = 4, .peer = 5}};
	struct references r = {""};

	record_references(&send, reference_note, &r);
	cr_assert(eq(str, r.list, "process 1, socket 2, socket 3, file 7, file 8, "));
	r.list[0] = '\0';
	record_references(&file, reference_note, &r);
	cr_assert(eq(str, r.list, "socket 4, "));
	r.list[0] = '\0';
	record_references(&socket, reference_note, &r);
	cr_assert(eq(str, r.list, ""));
}

Test(record, definitions_are_critical)
{
	for (uint32_t type = 2; type < 64; type++) {
		const struct record_type *row = record_type_find(type);

		if (row && row->definition)
			cr_assert(type & 1, "%s", row->name);
	}
}

Test(record, types_have_names)
{
	cr_assert(zero(i32, strcmp(fdp_type_name(FDP_SEND), "send")));
	cr_assert(zero(i32, strcmp(fdp_type_name(FDP_TRAILER), "trailer")));
	cr_assert(zero(i32, strcmp(fdp_type_name(99), "unknown")));
	for (size_t i = 0; i < n_sample_types; i++)
		cr_assert(strcmp(fdp_type_name(sample_types[i]), "unknown") != 0);
}
