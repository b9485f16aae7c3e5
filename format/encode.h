/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Encode: the writing half of a field. As in decode.h, all of it is inline, for record.c
 * to make one straight function of each type.
 */
#pragma once

#include <errno.h>

#include "field.h"

static inline void put_ns(struct buffer *out, uint32_t ns)
{
	put_varint(out, ns ? zigzag((int64_t)ns - NS_FIRST) + 1 : 0);
}

static inline void put_difference(struct buffer *out, uint64_t value, uint64_t base)
{
	put_varint(out, zigzag((int64_t)(value - base)));
}

static inline void put_file(struct buffer *out, uint64_t file, struct codec *c)
{
	put_difference(out, file, c->file);
	c->file = file;
}

static inline int fds_encode(struct buffer *out, const struct fdp_descriptor *fds,
			     uint32_t n, struct codec *c)
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

static inline __attribute__((always_inline)) int
field_encode(struct buffer *out, const struct field *f, const struct fdp_record *rec,
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

/* -EINVAL if a value exceeds a limit of the format; then part of them may be in out. */
static inline __attribute__((always_inline)) int
fields_encode(struct buffer *out, const struct fdp_record *rec,
	      const struct field *fields, size_t n, struct codec *c)
{
	int err = 0;

#pragma GCC unroll 32
	for (size_t i = 0; i < n; i++)
		err = err ? err : field_encode(out, &fields[i], rec, c);

	return err;
}
