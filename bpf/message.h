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

__u64 last_message;

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

static __always_inline __u64 message_next(void)
{
	return __sync_fetch_and_add(&last_message, 1) + 1;
}

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

/* A new one: in the place of one that is over, for the slab gives its address again. */
static __always_inline int message_add(__u64 list, const struct message *fresh)
{
	struct message *m = bpf_map_lookup_elem(&messages, &list);

	if (!m)
		return bpf_map_update_elem(&messages, &list, fresh, BPF_ANY);
	m->sender = fresh->sender;
	m->receiver = fresh->receiver;
	m->wanted = fresh->wanted;
	/* The receiver may look already: what has a number is complete. */
	*(volatile __u64 *)&m->number = fresh->number;
	return 0;
}

/* It is over; its list was freed and may be another message's already. */
static __always_inline void message_end(__u64 list, __u64 number)
{
	struct message *m = bpf_map_lookup_elem(&messages, &list);

	if (m)
		__sync_val_compare_and_swap(&m->number, number, 0);
}

/* END_CLOSED, END_COLLECTED: as enum fdp_end_reason. */
enum { END_CLOSED = 1, END_COLLECTED = 2 };

/* The message died unread, in the task that closed its socket or in the collector. */
static __always_inline void end_unread(struct scratch *s, __u64 number, bool wanted)
{
	__u64 task = bpf_get_current_task();
	struct event_end *e = &s->end;

	__builtin_memset(e, 0, sizeof(*e));
	task_tell(&e->task, task);
	if (!wanted && !filter_match(&e->task))
		return;
	e->message = number;
	e->reason = get(struct task_struct, task, flags) & PF_KTHREAD ? END_COLLECTED
								      : END_CLOSED;
	process_see(s, task, &e->task, 0);
	emit(&e->event, EVENT_END, sizeof(*e), LOSS_END);
}
