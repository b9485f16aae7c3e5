// SPDX-License-Identifier: BSD-2-Clause
/* Sockets: see socket.h. */
#include "socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "table.h"

#define SOCKETS_MAX 32768

/* One key: of a socket, or, when that got another, of nothing but the way to it. */
struct entry {
	struct socket socket;
	uint64_t moved_to; /* its key now, 0: it is here */
};

struct socket_table {
	struct table *by_key;
	uint64_t last_id;
	socket_forget_fn forget;
	void *ctx;
};

static void socket_drop(void *ctx, const void *key, void *value, bool evicted)
{
	struct socket_table *t = ctx;
	struct entry *e = value;

	(void)key;
	if (evicted && !e->moved_to)
		t->forget(t->ctx, e->socket.known.id);
}

int socket_table_new(struct socket_table **tablep, socket_forget_fn forget, void *ctx)
{
	struct socket_table *t = calloc(1, sizeof(*t));
	struct table_shape shape = {
		.key_size = sizeof(uint64_t),
		.value_size = sizeof(struct entry),
		.max_entries = SOCKETS_MAX,
		.drop = socket_drop,
		.ctx = t,
	};
	int err;

	if (!t)
		return -ENOMEM;
	err = table_new(&t->by_key, &shape);
	if (err) {
		free(t);
		return err;
	}
	t->forget = forget;
	t->ctx = ctx;
	*tablep = t;

	return 0;
}

void socket_table_free(struct socket_table *t)
{
	if (!t)
		return;
	table_free(t->by_key);
	free(t);
}

static uint64_t inode_of(uint64_t key)
{
	return key & EVENT_SOCKET_EMBRYO ? 0 : key;
}

static struct entry *entry_find(struct socket_table *t, uint64_t key)
{
	struct entry *e = table_find(t->by_key, &key);

	return e && e->moved_to ? table_find(t->by_key, &e->moved_to) : e;
}

int socket_get(struct socket **socketp, struct socket_table *t, uint64_t key)
{
	struct entry *e = entry_find(t, key);
	void *value;
	int err;

	if (!e) {
		table_remove(t->by_key, &key); /* moved to one that was forgotten */
		err = table_add(&value, t->by_key, &key);
		if (err)
			return err;
		e = value;
		e->socket.known.id = ++t->last_id;
		e->socket.known.ino = inode_of(key);
		e->socket.due = true;
	}
	*socketp = &e->socket;

	return 0;
}

/* The socket of one key is from now on under another. */
static int move(struct socket_table *t, uint64_t from, uint64_t to)
{
	struct entry *e = entry_find(t, from);
	struct socket known;
	void *value;
	int err;

	if (!e || e->moved_to || table_find(t->by_key, &to))
		return 0;
	known = e->socket;
	e->moved_to = to;
	err = table_add(&value, t->by_key, &to);
	if (err)
		return err;
	((struct entry *)value)->socket = known;

	return 0;
}

static void learn_u64(struct socket *s, uint64_t *known, uint64_t told)
{
	if (told && *known != told) {
		*known = told;
		s->due = true;
	}
}

static void learn_u32(struct socket *s, uint32_t *known, uint32_t told)
{
	if (told && *known != told) {
		*known = told;
		s->due = true;
	}
}

static void learn_name(struct socket *s, const struct event_socket *event)
{
	size_t len = sun_path_length(event->name, event->name_len);

	if (len == 0 ||
	    (len == s->name_len && memcmp(s->sun_path, event->name, len) == 0))
		return;
	memcpy(s->sun_path, event->name, len);
	s->name_len = len;
	s->due = true;
}

static uint32_t flags_of(uint32_t event_flags)
{
	uint32_t flags = 0;

	if (event_flags & EVENT_SOCKET_SNAPSHOT)
		flags |= FDP_SOCKET_SNAPSHOT;
	if (event_flags & EVENT_SOCKET_LISTENING)
		flags |= FDP_SOCKET_LISTENING;

	return flags;
}

/* The peer's number is given now, so that both ends can name each other. */
static int learn_peer(struct socket_table *t, struct socket *s, uint64_t key)
{
	struct socket *peer;
	int err;

	if (!key)
		return 0;
	/* What makes room for it is not s, which was used last. */
	err = socket_get(&peer, t, key);
	if (err)
		return err;
	learn_u64(s, &s->known.peer, peer->known.id);
	learn_u64(s, &s->known.peer_ino, inode_of(key));

	return 0;
}

int socket_learn(struct socket **socketp, struct socket_table *t,
		 const struct event_socket *event)
{
	struct socket *s;
	int err = event->former ? move(t, event->former, event->key) : 0;

	if (!err)
		err = socket_get(&s, t, event->key);
	if (err)
		return err;
	learn_u64(s, &s->known.ino, inode_of(event->key));
	learn_u64(s, &s->known.cookie, event->cookie);
	learn_u32(s, &s->known.net_ns, event->net_ns);
	learn_u32(s, &s->known.type, event->type);
	learn_u32(s, &s->known.flags, s->known.flags | flags_of(event->flags));
	learn_name(s, event);
	err = learn_peer(t, s, event->peer);
	if (err)
		return err;
	*socketp = s;

	return 0;
}

struct fdp_socket socket_definition(const struct socket *s)
{
	struct fdp_socket definition = s->known;

	definition.name = (struct fdp_text){s->sun_path, s->name_len};

	return definition;
}
