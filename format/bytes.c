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

void put_varint_long(struct buffer *b, uint64_t value)
{
	uint8_t *at = b->data + b->len;
	size_t len = 0;

	if (b->cap - b->len < VARINT_MAX && b->cap - b->len < varint_len(value)) {
		b->full = true;
		return;
	}
	for (; value >= 0x80; value >>= 7)
		at[len++] = (uint8_t)(value | 0x80);
	at[len++] = (uint8_t)value;
	b->len += len;
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

const uint8_t *varint_read(uint64_t *value, const uint8_t *at, const uint8_t *end)
{
	uint64_t sum = 0;

	for (unsigned int shift = 0; at < end; shift += 7) {
		uint8_t byte = *at++;

		/* The tenth byte has room for the 64th bit alone. */
		if (shift == 63 && byte > 1)
			return NULL;
		sum |= (uint64_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		*value = sum;
		/* A last group of zeros would be a second spelling. */
		return byte || !shift ? at : NULL;
	}

	return NULL;
}
