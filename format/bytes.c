/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes: see bytes.h. */
#include "bytes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int buffer_init(struct buffer *b, size_t cap)
{
	*b = (struct buffer){.data = malloc(cap), .cap = cap};

	return b->data ? 0 : -ENOMEM;
}

void buffer_release(struct buffer *b)
{
	free(b->data);
	*b = (struct buffer){0};
}

void put_bytes(struct buffer *b, const void *data, size_t len)
{
	if (len > b->cap - b->len) {
		b->full = true;
		return;
	}
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
}

static void put_little_endian(struct buffer *b, uint64_t value, size_t len)
{
	uint8_t bytes[sizeof(value)];

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
	put_bytes(b, bytes, len);
}

void put_u16(struct buffer *b, uint16_t value)
{
	put_little_endian(b, value, sizeof(value));
}

void put_u32(struct buffer *b, uint32_t value)
{
	put_little_endian(b, value, sizeof(value));
}

void put_u64(struct buffer *b, uint64_t value)
{
	put_little_endian(b, value, sizeof(value));
}

void put_varint(struct buffer *b, uint64_t value)
{
	uint8_t bytes[VARINT_MAX];
	size_t len = 0;

	for (; value >= 0x80; value >>= 7)
		bytes[len++] = (uint8_t)(value | 0x80);
	bytes[len++] = (uint8_t)value;
	put_bytes(b, bytes, len);
}

void put_text(struct buffer *b, struct fdp_text text)
{
	put_varint(b, text.len);
	put_bytes(b, text.data, text.len);
}

size_t varint_len(uint64_t value)
{
	size_t len = 1;

	for (; value >= 0x80; value >>= 7)
		len++;

	return len;
}

static void cursor_spoil(struct cursor *in)
{
	in->at = in->end;
	in->bad = true;
}

/* NULL if they are not there. */
const uint8_t *take_bytes(struct cursor *in, size_t len)
{
	const uint8_t *at = in->at;

	if (len > cursor_left(in)) {
		cursor_spoil(in);
		return NULL;
	}
	in->at += len;

	return at;
}

static uint64_t take_little_endian(struct cursor *in, size_t len)
{
	const uint8_t *at = take_bytes(in, len);
	uint64_t value = 0;

	for (size_t i = 0; at && i < len; i++)
		value |= (uint64_t)at[i] << 8 * i;

	return value;
}

uint16_t take_u16(struct cursor *in)
{
	return (uint16_t)take_little_endian(in, sizeof(uint16_t));
}

uint32_t take_u32(struct cursor *in)
{
	return (uint32_t)take_little_endian(in, sizeof(uint32_t));
}

uint64_t take_u64(struct cursor *in)
{
	return take_little_endian(in, sizeof(uint64_t));
}

/* What take_varint() does for more than one byte. */
uint64_t take_long_varint(struct cursor *in)
{
	const uint8_t *at = in->at;
	size_t left = cursor_left(in);
	uint64_t value = 0;

	for (size_t i = 0; i < left && i < VARINT_MAX; i++) {
		uint64_t group = at[i] & 0x7f;

		/* The tenth byte has room for the 64th bit alone. */
		if (i == VARINT_MAX - 1 && group > 1)
			break;
		value |= group << 7 * i;
		if (at[i] & 0x80)
			continue;
		/* A last group of zeros would be a second spelling. */
		if (!group && i)
			break;
		in->at += i + 1;
		return value;
	}
	cursor_spoil(in);

	return 0;
}

uint32_t take_varint32(struct cursor *in)
{
	uint64_t value = take_varint(in);

	if (value > UINT32_MAX) {
		cursor_spoil(in);
		return 0;
	}

	return (uint32_t)value;
}

struct fdp_text take_text(struct cursor *in)
{
	uint64_t len = take_varint(in);

	if (len > FDP_STRING_MAX || len > cursor_left(in)) {
		cursor_spoil(in);
		return (struct fdp_text){0};
	}

	return (struct fdp_text){.data = (const char *)take_bytes(in, len), .len = len};
}
