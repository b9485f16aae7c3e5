// SPDX-License-Identifier: BSD-2-Clause
/* Sends and receipts kept back: see held.h. */
#include "held.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

struct held {
	struct table *sends;	/* message number to a copy of its event */
	struct table *receives; /* the same */
	struct table *fallen;	/* message numbers alone */
	struct table *told;
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

static void receive_drop(void *ctx, const void *key, void *value, bool evicted)
{
	(void)ctx;
	(void)key;
	(void)evicted;
	free(*(void **)value);
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
	const struct table_shape receives = {
		.key_size = sizeof(uint64_t),
		.value_size = sizeof(struct event_receive *),
		.max_entries = HELD_MAX,
		.drop = receive_drop,
	};
	const struct table_shape numbers = {
		.key_size = sizeof(uint64_t),
		.max_entries = FALLEN_MAX,
	};
	int err;

	if (!h)
		return -ENOMEM;
	err = table_new(&h->sends, &sends);
	if (!err)
		err = table_new(&h->receives, &receives);
	if (!err)
		err = table_new(&h->fallen, &numbers);
	if (!err)
		err = table_new(&h->told, &numbers);
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
	table_free(h->receives);
	table_free(h->fallen);
	table_free(h->told);
	free(h);
}

static int copy_add(struct table *copies, uint64_t message, const void *event,
		    size_t size)
{
	void *copy, *value;
	int err;

	table_remove(copies, &message);
	copy = malloc(size);
	if (!copy)
		return -ENOMEM;
	err = table_add(&value, copies, &message);
	if (err) {
		free(copy);
		return err;
	}
	memcpy(copy, event, size);
	*(void **)value = copy;

	return 0;
}

static void *copy_take(struct table *copies, uint64_t message)
{
	void **value = table_find(copies, &message);
	void *copy;

	if (!value)
		return NULL;
	copy = *value;
	*value = NULL;
	table_remove(copies, &message);

	return copy;
}

int held_add(struct held *h, const struct event_send *send)
{
	return copy_add(h->sends, send->message, send,
			sizeof(*send) + send->n_fds * sizeof(send->fds[0]));
}

struct event_send *held_take(struct held *h, uint64_t message)
{
	return copy_take(h->sends, message);
}

int held_add_receive(struct held *h, const struct event_receive *receive)
{
	return copy_add(h->receives, receive->message, receive,
			sizeof(*receive) + receive->n_fds * sizeof(receive->fds[0]));
}

struct event_receive *held_take_receive(struct held *h, uint64_t message)
{
	return copy_take(h->receives, message);
}

int held_tell(struct held *h, uint64_t message)
{
	void *nothing;

	return table_find(h->told, &message) ? 0 : table_add(&nothing, h->told, &message);
}

bool held_was_told(struct held *h, uint64_t message)
{
	return table_find(h->told, &message) != NULL;
}

bool held_fell_out(struct held *h, uint64_t message)
{
	if (!table_find(h->fallen, &message))
		return false;
	table_remove(h->fallen, &message);

	return true;
}
