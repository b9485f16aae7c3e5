/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Output: bytes on their way to a file descriptor, or kept in memory (fd -1). The first
 * error is remembered, everything after it is dropped, and out_finish() tells it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../format/fdp.h"
#include "look.h"

struct out {
	char *data;
	size_t len, size;
	int fd;
	int err;
	struct look look; /* of the fd; whoever knows it sets it */
};

/* fd stays the caller's. */
int out_init(struct out *o, int fd);
void out_release(struct out *o);

/* Makes room: flushes or grows. Returns false after an error. */
bool out_room(struct out *o, size_t len);

/* Flushes and returns the first error; for memory only the latter. */
int out_finish(struct out *o);

void out_u64(struct out *o, uint64_t value);
void out_i64(struct out *o, int64_t value);
/* With leading zeros up to width. */
void out_padded(struct out *o, uint64_t value, unsigned width);
void out_spaces(struct out *o, size_t n);

/* Where there are colours. */
void out_tint(struct out *o, enum tint tint);

static inline void out_bytes(struct out *o, const void *data, size_t len)
{
	/* An empty text may have no address, which memcpy() must not be given. */
	if (!len || (len > o->size - o->len && !out_room(o, len)))
		return;
	memcpy(o->data + o->len, data, len);
	o->len += len;
}

static inline void out_char(struct out *o, char c)
{
	if (o->len == o->size && !out_room(o, 1))
		return;
	o->data[o->len++] = c;
}

/* Words of our own; texts of the trace go through text.h. */
static inline void out_word(struct out *o, const char *word)
{
	out_bytes(o, word, strlen(word));
}
