/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the exact backends (fentry, kprobe) do at each function of the kernel. Messages
 * without descriptors never come here.
 *
 *   __scm_send      the files were taken from the sender; the kernel's copy of the
 * control data has their numbers. The event is prepared. unix_add_edges  the message goes
 * onto the receiver's queue, whose lock is held: the event is sent, before anybody can
 * receive. Without that function (5.10), unix_attach_fds is the last that is sure to come
 * before. scm_fp_dup      the list goes on as a copy: on its way to the queue in old
 * kernels, to a reader that peeks in all. scm_detach_fds  the receiver gets the files,
 * receive_fd by receive_fd. unix_destroy_fpl, __scm_destroy   the list dies, and with it
 * the message.
 */
#pragma once

#include "send.h"

/* Set in a message's wanted: it is the copy for a peek. */
#define MESSAGE_PEEK 2

/* What a task is about to send. */
struct pending {
	__u64 list;
	__u64 origin; /* the list of which it is a copy */
	__u32 state;  /* enum pending_state */
	__u32 pad;
	struct event_send send;
	struct event_fd fds[256];
};

enum pending_state { PENDING_NONE, PENDING_SEND, PENDING_ATTACHED };

/* What a task is being given. */
struct taking {
	__u64 list;
	__u32 active;
	__u32 done; /* how many the kernel has tried to install */
	struct event_receive receive;
	struct event_fd fds[256];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 2048);
	__type(key, __u32); /* thread */
	__type(value, struct pending);
} pendings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 2048);
	__type(key, __u32);
	__type(value, struct taking);
} takings SEC(".maps");

/* Only to make a map entry of: too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pending);
} no_pending SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct taking);
} no_taking SEC(".maps");

/* Lists that the current task has taken from a packet (5.10: unix_detach_fds). */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u64);
} detached SEC(".maps");

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

static __always_inline struct taking *taking_get(void)
{
	__u32 thread = current_thread();

	return bpf_map_lookup_elem(&takings, &thread);
}

static __always_inline struct taking *taking_make(void)
{
	__u32 thread = current_thread(), zero = 0;
	struct taking *t = taking_get();

	if (t)
		return t;
	t = bpf_map_lookup_elem(&no_taking, &zero);
	if (!t || bpf_map_update_elem(&takings, &thread, t, BPF_ANY))
		return NULL;
	return taking_get();
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

static __always_inline void exact_keep(struct scratch *s, __u64 list)
{
	struct pending *p = pending_make();

	if (!p) {
		lose(LOSS_MAP, LOSS_SEND);
		return;
	}
	p->list = list;
	p->origin = list;
	bpf_probe_read_kernel(&p->send, events_size(sizeof(p->send), s->send.n_fds),
			      &s->send);
	p->state = PENDING_SEND;
}

/* __scm_send() has returned. */
__attribute__((noinline, weak)) int exact_send(__u64 sk, __u64 msg, __u64 scm, int ret)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	struct event_send *e = &s->send;
	__u64 list = plain(s, get(struct scm_cookie, scm, fp));
	if (!ret && !list)
		return 0;
	call_read(&s->call);
	exact_numbers(s, msg);
	__u32 n = ret ? s->n_numbers : get(struct scm_fp_list, list, count);
	if (n > EVENT_FDS_MAX)
		n = EVENT_FDS_MAX;
	if (!n || !send_open(s, sk, n))
		return 0;
	e->message = number_next(s);
	e->size = get(struct msghdr, msg, msg_iter.count);
	if (get(struct msghdr, msg, msg_flags) & MSG_CMSG_COMPAT)
		e->flags |= EVENT_SEND_COMPAT;
	if (ret) {
		if (e->flags & EVENT_SEND_UNWANTED)
			return 0;
		e->error = -ret;
		send_name_all(s, n);
		send_finish(s);
		return 0;
	}
	for (__u32 i = 0; i < EVENT_FDS_MAX; i++) {
		if (i >= n)
			break;
		exact_send_fd(list, i);
	}
	process_see(s, bpf_get_current_task(), &e->task, 0);
	exact_keep(s, list);
	return 0;
}

/* The list goes onto the queue of receiver. */
__attribute__((noinline, weak)) int exact_queue(__u64 list, __u64 receiver)
{
	struct pending *p = pending_get();

	if (!p || p->state != PENDING_SEND || p->list != list)
		return 0;
	struct event_send *e = &p->send;
	struct message m = {
		.number = e->message,
		.sender = e->socket,
		.receiver = receiver ? socket_number(receiver, 0) : 0,
		.wanted = !(e->flags & EVENT_SEND_UNWANTED),
	};
	p->state = config.no_edges ? PENDING_ATTACHED : PENDING_NONE;
	if (bpf_map_update_elem(&messages, &list, &m, BPF_ANY))
		lose(LOSS_MAP, LOSS_SEND);
	e->receiver = m.receiver;
	e->event.time = 0;
	emit(&e->event, EVENT_SEND, events_size(sizeof(*e), e->n_fds), LOSS_SEND);
	return 0;
}

/* scm_fp_dup() has made a copy of the list. */
__attribute__((noinline, weak)) int exact_copy(__u64 list, __u64 copy)
{
	struct pending *p = pending_get();

	if (p && p->state == PENDING_SEND && p->list == list) {
		p->list = copy;
		return 0;
	}
	const struct message *m = bpf_map_lookup_elem(&messages, &list);
	if (!m)
		return 0;
	struct message peek = *m;
	peek.wanted |= MESSAGE_PEEK;
	bpf_map_update_elem(&messages, &copy, &peek, BPF_ANY);
	return 0;
}

__attribute__((noinline, weak)) int exact_take_fd(__u64 list, __u32 i)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	struct event_fd *out = &s->receive_fds[i & 255];
	out->file = file_number(plain(s, (void *)list_file(list, i)));
	out->fd = EVENT_FD_LOST;
	out->pad = 0;
	return 0;
}

/* Which socket the current task receives on: the call's, if it is the message's too. */
static __always_inline void exact_socket(struct scratch *s, const struct message *m)
{
	struct event_receive *e = &s->receive;
	__u64 sk = 0;

	call_read(&s->call);
	if (s->call.kind != EVENT_CALL_IO_URING)
		sk = plain(s, (void *)call_sock(&s->call));
	if (sk && m && m->receiver && m->receiver != socket_key(sk) &&
	    m->receiver != socket_embryo_key(sk))
		sk = 0;
	e->sockfd = sk ? s->call.fd : EVENT_FD_UNKNOWN;
	e->socket = sk ? socket_number(sk, 0) : m ? m->receiver : 0;
	if (!sk && s->call.kind != EVENT_CALL_IO_URING)
		s->call.kind = EVENT_CALL_UNKNOWN;
	e->call = s->call.kind;
	if (s->call.compat)
		e->flags |= EVENT_RECEIVE_COMPAT;
}

/* Prepares in scratch what the current task receives of the list; false: not wanted. */
static __always_inline bool exact_receive(struct scratch *s, __u64 list)
{
	struct event_receive *e = &s->receive;
	const struct message *m = message_find(list);
	__u32 n = get(struct scm_fp_list, list, count);
	if (!n || n > EVENT_FDS_MAX)
		return false;
	__builtin_memset(e, 0, sizeof(*e));
	task_tell(&e->task, bpf_get_current_task());
	if (!(m && m->wanted & 1) && !filter_match(s, &e->task, FILTER_AT_RECEIVER))
		return false;
	if (!afford(s, MESSAGE_UNITS(n))) {
		lose(LOSS_BUDGET, LOSS_RECEIVE);
		return false;
	}
	exact_socket(s, m);
	e->message = m ? m->number : number_next(s);
	e->sender = m ? m->sender : 0;
	e->result = EVENT_RESULT_UNKNOWN;
	e->n_fds = n;
	if (!m)
		e->flags |= EVENT_RECEIVE_UNSENT;
	else if (m->wanted & MESSAGE_PEEK)
		e->flags |= EVENT_RECEIVE_PEEK;
	for (__u32 i = 0; i < EVENT_FDS_MAX; i++) {
		if (i >= n)
			break;
		exact_take_fd(list, i);
	}
	process_see(s, bpf_get_current_task(), &e->task, 0);
	return true;
}

/* scm_detach_fds() is entered. */
__attribute__((noinline, weak)) int exact_detach(__u64 list)
{
	struct scratch *s = scratch_get();
	if (!s || !exact_receive(s, list))
		return 0;

	struct taking *t = taking_make();
	if (!t) {
		lose(LOSS_MAP, LOSS_RECEIVE);
		return 0;
	}
	t->list = list;
	t->done = 0;
	bpf_probe_read_kernel(&t->receive,
			      events_size(sizeof(t->receive), s->receive.n_fds),
			      &s->receive);
	t->active = 1;
	return 0;
}

/* receive_fd() has returned a number, or why there is none. */
static __always_inline void exact_installed(int ret)
{
	struct taking *t = taking_get();

	if (!t || !t->active || t->done >= t->receive.n_fds)
		return;
	t->fds[t->done & 255].fd = ret;
	t->done++;
	if (ret < 0)
		t->receive.flags |= EVENT_RECEIVE_TRUNCATED;
}

/* scm_detach_fds() has returned. */
static __always_inline void exact_detached(__u32 msg_flags)
{
	struct taking *t = taking_get();
	if (!t || !t->active)
		return;

	struct event_receive *e = &t->receive;
	t->active = 0;
	e->event.time = 0;
	if (t->done < e->n_fds)
		e->flags |= EVENT_RECEIVE_TRUNCATED;
	if (msg_flags & MSG_CMSG_CLOEXEC)
		e->flags |= EVENT_RECEIVE_CLOEXEC;
	emit(&e->event, EVENT_RECEIVE, events_size(sizeof(*e), e->n_fds), LOSS_RECEIVE);
}

/* The current task took the list, and offered no room for its files. */
__attribute__((noinline, weak)) int exact_drop(__u64 list)
{
	struct scratch *s = scratch_get();
	if (!s || !exact_receive(s, list))
		return 0;

	struct event_receive *e = &s->receive;
	e->flags |= EVENT_RECEIVE_NO_CONTROL;
	emit(&e->event, EVENT_RECEIVE, events_size(sizeof(*e), e->n_fds), LOSS_RECEIVE);
	return 0;
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
	e->event.time = 0;
	e->flags |= EVENT_SEND_FAILED;
	emit(&e->event, EVENT_SEND, events_size(sizeof(*e), e->n_fds), LOSS_SEND);
}

static __always_inline void exact_end(__u64 list, const struct message *m)
{
	struct scratch *s = scratch_get();
	__u64 number = m->number;
	bool wanted = m->wanted & 1;

	bpf_map_delete_elem(&messages, &list);
	if (s)
		end_unread(s, number, wanted);
}

/* Did the current task take the list from its packet? Once: addresses come again. */
static __always_inline bool exact_was_detached(__u64 list)
{
	__u32 thread = current_thread();
	__u64 *taken = config.no_edges ? bpf_map_lookup_elem(&detached, &thread) : NULL;

	if (!taken || *taken != list)
		return false;
	*taken = 0;
	return true;
}

/* __scm_destroy() is entered: the list dies. */
__attribute__((noinline, weak)) int exact_destroy(__u64 list)
{
	struct pending *p = pending_get();
	struct taking *t = taking_get();
	struct message *m = message_find(list);
	bool taken = exact_was_detached(list);

	if (p && p->state == PENDING_SEND && (p->list == list || p->origin == list)) {
		exact_unsent(p);
		return 0;
	}
	if (p && p->state == PENDING_ATTACHED && p->list == list) {
		struct scratch *s = scratch_get();
		bpf_map_delete_elem(&messages, &list);
		if (s)
			end_tell(s, p->send.message,
				 !(p->send.flags & EVENT_SEND_UNWANTED), END_NOT_SENT);
		p->state = PENDING_NONE; /* its sender gave it up */
		return 0;
	}
	if (p && p->state == PENDING_ATTACHED && p->origin == list) {
		p->state = PENDING_NONE; /* the end of a send that succeeded */
		return 0;
	}
	if (!m)
		return 0;
	if (t && t->active && t->list == list) {
		bpf_map_delete_elem(&messages, &list);
		return 0;
	}
	if (config.no_edges && !taken && !(m->wanted & MESSAGE_PEEK)) {
		exact_end(list, m);
		return 0;
	}
	exact_drop(list);
	bpf_map_delete_elem(&messages, &list);
	return 0;
}

/* unix_destroy_fpl() is entered: with the list still in flight, nobody received it. */
__attribute__((noinline, weak)) int exact_discard(__u64 list)
{
	const struct message *m = message_find(list);

	if (m && get(struct scm_fp_list, list, inflight))
		exact_end(list, m);
	return 0;
}
