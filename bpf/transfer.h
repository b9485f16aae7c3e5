/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Transfers: what gives a process an open file without a message that names it. Each way
 * has one function here, which the hooks of all backends call; what they know of the two
 * processes, of the file and of the result is told in one event.
 *
 * pidfd_getfd(2) runs in the taker. A seccomp supervisor's ioctl(2) waits until its
 * target has the file: its entry knows who and what, its return under which number. What
 * io_uring hands over lies in its registered files, at a place and not under a number.
 * The pidfd of SO_PASSPIDFD is made by the kernel for a receiver; its sender sent none.
 */
#pragma once

#include "call.h"
#include "filter.h"
#include "process.h"
#include "file.h"

/* As enum fdp_way and enum fdp_transfer_flag. */
enum {
	WAY_PIDFD_GETFD = 1,
	WAY_SECCOMP = 2,
	WAY_MSG_RING = 3,
	WAY_SCM_PIDFD = 4,
	WAY_FIXED_INSTALL = 5,
};
enum { FROM_REGISTERED = 1, TO_REGISTERED = 2 };

/* What a description of both ends costs: see afford(). */
#define TRANSFER_UNITS 4

/* What a supervisor's thread is handing over. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32); /* thread */
	__type(value, struct event_transfer);
} supervisors SEC(".maps");

static __always_inline void transfer_begin(struct scratch *s, __u32 way)
{
	struct event_transfer *e = &s->transfer;

	__builtin_memset(e, 0, sizeof(*e));
	e->way = way;
	e->from_fd = e->to_fd = EVENT_FD_UNKNOWN;
}

static __always_inline void transfer_result(struct event_transfer *e, __s32 result)
{
	if (result < 0)
		e->error = -result;
	else
		e->to_fd = result;
}

/* Says who and what; tasks and file may be 0, unknown. 1: somebody wants to know. */
__attribute__((noinline, weak)) int transfer_describe(__u64 from, __u64 to, __u64 file)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	struct event_transfer *e = &s->transfer;
	if (from)
		task_tell(&e->from, from);
	if (to)
		task_tell(&e->to, to);
	if (!(from && filter_match_of(s, &e->from, from, FILTER_AT_SENDER)) &&
	    !(to && filter_match_of(s, &e->to, to, FILTER_AT_RECEIVER)))
		return 0;
	if (!afford(s, TRANSFER_UNITS)) {
		lose(LOSS_BUDGET, LOSS_TRANSFER);
		return 0;
	}
	if (from)
		process_see(s, from, &e->from, 0);
	if (to)
		process_see(s, to, &e->to, 0);
	e->file = file ? file_number(file) : 0;
	return 1;
}

static __always_inline void transfer_tell(struct scratch *s, __u64 from, __u64 to,
					  __u64 file)
{
	if (transfer_describe(from, to, file))
		emit(&s->transfer.event, EVENT_TRANSFER, sizeof(s->transfer),
		     LOSS_TRANSFER);
}

/* The task of a struct pid; 0: it is gone. */
static __always_inline __u64 pid_task(__u64 pid)
{
	__u64 node = pid ? (__u64)get(struct pid, pid, tasks[0].first) : 0;

	return node ? holder_of(struct task_struct, node, pid_links[0]) : 0;
}

/* The struct pid of a pidfd; 0: the file is none. */
static __always_inline __u64 pidfd_pid(__u64 file)
{
	__u64 inode = file ? (__u64)get(struct file, file, f_inode) : 0;
	__u64 super = inode ? (__u64)get(struct inode, inode, i_sb) : 0;

	if (!super)
		return 0;
	switch (get(struct super_block, super, s_magic)) {
	case PIDFS_MAGIC:
		return (__u64)get(struct inode, inode, i_private);
	case ANON_INODE_MAGIC: /* before Linux 6.9 */
		return (__u64)get(struct file, file, private_data);
	default:
		return 0;
	}
}

/* pidfd_getfd() has returned, in the taker. */
__attribute__((noinline, weak)) int transfer_getfd(__u64 pid, __s32 fd, __s32 result)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	transfer_begin(s, WAY_PIDFD_GETFD);
	s->transfer.from_fd = fd;
	transfer_result(&s->transfer, result);
	transfer_tell(s, plain(s, (void *)pid_task(pid)), bpf_get_current_task(),
		      result < 0 ? 0 : plain(s, (void *)descriptor_file(result)));
	return 0;
}

/* linux/seccomp.h: SECCOMP_IOCTL_NOTIF_ADDFD and its argument */
#define SECCOMP_ADDFD 0x40182103

struct seccomp_addfd {
	__u64 id;
	__u32 flags;
	__u32 srcfd;
	__u32 newfd;
	__u32 newfd_flags;
};

/* So many of a supervisor's notifications are looked at. */
#define NOTIFICATIONS_MAX 256

/* The task whose system call the notification is; 0: it is not there any more. */
static __always_inline __u64 seccomp_target(__u64 filter, __u64 id)
{
	__u64 notif = (__u64)get(struct seccomp_filter, filter, notif);
	if (!notif)
		return 0;

	__u64 head = address_of(struct notification, notif, notifications);
	__u64 at = (__u64)get(struct list_head, head, next);
	for (int i = 0; i < NOTIFICATIONS_MAX; i++) {
		if (!at || at == head)
			return 0;
		__u64 known = holder_of(struct seccomp_knotif, at, list);
		if (get(struct seccomp_knotif, known, id) == id)
			return (__u64)get(struct seccomp_knotif, known, task);
		at = (__u64)get(struct list_head, at, next);
	}
	return 0;
}

/* The number of an ioctl(2) alone says little. */
static __always_inline bool file_is_notifier(__u64 file)
{
	static const char wanted[] = "seccomp notify";
	char name[sizeof(wanted)] = {};
	__u64 dentry = (__u64)get(struct file, file, f_path.dentry);

	bpf_probe_read_kernel_str(name, sizeof(name),
				  get(struct dentry, dentry, d_name.name));
	for (__u32 i = 0; i < sizeof(wanted); i++)
		if (name[i] != wanted[i])
			return false;
	return true;
}

/* The ioctl of a supervisor is entered: file is its notification descriptor. */
__attribute__((noinline, weak)) int transfer_addfd(__u64 file, __u64 argument)
{
	struct scratch *s = scratch_get();
	struct seccomp_addfd a = {};
	__u32 thread = bpf_get_current_pid_tgid();
	if (!s)
		return 0;

	if (bpf_probe_read_user(&a, sizeof(a), (void *)argument)) {
		lose(LOSS_FAULT, LOSS_TRANSFER);
		return 0;
	}
	__u64 filter = (__u64)get(struct file, file, private_data);
	transfer_begin(s, WAY_SECCOMP);
	s->transfer.from_fd = a.srcfd;
	if (transfer_describe(bpf_get_current_task(),
			      plain(s, (void *)seccomp_target(filter, a.id)),
			      plain(s, (void *)descriptor_file(a.srcfd))) &&
	    bpf_map_update_elem(&supervisors, &thread, &s->transfer, BPF_ANY))
		lose(LOSS_MAP, LOSS_TRANSFER);
	return 0;
}

/* It returns. */
static __always_inline void transfer_addfd_end(__s32 result)
{
	__u32 thread = bpf_get_current_pid_tgid();
	struct event_transfer *e = bpf_map_lookup_elem(&supervisors, &thread);

	if (!e)
		return;
	transfer_result(e, result);
	emit(&e->event, EVENT_TRANSFER, sizeof(*e), LOSS_TRANSFER);
	bpf_map_delete_elem(&supervisors, &thread);
}

/* linux/io_uring.h */
enum { URING_MSG_RING = 40, URING_FIXED_INSTALL = 54 };
#define MSG_SEND_FD 1
#define SLOT_ALLOC 0xffffffffU

/* The low bits of a registered file are flags. */
#define SLOT_FLAGS 7ULL

/* What is registered at that place of a ring; 0: nothing. */
static __always_inline __u64 uring_file(struct scratch *s, __u64 ring, __u32 slot)
{
	__u64 table = address_of(struct io_ring_ctx, ring, file_table);

	if (bpf_core_field_exists(struct io_file_table, data)) { /* Linux 6.13 */
		__u64 nodes = (__u64)get(struct io_file_table, table, data.nodes);
		if (!nodes || slot >= get(struct io_file_table, table, data.nr))
			return 0;
		__u64 node = load_pointer(nodes, slot);
		return node ? get(struct io_rsrc_node, node, file_ptr) & ~SLOT_FLAGS : 0;
	}
	if (bpf_core_field_exists(struct io_file_table___6_1, files)) {
		__u64 files = (__u64)get(struct io_file_table___6_1, table, files);
		if (!files || slot >= get(struct io_ring_ctx, ring, nr_user_files))
			return 0;
		return plain(s, (void *)load_pointer(files, slot)) & ~SLOT_FLAGS;
	}
	return 0;
}

/* Who uses the ring: the only one that may, or who made it. */
static __always_inline __u64 uring_owner(__u64 ring)
{
	__u64 task = 0;

	if (bpf_core_field_exists(struct io_ring_ctx, submitter_task))
		task = (__u64)get(struct io_ring_ctx, ring, submitter_task);
	if (task)
		return task;
	__u64 head = address_of(struct io_ring_ctx, ring, tctx_list);
	__u64 last = (__u64)get(struct list_head, head, prev);
	if (!last || last == head)
		return 0;
	return (__u64)get(struct io_tctx_node,
			  holder_of(struct io_tctx_node, last, ctx_node), task);
}

/* Who submitted the request. */
static __always_inline __u64 uring_submitter(__u64 request)
{
	if (!bpf_core_field_exists(struct io_kiocb, tctx))
		return (__u64)get(struct io_kiocb, request, task);
	__u64 context = (__u64)get(struct io_kiocb, request, tctx);
	return context ? (__u64)get(struct io_uring_task, context, task) : 0;
}

static __always_inline bool uring_is_transfer(__u64 request)
{
	__u8 opcode = get(struct io_kiocb, request, opcode);

	if (opcode == URING_MSG_RING)
		return get(struct io_msg, request, cmd) == MSG_SEND_FD;
	return opcode == URING_FIXED_INSTALL;
}

/* A registered file was sent to another ring, and is there or not. */
__attribute__((noinline, weak)) int transfer_msg_ring(__u64 request, __s32 result)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	struct event_transfer *e = &s->transfer;
	__u64 source = (__u64)get(struct io_kiocb, request, ctx);
	__u64 target =
		get(struct io_kiocb, request, file)
			? (__u64)get(struct file, get(struct io_kiocb, request, file),
				     private_data)
			: 0;
	__u32 from = get(struct io_msg, request, src_fd);
	__u32 to = get(struct io_msg, request, dst_fd);
	__u64 file = 0;
	transfer_begin(s, WAY_MSG_RING);
	e->flags = FROM_REGISTERED | TO_REGISTERED;
	e->from_fd = from;
	transfer_result(e, result);
	if (result >= 0) {
		if (to != SLOT_ALLOC)
			e->to_fd = to - 1;
		file = uring_file(s, target, e->to_fd);
		/* The sender may have put another one there since. */
		__u64 sent = uring_file(s, source, from);
		if (sent && sent != file)
			file = 0;
	}
	transfer_tell(s, plain(s, (void *)uring_submitter(request)),
		      target ? plain(s, (void *)uring_owner(target)) : 0,
		      plain(s, (void *)file));
	return 0;
}

/* A registered file has got a descriptor number, or not. */
__attribute__((noinline, weak)) int transfer_fixed(__u64 request, __s32 result)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	__u64 task = plain(s, (void *)uring_submitter(request));
	transfer_begin(s, WAY_FIXED_INSTALL);
	s->transfer.flags = FROM_REGISTERED;
	transfer_result(&s->transfer, result);
	transfer_tell(s, task, task,
		      plain(s, (void *)get(struct io_kiocb, request, file)));
	return 0;
}

/* The kernel made a pidfd of the sender for the receiver, whose socket is sk (or 0). */
__attribute__((noinline, weak)) int transfer_pidfd(__u64 pid, __u64 sk, __u64 file,
						   __s32 result)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	__u64 socket = sk ? socket_number(sk, 0) : 0;
	transfer_begin(s, WAY_SCM_PIDFD);
	s->transfer.socket = socket;
	transfer_result(&s->transfer, result);
	transfer_tell(s, plain(s, (void *)pid_task(pid)), bpf_get_current_task(), file);
	return 0;
}

/* Is it for a receiver that pidfd_prepare() makes one? Others ask for it by their own. */
static __always_inline bool pidfd_is_received(void)
{
	struct call c = {};

	call_read(&c);
	return call_has_entries(&c) || c.kind == EVENT_CALL_IO_URING;
}

/* pidfd_prepare() has returned; the file that it made is where at points to. */
__attribute__((noinline, weak)) int transfer_prepared(__u64 pid, __u64 at, __s32 result)
{
	struct scratch *s = scratch_get();
	__u64 file = 0;
	if (!s)
		return 0;

	call_read(&s->call);
	__u64 sk = call_has_entries(&s->call) ? plain(s, (void *)call_sock(&s->call)) : 0;
	if (result >= 0)
		bpf_probe_read_kernel(&file, sizeof(file), (void *)at);
	transfer_pidfd(pid, sk, file, result);
	return 0;
}
