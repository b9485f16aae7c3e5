/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Unix sockets of a capture: the kernel names them by cookie, the trace by number.
 *
 * What is known of a socket only grows: an inode comes with accept(2), a name with
 * bind(2), a peer with connect(2). A number is given when a socket is first mentioned,
 * be it as another one's peer; its definition is due when an event refers to it, and
 * again whenever something was learnt since.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../bpf/event.h"
#include "../format/fdp.h"

struct socket_table;

struct socket {
	struct fdp_socket known; /* name.data points to sun_path */
	uint64_t peer_cookie;
	bool due; /* its definition is not written yet, or no longer true */
	char sun_path[EVENT_SUN_LEN];
};

/* forget is called with the number of a socket that had to make room. */
typedef void (*socket_forget_fn)(void *ctx, uint64_t id);

int socket_table_new(struct socket_table **tablep, socket_forget_fn forget, void *ctx);
void socket_table_free(struct socket_table *t);

/* Lends the socket of a cookie, new ones included, until the next call. */
int socket_get(struct socket **socketp, struct socket_table *t, uint64_t cookie);

/* The same, after it has learnt what the event says; name_len has been checked. */
int socket_learn(struct socket **socketp, struct socket_table *t,
		 const struct event_socket *event);
