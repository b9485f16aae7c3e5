// SPDX-License-Identifier: BSD-2-Clause
/* Sends kept back: see held.h. */
#include "held.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

struct held {
	struct table *sends;  /* message number to a copy of its event */
	struct table *fallen; /* message numbers alone */
};

static void send_drop(void *ctx, const void *key, void *value, bool evicted)
{
	struct held *h = ctx;
	struct event_send **send = value;
	void *nothing;

	/* Without memory it is forgotten, which costs one count of a loss. */
	if (evicted && !table_find(h->fallen, key))
		table_add(&nothing, h->fallen, key);
	free(*send);
}

int held_new(struct held **heldp)
{
	struct held *h = calloc(1, sizeof(*h));
	const struct table_shape sends = {
		.key_size = sizeof(uint64_t),
		.value_size = sizeof(struct event_send *),
		.max_entries = HELD_MAX,
		.drop = send_drop,
		.ctx = h,
	};
	const struct table_shape fallen = {
		.key_size = sizeof(uint64_t),
		.max_entries = FALLEN_MAX,
	};
	int err;

	if (!h)
		return -ENOMEM;
	err = table_new(&h->sends, &sends);
	if (!err)
		err = table_new(&h->fallen, &fallen);
	if (err) {
		held_free(h);
		return err;
	}
	*heldp = h;

	return 0;
}

void held_free(struct held *h)
{
	if (!h)
		return;
	table_free(h->sends);
	table_free(h->fallen);
	free(h);
}

int held_add(struct held *h, const struct event_send *send)
{
	size_t size = sizeof(*send) + send->n_fds * sizeof(send->fds[0]);
	struct event_send *copy;
	void *value;
	int err;

	table_remove(h->sends, &send->message);
	copy = malloc(size);
	if (!copy)
		return -ENOMEM;
	err = table_add(&value, h->sends, &send->message);
	if (err) {
		free(copy);
		return err;
	}
	memcpy(copy, send, size);
	*(struct event_send **)value = copy;

	return 0;
}

struct event_send *held_take(struct held *h, uint64_t message)
{
	struct event_send **value = table_find(h->sends, &message);
	struct event_send *send;

	if (!value)
		return NULL;
	send = *value;
	*value = NULL;
	table_remove(h->sends, &message);

	return send;
}

bool held_fell_out(struct held *h, uint64_t message)
{
	if (!table_find(h->fallen, &message))
		return false;
	table_remove(h->fallen, &message);

	return true;
}
