// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The kprobe backend: the functions of exact.h where the kernel has no trampolines, or
 * skips programs that are entered by one task while another was preempted in them: it
 * does not preempt these.
 */
#include "exact.h"
#include "snapshot.h"
#include "transfer.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("kprobe/__scm_send")
int BPF_KPROBE(scm_send, __u64 sock, __u64 msg, __u64 scm)
{
	__u64 sk = (__u64)get(struct socket, sock, sk);

	if (get(struct sock, sk, __sk_common.skc_family) == AF_UNIX)
		exact_call(sk, msg, scm);
	return 0;
}

SEC("kretprobe/__scm_send")
int BPF_KRETPROBE(scm_send_end, int ret)
{
	struct scratch *s = scratch_enter(LOSS_SEND);
	if (!s)
		return 0;
	exact_returned(s, ret);
	scratch_leave(s);
	return 0;
}

SEC("kprobe/unix_add_edges")
int BPF_KPROBE(unix_add_edges, __u64 fpl, __u64 receiver)
{
	struct scratch *s = scratch_enter(LOSS_SEND);
	if (!s)
		return 0;
	exact_queue(fpl, receiver);
	scratch_leave(s);
	return 0;
}

SEC("kprobe/unix_attach_fds")
int BPF_KPROBE(unix_attach_fds, __u64 scm, __u64 skb)
{
	exact_attach(skb);
	return 0;
}

SEC("kprobe/unix_inflight")
int BPF_KPROBE(unix_inflight)
{
	struct scratch *s = scratch_enter(LOSS_SEND);
	if (!s)
		return 0;
	exact_attached(s);
	scratch_leave(s);
	return 0;
}

SEC("kprobe/scm_fp_dup")
int BPF_KPROBE(scm_fp_dup, __u64 fpl)
{
	if (fpl)
		exact_copy(fpl);
	return 0;
}

SEC("kprobe/scm_detach_fds")
int BPF_KPROBE(scm_detach_fds, __u64 msg, __u64 scm)
{
	__u64 list = (__u64)get(struct scm_cookie, scm, fp);
	if (!list)
		return 0;

	struct scratch *s = scratch_enter(LOSS_RECEIVE);
	if (!s)
		return 0;
	exact_detach(msg, plain(s, (void *)list));
	scratch_leave(s);
	return 0;
}

SEC("kprobe/receive_fd")
int BPF_KPROBE(receive_fd)
{
	exact_install(taking_get());
	return 0;
}

SEC("kretprobe/receive_fd")
int BPF_KRETPROBE(receive_fd_end, int ret)
{
	exact_installed(taking_get(), ret);
	return 0;
}

SEC("kprobe/__receive_fd")
int BPF_KPROBE(__receive_fd)
{
	exact_install(taking_get());
	return 0;
}

SEC("kretprobe/__receive_fd")
int BPF_KRETPROBE(__receive_fd_end, int ret)
{
	exact_installed(taking_get(), ret);
	return 0;
}

SEC("kprobe/unix_detach_fds")
int BPF_KPROBE(unix_detach_fds, __u64 scm, __u64 skb)
{
	exact_unpack(skb);
	return 0;
}

SEC("kprobe/unix_destroy_fpl")
int BPF_KPROBE(unix_destroy_fpl, __u64 fpl)
{
	if (!exact_is_in_flight(fpl))
		return 0;

	struct scratch *s = scratch_enter(LOSS_END);
	if (!s)
		return 0;
	exact_discard(fpl);
	scratch_leave(s);
	return 0;
}

SEC("kprobe/__scm_destroy")
int BPF_KPROBE(scm_destroy, __u64 scm)
{
	__u64 list = (__u64)get(struct scm_cookie, scm, fp);
	if (!list)
		return 0;

	struct scratch *s = scratch_enter(LOSS_END);
	if (!s) {
		message_forget(list);
		return 0;
	}
	exact_destroy(plain(s, (void *)list));
	scratch_leave(s);
	return 0;
}

SEC("kprobe/__fput")
int BPF_KPROBE(fput, __u64 file)
{
	file_free(file);
	return 0;
}

/* The other ways: see transfer.h. What an entry knows is kept for the return. */

struct transferring {
	__u64 a, b;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32); /* thread */
	__type(value, struct transferring);
} transferrings SEC(".maps");

static __always_inline void transfer_keep(__u64 a, __u64 b)
{
	__u32 thread = bpf_get_current_pid_tgid();
	struct transferring t = {a, b};

	if (bpf_map_lookup_elem(&transferrings, &thread))
		lose(LOSS_MISSED, LOSS_TRANSFER); /* the last one did not return */
	bpf_map_update_elem(&transferrings, &thread, &t, BPF_ANY);
}

/* False: nothing was kept, or another task of ours is at work. */
static __always_inline struct scratch *transfer_take(struct transferring *t)
{
	__u32 thread = bpf_get_current_pid_tgid();
	const struct transferring *kept = bpf_map_lookup_elem(&transferrings, &thread);

	if (!kept)
		return NULL;
	*t = *kept;
	bpf_map_delete_elem(&transferrings, &thread);
	return scratch_enter(LOSS_TRANSFER);
}

SEC("kprobe/pidfd_getfd")
int BPF_KPROBE(pidfd_getfd, __u64 pid, int fd)
{
	transfer_keep(pid, fd);
	return 0;
}

SEC("kretprobe/pidfd_getfd")
int BPF_KRETPROBE(pidfd_getfd_end, int ret)
{
	struct transferring t;
	struct scratch *s = transfer_take(&t);

	if (!s)
		return 0;
	transfer_getfd(t.a, t.b, ret);
	scratch_leave(s);
	return 0;
}

SEC("kprobe/seccomp_notify_ioctl")
int BPF_KPROBE(seccomp_notify_ioctl, __u64 file, unsigned int command, __u64 argument)
{
	if (command != SECCOMP_ADDFD)
		return 0;

	struct scratch *s = scratch_enter(LOSS_TRANSFER);
	if (!s)
		return 0;
	transfer_addfd(file, argument);
	scratch_leave(s);
	return 0;
}

SEC("kretprobe/seccomp_notify_ioctl")
int BPF_KRETPROBE(seccomp_notify_ioctl_end, int ret)
{
	transfer_addfd_end(ret);
	return 0;
}

SEC("kprobe/io_msg_install_complete")
int BPF_KPROBE(io_msg_install_complete, __u64 request)
{
	transfer_keep(request, 0);
	return 0;
}

SEC("kretprobe/io_msg_install_complete")
int BPF_KRETPROBE(io_msg_install_complete_end, int ret)
{
	struct transferring t;
	struct scratch *s = transfer_take(&t);

	if (!s)
		return 0;
	if (ret != -EAGAIN)
		transfer_msg_ring(t.a, ret);
	scratch_leave(s);
	return 0;
}

/* In older kernels all is done here, and the result is in the request. */
SEC("kprobe/io_msg_ring")
int BPF_KPROBE(io_msg_ring, __u64 request)
{
	if (uring_is_transfer(request))
		transfer_keep(request, 0);
	return 0;
}

SEC("kretprobe/io_msg_ring")
int BPF_KRETPROBE(io_msg_ring_end, int ret)
{
	struct transferring t;
	struct scratch *s = transfer_take(&t);

	if (!s)
		return 0;
	if (!ret)
		transfer_msg_ring(t.a, get(struct io_kiocb, t.a, cqe.res));
	scratch_leave(s);
	return 0;
}

SEC("kprobe/io_install_fixed_fd")
int BPF_KPROBE(io_install_fixed_fd, __u64 request)
{
	transfer_keep(request, 0);
	return 0;
}

SEC("kretprobe/io_install_fixed_fd")
int BPF_KRETPROBE(io_install_fixed_fd_end)
{
	struct transferring t;
	struct scratch *s = transfer_take(&t);

	if (!s)
		return 0;
	transfer_fixed(t.a, get(struct io_kiocb, t.a, cqe.res));
	scratch_leave(s);
	return 0;
}

SEC("kprobe/pidfd_prepare")
int BPF_KPROBE(pidfd_prepare, __u64 pid, unsigned int flags, __u64 file)
{
	if (pidfd_is_received())
		transfer_keep(pid, file);
	return 0;
}

SEC("kretprobe/pidfd_prepare")
int BPF_KRETPROBE(pidfd_prepare_end, int ret)
{
	struct transferring t;
	struct scratch *s = transfer_take(&t);

	if (!s)
		return 0;
	transfer_prepared(t.a, t.b, ret);
	scratch_leave(s);
	return 0;
}
