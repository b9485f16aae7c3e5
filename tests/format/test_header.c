/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <string.h>

#include "../../format/frame.h"
#include "../../format/header.h"
#include "../lib/trace.h"

static uint8_t space[FDP_HEADER_MAX];
static struct header_lists lists;
static struct failure why;

static struct buffer empty_buffer(void)
{
	return (struct buffer){.data = space, .cap = sizeof(space)};
}

/* Puts a changed frame right again: size and checksum. */
static void frame_reseal(struct buffer *frame)
{
	frame->len -= FRAME_SUM_LEN;
	frame_close(frame, 0);
}

static struct buffer sample_head(void)
{
	struct buffer out = empty_buffer();
	struct fdp_header header;
	uint32_t section;

	sample_header(&header);
	cr_assert(zero(int, header_encode(&out, &header, &section)));

	return out;
}

static int decode(struct fdp_header *header, const struct buffer *frame)
{
	uint32_t section;

	return header_decode(header, &lists, &section, frame->data, frame->len, &why);
}

Test(header, everything_said_comes_back)
{
	struct buffer frame = sample_head();
	struct fdp_header before, after;
	uint32_t section;

	sample_header(&before);
	cr_assert(zero(int, header_decode(&after, &lists, &section, frame.data, frame.len,
					  &why)));
	cr_assert(headers_equal(&before, &after));
	cr_assert(eq(u32, after.major, FDP_VERSION_MAJOR));
	cr_assert(eq(u32, after.minor, FDP_VERSION_MINOR));
}

Test(header, nothing_said_comes_back_as_nothing)
{
	const struct fdp_header before = {0};
	struct buffer out = empty_buffer();
	struct fdp_header after;
	uint32_t section;

	cr_assert(zero(int, header_encode(&out, &before, &section)));
	cr_assert(zero(int, decode(&after, &out)));
	cr_assert(headers_equal(&before, &after));
}

Test(header, any_flipped_bit_is_noticed)
{
	struct buffer frame = sample_head();
	struct fdp_header header;

	for (size_t bit = 8 * FRAME_PREFIX; bit < 8 * frame.len; bit++) {
		frame.data[bit / 8] ^= 1 << bit % 8;
		cr_assert(lt(int, decode(&header, &frame), 0), "bit %zu", bit);
		frame.data[bit / 8] ^= 1 << bit % 8;
	}
}

Test(header, every_truncation_is_an_error)
{
	struct buffer frame = sample_head();
	struct fdp_header header;
	size_t whole = frame.len;

	for (frame.len = FRAME_PREFIX; frame.len < whole; frame.len++)
		cr_assert(eq(int, decode(&header, &frame), -EBADMSG));
}

/* Offsets in the frame, as SPEC.md gives them. */
#define MAJOR_AT 16
#define FLAGS_AT 20
#define DEMANDS_AT 28

Test(header, another_major_version_is_newer_than_us)
{
	struct buffer frame = sample_head();
	struct fdp_header header;

	frame.data[MAJOR_AT] = 2;
	cr_assert(eq(int, decode(&header, &frame), -EPROTONOSUPPORT));
	cr_assert(eq(str, why.phrase, "format version 2.2, this reader knows 1"));
}

Test(header, another_minor_version_is_read)
{
	struct buffer frame = sample_head();
	struct fdp_header header;

	frame.data[MAJOR_AT + 2] = 9;
	frame_reseal(&frame);
	cr_assert(zero(int, decode(&header, &frame)));
	cr_assert(eq(u32, header.minor, 9));
}

Test(header, an_unknown_flag_is_ignored)
{
	struct buffer frame = sample_head();
	struct fdp_header before, after;

	sample_header(&before);
	frame.data[FLAGS_AT + 7] = 0x80;
	frame_reseal(&frame);
	cr_assert(zero(int, decode(&after, &frame)));
	cr_assert(headers_equal(&before, &after));
}

Test(header, an_unknown_demand_is_refused_by_its_bit)
{
	struct buffer frame = sample_head();
	struct fdp_header header;

	frame.data[DEMANDS_AT + 1] = 0x10;
	frame_reseal(&frame);
	cr_assert(eq(int, decode(&header, &frame), -EPROTONOSUPPORT));
	cr_assert(eq(str, why.phrase,
		     "section needs feature bit 12, newer than this reader"));
}

static struct buffer with_item(uint32_t tag, const char *value, size_t len)
{
	struct buffer frame = sample_head();

	frame.len -= FRAME_SUM_LEN;
	put_varint(&frame, tag);
	put_text(&frame, (struct fdp_text){value, len});
	frame_close(&frame, 0);

	return frame;
}

Test(header, an_unknown_item_is_passed_over)
{
	struct buffer frame = with_item(1000, "later", 5);
	struct fdp_header before, after;

	sample_header(&before);
	cr_assert(zero(int, decode(&after, &frame)));
	cr_assert(headers_equal(&before, &after));
}

Test(header, an_item_that_comes_twice_is_malformed)
{
	struct buffer frame = with_item(1, "again", 5);
	struct fdp_header header;

	cr_assert(eq(int, decode(&header, &frame), -EBADMSG));
	cr_assert(eq(str, why.phrase, "item 1 of the section header is malformed"));
}

Test(header, more_hooks_than_the_limit_are_refused)
{
	static struct fdp_hook hooks[FDP_HOOKS_MAX + 1];
	struct fdp_header header = {.n_hooks = FDP_HOOKS_MAX, .hooks = hooks};
	struct buffer out = empty_buffer();
	uint32_t section;

	cr_assert(zero(int, header_encode(&out, &header, &section)));
	out.len -= FRAME_SUM_LEN;
	put_varint(&out, 13); /* a hook */
	put_text(&out, (struct fdp_text){"\0\0\0", 3});
	frame_close(&out, 0);
	cr_assert(eq(int, decode(&header, &out), -EBADMSG));

	header = (struct fdp_header){.n_hooks = FDP_HOOKS_MAX + 1, .hooks = hooks};
	out = empty_buffer();
	cr_assert(eq(int, header_encode(&out, &header, &section), -EINVAL));
}

Test(header, a_text_longer_than_the_limit_is_refused)
{
	static char text[FDP_STRING_MAX + 1];
	struct fdp_header header = {.kernel = {text, sizeof(text)}};
	struct buffer out = empty_buffer();
	uint32_t section;

	cr_assert(eq(int, header_encode(&out, &header, &section), -EINVAL));
}

Test(header, a_header_longer_than_the_limit_is_refused)
{
	static char text[FDP_STRING_MAX];
	struct fdp_text spots[FDP_BLIND_SPOTS_MAX];
	struct fdp_header header = {.n_blind_spots = 17, .blind_spots = spots};
	struct buffer out = empty_buffer();
	uint32_t section;

	for (size_t i = 0; i < FDP_BLIND_SPOTS_MAX; i++)
		spots[i] = (struct fdp_text){text, sizeof(text)};
	cr_assert(eq(int, header_encode(&out, &header, &section), -EINVAL));
}

Test(header, a_trailer_comes_back)
{
	const struct section_end end = {.section = 0x01020304, .blocks = 77};
	struct section_end read;
	struct fdp_trailer before, after;
	struct buffer out = empty_buffer();

	sample_trailer(&before);
	cr_assert(zero(int, trailer_encode(&out, &before, &end)));
	cr_assert(zero(int, trailer_decode(&after, &read, out.data, out.len, &why)));
	cr_assert(eq(u32, after.stop, before.stop));
	cr_assert(eq(u64, after.messages, before.messages));
	cr_assert(eq(u64, after.descriptors, before.descriptors));
	cr_assert(eq(u64, after.receives, before.receives));
	cr_assert(eq(u64, after.clock.error_ns, before.clock.error_ns));
	cr_assert(zero(i32, memcmp(after.lost, before.lost, sizeof(after.lost))));
	cr_assert(eq(u32, read.section, end.section));
	cr_assert(eq(u64, read.blocks, end.blocks));
}

Test(header, a_loss_of_a_later_version_is_one)
{
	const struct section_end end = {0};
	const struct fdp_trailer before = {.stop = 1};
	struct section_end read;
	struct fdp_trailer after;
	struct buffer out = empty_buffer();

	trailer_encode(&out, &before, &end);
	out.len -= FRAME_SUM_LEN;
	put_varint(&out, 6);
	put_text(&out, (struct fdp_text){"\x70\0\1", 3});
	put_varint(&out, 6);
	put_text(&out, (struct fdp_text){"\0\x70\2", 3});
	frame_close(&out, 0);
	cr_assert(zero(int, trailer_decode(&after, &read, out.data, out.len, &why)));
	cr_assert(eq(u32, after.stop, 1));
	cr_assert(eq(u64, after.lost[FDP_CAUSE_MISSED][FDP_LOST_SEND], 1));
	cr_assert(eq(u64, after.lost[FDP_CAUSE_RING][FDP_LOST_SEND], 2));
}

Test(header, any_flipped_bit_of_a_trailer_is_noticed)
{
	const struct section_end end = {.section = 1, .blocks = 2};
	struct section_end read;
	struct fdp_trailer trailer;
	struct buffer out = empty_buffer();

	sample_trailer(&trailer);
	trailer_encode(&out, &trailer, &end);
	for (size_t bit = 0; bit < 8 * out.len; bit++) {
		out.data[bit / 8] ^= 1 << bit % 8;
		cr_assert(eq(int,
			     trailer_decode(&trailer, &read, out.data, out.len, &why),
			     -EBADMSG),
			  "bit %zu", bit);
		out.data[bit / 8] ^= 1 << bit % 8;
	}
}
