// SPDX-License-Identifier: BSD-2-Clause
#include "out.h"

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

void out_padded(struct out *o, uint64_t value, unsigned width)
{
	/* Two digits a division: most of what is printed are numbers. */
	static const char pairs[] = "0001020304050607080910111213141516171819"
				    "2021222324252627282930313233343536373839"
				    "4041424344454647484950515253545556575859"
				    "6061626364656667686970717273747576777879"
				    "8081828384858687888990919293949596979899";
	char digits[20];
	char *const end = digits + sizeof(digits), *at = end;
	while (value >= 10) {
		at -= 2;
		memcpy(at, pairs + value % 100 * 2, 2);
		value /= 100;
	}
	if (value || at == end)
		*--at = (char)('0' + value);
	while ((size_t)(end - at) < width && at > digits)
		*--at = '0';
	out_bytes(o, at, (size_t)(end - at));
}

void out_u64(struct out *o, uint64_t value)
{
	out_padded(o, value, 0);
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
