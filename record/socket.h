/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Unix sockets of a capture: the probe names them by key, the trace by number.
 *
 * What is known of a socket only grows: an inode comes with accept(2), a name with
 * bind(2), a peer with connect(2). A number is given when a socket is first mentioned,
 * be it as another one's peer; its definition is written when an event refers to it, and
 * again whenever something is learnt later. A socket that gets another key keeps its
 * number, and is found under both.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../bpf/event.h"
#include "../format/fdp.h"

struct socket_table;

struct socket {
	struct fdp_socket known; /* but for its name */
	bool due;     /* its definition is not written yet, or no longer true */
	bool written; /* it was at least once */
	size_t name_len;
	char sun_path[EVENT_SUN_LEN];
};

/* forget is called with the number of a socket that had to make room. */
typedef void (*socket_forget_fn)(void *ctx, uint64_t id);

int socket_table_new(struct socket_table **tablep, socket_forget_fn forget, void *ctx);
void socket_table_free(struct socket_table *t);

/* Lends the socket of a key, new ones included, until the next call. */
int socket_get(struct socket **socketp, struct socket_table *t, uint64_t key);

/* The same, after it has learnt what the event says; name_len has been checked. */
int socket_learn(struct socket **socketp, struct socket_table *t,
		 const struct event_socket *event);

/* Its definition; the name is lent by s. */
struct fdp_socket socket_definition(const struct socket *s);
