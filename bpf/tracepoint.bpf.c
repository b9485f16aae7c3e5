// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The tracepoint backend: four tracepoints of the socket layer (Linux 6.3) see every
 * message from queue to receipt without a hook on the system call path, and kfree_skb
 * sees those that die unread. Each leaves at once when the packet carries no files.
 */
#include "receive.h"
#include "send.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* How far from the tail of a queue the sender's own packet is looked for. */
#define QUEUE_LOOK_BACK 4

static __always_inline __u64 packet_list(const struct sk_buff *skb)
{
	return (__u64)get(struct unix_skb_parms, address_of(struct sk_buff, skb, cb), fp);
}

static __always_inline bool sock_is_unix(const struct sock *sk)
{
	return sk->__sk_common.skc_family == AF_UNIX;
}

/* In the sender, behind the queueing: its packet is the tail, or near it. */
SEC("tp_btf/sk_data_ready")
int BPF_PROG(sk_data_ready, struct sock *sk)
{
	if (!sock_is_unix(sk) || !sk->sk_receive_queue.qlen)
		return 0;

	struct sk_buff *skb = sk->sk_receive_queue.prev;
	__u64 list = packet_list(skb);
	if (!list)
		return 0;

	struct sock *sender = skb->sk;
	struct scratch *s = scratch_enter(LOSS_SEND);
	if (!s)
		return 0;
	if (!sk->sk_socket) /* an embryo: it has no inode to be known by */
		bpf_get_socket_cookie((void *)sk);
	if (!message_find(list))
		send_queued(s, plain(s, sender), plain(s, sk), plain(s, (void *)list),
			    skb->len);
	scratch_leave(s);
	return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(sock_send_length, struct sock *sk, int ret)
{
	if (ret > 0 || !sock_is_unix(sk))
		return 0;
	if (!ret && sk->sk_type != SOCK_STREAM)
		return 0;

	struct scratch *s = scratch_enter(LOSS_SEND);
	if (!s)
		return 0;
	send_failed(s, plain(s, sk), -ret);
	scratch_leave(s);
	return 0;
}

SEC("tp_btf/skb_copy_datagram_iovec")
int BPF_PROG(skb_copy_datagram_iovec, struct sk_buff *skb)
{
	struct sock *sender = skb->sk;
	if (!sender || !sock_is_unix(sender))
		return 0;
	__u64 list = packet_list(skb);
	if (!list)
		return 0;

	struct scratch *s = scratch_enter(LOSS_RECEIVE);
	if (!s)
		return 0;
	receive_start(s, plain(s, sender), plain(s, (void *)list));
	scratch_leave(s);
	return 0;
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(sock_recv_length, struct sock *sk, int ret, int flags)
{
	if (!sock_is_unix(sk))
		return 0;

	struct receiving *r = receiving_get(0);
	if (!r || !r->active)
		return 0;
	r->active = 0;
	if (!(flags & MSG_PEEK))
		message_end(r->list, r->message);
	if (!r->wanted)
		return 0;

	struct scratch *s = scratch_enter(LOSS_RECEIVE);
	if (!s)
		return 0;
	receive_finish(s, r, plain(s, sk), ret, flags);
	scratch_leave(s);
	return 0;
}

/* A packet that dies with its files on it was never received. */
SEC("tp_btf/kfree_skb")
int BPF_PROG(kfree_skb, struct sk_buff *skb)
{
	struct sock *sender = skb->sk;
	if (!sender || !sock_is_unix(sender))
		return 0;
	__u64 list = packet_list(skb);
	struct message *m = list ? message_find(list) : NULL;
	if (!m)
		return 0;

	__u64 number = m->number;
	bool wanted = m->wanted;
	message_end(list, number);
	struct scratch *s = scratch_enter(LOSS_END);
	if (!s)
		return 0;
	end_unread(s, number, wanted);
	scratch_leave(s);
	return 0;
}

/* Freed struct files end their number: they are one slab cache, learnt by its name. */
__u64 file_cache;

static __always_inline bool is_file_cache(const struct kmem_cache *cache)
{
	if (file_cache)
		return file_cache == (__u64)cache;

	char name[5] = {};
	bpf_probe_read_kernel(name, sizeof(name), cache->name);
	if (name[0] != 'f' || name[1] != 'i' || name[2] != 'l' || name[3] != 'p' ||
	    name[4])
		return false;
	file_cache = (__u64)cache;
	return true;
}

SEC("tp_btf/kmem_cache_free")
int BPF_PROG(kmem_cache_free, unsigned long site, const void *object,
	     const struct kmem_cache *cache)
{
	if (is_file_cache(cache))
		file_free((__u64)object);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(sched_process_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 old = parent->tgid, new = child->tgid;
	__u8 yes = 1;

	if (old != new &&bpf_map_lookup_elem(&wanted_pids, &old))
		bpf_map_update_elem(&wanted_pids, &new, &yes, BPF_ANY);
	return 0;
}

/* The snapshot: iterators that send the same descriptions as everybody else. */
SEC("iter/task")
int snapshot_processes(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	if (!task || task->pid != task->tgid)
		return 0;

	struct scratch *s = scratch_enter(LOSS_DEFINITION);
	if (!s)
		return 0;
	__u64 address = plain(s, task);
	task_tell(&s->holder.task, address);
	process_see(s, address, &s->holder.task, EVENT_PROCESS_SNAPSHOT);
	scratch_leave(s);
	return 0;
}

SEC("iter/task_file")
int snapshot_sockets(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	if (!task || !file || task->pid != task->tgid)
		return 0;
	struct socket *socket = bpf_sock_from_file((void *)file);
	if (!socket)
		return 0;
	struct sock *sk = socket->sk;
	if (!sk || !sock_is_unix(sk))
		return 0;

	struct scratch *s = scratch_enter(LOSS_DEFINITION);
	if (!s)
		return 0;
	struct event_holder *e = &s->holder;
	__builtin_memset(e, 0, sizeof(*e));
	task_tell(&e->task, plain(s, task));
	e->fd = ctx->fd;
	e->socket = socket_number(plain(s, sk), EVENT_SOCKET_SNAPSHOT);
	emit(&e->event, EVENT_HOLDER, sizeof(*e), LOSS_DEFINITION);
	scratch_leave(s);
	return 0;
}
