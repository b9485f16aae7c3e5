/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Unix sockets: known by their inode (see struct event_socket), and described when first
 * seen and again when accept(2), bind(2) or connect(2) gave them an inode, name or peer.
 *
 * Each CPU remembers some that need no description. What it remembers holds until any
 * socket is described, by whomever: socket_news.
 */
#pragma once

#include "ring.h"

struct known_socket {
	__u64 addr;
	__u64 peer;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct known_socket);
} sockets SEC(".maps");

/* The Unix socket that the open file is; 0: it is none. */
static __always_inline __u64 file_unix_sock(__u64 file)
{
	__u64 inode = (__u64)get(struct file, file, f_inode);

	if ((get(struct inode, inode, i_mode) & S_IFMT) != S_IFSOCK ||
	    get(struct file, file, f_flags) & O_PATH)
		return 0;
	__u64 socket = (__u64)get(struct file, file, private_data);
	__u64 sk = socket ? (__u64)get(struct socket, socket, sk) : 0;
	return sk && get(struct sock, sk, __sk_common.skc_family) == AF_UNIX ? sk : 0;
}

/* 0 while the connection was not accepted: there is no struct socket yet. */
static __always_inline __u64 socket_ino(__u64 sk)
{
	__u64 socket = (__u64)get(struct sock, sk, sk_socket);

	if (socket)
		return get(struct socket_alloc,
			   holder_of(struct socket_alloc, socket, socket),
			   vfs_inode.i_ino);
	/* Closed already; since Linux 6.18 the sock remembers. */
	return bpf_core_field_exists(struct sock, sk_ino) ? get(struct sock, sk, sk_ino)
							  : 0;
}

static __always_inline __u64 socket_embryo_key(__u64 sk)
{
	__u64 cookie = get(struct sock, sk, __sk_common.skc_cookie.counter);

	return cookie ? cookie | EVENT_SOCKET_EMBRYO : 0;
}

/* 0 for an embryo without a cookie. */
static __always_inline __u64 socket_key(__u64 sk)
{
	__u64 ino = socket_ino(sk);

	return ino ? ino : socket_embryo_key(sk);
}

static __always_inline void socket_name(struct event_socket *e, __u64 addr)
{
	if (!addr)
		return;
	int len = get(struct unix_address, addr, len) - 2;
	if (len <= 0 || len > EVENT_SUN_LEN)
		return;
	e->name_len = len;
	bpf_probe_read_kernel(e->name, len & 127,
			      (void *)(address_of(struct unix_address, addr, name) + 2));
}

static __always_inline void socket_send(__u64 sk, __u64 key, __u64 former,
					const struct known_socket *now, __u32 flags)
{
	struct scratch *s = scratch_get();
	if (!s)
		return;

	struct event_socket *e = &s->socket;
	__builtin_memset(e, 0, sizeof(*e));
	__u64 net = (__u64)get(struct sock, sk, __sk_common.skc_net.net);
	e->key = key;
	e->former = former;
	e->peer = now->peer ? socket_key(now->peer) : 0;
	e->cookie = get(struct sock, sk, __sk_common.skc_cookie.counter);
	e->type = get(struct sock, sk, sk_type);
	e->flags = flags;
	if (get(struct sock, sk, __sk_common.skc_state) == TCP_LISTEN)
		e->flags |= EVENT_SOCKET_LISTENING;
	if (net)
		e->net_ns = get(struct net, net, ns.inum);
	socket_name(e, now->addr);
	emit(&e->event, EVENT_SOCKET, sizeof(*e), LOSS_DEFINITION);
}

/* A peer that went away is no news: what it was is what matters. */
static __always_inline bool socket_is_told(const struct known_socket *known,
					   const struct known_socket *now)
{
	return known && known->addr == now->addr &&
	       (known->peer == now->peer || !now->peer);
}

/* Describes the socket if there is news of it. Returns its key. */
__attribute__((noinline, weak)) __u64 socket_number(__u64 sk, __u32 flags)
{
	__u64 key = socket_key(sk);
	struct scratch *s = scratch_get();
	struct unix_sock *u = object_at(struct unix_sock, sk);
	struct known_socket now = {
		.addr = (__u64)load(u, addr),
		.peer = (__u64)load(u, peer),
	};

	if (!key || !s)
		return 0;
	struct told_socket *told = &s->told_sockets[key & (TOLD_SOCKETS - 1)];
	__u32 news = *(volatile __u32 *)&shared.socket_news;
	if (told->key == key && told->news == news && told->addr == now.addr &&
	    told->peer == now.peer)
		return key;

	struct known_socket *known = bpf_map_lookup_elem(&sockets, &key);
	if (!socket_is_told(known, &now)) {
		__u64 former = socket_embryo_key(sk);
		if (known || former == key || !bpf_map_lookup_elem(&sockets, &former))
			former = 0;
		bpf_map_update_elem(&sockets, &key, &now, BPF_ANY);
		__sync_fetch_and_add(&shared.socket_news, 1);
		socket_send(sk, key, former, &now, flags);
		return key;
	}
	told->key = key;
	told->addr = now.addr;
	told->peer = now.peer;
	told->news = news;
	return key;
}
