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

/* Asks for as much as there is room, but never waits for more than len. */
int input_need(struct input *in, size_t len)
{
	if (in->cap - in->at < len) {
		memmove(in->window, in->window + in->at, input_left(in));
		in->end -= in->at;
		in->at = 0;
	}
	while (input_left(in) < len && !in->ended) {
		ptrdiff_t n =
			in->source(in->ctx, in->window + in->end, in->cap - in->end);

		if (n < 0)
			return (int)n;
		if ((size_t)n > in->cap - in->end)
			return -EIO;
		in->end += (size_t)n;
		in->ended = n == 0;
	}

	return input_left(in) >= len;
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
		ret = input_need(in, 1);
		if (ret <= 0)
			return ret;
	}

	return 1;
}
