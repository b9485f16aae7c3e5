// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The tracepoint backend: four tracepoints of the socket layer (Linux 6.3) see every
 * message from queue to receipt without a hook on the system call path, and kfree_skb
 * sees those that die unread. Each leaves at once when the packet carries no files.
 */
#include "receive.h"
#include "send.h"
#include "snapshot.h"
#include "transfer.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline __u64 packet_list(const struct sk_buff *skb)
{
	return (__u64)get(struct unix_skb_parms, address_of(struct sk_buff, skb, cb), fp);
}

static __always_inline __u32 packet_consumed(const struct sk_buff *skb)
{
	return get(struct unix_skb_parms, address_of(struct sk_buff, skb, cb), consumed);
}

static __always_inline bool sock_is_unix(const struct sock *sk)
{
	return sk->__sk_common.skc_family == AF_UNIX;
}

/*
 * In the sender, behind the queueing: its packet is the tail, unless a receiver on
 * another CPU was quicker. That one takes the list from the packet when it has consumed
 * some.
 */
SEC("tp_btf/sk_data_ready")
int BPF_PROG(sk_data_ready, struct sock *sk)
{
	if (!sock_is_unix(sk))
		return 0;

	/* Looked at once: it may get empty meanwhile, and its head is no packet. */
	struct sk_buff *tail = sk->sk_receive_queue.prev;
	__u64 head = address_of(struct sock, (__u64)sk, sk_receive_queue);
	struct sk_buff *skb = (__u64)tail != head ? tail : NULL;
	__u64 list = skb ? packet_list(skb) : 0;
	if (skb && !list && !packet_consumed(skb))
		return 0;

	struct scratch *s = scratch_enter(LOSS_SEND);
	if (!s)
		return 0;
	if (!sk->sk_socket) /* an embryo: it has no inode to be known by */
		bpf_get_socket_cookie((void *)sk);
	call_read(&s->call);
	s->packet.skb = plain(s, skb);
	s->packet.receiver = (__u64)sk;
	if (!list || !packet_find(s) || !send_queued())
		send_missed(plain(s, sk));
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
	call_read(&s->call);
	send_failed(plain(s, sk), -ret);
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

/* Linux 6.5: a bit of the socket; since 6.16 of the sock. */
#define SOCK_PASSPIDFD 7

static __always_inline bool socket_gives_pidfd(const struct sock *sk)
{
	if (bpf_core_field_exists(struct sock, sk_scm_pidfd))
		return BPF_CORE_READ_BITFIELD(sk, sk_scm_pidfd);
	return sk->sk_socket->flags >> SOCK_PASSPIDFD & 1;
}

/* The receiver has just been given a pidfd; its control buffer says under which number.
 */
static __always_inline void pidfd_received(const struct sock *sk, int ret)
{
	struct scratch *s = ret < 0 ? NULL : scratch_enter(LOSS_TRANSFER);
	if (!s)
		return;

	call_read(&s->call);
	__s32 fd = pidfd_number(s);
	if (fd >= 0) {
		__u64 file = plain(s, (void *)descriptor_file(fd));
		__u64 pid = plain(s, (void *)pidfd_pid(file));
		if (pid)
			transfer_pidfd(pid, plain(s, sk), file, fd);
	}
	scratch_leave(s);
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(sock_recv_length, struct sock *sk, int ret, int flags)
{
	if (!sock_is_unix(sk))
		return 0;
	/* That comes without descriptors, too. */
	if (socket_gives_pidfd(sk) && (ret > 0 || sk->sk_type != SOCK_STREAM))
		pidfd_received(sk, ret);
	if (!*(volatile __u64 *)&n_receiving)
		return 0;

	struct receiving *r = *(volatile __u64 *)&n_receiving ? receiving_get(0) : NULL;
	if (!r || !r->active)
		return 0;
	receive_end(r);
	if (!r->over && !(flags & MSG_PEEK))
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

	__u64 number = message_number(m);
	bool wanted = m->wanted;
	message_end(list, number);
	struct scratch *s = scratch_enter(LOSS_END);
	if (!s)
		return 0;
	if (end_open(s, wanted))
		end_close(s, number, end_reason());
	scratch_leave(s);
	return 0;
}

/* Two more, which run for requests of io_uring alone: see uring.h. */
SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(io_uring_submit_req, struct io_kiocb *req)
{
	__u64 request = (__u64)req;

	if (!uring_is_message(request))
		return 0;
	struct scratch *s = scratch_enter(LOSS_SEND);
	if (!s)
		return 0;
	uring_submit(plain(s, req));
	scratch_leave(s);
	return 0;
}

static __always_inline void uring_transferred(__u64 request)
{
	struct scratch *s = scratch_enter(LOSS_TRANSFER);
	if (!s)
		return;

	__u64 req = plain(s, (void *)request);
	__s32 result = get(struct io_kiocb, req, cqe.res);
	if (get(struct io_kiocb, req, opcode) == URING_MSG_RING)
		transfer_msg_ring(req, result);
	else
		transfer_fixed(req, result);
	scratch_leave(s);
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(io_uring_complete, void *ring, void *req)
{
	__u64 request = (__u64)req;

	if (!request)
		return 0;
	if (uring_is_transfer(request)) {
		uring_transferred(request);
		return 0;
	}
	if (!uring_is_message(request))
		return 0;
	struct scratch *s = scratch_enter(LOSS_SEND);
	if (!s)
		return 0;
	uring_complete(plain(s, req));
	scratch_leave(s);
	return 0;
}

/*
 * For --transfers: any hook on system calls costs each of them a little, so these are
 * not there without it.
 */
struct syscall_enter {
	__u64 common;
	long number;
	unsigned long arguments[6];
};

struct syscall_exit {
	__u64 common;
	long number;
	long result;
};

SEC("tp/syscalls/sys_enter_ioctl")
int ioctl_enter(const struct syscall_enter *call)
{
	__u64 argument = call->arguments[2];
	__s32 fd = call->arguments[0];

	if ((__u32)call->arguments[1] != SECCOMP_ADDFD)
		return 0;
	struct scratch *s = scratch_enter(LOSS_TRANSFER);
	if (!s)
		return 0;
	__u64 file = plain(s, (void *)descriptor_file(fd));
	if (file && file_is_notifier(file))
		transfer_addfd(file, argument);
	scratch_leave(s);
	return 0;
}

SEC("tp/syscalls/sys_exit_ioctl")
int ioctl_exit(const struct syscall_exit *call)
{
	transfer_addfd_end(call->result);
	return 0;
}

SEC("tp/syscalls/sys_exit_pidfd_getfd")
int pidfd_getfd_exit(const struct syscall_exit *call)
{
	__s32 result = call->result;
	struct scratch *s = scratch_enter(LOSS_TRANSFER);
	if (!s)
		return 0;
	__u64 regs = call_registers(bpf_get_current_task());
	__u64 pid =
		plain(s, (void *)pidfd_pid(descriptor_file(call_argument_at_exit(regs))));
	if (pid)
		transfer_getfd(pid, call_argument(regs, 1), result);
	scratch_leave(s);
	return 0;
}

/* Freed struct files end their number: they are one slab cache, learnt by its name. */
__u64 file_cache;

static __always_inline bool is_file_cache(__u64 cache)
{
	if (file_cache)
		return file_cache == cache;

	char name[5] = {};
	bpf_probe_read_kernel(name, sizeof(name), get(struct kmem_cache, cache, name));
	if (name[0] != 'f' || name[1] != 'i' || name[2] != 'l' || name[3] != 'p' ||
	    name[4])
		return false;
	file_cache = cache;
	return true;
}

/* Raw: Linux 6.12 does not let a typed one read an argument that is const void *. */
SEC("raw_tp/kmem_cache_free")
int BPF_PROG(kmem_cache_free, __u64 site, __u64 object, __u64 cache)
{
	if (is_file_cache(cache))
		file_free(object);
	return 0;
}
