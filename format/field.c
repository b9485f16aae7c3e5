/* SPDX-License-Identifier: BSD-2-Clause */
/* Field: see field.h. */
#include "field.h"

#include <errno.h>

/*
 * Namespaces are numbered from just below and upwards of PROC_DYNAMIC_FIRST: as the
 * distance to that, plus one, they take one byte or two instead of five.
 */
#define NS_FIRST 0xf0000000u

static void put_ns(struct buffer *out, uint32_t ns)
{
	put_varint(out, ns ? zigzag((int64_t)ns - NS_FIRST) + 1 : 0);
}

static inline uint32_t take_ns(struct cursor *in)
{
	uint64_t number = take_varint(in);
	uint64_t ns = number ? NS_FIRST + (uint64_t)unzigzag(number - 1) : 0;

	/* Zero by way of its distance would be a second spelling. */
	if (ns > UINT32_MAX || (!ns && number))
		cursor_spoil(in);

	return (uint32_t)ns;
}

void codec_reset(struct codec *c)
{
	*c = (struct codec){.first_ns = UINT64_MAX, .fds = c->fds};
}

static inline void codec_see_time(struct codec *c, uint64_t time_ns)
{
	c->time_ns = time_ns;
	if (time_ns < c->first_ns)
		c->first_ns = time_ns;
	if (time_ns > c->last_ns)
		c->last_ns = time_ns;
}

/* Differences wrap around at 2^64, so that every pair of values has one. */
static void put_difference(struct buffer *out, uint64_t value, uint64_t base)
{
	put_varint(out, zigzag((int64_t)(value - base)));
}

static inline uint64_t take_difference(struct cursor *in, uint64_t base)
{
	return base + (uint64_t)unzigzag(take_varint(in));
}

static inline int32_t take_s32(struct cursor *in)
{
	return (int32_t)unzigzag(take_varint32(in));
}

static void put_file(struct buffer *out, uint64_t file, struct codec *c)
{
	put_difference(out, file, c->file);
	c->file = file;
}

static inline uint64_t take_file(struct cursor *in, struct codec *c)
{
	c->file = take_difference(in, c->file);

	return c->file;
}

static int fds_encode(struct buffer *out, const struct fdp_descriptor *fds, uint32_t n,
		      struct codec *c)
{
	if (n > FDP_FDS_MAX)
		return -EINVAL;
	put_varint(out, n);
	for (uint32_t i = 0; i < n; i++) {
		put_file(out, fds[i].file, c);
		put_varint(out, zigzag(fds[i].fd));
	}

	return 0;
}

static inline uint32_t fds_decode(struct cursor *in, struct codec *c)
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

int field_encode(struct buffer *out, const struct field *f, const struct fdp_record *rec,
		 struct codec *c)
{
	const char *base = (const char *)rec;
	const void *value = base + f->offset;

	switch ((enum coding)f->coding) {
	case CODING_U32:
		put_varint(out, *(const uint32_t *)value);
		return 0;
	case CODING_U64:
	case CODING_PROCESS:
	case CODING_SOCKET:
		put_varint(out, *(const uint64_t *)value);
		return 0;
	case CODING_S32:
		put_varint(out, zigzag(*(const int32_t *)value));
		return 0;
	case CODING_S64:
		put_varint(out, zigzag(*(const int64_t *)value));
		return 0;
	case CODING_NS:
		put_ns(out, *(const uint32_t *)value);
		return 0;
	case CODING_BOOL:
		put_varint(out, *(const bool *)value);
		return 0;
	case CODING_FILE:
		put_file(out, *(const uint64_t *)value, c);
		return 0;
	case CODING_TIME:
		put_difference(out, *(const uint64_t *)value, c->time_ns);
		codec_see_time(c, *(const uint64_t *)value);
		return 0;
	case CODING_MESSAGE:
		put_difference(out, *(const uint64_t *)value, c->message);
		c->message = *(const uint64_t *)value;
		return 0;
	case CODING_TEXT:
		if (((const struct fdp_text *)value)->len > FDP_STRING_MAX)
			return -EINVAL;
		put_text(out, *(const struct fdp_text *)value);
		return 0;
	case CODING_FDS:
		return fds_encode(out, *(const struct fdp_descriptor *const *)value,
				  *(const uint32_t *)(const void *)(base + f->count), c);
	}

	return -EINVAL;
}

static inline void field_decode(struct fdp_record *rec, const struct field *f,
				struct cursor *in, struct codec *c)
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

void fields_decode(struct fdp_record *rec, const struct field *fields, size_t n,
		   struct cursor *in, struct codec *c)
{
	struct cursor at = *in;

	for (size_t i = 0; i < n; i++)
		field_decode(rec, &fields[i], &at, c);
	*in = at;
}
