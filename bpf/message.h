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

/*
 * How both ends of a message come to one number, when nobody holds a lock for us.
 *
 * The exact backends tell a message before it is queued: there is no race. With
 * tracepoints the sender S sees it behind the queueing, and a receiver R on another CPU
 * may have taken it by then. The list of files is the message's from its send until R
 * detaches it from the packet, after R's first half; the entry of the list, one word of
 * it, decides:
 *
 *   n           S has told it as n
 *   n, TAKEN    the same, and R has read it
 *   n, UNTOLD   R was there first, and called it n; S has not come yet
 *   0           it is over: the address may come again
 *
 * - S puts n where there is 0, and then looks whether the packet still has the list. If
 *   so, R has not detached it, so that R's first half either comes later and finds n, or
 *   was before and would have left UNTOLD until behind the detaching: then S had not
 * found 0. If not, S takes n back, by an exchange that fails if R has read it. If that
 *   succeeds, R was there before and is over: its number is in the meeting.
 * - S that finds UNTOLD takes that number from the meeting, where R has left it before.
 *   If it is not there any more, or there is another number on the list, that is an
 *   older message's, whose R has freed the list but is not quite over: S replaces it.
 * - S that finds no packet at all goes to the meeting. R has been there, or will come: of
 *   a datagram, which leaves the queue before R's first half.
 * - R that finds no number goes to the meeting first, and then leaves UNTOLD on the list.
 *   If S has told it meanwhile, R reads that, and leaves the meeting.
 *
 * A meeting is one entry for what both know: the sender's socket, the first file, and how
 * many. Who inserts it waits; who deletes it takes its number; both are atomic. Two
 * ends get different numbers only if entries are pushed out of a map, or if threads send
 * the same file through the same socket at the same moment.
 */
#define MESSAGE_TAKEN (1ULL << 63)
#define MESSAGE_UNTOLD (1ULL << 62)

struct message {
	__u64 number; /* 0: it is over; the address may come again */
	__u64 sender; /* key of its socket, and of the one it is queued on */
	__u64 receiver;
	__u64 wanted;
	__u64 sk;   /* address of the sender's socket; not of the exact backends */
	__u64 file; /* number of its one file, of them; 0: it has several */
	__u64 kept; /* its send was not told: see unwanted.h */
};

/* So many entries of the exact backends are kept for the next message of the address. */
#define MESSAGES_OVER_MAX 4096

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536 + MESSAGES_OVER_MAX);
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

/* The number in the word of a list. */
static __always_inline __u64 word_number(__u64 word)
{
	return word & ~(MESSAGE_TAKEN | MESSAGE_UNTOLD);
}

static __always_inline __u64 message_number(const struct message *m)
{
	return word_number(m->number);
}

/*
 * In the receiver: its number, which the sender cannot take back any more; 0: none. It is
 * over then, or if it may be received again only taken.
 */
static __always_inline __u64 message_take(struct message *m, bool may_peek)
{
	__u64 was = m->number;
	__u64 number = word_number(was);
	__u64 now = !may_peek ? 0 : was == number ? was | MESSAGE_TAKEN : was;

	if (!number)
		return 0;
	return __sync_val_compare_and_swap(&m->number, was, now) == was ? number : 0;
}

/*
 * Puts fresh on the list if was is there, which is 0 for nothing; else returns what is. A
 * slab gives the same address again, so that there mostly is an entry to be written in
 * place.
 */
static __always_inline __u64 message_claim(__u64 list, __u64 was,
					   const struct message *fresh)
{
	struct message *m = bpf_map_lookup_elem(&messages, &list);

	if (!m) {
		if (!bpf_map_update_elem(&messages, &list, fresh, BPF_NOEXIST))
			return 0;
		m = bpf_map_lookup_elem(&messages, &list);
		if (!m)
			return 0;
	}
	if (m->number != was)
		return m->number;
	m->sender = fresh->sender;
	m->receiver = fresh->receiver;
	m->wanted = fresh->wanted;
	m->sk = fresh->sk;
	__u64 is = __sync_val_compare_and_swap(&m->number, was, fresh->number);
	return is == was ? 0 : is;
}

/* Replaces the word of the list; false: it is not that any more. */
static __always_inline bool message_replace(__u64 list, __u64 was, __u64 now)
{
	struct message *m = bpf_map_lookup_elem(&messages, &list);

	return m && __sync_val_compare_and_swap(&m->number, was, now) == was;
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
	if (!m)
		return;

	__u64 was = *(volatile __u64 *)&m->number;
	/* The sender may make TAKEN of UNTOLD meanwhile: once. */
	for (int i = 0; i < 2; i++) {
		if (word_number(was) != number)
			return;
		__u64 is = __sync_val_compare_and_swap(&m->number, was, 0);
		if (is == was)
			return;
		was = is;
	}
}

/*
 * The exact backends see each message begin and end while nobody else can: a map of
 * theirs pushes none out, so that entries which are over are deleted when there are too
 * many.
 */
__u64 n_messages_over;

/* A list that carries a message from now on; false: the map is full. */
static __always_inline bool message_begin(__u64 list, const struct message *fresh)
{
	struct message *m = bpf_map_lookup_elem(&messages, &list);

	if (!m)
		return !bpf_map_update_elem(&messages, &list, fresh, BPF_ANY);
	if (!m->number)
		__sync_fetch_and_add(&n_messages_over, -1);
	*m = *fresh;
	return true;
}

/* Its list is about to be freed. */
static __always_inline void message_over(__u64 list, struct message *m)
{
	if (*(volatile __u64 *)&n_messages_over >= MESSAGES_OVER_MAX) {
		bpf_map_delete_elem(&messages, &list);
		return;
	}
	m->number = 0;
	__sync_fetch_and_add(&n_messages_over, 1);
}

/* Whatever message the list was known to carry. */
static __always_inline void message_forget(__u64 list)
{
	struct message *m = message_find(list);

	if (m)
		message_over(list, m);
}

struct meeting_key {
	__u64 sk;   /* the sender's */
	__u64 file; /* the first of the list */
	__u64 n;
};

struct meeting {
	__u64 message;
	__u64 time;
	__u64 sender_waits;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct meeting_key);
	__type(value, struct meeting);
} meetings SEC(".maps");

/* The other end is on its way in the kernel; an older entry was left by something else.
 */
#define MEETING_NS 1000000000ULL

/* The number that the other end left for this message, and takes it; 0: none. */
static __always_inline __u64 meeting_take(const struct meeting_key *key,
					  const struct meeting *mine)
{
	const struct meeting *m = bpf_map_lookup_elem(&meetings, key);

	/* The other end may have read the clock before or after. */
	if (!m || m->sender_waits == mine->sender_waits ||
	    mine->time + MEETING_NS - m->time > 2 * MEETING_NS)
		return 0;
	__u64 number = m->message;
	return bpf_map_delete_elem(&meetings, key) ? 0 : number;
}

/*
 * The number that the other end left, or 0: then mine->message is left for it. What the
 * same end left before is in nobody's way.
 */
static __always_inline __u64 meeting_attend(const struct meeting_key *key,
					    const struct meeting *mine)
{
	__u64 number = meeting_take(key, mine);

	if (number || !bpf_map_update_elem(&meetings, key, mine, BPF_NOEXIST))
		return number;
	number = meeting_take(key, mine);
	if (!number)
		bpf_map_update_elem(&meetings, key, mine, BPF_ANY);
	return number;
}

/* Both ends agree on the number by the list: nobody need wait. False: nobody did. */
static __always_inline bool meeting_leave(const struct meeting_key *key, __u64 number)
{
	const struct meeting *m = bpf_map_lookup_elem(&meetings, key);

	return m && m->message == number && !bpf_map_delete_elem(&meetings, key);
}

/* As enum fdp_end_reason. */
enum { END_CLOSED = 1, END_COLLECTED = 2, END_NOT_SENT = 3 };

/* Says whose doing the end of a message is; false: nobody wants to know. */
static __always_inline bool end_open(struct scratch *s, bool wanted)
{
	struct event_end *e = &s->end;

	__builtin_memset(e, 0, sizeof(*e));
	task_tell_current(&e->task);
	return wanted || filter_match(s, &e->task, FILTER_AT_RECEIVER);
}

static __always_inline void end_close(struct scratch *s, __u64 number, __u32 reason)
{
	struct event_end *e = &s->end;

	e->message = number;
	e->reason = reason;
	process_see(s, bpf_get_current_task(), &e->task, 0);
	emit(&e->event, EVENT_END, sizeof(*e), LOSS_END);
}

/* Of one that dies unread: in the task that closes its socket, or in the collector. */
static __always_inline __u32 end_reason(void)
{
	return load(current_task(), flags) & PF_KTHREAD ? END_COLLECTED : END_CLOSED;
}
