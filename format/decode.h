/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decode: the reading half of a field. All of it is inline: record.c calls it with one
 * constant table for each record type, and the compiler makes one straight function of
 * each, without a loop or a switch, for this is most of what reading a trace consists of.
 */
#pragma once

#include "field.h"

static inline uint32_t take_ns(struct cursor *in)
{
	uint64_t number = take_varint(in);
	uint64_t ns = number ? NS_FIRST + (uint64_t)unzigzag(number - 1) : 0;

	/* Zero by way of its distance would be a second spelling. */
	if (ns > UINT32_MAX || (!ns && number))
		cursor_spoil(in);

	return (uint32_t)ns;
}

/* Differences wrap around at 2^64, so that every pair of values has one. */
static inline uint64_t take_difference(struct cursor *in, uint64_t base)
{
	return base + (uint64_t)unzigzag(take_varint(in));
}

static inline int32_t take_s32(struct cursor *in)
{
	return (int32_t)unzigzag(take_varint32(in));
}

static inline uint64_t take_file(struct cursor *in, struct codec *c)
{
	c->file = take_difference(in, c->file);

	return c->file;
}

static inline __attribute__((always_inline)) uint32_t fds_decode(struct cursor *in,
								 struct codec *c)
{
	uint32_t n = take_varint32(in);

	if (n > FDP_FDS_MAX) {
		*in = (struct cursor){.at = in->end, .end = in->end, .bad = true};
		return 0;
	}
	for (uint32_t i = 0; i < n; i++) {
		c->fds[i].file = take_file(in, c);
		c->fds[i].fd = take_s32(in);
	}

	return n;
}

static inline __attribute__((always_inline)) void field_decode(struct fdp_record *rec,
							       const struct field *f,
							       struct cursor *in,
							       struct codec *c)
{
	char *base = (char *)rec;
	void *value = base + f->offset;
	uint64_t number;

	switch ((enum coding)f->coding) {
	case CODING_U32:
		*(uint32_t *)value = take_varint32(in);
		return;
	case CODING_U64:
	case CODING_PROCESS:
	case CODING_SOCKET:
		*(uint64_t *)value = take_varint(in);
		return;
	case CODING_S32:
		*(int32_t *)value = take_s32(in);
		return;
	case CODING_S64:
		*(int64_t *)value = unzigzag(take_varint(in));
		return;
	case CODING_NS:
		*(uint32_t *)value = take_ns(in);
		return;
	case CODING_BOOL:
		number = take_varint(in);
		in->bad |= number > 1;
		*(bool *)value = number;
		return;
	case CODING_FILE:
		*(uint64_t *)value = take_file(in, c);
		return;
	case CODING_TIME:
		number = take_difference(in, c->time_ns);
		codec_see_time(c, number);
		*(uint64_t *)value = number;
		return;
	case CODING_MESSAGE:
		c->message = take_difference(in, c->message);
		*(uint64_t *)value = c->message;
		return;
	case CODING_TEXT:
		*(struct fdp_text *)value = take_text(in);
		return;
	case CODING_FDS:
		*(uint32_t *)(void *)(base + f->count) = fds_decode(in, c);
		*(const struct fdp_descriptor **)value = c->fds;
		return;
	}
}

/* Spoils the cursor if a value is malformed or exceeds a limit. n is at most 32. */
static inline __attribute__((always_inline)) void
fields_decode(struct fdp_record *rec, const struct field *fields, size_t n,
	      struct cursor *in, struct codec *c)
{
	struct cursor at = *in;

#pragma GCC unroll 32
	for (size_t i = 0; i < n; i++)
		field_decode(rec, &fields[i], &at, c);
	*in = at;
}
