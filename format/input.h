/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: a window over a source that only goes forward. input_need() brings bytes into
 * the window, input_pass() goes beyond them; what was lent from the window holds until
 * the next input_need().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fdp.h"

struct input {
	fdp_source_fn source;
	void *ctx;
	uint8_t *window;
	size_t at, end, cap;
	uint64_t offset;  /* of window[at], in the whole input */
	fdp_skip_fn skip; /* NULL: all has to be read */
	bool hops;	  /* the last bytes were skipped: little is wanted of the next */
	bool ended;	  /* the source has no more */
};

int input_init(struct input *in, size_t cap, fdp_source_fn source, void *ctx);
void input_release(struct input *in);

/* 1: at least len bytes are in the window, 0: the input ends before, or an errno. */
int input_need(struct input *in, size_t len);

static inline const uint8_t *input_at(const struct input *in)
{
	return in->window + in->at;
}

static inline size_t input_left(const struct input *in)
{
	return in->end - in->at;
}

/* len is at most what is left in the window. */
static inline void input_pass(struct input *in, size_t len)
{
	in->at += len;
	in->offset += len;
}

/*
 * Passes over *len bytes, which may be more than the window holds, and counts them down.
 * What the source can skip is not read, but for the last byte, which must be there.
 * Returns as input_need().
 */
int input_pass_far(struct input *in, uint64_t *len);
