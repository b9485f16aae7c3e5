/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <string.h>

#include "../../format/bytes.h"

static const uint64_t numbers[] = {
	0,
	1,
	127,
	128,
	16383,
	16384,
	UINT32_MAX,
	UINT64_C(1) << 32,
	INT64_MAX,
	UINT64_C(1) << 63,
	UINT64_MAX - 1,
	UINT64_MAX,
};
#define N_NUMBERS (sizeof(numbers) / sizeof(*numbers))

static struct cursor cursor_over(const void *data, size_t len)
{
	const uint8_t *at = data;

	return (struct cursor){.at = at, .end = at + len};
}

Test(bytes, varints_come_back)
{
	uint8_t space[VARINT_MAX];

	for (size_t i = 0; i < N_NUMBERS; i++) {
		struct buffer out = {.data = space, .cap = sizeof(space)};
		struct cursor in;

		put_varint(&out, numbers[i]);
		cr_assert(eq(sz, out.len, varint_len(numbers[i])));
		in = cursor_over(space, out.len);
		cr_assert(eq(u64, take_varint(&in), numbers[i]));
		cr_assert(not(in.bad));
		cr_assert(zero(sz, cursor_left(&in)));
	}
}

Test(bytes, a_varint_that_is_cut_is_bad)
{
	uint8_t space[VARINT_MAX];

	for (size_t i = 0; i < N_NUMBERS; i++) {
		struct buffer out = {.data = space, .cap = sizeof(space)};

		put_varint(&out, numbers[i]);
		for (size_t len = 0; len < out.len; len++) {
			struct cursor in = cursor_over(space, len);

			take_varint(&in);
			cr_assert(in.bad, "%zu of %zu bytes", len, out.len);
		}
	}
}

Test(bytes, a_number_has_one_spelling)
{
	static const struct {
		const char *bytes;
		size_t len;
	} bad[] = {
		{"\x80\x00", 2},
		{"\xff\x00", 2},
		{"\x81\x80\x00", 3},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81", 10},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x80\x01", 11},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct cursor in = cursor_over(bad[i].bytes, bad[i].len);

		take_varint(&in);
		cr_assert(in.bad, "case %zu", i);
	}
}

Test(bytes, a_32_bit_number_that_is_greater_is_bad)
{
	struct cursor in = cursor_over("\xff\xff\xff\xff\x0f", 5);

	cr_assert(eq(u32, take_varint32(&in), UINT32_MAX));
	cr_assert(not(in.bad));
	in = cursor_over("\x80\x80\x80\x80\x10", 5);
	take_varint32(&in);
	cr_assert(in.bad);
}

Test(bytes, numbers_of_fixed_size_are_little_endian)
{
	uint8_t space[14];
	struct buffer out = {.data = space, .cap = sizeof(space)};
	struct cursor in = cursor_over(space, sizeof(space));

	put_u16(&out, 0x0102);
	put_u32(&out, 0x03040506);
	put_u64(&out, 0x0708090a0b0c0d0e);
	cr_assert(not(out.full));
	cr_assert(zero(i32, memcmp(space, "\2\1\6\5\4\3\16\15\14\13\12\11\10\7", 14)));
	cr_assert(eq(u16, take_u16(&in), 0x0102));
	cr_assert(eq(u32, take_u32(&in), 0x03040506));
	cr_assert(eq(u64, take_u64(&in), 0x0708090a0b0c0d0e));
	cr_assert(not(in.bad));
	take_u16(&in);
	cr_assert(in.bad);
}

Test(bytes, zigzag_keeps_every_number)
{
	static const int64_t values[] = {0, -1, 1, -2, INT32_MIN, INT64_MAX, INT64_MIN};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		cr_assert(eq(i64, unzigzag(zigzag(values[i])), values[i]));
	cr_assert(eq(u64, zigzag(-1), 1));
	cr_assert(eq(u64, zigzag(1), 2));
}

Test(bytes, a_full_buffer_takes_nothing_and_says_so)
{
	uint8_t space[4] = {0, 0, 0, 0x5a};
	struct buffer out = {.data = space, .cap = 3};

	put_u32(&out, UINT32_MAX);
	cr_assert(out.full);
	cr_assert(zero(sz, out.len));
	cr_assert(eq(u8, space[3], 0x5a));
}

Test(bytes, a_text_must_fit_in_what_is_left)
{
	struct cursor in = cursor_over("\3abc", 4);
	struct fdp_text text = take_text(&in);

	cr_assert(eq(sz, text.len, 3));
	cr_assert(zero(i32, memcmp(text.data, "abc", 3)));
	in = cursor_over("\4abc", 4);
	text = take_text(&in);
	cr_assert(in.bad);
	cr_assert(zero(sz, text.len));
}

Test(bytes, a_text_longer_than_the_limit_is_bad)
{
	static char space[FDP_STRING_MAX + 3] = "\x81\x20"; /* 4097 */
	struct cursor in = cursor_over(space, sizeof(space));

	take_text(&in);
	cr_assert(in.bad);
	space[0] = '\x80'; /* 4096 */
	in = cursor_over(space, sizeof(space));
	cr_assert(eq(sz, take_text(&in).len, FDP_STRING_MAX));
	cr_assert(not(in.bad));
}

Test(bytes, a_bad_cursor_stays_bad)
{
	struct cursor in = cursor_over("\x80", 1);

	take_varint(&in);
	cr_assert(zero(u64, take_varint(&in)));
	cr_assert(zero(u32, take_u32(&in)));
	cr_assert(in.bad);
}
