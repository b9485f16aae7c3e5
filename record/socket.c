// SPDX-License-Identifier: BSD-2-Clause
/* Sockets: see socket.h. */
#include "socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "table.h"

#define SOCKETS_MAX 32768

struct socket_table {
	struct table *by_cookie;
	uint64_t last_id;
	socket_forget_fn forget;
	void *ctx;
};

static void socket_drop(void *ctx, const void *key, void *value, bool evicted)
{
	struct socket_table *t = ctx;
	struct socket *s = value;

	(void)key;
	if (evicted)
		t->forget(t->ctx, s->known.id);
}

int socket_table_new(struct socket_table **tablep, socket_forget_fn forget, void *ctx)
{
	struct socket_table *t = calloc(1, sizeof(*t));
	struct table_shape shape = {
		.key_size = sizeof(uint64_t),
		.value_size = sizeof(struct socket),
		.max_entries = SOCKETS_MAX,
		.drop = socket_drop,
		.ctx = t,
	};
	int err;

	if (!t)
		return -ENOMEM;
	err = table_new(&t->by_cookie, &shape);
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
	table_free(t->by_cookie);
	free(t);
}

int socket_get(struct socket **socketp, struct socket_table *t, uint64_t cookie)
{
	void *value = table_find(t->by_cookie, &cookie);
	struct socket *s;
	int err;

	if (!value) {
		err = table_add(&value, t->by_cookie, &cookie);
		if (err)
			return err;
		s = value;
		s->known.id = ++t->last_id;
		s->known.cookie = cookie;
		s->due = true;
	}
	*socketp = value;

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
	    (len == s->known.name.len && memcmp(s->sun_path, event->name, len) == 0))
		return;
	memcpy(s->sun_path, event->name, len);
	s->known.name = (struct fdp_text){s->sun_path, len};
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

/*
 * The peer's number is given now, so that both ends can name each other; and what one end
 * knows of the other's inode is told to both.
 */
static int learn_peer(struct socket_table *t, struct socket *s)
{
	struct socket *peer;
	int err;

	if (!s->peer_cookie)
		return 0;
	/* Which evicts s only if the table holds nothing but s: s was just used. */
	err = socket_get(&peer, t, s->peer_cookie);
	if (err)
		return err;
	learn_u64(s, &s->known.peer, peer->known.id);
	learn_u64(peer, &peer->known.ino, s->known.peer_ino);
	learn_u64(s, &s->known.peer_ino, peer->known.ino);

	return 0;
}

int socket_learn(struct socket **socketp, struct socket_table *t,
		 const struct event_socket *event)
{
	struct socket *s;
	int err = socket_get(&s, t, event->cookie);

	if (err)
		return err;
	learn_u64(s, &s->known.ino, event->ino);
	learn_u64(s, &s->peer_cookie, event->peer_cookie);
	learn_u64(s, &s->known.peer_ino, event->peer_ino);
	learn_u32(s, &s->known.net_ns, event->net_ns);
	learn_u32(s, &s->known.type, event->type);
	learn_u32(s, &s->known.flags, s->known.flags | flags_of(event->flags));
	learn_name(s, event);
	err = learn_peer(t, s);
	if (err)
		return err;
	*socketp = s;

	return 0;
}
