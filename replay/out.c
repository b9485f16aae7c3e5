// SPDX-License-Identifier: BSD-2-Clause
#include "out.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define OUT_SIZE (128 * 1024)

int out_init(struct out *o, int fd)
{
	*o = (struct out){.fd = fd};
	o->data = malloc(OUT_SIZE);
	if (!o->data)
		return -ENOMEM;
	o->size = OUT_SIZE;
	return 0;
}

void out_release(struct out *o)
{
	free(o->data);
	*o = (struct out){.fd = -1};
}

static void out_write(struct out *o)
{
	size_t done = 0;
	while (done < o->len) {
		ssize_t n = write(o->fd, o->data + done, o->len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			o->err = -errno;
			break;
		}
		done += (size_t)n;
	}
	o->len = 0;
}

static bool out_grow(struct out *o, size_t len)
{
	size_t size = o->size;
	while (len > size - o->len) {
		if (size > SIZE_MAX / 2)
			return false;
		size *= 2;
	}
	char *data = realloc(o->data, size);
	if (!data)
		return false;
	o->data = data;
	o->size = size;
	return true;
}

bool out_room(struct out *o, size_t len)
{
	if (o->fd >= 0 && !o->err)
		out_write(o);
	if (o->err)
		return false;
	if (len > o->size - o->len && !out_grow(o, len))
		o->err = -ENOMEM;
	return !o->err;
}

int out_finish(struct out *o)
{
	if (o->fd >= 0 && !o->err)
		out_write(o);
	return o->err;
}

/*
 * Eight decimal digits, the first one in the lowest byte: halves of four digits, then of
 * two, then of one, all of a kind at once. 10486 / 2^20 is 1/100 for numbers below
 * 10,000, and 103 / 2^10 is 1/10 for those below 100.
 */
static uint64_t eight_digits(uint32_t value)
{
	uint64_t fours = value / 10000 | (uint64_t)(value % 10000) << 32;
	uint64_t high = fours * 10486 >> 20 & 0x0000007f0000007f;
	uint64_t pairs = high | (fours - high * 100) << 16;
	high = pairs * 103 >> 10 & 0x000f000f000f000f;
	return high | (pairs - high * 10) << 8;
}

#define EIGHT_DIGITS 100000000
#define NUMBER_ROOM 32

static void put_eight(struct out *o, uint64_t digits, size_t len)
{
	uint64_t text = htole64((digits | 0x3030303030303030) >> (8 - len) * 8);
	memcpy(o->data + o->len, &text, sizeof(text));
	o->len += len;
}

/* Without leading zeros. There is room for the eight bytes that are written. */
static void put_small(struct out *o, uint32_t value)
{
	uint64_t digits = eight_digits(value);
	put_eight(o, digits, digits ? 8 - (size_t)__builtin_ctzll(digits) / 8 : 1);
}

static void put_large(struct out *o, uint64_t value)
{
	if (value / EIGHT_DIGITS >= EIGHT_DIGITS)
		put_large(o, value / EIGHT_DIGITS);
	else
		put_small(o, (uint32_t)(value / EIGHT_DIGITS));
	put_eight(o, eight_digits(value % EIGHT_DIGITS), 8);
}

void out_u64(struct out *o, uint64_t value)
{
	if (o->size - o->len < NUMBER_ROOM && !out_room(o, NUMBER_ROOM))
		return;
	if (value < EIGHT_DIGITS)
		put_small(o, (uint32_t)value);
	else
		put_large(o, value);
}

void out_padded(struct out *o, uint64_t value, unsigned width)
{
	uint64_t least = 1; /* number of so many digits */
	for (unsigned i = 1; i < width && i < 20; i++)
		least *= 10;
	for (; value < least && least > 1; least /= 10)
		out_char(o, '0');
	out_u64(o, value);
}

void out_i64(struct out *o, int64_t value)
{
	if (value < 0)
		out_char(o, '-');
	out_u64(o, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void out_tint(struct out *o, enum tint tint)
{
	if (o->look.color)
		out_word(o, tint_sequence(tint));
}

void out_spaces(struct out *o, size_t n)
{
	static const char spaces[] = "                                ";
	for (; n >= sizeof(spaces); n -= sizeof(spaces) - 1)
		out_bytes(o, spaces, sizeof(spaces) - 1);
	out_bytes(o, spaces, n);
}
