/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The receiving side, in two halves: when the packet's data is copied its list of files
 * is still there, and the numbers are not yet; at the end of the call the numbers are in
 * the caller's control buffer, and the list is gone. What must be kept in between is in
 * the task's own storage.
 */
#pragma once

#include "call.h"
#include "file.h"
#include "filter.h"
#include "message.h"
#include "process.h"
#include "socket.h"
#include "uring.h"

struct receiving {
	__u32 active;
	__u32 n;
	__u64 list;
	__u64 message;
	__u64 sender;	/* key of its socket */
	__u64 receiver; /* the same, 0 unknown */
	__u32 wanted;
	__u32 unsent;
	struct call call;
	struct user_control
		control; /* of its one message; at 0: there are more, or none */
	__u32 over;	 /* nothing is left of the message but what is here */
	__u32 undecided; /* the sender is to decide: EVENT_RECEIVE_UNDECIDED */
	/*
	 * The number that an entry of the call names for the first file already before it
	 * is installed, 0 for none: left over from another use of the buffer. As that
	 * number is taken, it cannot be the one that the kernel is about to give.
	 */
	__s32 stale[ENTRIES_MAX];
	__u64 file[256];   /* address */
	__u64 number[256]; /* what stands for it */
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct receiving);
} receivings SEC(".maps");

/* Tasks between the two halves: mostly none, and nothing need be looked up. */
__u64 n_receiving;

static __always_inline struct receiving *receiving_get(__u64 flags)
{
	return bpf_task_storage_get(&receivings, (void *)bpf_get_current_task_btf(), NULL,
				    flags);
}

static __always_inline void receive_keep(struct scratch *s, struct receiving *r,
					 __u64 list, __u32 i)
{
	__u64 file = plain(s, (void *)list_file(list, i));

	r->file[i & 255] = file;
	r->number[i & 255] = file_number(file);
}

__attribute__((noinline, weak)) int receive_keep_more(__u64 list, __u32 i)
{
	struct scratch *s = scratch_get();
	struct receiving *r = receiving_get(0);

	if (!s || !r)
		return -1;
	receive_keep(s, r, list, i);
	return 0;
}

/* 1 if the k-th number in scratch is the k-th of the kept files. */
__attribute__((noinline, weak)) int receive_matches(__u32 k)
{
	struct scratch *s = scratch_get();
	struct receiving *r = receiving_get(0);

	return s && r && descriptor_file(s->numbers[k & 255]) == r->file[k & 255];
}

/* How many of the kept files the numbers in scratch are; the first is. */
__attribute__((noinline, weak)) int receive_count_more(void)
{
	struct scratch *s = scratch_get();
	struct receiving *r = receiving_get(0);
	__u32 k = 1;

	if (!s || !r)
		return 1;
	for (; k < EVENT_FDS_MAX; k++)
		if (k >= s->n_numbers || k >= r->n || !receive_matches(k))
			break;
	return k;
}

/* How many of the kept files the i-th message of the call names, from the first on. */
static __always_inline __u32 receive_count(struct scratch *s, struct receiving *r,
					   __u32 i)
{
	struct control c;

	s->n_numbers = 0;
	if (!control_of(&c, &s->call, i))
		return 0;
	numbers_read(s, &c, true);
	if (!s->n_numbers || descriptor_file(s->numbers[0]) != r->file[0])
		return 0;
	return r->n > 1 ? receive_count_more() : 1;
}

/* The same for the one message of the call, whose control buffer is known. */
static __always_inline __u32 receive_count_pair(struct scratch *s, struct receiving *r)
{
	const struct control c = {.at = r->control.at, .left = r->control.len};

	s->n_numbers = 0;
	s->control_in_kernel = false;
	s->control_kind = SCM_RIGHTS;
	if (!c.at || !numbers_read_pair(s, &c, true))
		return receive_count(s, r, 0);
	if (!s->n_numbers || descriptor_file(s->numbers[0]) != r->file[0])
		return 0;
	return r->n > 1 ? receive_count_more() : 1;
}

__attribute__((noinline, weak)) int receive_entry(__u32 i)
{
	struct scratch *s = scratch_get();
	struct receiving *r = receiving_get(0);

	return s && r ? receive_count(s, r, i) : 0;
}

__attribute__((noinline, weak)) int receive_keep_stale_entries(void)
{
	struct scratch *s = scratch_get();
	struct receiving *r = receiving_get(0);

	if (!s || !r)
		return 0;
	for (__u32 i = 0; i < ENTRIES_MAX; i++) {
		if (i >= s->call.n_entries)
			break;
		r->stale[i] = receive_entry(i) ? s->numbers[0] : 0;
	}
	return 0;
}

/* Keeps what the call's buffers hold before the kernel writes to them. */
static __always_inline void receive_keep_stale(struct scratch *s, struct receiving *r)
{
	struct control c = {};

	r->control.at = 0;
	if (s->call.kind == EVENT_CALL_MMSG)
		receive_keep_stale_entries();
	if (s->call.kind != EVENT_CALL_MSG)
		return;
	r->stale[0] = 0;
	if (!control_of(&c, &s->call, 0))
		return;
	if (!c.compat && c.left >= sizeof(struct control_pair)) {
		r->control.at = c.at;
		r->control.len = c.left;
	}
	if (receive_count_pair(s, r))
		r->stale[0] = s->numbers[0];
}

/* Is the current task's receipt of the message wanted? */
static __always_inline bool receive_is_wanted(struct scratch *s, const struct message *m)
{
	struct event_task *who = &s->receive.task;

	if (!config.filtered || (m && m->wanted))
		return true;
	task_tell_current(who);
	return filter_match(s, who, FILTER_AT_RECEIVER);
}

/* The sender has not told the message: it is late, or was before our time. */
__attribute__((noinline, weak)) int receive_untold(__u64 sender)
{
	struct scratch *s = scratch_get();
	struct receiving *r = receiving_get(0);
	if (!s || !r)
		return 0;

	const struct meeting_key key = {
		.sk = sender,
		.file = list_file(r->list, 0),
		.n = r->n,
	};
	const struct meeting mine = {
		.message = number_next(s),
		.time = bpf_ktime_get_boot_ns(),
	};
	struct message fresh = {
		.number = mine.message | MESSAGE_UNTOLD,
		.wanted = r->wanted,
		.sk = sender,
	};

	r->unsent = 0;
	r->over = 0;
	r->receiver = 0;
	r->sender = fresh.sender = socket_number(sender, 0);
	/* First the meeting, then the list: see message.h. */
	r->message = meeting_attend(&key, &mine);
	if (r->message || !message_claim(r->list, 0, &fresh))
		goto out;

	struct message *m;
	m = message_find(r->list);
	if (m && m->sk == sender)
		r->message = message_take(m, true);
	if (r->message)
		meeting_leave(&key, mine.message);
	else /* the sender took it back, and meets us; or it is an older message's */
		message_claim(r->list, m ? m->number : 0, &fresh);
out:
	r->unsent = !r->message;
	if (!r->message)
		r->message = mine.message;
	return 0;
}

static __always_inline void receive_begin(struct receiving *r, __u64 list, __u32 n)
{
	r->list = list;
	r->n = n;
	if (r->active)
		return;
	r->active = 1;
	__sync_fetch_and_add(&n_receiving, 1);
}

static __always_inline void receive_end(struct receiving *r)
{
	r->active = 0;
	__sync_fetch_and_add(&n_receiving, -1);
}

/* First half: in the receiver, the list is still on the packet. */
static __always_inline void receive_start(struct scratch *s, __u64 sender, __u64 list)
{
	struct receiving *r = receiving_get(BPF_LOCAL_STORAGE_GET_F_CREATE);
	__u32 n = get(struct scm_fp_list, list, count);

	if (!r) {
		lose(LOSS_MAP, LOSS_RECEIVE);
		return;
	}
	if (n > EVENT_FDS_MAX)
		return;
	call_read(&s->call);
	struct message *m = message_find(list);
	if (m && m->sk != sender) /* an older one's, whose receiver is not quite over */
		m = NULL;
	r->wanted = receive_is_wanted(s, m);
	receive_begin(r, list, n);
	r->undecided = 0;
	r->message = m ? message_take(m, s->call.may_peek) : 0;
	if (m && r->message) {
		r->unsent = 0;
		r->over = !s->call.may_peek;
		r->sender = m->sender;
		r->receiver = m->receiver;
	} else {
		receive_untold(sender);
		r->undecided = !r->wanted;
		r->wanted = 1;
	}
	if (!r->wanted)
		return;
	if (!afford(s, MESSAGE_UNITS(n))) {
		lose(LOSS_BUDGET, LOSS_RECEIVE);
		r->wanted = 0;
		return;
	}
	receive_keep(s, r, list, 0);
	for (__u32 i = 1; i < EVENT_FDS_MAX; i++) {
		if (i >= n)
			break;
		receive_keep_more(list, i);
	}
	receive_keep_stale(s, r);
	r->call = s->call;
}

/* What stands in the place of a descriptor that the caller's buffer does not name. */
static __always_inline __s32 receive_missing(const struct event_receive *e)
{
	return e->flags & (EVENT_RECEIVE_TRUNCATED | EVENT_RECEIVE_NO_CONTROL)
		       ? EVENT_FD_LOST
		       : EVENT_FD_UNKNOWN;
}

static __always_inline void receive_tell(struct scratch *s, struct receiving *r, __u32 i,
					 __u32 installed)
{
	struct event_fd *out = &s->receive_fds[i & 255];

	out->file = r->number[i & 255];
	out->pad = 0;
	out->fd = i < installed ? s->numbers[i & 255] : receive_missing(&s->receive);
}

__attribute__((noinline, weak)) int receive_tell_one(__u32 i, __u32 installed)
{
	struct scratch *s = scratch_get();
	struct receiving *r = receiving_get(0);

	if (!s || !r)
		return -1;
	receive_tell(s, r, i, installed);
	return 0;
}

/* By itself, so that the verifier does not follow what comes then once for each count. */
__attribute__((noinline, weak)) int receive_tell_more(__u32 n, __u32 installed)
{
	for (__u32 i = 1; i < EVENT_FDS_MAX; i++) {
		if (i >= n)
			break;
		receive_tell_one(i, installed);
	}
	return 0;
}

/* How many numbers the one message of the call names that was just received. */
static __always_inline __u32 receive_installed(struct scratch *s, struct receiving *r)
{
	__u32 k = receive_count_pair(s, r);

	return s->numbers[0] && s->numbers[0] == r->stale[0] ? 0 : k;
}

/* The same where it is one of several. */
__attribute__((noinline, weak)) int receive_find(void)
{
	struct scratch *s = scratch_get();
	struct receiving *r = receiving_get(0);

	if (!s || !r)
		return 0;
	for (__u32 i = 0; i < ENTRIES_MAX; i++) {
		if (i >= s->call.n_entries)
			break;
		__u32 k = receive_entry(i);
		if (k && (!s->numbers[0] || s->numbers[0] != r->stale[i]))
			return k;
	}
	return 0;
}

/* Does the one message of a recvmsg(2) offer room for control data? */
static __always_inline bool receive_has_control(struct scratch *s)
{
	struct control c;

	return !control_of(&c, &s->call, 0) || c.left > 0;
}

/* How many of the kept files the i-th request of io_uring on the socket names. */
__attribute__((noinline, weak)) int receive_request(__u64 sk, __u32 i)
{
	struct scratch *s = scratch_get();
	struct receiving *r = receiving_get(0);
	const struct uring_request *u = uring_get(sk, i, URING_RECVMSG);

	if (!s || !r || !u)
		return 0;
	uring_numbers(s, u, true);
	if (!s->n_numbers || s->numbers[0] == u->stale ||
	    descriptor_file(s->numbers[0]) != r->file[0])
		return 0;
	return r->n > 1 ? receive_count_more() : 1;
}

/* The same for the one request that the message can have gone to; else 0. */
__attribute__((noinline, weak)) int receive_find_request(__u64 sk)
{
	struct scratch *s = scratch_get();
	__u32 n = 0, found = 0;

	if (!s)
		return 0;
	for (__u32 i = 0; i < URING_REQUESTS; i++) {
		if (!receive_request(sk, i))
			continue;
		n++;
		found = i;
	}
	const struct uring_request *u =
		n == 1 ? uring_get(sk, found, URING_RECVMSG) : NULL;
	if (!u)
		return 0;
	s->receive.call = EVENT_CALL_IO_URING;
	if (descriptor_is_socket(u->fd, sk))
		s->receive.sockfd = u->fd;
	return receive_request(sk, found);
}

static __always_inline __u32 receive_numbers(struct scratch *s, struct receiving *r,
					     __u64 sk)
{
	struct event_receive *e = &s->receive;
	__u32 installed = 0;

	switch (e->call) {
	case EVENT_CALL_OTHER:
		e->flags |= EVENT_RECEIVE_NO_CONTROL;
		break;
	case EVENT_CALL_MSG:
		installed = receive_installed(s, r);
		if (!installed && !receive_has_control(s))
			e->flags |= EVENT_RECEIVE_NO_CONTROL;
		else if (installed < r->n)
			e->flags |= EVENT_RECEIVE_TRUNCATED;
		break;
	case EVENT_CALL_MMSG:
		installed = receive_find();
		if (installed && installed < r->n)
			e->flags |= EVENT_RECEIVE_TRUNCATED;
		break;
	default:
		installed = receive_find_request(sk);
		if (installed && installed < r->n)
			e->flags |= EVENT_RECEIVE_TRUNCATED;
	}
	return installed;
}

/* Second half: the descriptors are installed, the call is about to return. */
static __always_inline void receive_finish(struct scratch *s, struct receiving *r,
					   __u64 sk, int result, int flags)
{
	struct event_receive *e = &s->receive;
	__u64 n = r->n;

	__builtin_memset(e, 0, sizeof(*e));
	task_tell_current(&e->task);
	e->message = r->message;
	e->sender = r->sender;
	e->result = result;
	e->n_fds = r->n;
	s->call = r->call;
	if (call_is_about(&s->call, sk)) {
		e->sockfd = s->call.fd;
	} else {
		e->sockfd = EVENT_FD_UNKNOWN;
		if (s->call.kind == EVENT_CALL_OTHER)
			s->call.kind = EVENT_CALL_UNKNOWN;
	}
	e->call = s->call.kind;
	if (s->call.compat)
		e->flags |= EVENT_RECEIVE_COMPAT;
	if (flags & MSG_PEEK)
		e->flags |= EVENT_RECEIVE_PEEK;
	if (flags & MSG_CMSG_CLOEXEC)
		e->flags |= EVENT_RECEIVE_CLOEXEC;
	if (r->unsent)
		e->flags |= EVENT_RECEIVE_UNSENT;
	if (r->undecided)
		e->flags |= EVENT_RECEIVE_UNDECIDED;
	__u32 installed = receive_numbers(s, r, sk);
	receive_tell(s, r, 0, installed);
	if (n > 1)
		receive_tell_more(n, installed);
	/* The one it was queued on was described then. */
	e->socket = r->receiver;
	if (!e->socket || e->socket != socket_key(sk))
		e->socket = socket_number(sk, 0);
	process_see(s, bpf_get_current_task(), &e->task, 0);
	if (n > EVENT_FDS_MAX)
		n = EVENT_FDS_MAX;
	emit(&e->event, EVENT_RECEIVE, sizeof(*e) + n * sizeof(struct event_fd),
	     LOSS_RECEIVE);
}
