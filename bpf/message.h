/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Messages in flight: the list of files that hangs on the packet (struct scm_fp_list) is
 * one message from its send to its receipt or death. Its address is the key, and never
 * leaves the kernel; what is told is a number from a counter.
 */
#pragma once

#include "filter.h"
#include "process.h"

/* What a message costs, and each of its descriptors: see afford(). */
#define MESSAGE_UNITS(n) (2 + (n) / 8)

/* Set in a message's number by a receiver that has read it. */
#define MESSAGE_TAKEN (1ULL << 63)

struct message {
	__u64 number; /* 0: it is over; the address may come again */
	__u64 sender; /* key of its socket, and of the one it is queued on */
	__u64 receiver;
	__u64 wanted;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct message);
} messages SEC(".maps");

/* The i-th open file of the list. */
static __always_inline __u64 list_file(__u64 list, __u32 i)
{
	return load_pointer(address_of(struct scm_fp_list, list, fp), i);
}

/* The message of the list, if it was told and is not over; NULL. */
static __always_inline struct message *message_find(__u64 list)
{
	struct message *m = bpf_map_lookup_elem(&messages, &list);

	return m && m->number ? m : NULL;
}

static __always_inline __u64 message_number(const struct message *m)
{
	return m->number & ~MESSAGE_TAKEN;
}

/*
 * In the receiver: its number, which the sender cannot take back any more; 0: none. It is
 * over then, or if it may be received again only taken.
 */
static __always_inline __u64 message_take(struct message *m, bool may_peek)
{
	__u64 was = m->number, number = message_number(m);

	if (!number)
		return 0;
	__u64 now = may_peek ? number | MESSAGE_TAKEN : 0;
	return __sync_val_compare_and_swap(&m->number, was, now) == was ? number : 0;
}

/*
 * The number of the list's message: fresh->number if nobody has given it another. A slab
 * gives the same address again, so that there mostly is an entry to be written in place;
 * both ends write the same keys, and what has a number is complete.
 */
static __always_inline __u64 message_claim(__u64 list, const struct message *fresh)
{
	struct message *m = bpf_map_lookup_elem(&messages, &list);

	if (!m) {
		if (!bpf_map_update_elem(&messages, &list, fresh, BPF_NOEXIST))
			return fresh->number & ~MESSAGE_TAKEN;
		m = bpf_map_lookup_elem(&messages, &list);
		if (!m)
			return fresh->number & ~MESSAGE_TAKEN;
	}
	m->sender = fresh->sender;
	m->receiver = fresh->receiver;
	m->wanted = fresh->wanted;
	__u64 other = __sync_val_compare_and_swap(&m->number, 0, fresh->number);
	return (other ? other : fresh->number) & ~MESSAGE_TAKEN;
}

/* In the sender: nobody has taken the number, and nobody will. */
static __always_inline bool message_take_back(__u64 list, __u64 number)
{
	struct message *m = bpf_map_lookup_elem(&messages, &list);

	return m && __sync_val_compare_and_swap(&m->number, number, 0) == number;
}

static __always_inline bool message_lives(__u64 list, __u64 number)
{
	const struct message *m = bpf_map_lookup_elem(&messages, &list);

	return m && message_number(m) == number;
}

/* It is over; its list was freed and may be another message's already. */
static __always_inline void message_end(__u64 list, __u64 number)
{
	struct message *m = bpf_map_lookup_elem(&messages, &list);

	if (m && __sync_val_compare_and_swap(&m->number, number, 0) != number)
		__sync_val_compare_and_swap(&m->number, number | MESSAGE_TAKEN, 0);
}

/*
 * On two CPUs the receiver can take a packet before the sender's tracepoint has looked at
 * it. Then the sender sees no list, and the receiver none that was told. Who comes first
 * leaves the number here, under the sender's socket, for the other.
 */
struct meeting {
	__u64 message;
	__u64 time;
	__u64 file; /* the first of the list: what both know */
	__u32 n;
	__u32 sender_waits;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct meeting);
} meetings SEC(".maps");

/* The other end is on its way in the kernel; an older entry was left by something else.
 */
#define MEETING_NS 1000000000ULL

/* The number that the other end left for this message, and takes it; 0: none. */
static __always_inline __u64 meeting_take(__u64 sk, const struct meeting *mine)
{
	const struct meeting *m = bpf_map_lookup_elem(&meetings, &sk);

	if (!m || m->sender_waits == mine->sender_waits || m->n != mine->n ||
	    m->file != mine->file)
		return 0;
	/* The other end may have read the clock before or after. */
	if (mine->time + MEETING_NS - m->time > 2 * MEETING_NS)
		return 0;
	__u64 number = m->message;
	bpf_map_delete_elem(&meetings, &sk);
	return number;
}

/* Leaves mine->message for the other end; if that came meanwhile, takes what it left. */
static __always_inline __u64 meeting_wait(__u64 sk, const struct meeting *mine)
{
	if (!bpf_map_update_elem(&meetings, &sk, mine, BPF_NOEXIST))
		return 0;
	__u64 number = meeting_take(sk, mine);
	if (!number)
		bpf_map_update_elem(&meetings, &sk, mine, BPF_ANY);
	return number;
}

/* Both ends agree on the number by the list: nobody need wait. */
static __always_inline void meeting_cancel(__u64 sk, __u64 number)
{
	const struct meeting *m = bpf_map_lookup_elem(&meetings, &sk);

	if (m && m->message == number)
		bpf_map_delete_elem(&meetings, &sk);
}

/* As enum fdp_end_reason. */
enum { END_CLOSED = 1, END_COLLECTED = 2, END_NOT_SENT = 3 };

/* The message died unread, in the task that closed its socket or in the collector. */
static __always_inline void end_tell(struct scratch *s, __u64 number, bool wanted,
				     __u32 reason)
{
	__u64 task = bpf_get_current_task();
	struct event_end *e = &s->end;

	__builtin_memset(e, 0, sizeof(*e));
	task_tell(&e->task, task);
	if (!wanted && !filter_match(s, &e->task, FILTER_AT_RECEIVER))
		return;
	e->message = number;
	e->reason = reason;
	process_see(s, task, &e->task, 0);
	emit(&e->event, EVENT_END, sizeof(*e), LOSS_END);
}

static __always_inline void end_unread(struct scratch *s, __u64 number, bool wanted)
{
	__u64 task = bpf_get_current_task();
	bool collector = get(struct task_struct, task, flags) & PF_KTHREAD;

	end_tell(s, number, wanted, collector ? END_COLLECTED : END_CLOSED);
}
