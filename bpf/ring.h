/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The way out: the ring buffer, the counters of what did not fit, and the scratch memory
 * in which events are put together.
 *
 * Nothing is dropped without being counted. The consumer is woken only when it said that
 * it sleeps; it drains by timer otherwise, for a wake-up costs more than all the rest.
 */
#pragma once

#include "kernel.h"

enum loss_cause {
	LOSS_RING,
	LOSS_MAP,
	LOSS_RECURSION,
	LOSS_FAULT,
	LOSS_BUDGET,
	LOSS_MISSED
};
enum loss_kind { LOSS_SEND, LOSS_RECEIVE, LOSS_END, LOSS_DEFINITION, LOSS_TRANSFER };

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 * 1024 * 1024);
} ring SEC(".maps");

struct shared shared SEC(".bss.shared");

/* The last name may overrun a path's maximum, and is dropped then. */
#define PATH_ROOM (EVENT_PATH_MAX + 256)

/* Numbers of descriptors as the caller wrote them; the last copy may overrun. */
#define NUMBERS_ROOM (256 + 256)

/* The system call in progress: see call.h. */
struct call {
	__u32 kind; /* enum event_call */
	__s32 fd;
	__u64 message; /* user address of a msghdr, or of an array of mmsghdr */
	__u32 n_entries;
	__u32 compat;
	__u32 own;	/* fd is known to be the socket that this is about */
	__u32 may_peek; /* it is not known to take what it receives */
};

/* Requests of io_uring in flight on one socket: see uring.h. With more, no number is
 * told. */
#define URING_REQUESTS 8

struct uring_request {
	__u64 request; /* address, 0: none */
	__u64 control;
	__u64 control_len;
	__s32 fd;    /* of the socket */
	__s32 stale; /* open, and named by the control data before it is written; -1 */
	__u32 opcode;
	__u32 compat;
};

struct uring_socket {
	struct uring_request requests[URING_REQUESTS];
	__u32 crowded; /* there were more */
	__u32 pad;
};

/* The packet that the current task has put on a queue: see send.h. */
struct packet {
	__u64 skb;
	__u64 sk;	/* the sender's */
	__u64 receiver; /* the one whose queue it was put on */
	__u64 list;
	__u64 file; /* first of the list, as the caller named it; 0: unknown */
};

/* What this CPU knows to have been told, so that it need not look it up. */
struct told_socket {
	__u64 key, addr, peer;
	__u32 news;
	__u32 pad;
};

struct told_process {
	__u64 start, exec_id;
	__u32 tgid;
	__u32 news;
};

/* Powers of two. */
#define TOLD_SOCKETS 16
#define TOLD_PROCESSES 8

/*
 * One per CPU, and used by one program at a time: see scratch_enter(). Sub-programs take
 * no pointers on old kernels, so what they work on is here.
 */
struct scratch {
	__u32 busy;
	__u64 counter;	 /* see number_next() */
	__u64 plain;	 /* see plain() */
	__u32 n_numbers; /* descriptors found in a control buffer: see call.h */
	/* path_walk() */
	__u64 dentry;
	__u64 mount;
	__u32 path_len;
	__u32 path_flags; /* EVENT_FILE_PATH_CUT ... */
	/* numbers_read() */
	__u64 control_at;
	__u64 control_left;
	__u32 control_compat;
	__u32 control_received;
	__u32 control_in_kernel;
	__s32 control_kind; /* SCM_RIGHTS, SCM_PIDFD */
	__u32 control_pad;
	__s32 numbers[NUMBERS_ROOM];
	struct call call;
	struct packet packet;
	struct uring_socket uring;
	__u64 numbers_hash;
	__u64 candidate_hash;
	__u32 n_candidates;
	__u32 candidate;
	__u64 truths; /* filter_expression() */
	__u32 quiet;  /* files are not described now: see unwanted.h */
	__u32 pad;
	/* afford() */
	__u64 window;
	__u64 spent;
	struct told_socket told_sockets[TOLD_SOCKETS];
	struct told_process told_processes[TOLD_PROCESSES];
	union {
		struct event_socket socket;
		struct event_file file;
		struct {
			__u8 gap[sizeof(struct event_file) -
				 sizeof(struct event_process)];
			struct event_process process;
		};
		struct {
			__u8 gap_cgroup[sizeof(struct event_file) -
					sizeof(struct event_cgroup)];
			struct event_cgroup cgroup;
		};
	};
	char path[PATH_ROOM]; /* of file, process or cgroup: all end here */
	union {
		struct {
			struct event_send send;
			struct event_fd send_fds[EVENT_FDS_MAX + 3];
		};
		struct {
			struct event_receive receive;
			struct event_fd receive_fds[EVENT_FDS_MAX + 3];
		};
		struct event_end end;
		struct event_transfer transfer;
		struct event_holder holder;
	};
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

static __always_inline void lose(enum loss_cause cause, enum loss_kind kind)
{
	__sync_fetch_and_add(&shared.losses.count[cause][kind], 1);
}

static __always_inline struct scratch *scratch_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&scratches, &zero);
}

/* Linux 6.10; with sub-programs as ours are from about 6.15 on. */
extern void bpf_preempt_disable(void) __ksym __weak;
extern void bpf_preempt_enable(void) __ksym __weak;

/* Looking and claiming are one, for we may be preempted between them. */
static __always_inline bool scratch_claim(struct scratch *s)
{
#ifdef PROBE_READS /* no atomic tells what it found before Linux 5.12 */
	__u32 was = s->busy;

	s->busy = 1;
	return !was;
#else
	return !__sync_val_compare_and_swap(&s->busy, 0, 1);
#endif
}

/*
 * Kernels that run tracing programs preemptibly let us forbid it, mostly. Where not, a
 * program that was preempted by another of ours on the same CPU still owns the scratch:
 * the second one counts its loss.
 */
static __always_inline struct scratch *scratch_enter(enum loss_kind kind)
{
	if (config.no_preempt)
		bpf_preempt_disable();

	struct scratch *s = scratch_get();
	if (s && scratch_claim(s))
		return s;
	lose(LOSS_RECURSION, kind);
	if (config.no_preempt)
		bpf_preempt_enable();
	return NULL;
}

static __always_inline void scratch_leave(struct scratch *s)
{
	s->busy = 0;
	if (config.no_preempt)
		bpf_preempt_enable();
}

/*
 * A number that nobody else has: the CPUs take turns. Atomics that return a value came
 * with Linux 5.12 only; who holds the scratch is alone on its CPU.
 */
static __always_inline __u64 number_next(struct scratch *s)
{
	return s->counter++ * config.n_cpus + bpf_get_smp_processor_id() + 1;
}

/* The verifier lets a typed pointer into a sub-program only as a plain number. */
static __always_inline __u64 plain(struct scratch *s, const volatile void *typed)
{
	*(volatile __u64 *)&s->plain = (__u64)typed;
	return *(volatile __u64 *)&s->plain;
}

/*
 * Work that one CPU may do for us in a window of some ticks of the kernel's clock, in
 * units of about 30 ns (a step of a path walk). An unprivileged sendmmsg(2) of 1024
 * messages of 253 descriptors would otherwise hold it for 80 ms. What is not done is
 * counted.
 */
static __always_inline bool afford(struct scratch *s, __u32 units)
{
	__u64 window = bpf_jiffies64() >> config.budget_shift;

	if (s->window != window) {
		s->window = window;
		s->spent = 0;
	}
	s->spent += units;
	return s->spent <= config.budget_units;
}

/* Sends the size bytes at event, whose size and time are filled in here. */
static __always_inline long emit(struct event *event, __u32 type, __u64 size,
				 enum loss_kind kind)
{
	__u64 flags = BPF_RB_NO_WAKEUP;

	event->type = type;
	event->size = size;
	if (!event->time)
		event->time = bpf_ktime_get_boot_ns();
	if (shared.asleep) {
		shared.asleep = 0;
		flags = BPF_RB_FORCE_WAKEUP;
	}
	long err = bpf_ringbuf_output(&ring, event, size, flags);
	if (err)
		lose(LOSS_RING, kind);
	return err;
}
