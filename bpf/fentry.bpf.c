// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* The fentry backend: the functions of exact.h by trampoline. Which exist is tried. */
#include "exact.h"
#include "snapshot.h"
#include "transfer.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("fexit/__scm_send")
int BPF_PROG(scm_send, struct socket *sock, struct msghdr *msg, struct scm_cookie *scm,
	     int ret)
{
	struct sock *sk = sock->sk;
	if (sk->__sk_common.skc_family != AF_UNIX)
		return 0;

	struct scratch *s = scratch_enter(LOSS_SEND);
	if (!s)
		return 0;
	exact_send(plain(s, sk), plain(s, msg), plain(s, scm->fp), ret);
	scratch_leave(s);
	return 0;
}

SEC("fentry/unix_add_edges")
int BPF_PROG(unix_add_edges, struct scm_fp_list *fpl, struct unix_sock *receiver)
{
	struct scratch *s = scratch_enter(LOSS_SEND);
	if (!s)
		return 0;
	exact_queue(plain(s, fpl), plain(s, receiver));
	scratch_leave(s);
	return 0;
}

SEC("fentry/unix_attach_fds")
int BPF_PROG(unix_attach_fds, struct scm_cookie *scm, struct sk_buff *skb)
{
	exact_attach((__u64)skb);
	return 0;
}

SEC("fentry/unix_inflight")
int BPF_PROG(unix_inflight)
{
	struct scratch *s = scratch_enter(LOSS_SEND);
	if (!s)
		return 0;
	exact_attached(s);
	scratch_leave(s);
	return 0;
}

SEC("fentry/scm_fp_dup")
int BPF_PROG(scm_fp_dup, struct scm_fp_list *fpl)
{
	if (fpl)
		exact_copy((__u64)fpl);
	return 0;
}

SEC("fentry/scm_detach_fds")
int BPF_PROG(scm_detach_fds, struct msghdr *msg, struct scm_cookie *scm)
{
	if (!scm->fp)
		return 0;

	struct scratch *s = scratch_enter(LOSS_RECEIVE);
	if (!s)
		return 0;
	exact_detach(plain(s, msg), plain(s, scm->fp));
	scratch_leave(s);
	return 0;
}

SEC("fexit/receive_fd")
int BPF_PROG(receive_fd_3, struct file *file, void *ufd, unsigned int flags, int ret)
{
	exact_received(ret);
	return 0;
}

SEC("fexit/__receive_fd")
int BPF_PROG(__receive_fd_3, struct file *file, void *ufd, unsigned int flags, int ret)
{
	exact_received(ret);
	return 0;
}

SEC("fexit/__receive_fd")
int BPF_PROG(__receive_fd_4, int fd, struct file *file, void *ufd, unsigned int flags,
	     int ret)
{
	exact_received(ret);
	return 0;
}

SEC("fentry/unix_detach_fds")
int BPF_PROG(unix_detach_fds, struct scm_cookie *scm, struct sk_buff *skb)
{
	exact_unpack((__u64)skb);
	return 0;
}

SEC("fentry/unix_destroy_fpl")
int BPF_PROG(unix_destroy_fpl, struct scm_fp_list *fpl)
{
	if (!exact_is_in_flight((__u64)fpl))
		return 0;

	struct scratch *s = scratch_enter(LOSS_END);
	if (!s)
		return 0;
	exact_discard(plain(s, fpl));
	scratch_leave(s);
	return 0;
}

SEC("fentry/__scm_destroy")
int BPF_PROG(scm_destroy, struct scm_cookie *scm)
{
	if (!scm->fp)
		return 0;

	struct scratch *s = scratch_enter(LOSS_END);
	if (!s) {
		message_forget((__u64)scm->fp);
		return 0;
	}
	exact_destroy(plain(s, scm->fp));
	scratch_leave(s);
	return 0;
}

SEC("fentry/__fput")
int BPF_PROG(fput, struct file *file)
{
	file_free((__u64)file);
	return 0;
}

/* The other ways: see transfer.h. */

SEC("fexit/pidfd_getfd")
int BPF_PROG(pidfd_getfd, struct pid *pid, int fd, int ret)
{
	struct scratch *s = scratch_enter(LOSS_TRANSFER);
	if (!s)
		return 0;
	transfer_getfd(plain(s, pid), fd, ret);
	scratch_leave(s);
	return 0;
}

SEC("fentry/seccomp_notify_ioctl")
int BPF_PROG(seccomp_notify_ioctl, struct file *file, unsigned int command,
	     unsigned long argument)
{
	if (command != SECCOMP_ADDFD)
		return 0;

	struct scratch *s = scratch_enter(LOSS_TRANSFER);
	if (!s)
		return 0;
	transfer_addfd(plain(s, file), argument);
	scratch_leave(s);
	return 0;
}

SEC("fexit/seccomp_notify_ioctl")
int BPF_PROG(seccomp_notify_ioctl_end, struct file *file, unsigned int command,
	     unsigned long argument, long ret)
{
	if (command == SECCOMP_ADDFD)
		transfer_addfd_end(ret);
	return 0;
}

SEC("fexit/io_msg_install_complete")
int BPF_PROG(io_msg_install_complete, struct io_kiocb *request, unsigned int flags,
	     int ret)
{
	struct scratch *s = ret == -EAGAIN ? NULL : scratch_enter(LOSS_TRANSFER);
	if (!s)
		return 0;
	transfer_msg_ring(plain(s, request), ret);
	scratch_leave(s);
	return 0;
}

/* In older kernels all is done here, and the result is in the request. */
SEC("fexit/io_msg_ring")
int BPF_PROG(io_msg_ring, struct io_kiocb *request, unsigned int flags, int ret)
{
	if (ret || !uring_is_transfer((__u64)request))
		return 0;

	struct scratch *s = scratch_enter(LOSS_TRANSFER);
	if (!s)
		return 0;
	__u64 req = plain(s, request);
	transfer_msg_ring(req, get(struct io_kiocb, req, cqe.res));
	scratch_leave(s);
	return 0;
}

SEC("fexit/io_install_fixed_fd")
int BPF_PROG(io_install_fixed_fd, struct io_kiocb *request)
{
	struct scratch *s = scratch_enter(LOSS_TRANSFER);
	if (!s)
		return 0;
	__u64 req = plain(s, request);
	transfer_fixed(req, get(struct io_kiocb, req, cqe.res));
	scratch_leave(s);
	return 0;
}

/* struct file ** is no argument that older kernels let us read, but by this helper. */
SEC("fexit/pidfd_prepare")
int BPF_PROG(pidfd_prepare, struct pid *pid, unsigned int flags, void *file, int ret)
{
	__u64 at = 0;

	if (!pidfd_is_received())
		return 0;
	struct scratch *s = scratch_enter(LOSS_TRANSFER);
	if (!s)
		return 0;
	bpf_get_func_arg(ctx, 2, &at);
	transfer_prepared(plain(s, pid), at, ret);
	scratch_leave(s);
	return 0;
}
