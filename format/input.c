/* SPDX-License-Identifier: BSD-2-Clause */
/* Input: see input.h. */
#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int input_init(struct input *in, size_t cap, fdp_source_fn source, void *ctx)
{
	*in = (struct input){.source = source, .ctx = ctx, .cap = cap};
	in->window = malloc(cap);

	return in->window ? 0 : -ENOMEM;
}

void input_release(struct input *in)
{
	free(in->window);
	in->window = NULL;
}

/* So much is read behind bytes that were skipped. */
#define HOP_LEN 4096

/* Bytes to ask for, where at least len are wanted in the window. */
static size_t wanted(const struct input *in, size_t len)
{
	size_t least = len > HOP_LEN ? len : HOP_LEN, room = in->cap - in->end;

	if (!in->hops || input_left(in) + room < least)
		return room;

	return least - input_left(in);
}

/* Asks for as much as there is room, but never waits for more than len. */
int input_need(struct input *in, size_t len)
{
	if (in->cap - in->at < len) {
		memmove(in->window, in->window + in->at, input_left(in));
		in->end -= in->at;
		in->at = 0;
	}
	while (input_left(in) < len && !in->ended) {
		ptrdiff_t n = in->source(in->ctx, in->window + in->end, wanted(in, len));

		if (n < 0)
			return (int)n;
		if ((size_t)n > in->cap - in->end)
			return -EIO;
		in->end += (size_t)n;
		in->ended = n == 0;
	}

	return input_left(in) >= len;
}

/* All but the last byte of *len, the window being empty. */
static int input_skip(struct input *in, uint64_t *len)
{
	uint64_t n = *len - 1;
	int err;

	if (n > INT64_MAX)
		return 0;
	err = in->skip(in->ctx, n);
	if (err)
		return err == -ESPIPE ? 0 : err;
	in->hops = true;
	in->offset += n;
	*len -= n;

	return 0;
}

int input_pass_far(struct input *in, uint64_t *len)
{
	while (*len) {
		size_t n = input_left(in);
		int ret;

		if (n > *len)
			n = (size_t)*len;
		input_pass(in, n);
		*len -= n;
		if (!*len)
			break;
		ret = in->skip && *len > HOP_LEN ? input_skip(in, len) : 0;
		if (ret)
			return ret;
		ret = input_need(in, 1);
		if (ret <= 0)
			return ret;
	}

	return 1;
}
