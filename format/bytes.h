/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes: a buffer to write numbers and texts into, and a cursor to read them with.
 *
 * Numbers are little-endian or varints: base 128, low groups first, in their shortest
 * spelling. Neither side fails in the middle: a buffer that has no room, and a cursor
 * that met its end or a malformed number, remember it; their user asks once, afterwards.
 * A bad cursor stays at its end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fdp.h"

#define VARINT_MAX 10 /* bytes */

struct buffer {
	uint8_t *data;
	size_t len, cap;
	bool full;
};

int buffer_init(struct buffer *b, size_t cap);
void buffer_release(struct buffer *b);

void put_bytes(struct buffer *b, const void *data, size_t len);
void put_u16(struct buffer *b, uint16_t value);
void put_u32(struct buffer *b, uint32_t value);
void put_u64(struct buffer *b, uint64_t value);
void put_varint_long(struct buffer *b, uint64_t value);
void put_text(struct buffer *b, struct fdp_text text);
size_t varint_len(uint64_t value);

/* Most numbers have one byte. */
static inline void put_varint(struct buffer *b, uint64_t value)
{
	if (value < 0x80 && b->len < b->cap)
		b->data[b->len++] = (uint8_t)value;
	else
		put_varint_long(b, value);
}

struct cursor {
	const uint8_t *at, *end;
	bool bad;
};

static inline size_t cursor_left(const struct cursor *in)
{
	return (size_t)(in->end - in->at);
}

const uint8_t *take_bytes(struct cursor *in, size_t len);
uint16_t take_u16(struct cursor *in);
uint32_t take_u32(struct cursor *in);
uint64_t take_u64(struct cursor *in);

/* Reads the varint at at and returns what is behind it; NULL: malformed or cut. */
const uint8_t *varint_read(uint64_t *value, const uint8_t *at, const uint8_t *end);

static inline void cursor_spoil(struct cursor *in)
{
	in->at = in->end;
	in->bad = true;
}

/* Most numbers have one or two bytes: the caller's cursor then stays in registers. */
static inline uint64_t take_varint(struct cursor *in)
{
	uint64_t value;
	const uint8_t *at = in->at;

	if (at < in->end && at[0] < 0x80) {
		in->at = at + 1;
		return at[0];
	}
	if (cursor_left(in) >= 2 && at[1] < 0x80 && at[1]) {
		in->at = at + 2;
		return (uint64_t)at[1] << 7 | (at[0] & 0x7f);
	}
	at = varint_read(&value, in->at, in->end);
	if (!at) {
		cursor_spoil(in);
		return 0;
	}
	in->at = at;

	return value;
}

static inline uint32_t take_varint32(struct cursor *in)
{
	uint64_t value = take_varint(in);

	if (value > UINT32_MAX)
		cursor_spoil(in);

	return (uint32_t)value;
}

static inline struct fdp_text take_text(struct cursor *in)
{
	uint64_t len = take_varint(in);
	struct fdp_text text = {.data = (const char *)in->at, .len = len};

	if (len > FDP_STRING_MAX || len > cursor_left(in)) {
		cursor_spoil(in);
		return (struct fdp_text){0};
	}
	in->at += len;

	return text;
}

/* Small numbers of either sign become small unsigned ones: 0 -1 1 -2 -> 0 1 2 3. */
static inline uint64_t zigzag(int64_t value)
{
	return (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
}

static inline int64_t unzigzag(uint64_t value)
{
	return (int64_t)(value >> 1 ^ (0 - (value & 1)));
}
