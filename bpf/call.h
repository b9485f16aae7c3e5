/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The system call in progress: which one, on which descriptor, and the numbers in the
 * caller's control buffers.
 *
 * All of it is the caller's own memory and may change under us, and the registers are
 * those of an unrelated call when io_uring does the work: see uring.h. So nothing here is
 * believed by itself: a number counts only where the descriptor table says that it is the
 * very file.
 */
#pragma once

#include "arch.h"
#include "socket.h"

#define CONTROL_MESSAGES_MAX 256
#define ENTRIES_MAX                                                                      \
	64 /* of a sendmmsg or recvmmsg; numbers beyond are told as unknown              \
	    */

static __always_inline void call_read_native(struct call *c, __u64 regs)
{
	c->fd = call_argument(regs, 0);
	c->message = call_argument(regs, 1);
	switch (call_number(regs)) {
	case CALL_SENDMSG:
	case CALL_RECVMSG:
		c->kind = EVENT_CALL_MSG;
		c->may_peek = call_argument(regs, 2) & MSG_PEEK;
		break;
	case CALL_SENDMMSG:
	case CALL_RECVMMSG:
		c->kind = EVENT_CALL_MMSG;
		c->n_entries = call_argument(regs, 2);
		break;
	case CALL_IO_URING_ENTER:
		c->kind = EVENT_CALL_IO_URING;
		break;
	}
}

/*
 * The registers with which the task entered the kernel. Linux 5.15 tells; before, they
 * lie at the top of its stack.
 */
static __always_inline __u64 call_registers(__u64 task)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return bpf_task_pt_regs((void *)bpf_get_current_task_btf());
	return (__u64)get(struct task_struct, task, stack) + THREAD_SIZE -
	       bpf_core_type_size(struct pt_regs);
}

static __always_inline void call_read(struct call *c)
{
	__u64 task = bpf_get_current_task();
	__u64 regs = call_registers(task);

	c->kind = EVENT_CALL_OTHER;
	c->compat = false;
	c->own = false;
	c->may_peek = true;
	c->n_entries = 1;
	if (get(struct task_struct, task, flags) & (PF_IO_WORKER | PF_USER_WORKER)) {
		c->kind = EVENT_CALL_IO_URING;
		c->fd = -1;
	} else if (call_is_compat(task, regs)) {
		call_read_compat(c, regs);
	} else {
		call_read_native(c, regs);
	}
}

/* Is it one whose messages, and so whose numbers, can be read? */
static __always_inline bool call_has_entries(const struct call *c)
{
	return c->kind == EVENT_CALL_MSG || c->kind == EVENT_CALL_MMSG;
}

/* The open file behind a number of the current task; 0: none. */
static __always_inline __u64 descriptor_file(__s32 fd)
{
	struct files_struct *files = load(current_task(), files);
	struct fdtable *table = files ? load(files, fdt) : NULL;

	if (!table || (__u32)fd >= load(table, max_fds))
		return 0;
	return load_pointer((__u64)load(table, fd), (__u32)fd);
}

/* Is fd the number of this socket in the current task? */
static __always_inline bool descriptor_is_socket(__s32 fd, __u64 sk)
{
	__u64 socket = (__u64)get(struct sock, sk, sk_socket);
	__u64 file = descriptor_file(fd);

	return socket && file && file == (__u64)get(struct socket, socket, file);
}

/* Is it the number that the call in progress names? Remembers if so. */
static __always_inline bool call_is_about(struct call *c, __u64 sk)
{
	if (!c->own && c->kind != EVENT_CALL_IO_URING)
		c->own = descriptor_is_socket(c->fd, sk);
	return c->own;
}

/* The Unix socket that the open file is; 0: none. */
static __always_inline __u64 file_sock(__u64 file)
{
	__u64 inode = (__u64)get(struct file, file, f_inode);

	if (!inode || (get(struct inode, inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	__u64 socket = (__u64)get(struct file, file, private_data);
	__u64 sk = socket ? (__u64)get(struct socket, socket, sk) : 0;
	return sk && get(struct sock, sk, __sk_common.skc_family) == AF_UNIX ? sk : 0;
}

/* The Unix socket that the call in progress is about; 0: none. */
static __always_inline __u64 call_sock(const struct call *c)
{
	__u64 file = descriptor_file(c->fd);

	return file ? file_sock(file) : 0;
}

/* Where the i-th message of the call keeps its control data; the room that it offers. */
struct control {
	__u64 at;
	__u64 left;
	bool compat;
	bool in_kernel;
};

struct user_control {
	__u64 at;
	__u64 len;
};

struct user_message {
	__u64 name;
	__u32 name_len, pad;
	__u64 iov;
	__u64 iov_len;
	struct user_control control;
};

struct compat_message {
	__u32 name, name_len;
	__u32 iov, iov_len;
	__u32 control, control_len;
};

#define MMSGHDR_SIZE 64
#define COMPAT_MMSGHDR_SIZE 32

static __always_inline bool control_of(struct control *c, const struct call *call,
				       __u64 i)
{
	c->compat = call->compat;
	c->in_kernel = false;
	if (call->compat) {
		struct compat_message m = {};
		if (bpf_probe_read_user(
			    &m, sizeof(m),
			    (void *)(call->message + i * COMPAT_MMSGHDR_SIZE)))
			return false;
		c->at = m.control;
		c->left = m.control_len;
	} else {
		struct user_control m = {};
		if (bpf_probe_read_user(&m, sizeof(m),
					(void *)(call->message + i * MMSGHDR_SIZE +
						 offsetof(struct user_message, control))))
			return false;
		c->at = m.at;
		c->left = m.len;
	}
	return c->at != 0;
}

/* Control data is the caller's, or the kernel's copy of it. */
static __always_inline long control_read(const struct scratch *s, void *to, __u32 size,
					 __u64 at)
{
	if (s->control_in_kernel)
		return bpf_probe_read_kernel(to, size, (void *)at);
	return bpf_probe_read_user(to, size, (void *)at);
}

/* Adds the numbers of one control message to those in scratch. */
static __always_inline void numbers_add(struct scratch *s, __u64 at, __u64 bytes)
{
	__u32 have = s->n_numbers;
	__u64 n = bytes / sizeof(__s32);

	if (n > EVENT_FDS_MAX + 1)
		n = EVENT_FDS_MAX + 1; /* too many: the kernel refused it */
	if (have > EVENT_FDS_MAX || !n)
		return;
	if (control_read(s, &s->numbers[have & 255], (n * sizeof(__s32)) & 1023, at))
		return;
	s->n_numbers = have + n;
}

/*
 * Looks at the control message at *at; 1 to go on, 0 at the end or behind nonsense. The
 * kernel aligns the next one as CMSG_NXTHDR does, and ignores what follows a short rest.
 */
__attribute__((noinline, weak)) int control_step(void)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	__u64 at = s->control_at;
	__u64 left = s->control_left;
	__u64 len;
	__s32 kind[2];
	__u32 header = s->control_compat ? 12 : 16;
	if (left < header)
		return 0;
	if (s->control_compat) {
		__u32 h[3];
		if (control_read(s, h, sizeof(h), at))
			return 0;
		len = h[0];
		kind[0] = h[1];
		kind[1] = h[2];
	} else {
		__u64 h[2];
		if (control_read(s, h, sizeof(h), at))
			return 0;
		len = h[0];
		kind[0] = (__s32)h[1];
		kind[1] = (__s32)(h[1] >> 32);
	}
	if (len < header || len > left)
		return 0;
	if (kind[0] == SOL_SOCKET && kind[1] == s->control_kind) {
		numbers_add(s, at + header, len - header);
		if (s->control_received)
			return 0;
	}
	__u64 step = s->control_compat ? (len + 3) & ~3ULL : (len + 7) & ~7ULL;
	if (step >= left)
		return 0;
	s->control_at = at + step;
	s->control_left = left - step;
	return 1;
}

/* What mostly is all: one control message of one or two descriptors. */
struct control_pair {
	__u64 len;
	__s32 level, type;
	__s32 fd[2];
};

/* Reads that at once; false: it is something else. */
static __always_inline bool numbers_read_pair(struct scratch *s, const struct control *c,
					      bool received)
{
	struct control_pair p = {};

	if (c->compat || c->left < sizeof(p))
		return false;
	if (c->in_kernel)
		copy_words(&p, c->at, sizeof(p) / sizeof(__u64));
	else if (bpf_probe_read_user(&p, sizeof(p), (void *)c->at))
		return false;
	if (p.len < offsetof(struct control_pair, fd) || p.len > c->left)
		return true; /* nonsense */
	if (p.level != SOL_SOCKET || p.type != s->control_kind || p.len > sizeof(p) ||
	    (!received && c->left > sizeof(p)))
		return false;
	s->numbers[0] = p.fd[0];
	s->numbers[1] = p.fd[1];
	s->n_numbers = (p.len - offsetof(struct control_pair, fd)) / sizeof(__s32);
	return true;
}

/*
 * Collects in scratch.numbers what the control data names, in the kernel's order. Of
 * received control data the first SCM_RIGHTS is all: the kernel writes one, and what
 * comes after it may be left over from an earlier call.
 */
static __always_inline void numbers_read_kind(struct scratch *s, const struct control *c,
					      bool received, __s32 kind)
{
	s->control_kind = kind;
	s->n_numbers = 0;
	s->control_at = c->at;
	s->control_left = c->left;
	s->control_compat = c->compat;
	s->control_received = received;
	s->control_in_kernel = c->in_kernel;
	if (kind == SCM_RIGHTS && numbers_read_pair(s, c, received))
		return;
	for (int i = 0; i < CONTROL_MESSAGES_MAX; i++)
		if (!control_step())
			break;
}

static __always_inline void numbers_read(struct scratch *s, const struct control *c,
					 bool received)
{
	numbers_read_kind(s, c, received, SCM_RIGHTS);
}

/* The pidfd that the call in progress has just received; -1: none that we can find. */
static __always_inline __s32 pidfd_number(struct scratch *s)
{
	struct control c;

	if (!call_has_entries(&s->call) || s->call.n_entries != 1 ||
	    !control_of(&c, &s->call, 0))
		return -1;
	numbers_read_kind(s, &c, true, SCM_PIDFD);
	return s->n_numbers ? s->numbers[0] : -1;
}
