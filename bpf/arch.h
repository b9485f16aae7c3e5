/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * How a system call looks at its entry: the numbers of the calls that matter here, and
 * which registers hold what, by machine.
 *
 * call_is_compat() tells a 32-bit caller. call_read_compat() reads what such a caller
 * asks for, or leaves the call alone, so that its numbers are unknown.
 */
#pragma once

#include "ring.h"

#if defined(__TARGET_ARCH_x86)

struct pt_regs {
	unsigned long bx, cx, dx, si, di, r8, r9, ax, sp, bp, ip, orig_ax;
} KERNEL_TYPE;

/* asm/unistd_64.h, asm/unistd_32.h, linux/net.h */
enum {
	CALL_SENDMSG = 46,
	CALL_RECVMSG = 47,
	CALL_RECVMMSG = 299,
	CALL_SENDMMSG = 307,
	CALL_IO_URING_ENTER = 426,
	CALL_32_SOCKETCALL = 102,
	CALL_32_RECVMMSG = 337,
	CALL_32_SENDMMSG = 345,
	CALL_32_SENDMSG = 370,
	CALL_32_RECVMSG = 372,
	CALL_32_RECVMMSG_TIME64 = 417,
	SOCKETCALL_SENDMSG = 16,
	SOCKETCALL_RECVMSG = 17,
	SOCKETCALL_RECVMMSG = 19,
	SOCKETCALL_SENDMMSG = 20,
};

#define TS_COMPAT 2 /* thread_info.status on x86 */
#define THREAD_SIZE 16384

static __always_inline __u64 call_number(__u64 regs)
{
	return get(struct pt_regs, regs, orig_ax);
}

static __always_inline __u64 call_argument(__u64 regs, int i)
{
	return i == 0	? get(struct pt_regs, regs, di)
	       : i == 1 ? get(struct pt_regs, regs, si)
			: get(struct pt_regs, regs, dx);
}

/* The first one, when its register has the result. */
static __always_inline __u64 call_argument_at_exit(__u64 regs)
{
	return get(struct pt_regs, regs, di);
}

static __always_inline bool call_is_compat(__u64 task, __u64 regs)
{
	return get(struct task_struct, task, thread_info.status) & TS_COMPAT;
}

static __always_inline void call_socketcall(struct call *c, __u32 what, __u64 arguments)
{
	__u32 a[3] = {};

	if (what == SOCKETCALL_SENDMSG || what == SOCKETCALL_RECVMSG)
		c->kind = EVENT_CALL_MSG;
	else if (what == SOCKETCALL_SENDMMSG || what == SOCKETCALL_RECVMMSG)
		c->kind = EVENT_CALL_MMSG;
	bpf_probe_read_user(a, sizeof(a), (void *)arguments);
	c->fd = a[0];
	c->message = a[1];
	c->n_entries = c->kind == EVENT_CALL_MMSG ? a[2] : 1;
}

static __always_inline void call_read_compat(struct call *c, __u64 regs)
{
	c->compat = true;
	c->fd = get(struct pt_regs, regs, bx);
	c->message = (__u32)get(struct pt_regs, regs, cx);
	switch (get(struct pt_regs, regs, orig_ax)) {
	case CALL_32_SENDMSG:
	case CALL_32_RECVMSG:
		c->kind = EVENT_CALL_MSG;
		break;
	case CALL_32_SENDMMSG:
	case CALL_32_RECVMMSG:
	case CALL_32_RECVMMSG_TIME64:
		c->kind = EVENT_CALL_MMSG;
		c->n_entries = get(struct pt_regs, regs, dx);
		break;
	case CALL_32_SOCKETCALL:
		call_socketcall(c, get(struct pt_regs, regs, bx),
				(__u32)get(struct pt_regs, regs, cx));
		break;
	}
}

#elif defined(__TARGET_ARCH_arm64)

struct pt_regs {
	__u64 regs[31];
	__u64 orig_x0;
	__u64 pstate;
	__s32 syscallno;
} KERNEL_TYPE;

/* asm-generic/unistd.h */
enum {
	CALL_SENDMSG = 211,
	CALL_RECVMSG = 212,
	CALL_RECVMMSG = 243,
	CALL_SENDMMSG = 269,
	CALL_IO_URING_ENTER = 426,
};

#define PSR_MODE32_BIT 0x10
#define THREAD_SIZE 16384

/* As bpf_tracing.h calls the registers of a kprobe. */
struct user_pt_regs {
	__u64 regs[31];
} KERNEL_TYPE;

static __always_inline __u64 call_number(__u64 regs)
{
	return get(struct pt_regs, regs, syscallno);
}

static __always_inline __u64 call_argument(__u64 regs, int i)
{
	return i == 0	? get(struct pt_regs, regs, regs[0])
	       : i == 1 ? get(struct pt_regs, regs, regs[1])
			: get(struct pt_regs, regs, regs[2]);
}

/* The first one, when its register has the result. */
static __always_inline __u64 call_argument_at_exit(__u64 regs)
{
	return get(struct pt_regs, regs, orig_x0);
}

static __always_inline bool call_is_compat(__u64 task, __u64 regs)
{
	return get(struct pt_regs, regs, pstate) & PSR_MODE32_BIT;
}

/* 32-bit Arm has calls of its own. */
static __always_inline void call_read_compat(struct call *c, __u64 regs)
{
	c->compat = true;
	c->fd = -1;
}

#endif
