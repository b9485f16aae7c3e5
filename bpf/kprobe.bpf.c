// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The kprobe backend: the functions of exact.h where the kernel has no trampolines, or
 * skips programs that are entered by one task while another was preempted in them: it
 * does not preempt these.
 */
#include "exact.h"
#include "snapshot.h"

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
	exact_returned(ret);
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
	exact_install();
	return 0;
}

SEC("kretprobe/receive_fd")
int BPF_KRETPROBE(receive_fd_end, int ret)
{
	exact_installed(ret);
	return 0;
}

SEC("kprobe/__receive_fd")
int BPF_KPROBE(__receive_fd)
{
	exact_install();
	return 0;
}

SEC("kretprobe/__receive_fd")
int BPF_KRETPROBE(__receive_fd_end, int ret)
{
	exact_installed(ret);
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
	if (!s)
		return 0;
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
