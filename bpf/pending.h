/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What a task is about to send, from __scm_send() until the message is on a queue or was
 * given up: the sending half of the exact backends (exact.h).
 */
#pragma once

#include "send.h"
#include "unwanted.h"

/* What a task is about to send. */
struct pending {
	__u64 sk, msg, scm; /* what __scm_send was called with */
	__u64 list;
	__u64 origin; /* the list of which it is a copy */
	__u64 skb;    /* to which unix_attach_fds is about to attach it */
	__u32 state;  /* enum pending_state */
	__u32 pad;
	struct event_send send;
	struct event_fd fds[256];
};

enum pending_state {
	PENDING_NONE,
	PENDING_CALL,	  /* in __scm_send, or its return was missed */
	PENDING_SEND,	  /* the event is prepared */
	PENDING_ATTACHED, /* it was told; the sender may still give it up (5.10) */
	PENDING_UNTOLD,	  /* it was counted as lost */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 2048);
	__type(key, __u32); /* thread */
	__type(value, struct pending);
} pendings SEC(".maps");

/* Only to make a map entry of: too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pending);
} no_pending SEC(".maps");

static __always_inline __u32 current_thread(void)
{
	return bpf_get_current_pid_tgid();
}

static __always_inline struct pending *pending_get(void)
{
	__u32 thread = current_thread();

	return bpf_map_lookup_elem(&pendings, &thread);
}

static __always_inline struct pending *pending_make(void)
{
	__u32 thread = current_thread(), zero = 0;
	struct pending *p = pending_get();

	if (p)
		return p;
	p = bpf_map_lookup_elem(&no_pending, &zero);
	if (!p || bpf_map_update_elem(&pendings, &thread, p, BPF_ANY))
		return NULL;
	return pending_get();
}

/* The bytes of an event with n descriptors. The compiler must not know the bound. */
static __always_inline __u64 events_size(__u64 head, __u64 n)
{
	__u64 size = head + n * sizeof(struct event_fd);

	asm volatile("" : "+r"(size));
	if (size > head + EVENT_FDS_MAX * sizeof(struct event_fd))
		size = head + EVENT_FDS_MAX * sizeof(struct event_fd);
	return size;
}

/* Copies the descriptors of an event; mostly it is one. */
static __always_inline void fds_copy(struct event_fd *to, const struct event_fd *from,
				     __u32 n)
{
	if (n == 1)
		*to = *from;
	else
		bpf_probe_read_kernel(to, events_size(0, n), from);
}

__attribute__((noinline, weak)) int exact_send_fd(__u64 list, __u32 i)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	struct event_fd *out = &s->send_fds[i & 255];
	out->file = file_number(plain(s, (void *)list_file(list, i)));
	out->fd = s->n_numbers == s->send.n_fds ? s->numbers[i & 255] : EVENT_FD_UNKNOWN;
	out->pad = 0;
	return 0;
}

/* The kernel's copy of the control data, in native layout. */
static __always_inline void exact_numbers(struct scratch *s, __u64 msg)
{
	struct control c = {
		.at = (__u64)get(struct msghdr, msg, msg_control),
		.left = get(struct msghdr, msg, msg_controllen),
		.in_kernel = true,
	};

	numbers_read(s, &c, false);
}

static __always_inline void exact_keep(struct scratch *s, struct pending *p, __u64 list)
{
	p->list = list;
	p->origin = list;
	p->send = s->send;
	fds_copy(p->fds, s->send_fds, s->send.n_fds);
	p->state = PENDING_SEND;
}

/*
 * Can this control data carry descriptors? Only credentials by themselves cannot. Read
 * of every message that has control data, so it reads the first header alone.
 */
static __always_inline bool exact_may_pass(__u64 msg)
{
	__u64 control = (__u64)get(struct msghdr, msg, msg_control);
	__u64 left = get(struct msghdr, msg, msg_controllen);
	struct {
		__u64 len;
		__s32 level, type;
	} header = {};

	if (bpf_probe_read_kernel(&header, sizeof(header), (void *)control))
		return true;
	return header.type == SCM_RIGHTS || ((header.len + 7) & ~7ULL) < left;
}

/* __scm_send() is entered. If its return is missed, unix_add_edges() does without. */
static __always_inline void exact_call(__u64 sk, __u64 msg, __u64 scm)
{
	struct pending *p = pending_get();

	/* Nothing came of the last one, and what it was called with is gone. */
	if (p && p->state == PENDING_CALL) {
		p->state = PENDING_NONE;
		lose(LOSS_MISSED, LOSS_SEND);
	}
	if (!exact_may_pass(msg))
		return;
	if (!p)
		p = pending_make();
	if (!p) {
		lose(LOSS_MAP, LOSS_SEND);
		return;
	}
	p->state = PENDING_CALL;
	p->sk = sk;
	p->msg = msg;
	p->scm = scm;
}

/* The files of the send were taken, or it failed: prepares the event, or tells it. */
__attribute__((noinline, weak)) int exact_send(__u64 sk, __u64 msg, __u64 list, int ret)
{
	struct pending *p = pending_make();
	struct scratch *s = scratch_get();
	if (!s)
		return 0;
	if (!p) {
		lose(LOSS_MAP, LOSS_SEND);
		return 0;
	}

	struct event_send *e = &s->send;
	p->state = PENDING_NONE;
	if (!ret && !list)
		return 0;
	call_read(&s->call);
	exact_numbers(s, msg);
	__u32 n = ret ? s->n_numbers : get(struct scm_fp_list, list, count);
	if (n > EVENT_FDS_MAX)
		n = EVENT_FDS_MAX;
	if (!n)
		return 0;
	p->state = PENDING_UNTOLD;
	if (!send_open(s, sk, n))
		return 0;
	e->message = number_next(s);
	e->size = get(struct msghdr, msg, msg_iter.count);
	if (get(struct msghdr, msg, msg_flags) & MSG_CMSG_COMPAT)
		e->flags |= EVENT_SEND_COMPAT;
	if (ret) {
		p->state = PENDING_NONE;
		if (e->flags & EVENT_SEND_UNWANTED)
			return 0;
		e->error = -ret;
		send_name_all(s, n);
		send_finish(s);
		return 0;
	}
	s->quiet = is_kept(e);
	for (__u32 i = 0; i < EVENT_FDS_MAX; i++) {
		if (i >= n)
			break;
		exact_send_fd(list, i);
	}
	s->quiet = 0;
	process_see(s, bpf_get_current_task(), &e->task, 0);
	exact_keep(s, p, list);
	return 0;
}

/* The list that the send in progress has, unless it was moved to the packet already. */
static __always_inline __u64 exact_list(struct scratch *s, const struct pending *p)
{
	return plain(s, get(struct scm_cookie, p->scm, fp));
}

/* __scm_send() has returned; what it was called with is known since. */
static __always_inline void exact_returned(struct scratch *s, int ret)
{
	struct pending *p = pending_get();

	if (p && p->state == PENDING_CALL)
		exact_send(p->sk, p->msg, exact_list(s, p), ret);
}

/* The list, or its copy, goes onto the queue of receiver. */
__attribute__((noinline, weak)) int exact_queue(__u64 list, __u64 receiver)
{
	struct pending *p = pending_get();
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	if (!p) {
		lose(LOSS_MAP, LOSS_SEND);
		return 0;
	}
	if (p->state == PENDING_CALL) { /* the return was missed */
		__u64 own = exact_list(s, p);
		exact_send(p->sk, p->msg, own ? own : list, 0);
	}
	if (p->state != PENDING_SEND) {
		message_forget(list); /* the end of an older one was missed */
		return 0;
	}
	struct event_send *e = &p->send;
	struct message m = {
		.number = e->message,
		.sender = e->socket,
		.receiver = receiver ? socket_number(receiver, 0) : 0,
		.wanted = !(e->flags & EVENT_SEND_UNWANTED),
		.file = e->n_fds == 1 ? p->fds[0].file : 0,
	};
	p->list = list;
	p->state = config.no_edges ? PENDING_ATTACHED : PENDING_NONE;
	e->receiver = m.receiver;
	m.kept = is_kept(e) && unwanted_keep(list, e, p->fds);
	if (!message_begin(list, &m))
		lose(LOSS_MAP, LOSS_SEND);
	if (!m.kept)
		emit(&e->event, EVENT_SEND, events_size(sizeof(*e), e->n_fds), LOSS_SEND);
	return 0;
}

/* unix_attach_fds() is entered; it makes a copy of the list and hangs it on the packet.
 */
static __always_inline void exact_attach(__u64 skb)
{
	struct pending *p = pending_get();

	if (p)
		p->skb = skb;
}

/* unix_inflight() is entered, for each of its files: nothing can fail any more. */
static __always_inline void exact_attached(struct scratch *s)
{
	struct pending *p = pending_get();
	__u64 skb = p ? p->skb : 0;
	if (!skb)
		return;

	p->skb = 0;
	__u64 list = (__u64)get(struct unix_skb_parms,
				address_of(struct sk_buff, skb, cb), fp);
	__u64 sk = (__u64)get(struct sk_buff, skb, sk);
	exact_queue(plain(s, (void *)list),
		    plain(s, (void *)get(struct unix_sock, sk, peer)));
}

/* What was prepared is not sent. Of a stream, no bytes are success and pass nothing. */
static __always_inline void exact_unsent(struct pending *p)
{
	struct event_send *e = &p->send;

	if (p->state == PENDING_ATTACHED) {
		p->state = PENDING_NONE;
		return;
	}
	p->state = PENDING_NONE;
	if (e->flags & EVENT_SEND_UNWANTED)
		return;
	e->flags |= EVENT_SEND_FAILED;
	emit(&e->event, EVENT_SEND, events_size(sizeof(*e), e->n_fds), LOSS_SEND);
}

/* Is it the sender that gives the list up? 1: yes, and all is done. */
__attribute__((noinline, weak)) int exact_given_up(__u64 list)
{
	struct pending *p = pending_get();
	struct scratch *s = scratch_get();

	if (!p || !s || (p->list != list && p->origin != list))
		return 0;
	if (p->state == PENDING_SEND) {
		exact_unsent(p);
		return 1;
	}
	if (p->state != PENDING_ATTACHED)
		return 0;
	p->state = PENDING_NONE;
	if (p->list == list) {
		struct message *m = message_find(list);
		if (m) {
			exact_end(list, m, END_NOT_SENT);
			message_over(list, m);
		}
	}
	return 1; /* the original dies at the end of a send that succeeded */
}
