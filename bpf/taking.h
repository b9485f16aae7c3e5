/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What a task is being given, from scm_detach_fds() until the list dies: the receiving
 * half of the exact backends (exact.h).
 */
#pragma once

#include "pending.h"

/* Before the numbers in control data. */
#define CMSGHDR_SIZE 16
#define COMPAT_CMSGHDR_SIZE 12

/* What a task is being given. */
struct taking {
	__u64 list;
	__u64 msg;
	__u64 control;	/* user address of the numbers that it will get */
	__u64 peeked;	/* the list of which the current task has got a copy */
	__u64 detached; /* the list that it has taken from a packet (5.10) */
	__u32 active;
	__u32 done; /* how many the kernel has tried to install */
	struct event_receive receive;
	struct event_fd fds[256];
};

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
	__type(value, struct taking);
} no_taking SEC(".maps");

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

/* scm_fp_dup() makes a copy of the list, for the current task to peek at. */
static __always_inline void exact_copy(__u64 list)
{
	struct taking *t = message_find(list) ? taking_make() : NULL;

	if (t)
		t->peeked = list;
}

/* The current task takes the list from its packet (5.10: unix_detach_fds). */
static __always_inline void exact_unpack(__u64 skb)
{
	__u64 list = (__u64)get(struct unix_skb_parms,
				address_of(struct sk_buff, skb, cb), fp);
	struct taking *t = list ? taking_make() : NULL;

	if (t)
		t->detached = list;
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

static __always_inline void exact_take_all(__u64 list, __u32 n)
{
	for (__u32 i = 0; i < EVENT_FDS_MAX; i++) {
		if (i >= n)
			break;
		exact_take_fd(list, i);
	}
}

/* Which socket the current task receives on: the call's, if it is the message's too. */
static __always_inline void exact_socket(struct scratch *s, const struct message *m)
{
	struct event_receive *e = &s->receive;
	__u64 sk = 0;

	call_read(&s->call);
	if (s->call.kind != EVENT_CALL_IO_URING)
		sk = plain(s, (void *)call_sock(&s->call));
	/* The one it was queued on was described then. */
	__u64 known = m ? m->receiver : 0;
	bool same = sk && known && known == socket_key(sk);
	if (sk && known && !same && known != socket_embryo_key(sk))
		sk = 0;
	e->sockfd = sk ? s->call.fd : EVENT_FD_UNKNOWN;
	e->socket = sk && !same ? socket_number(sk, 0) : known;
	if (!sk && s->call.kind != EVENT_CALL_IO_URING)
		s->call.kind = EVENT_CALL_UNKNOWN;
	e->call = s->call.kind;
	if (s->call.compat)
		e->flags |= EVENT_RECEIVE_COMPAT;
}

/*
 * The message that the current task has got the list of. Of a copy that was made to peek
 * it is the original's, whose list is in *list then.
 */
static __always_inline struct message *exact_message(struct taking *t, __u64 *list,
						     bool *peek)
{
	struct message *m = message_find(*list);
	__u64 peeked = t->peeked;

	t->peeked = 0;
	*peek = !m && peeked;
	if (!*peek)
		return m;
	*list = peeked;
	return message_find(peeked);
}

/* Prepares in scratch what the current task receives of the list; false: not wanted. */
static __always_inline bool exact_receive(struct scratch *s, struct taking *t, __u64 list)
{
	struct event_receive *e = &s->receive;
	__u64 original = list;
	bool peek;
	struct message *m = exact_message(t, &original, &peek);
	__u32 n = get(struct scm_fp_list, list, count);
	if (!n || n > EVENT_FDS_MAX)
		return false;
	__builtin_memset(e, 0, sizeof(*e));
	task_tell_current(&e->task);
	if (!(m && m->wanted) && !filter_match(s, &e->task, FILTER_AT_RECEIVER))
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
	if (peek)
		e->flags |= EVENT_RECEIVE_PEEK;
	if (m && m->file && !m->kept)
		s->receive_fds[0] = (struct event_fd){m->file, EVENT_FD_LOST, 0};
	else
		exact_take_all(list, n);
	if (config.filtered && m && m->kept)
		unwanted_tell(original, m, s->receive_fds[0].file);
	process_see(s, bpf_get_current_task(), &e->task, 0);
	return true;
}

static __always_inline struct taking *exact_begin(struct scratch *s, __u64 list)
{
	struct taking *t = taking_make();

	if (!t)
		lose(LOSS_MAP, LOSS_RECEIVE);
	return t && exact_receive(s, t, list) ? t : NULL;
}

/* scm_detach_fds() is entered. */
__attribute__((noinline, weak)) int exact_detach(__u64 msg, __u64 list)
{
	struct scratch *s = scratch_get();
	struct taking *t = s ? exact_begin(s, list) : NULL;
	/* Nobody can ask for it again, whether it was wanted or not. */
	message_forget(list);
	if (!t)
		return 0;

	struct event_receive *e = &s->receive;
	__u32 flags = get(struct msghdr, msg, msg_flags);
	if (flags & MSG_CMSG_CLOEXEC)
		e->flags |= EVENT_RECEIVE_CLOEXEC;
	t->list = list;
	t->done = 0;
	t->control = (__u64)get(struct msghdr, msg, msg_control) +
		     (flags & MSG_CMSG_COMPAT ? COMPAT_CMSGHDR_SIZE : CMSGHDR_SIZE);
	t->receive = *e;
	fds_copy(t->fds, s->receive_fds, e->n_fds);
	t->active = 1;
	return 0;
}

/* receive_fd() is entered, for the next of the files. */
static __always_inline void exact_install(struct taking *t)
{
	if (!t || !t->active || t->done >= t->receive.n_fds)
		return;
	t->fds[t->done & 255].fd = EVENT_FD_UNKNOWN;
	t->done++;
}

/* receive_fd() has returned a number, or why there is none. */
static __always_inline void exact_installed(struct taking *t, int ret)
{
	if (!t || !t->active || !t->done)
		return;
	t->fds[(t->done - 1) & 255].fd = ret;
	if (ret < 0)
		t->receive.flags |= EVENT_RECEIVE_TRUNCATED;
}

/* Both, where the return of it has the arguments. */
static __always_inline void exact_received(int ret)
{
	struct taking *t = taking_get();

	exact_install(t);
	exact_installed(t, ret);
}

/*
 * The return that would have told the number was missed: the kernel has written it for
 * the receiver, and it is true if it is the file's in the receiver's table.
 */
__attribute__((noinline, weak)) int exact_find_fd(__u32 i)
{
	struct taking *t = taking_get();
	__s32 fd;

	if (!t)
		return 0;
	if (bpf_probe_read_user(&fd, sizeof(fd), (void *)(t->control + i * sizeof(fd))) ||
	    descriptor_file(fd) != list_file(t->list, i)) {
		lose(LOSS_MISSED, LOSS_RECEIVE);
		return 0;
	}
	t->fds[i & 255].fd = fd;
	return 0;
}

/* The list dies at the end of scm_detach_fds(). */
static __always_inline void exact_detached(struct taking *t)
{
	struct event_receive *e = &t->receive;

	t->active = 0;
	for (__u32 i = 0; i < EVENT_FDS_MAX; i++) {
		if (i >= t->done)
			break;
		if (t->fds[i & 255].fd == EVENT_FD_UNKNOWN)
			exact_find_fd(i);
	}
	if (t->done < e->n_fds)
		e->flags |= EVENT_RECEIVE_TRUNCATED;
	emit(&e->event, EVENT_RECEIVE, events_size(sizeof(*e), e->n_fds), LOSS_RECEIVE);
}

/* The current task took the list, and offered no room for its files. */
__attribute__((noinline, weak)) int exact_drop(__u64 list)
{
	struct scratch *s = scratch_get();
	if (!s || !exact_begin(s, list))
		return 0;

	struct event_receive *e = &s->receive;
	e->flags |= EVENT_RECEIVE_NO_CONTROL;
	emit(&e->event, EVENT_RECEIVE, events_size(sizeof(*e), e->n_fds), LOSS_RECEIVE);
	return 0;
}
