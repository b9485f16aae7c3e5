/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The sending side. The files are those of the packet: the kernel's own truth. The
 * numbers are what the caller's control buffer says, as far as the descriptor table
 * confirms it.
 */
#pragma once

#include "call.h"
#include "file.h"
#include "filter.h"
#include "message.h"
#include "process.h"
#include "socket.h"

#define EBADF 9

/* 1 if each number in scratch is the file in its place of the list. */
__attribute__((noinline, weak)) int numbers_match(__u64 list)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	__u64 hash = 0;
	for (__u32 i = 0; i < EVENT_FDS_MAX; i++) {
		if (i >= s->n_numbers)
			break;
		__s32 fd = s->numbers[i];
		if (descriptor_file(fd) != list_file(list, i))
			return 0;
		hash = hash * 31 + fd + 1;
	}
	s->numbers_hash = hash;
	return 1;
}

static __always_inline void send_read_numbers(struct scratch *s, __u32 i)
{
	struct control c;

	s->n_numbers = 0;
	if (control_of(&c, &s->call, i))
		numbers_read(s, &c, false);
}

/* Reads the numbers of the i-th message of the call; 1 if they are the list's. */
__attribute__((noinline, weak)) int send_entry(__u64 list, __u32 i)
{
	struct scratch *s = scratch_get();

	if (!s)
		return 0;
	send_read_numbers(s, i);
	return s->n_numbers == s->send.n_fds && numbers_match(list);
}

/*
 * Finds which message of a sendmmsg(2) this is. Two that pass the same files under other
 * numbers cannot be told apart: then no number is told.
 */
static __always_inline void send_find_entry(struct scratch *s, __u64 list)
{
	__u32 found = ENTRIES_MAX;
	__u64 hash = 0;

	for (__u32 i = 0; i < ENTRIES_MAX; i++) {
		if (i >= s->call.n_entries)
			break;
		if (!send_entry(list, i))
			continue;
		if (found < ENTRIES_MAX && s->numbers_hash != hash) {
			found = ENTRIES_MAX;
			break;
		}
		found = i;
		hash = s->numbers_hash;
	}
	if (found == ENTRIES_MAX || !send_entry(list, found))
		s->n_numbers = 0;
}

/*
 * One descriptor of a message that was queued. Where the number does not confirm it, the
 * receiver may have freed the list meanwhile: then nothing is said of the file.
 */
static __always_inline void send_tell(struct scratch *s, __u64 list, __u32 i)
{
	struct event_fd *out = &s->send_fds[i & 255];
	__u64 file = plain(s, (void *)list_file(list, i));
	bool confirmed = false;

	out->file = 0;
	out->pad = 0;
	out->fd = EVENT_FD_UNKNOWN;
	if (s->n_numbers == s->send.n_fds) {
		__s32 fd = s->numbers[i & 255];
		confirmed = descriptor_file(fd) == file;
		if (confirmed)
			out->fd = fd;
	}
	if (confirmed || message_lives(list, s->send.message))
		out->file = file_number(file);
}

__attribute__((noinline, weak)) int send_tell_more(__u64 list, __u32 i)
{
	struct scratch *s = scratch_get();

	if (!s)
		return -1;
	send_tell(s, list, i);
	return 0;
}

/* One descriptor where there is no list, only what the caller named. */
__attribute__((noinline, weak)) int send_named(__u32 i)
{
	struct scratch *s = scratch_get();
	if (!s)
		return -1;

	struct event_fd *out = &s->send_fds[i & 255];
	__s32 fd = s->numbers[i & 255];
	__u64 file = descriptor_file(fd);
	out->pad = 0;
	out->fd = fd < 0 ? EVENT_FD_UNKNOWN : fd;
	out->file = file ? file_number(plain(s, (void *)file)) : 0;
	if (!file && s->send.error == EBADF && s->send.error_index < 0)
		s->send.error_index = i;
	return 0;
}

static __always_inline void send_start(struct scratch *s, __u64 sk)
{
	struct event_send *e = &s->send;

	__builtin_memset(e, 0, sizeof(*e));
	e->event.time = bpf_ktime_get_boot_ns();
	e->error_index = -1;
	e->sockfd = EVENT_FD_UNKNOWN;
	if (s->call.kind != EVENT_CALL_IO_URING && descriptor_is_socket(s->call.fd, sk))
		e->sockfd = s->call.fd;
	else
		s->call.kind = s->call.kind == EVENT_CALL_IO_URING ? EVENT_CALL_IO_URING
								   : EVENT_CALL_UNKNOWN;
	e->call = s->call.kind;
	e->flags = s->call.compat ? EVENT_SEND_COMPAT : 0;
	task_tell(&e->task, bpf_get_current_task());
}

/* Tells who, then the message itself. */
static __always_inline void send_finish(struct scratch *s)
{
	struct event_send *e = &s->send;
	__u64 n = e->n_fds;

	process_see(s, bpf_get_current_task(), &e->task, 0);
	if (n > EVENT_FDS_MAX)
		n = EVENT_FDS_MAX;
	emit(&e->event, EVENT_SEND, sizeof(*e) + n * sizeof(struct event_fd), LOSS_SEND);
}

/*
 * A stream socket cuts a long message into several packets; the files are on the first.
 * Then the message is as long as what the caller gave.
 */
#define PACKET_SPLIT_MIN 16384
#define IOV_MAX_READ 16

/* The bytes that the caller of a sendmsg(2) gave; 0: unknown. */
static __always_inline __u64 send_asked(struct scratch *s)
{
	struct user_message m = {};
	__u64 total = 0;

	if (s->call.kind != EVENT_CALL_MSG || s->call.compat)
		return 0;
	if (bpf_probe_read_user(&m, sizeof(m), (void *)s->call.message) ||
	    m.iov_len > IOV_MAX_READ)
		return 0;
	for (__u32 i = 0; i < IOV_MAX_READ; i++) {
		__u64 iov[2];
		if (i >= m.iov_len)
			break;
		if (bpf_probe_read_user(iov, sizeof(iov), (void *)(m.iov + i * 16)))
			return 0;
		total += iov[1];
	}
	return total;
}

static __always_inline __u64 send_size(struct scratch *s, __u64 sk, __u32 packet)
{
	if (packet < PACKET_SPLIT_MIN || get(struct sock, sk, sk_type) != SOCK_STREAM)
		return packet;

	__u64 asked = send_asked(s);
	return asked > packet ? asked : packet;
}

struct send_packet {
	__u64 skb;	/* 0: not to be seen any more */
	__u64 sk;	/* the sender's */
	__u64 receiver; /* the one whose queue it was put on */
	__u64 list;
	__u32 len;
};

static __always_inline bool packet_is_queued(const struct send_packet *p)
{
	return (__u64)get(struct sock, p->receiver, sk_receive_queue.prev) == p->skb &&
	       (__u64)get(struct unix_skb_parms, address_of(struct sk_buff, p->skb, cb),
			  fp) == p->list;
}

/* How far from the tail of a queue the sender's own packet is looked for. */
#define QUEUE_LOOK_BACK 4

/*
 * Finds the packet of the current task's socket: several may send to one queue. Where it
 * is not known which socket that is (io_uring), it is taken to be the tail's.
 */
static __always_inline void packet_find(struct scratch *s, struct send_packet *p)
{
	__u64 own = call_has_entries(&s->call) ? call_sock(&s->call) : 0;
	__u64 tail = p->skb;

	for (int i = 0; i < QUEUE_LOOK_BACK; i++) {
		p->sk = (__u64)get(struct sk_buff, p->skb, sk);
		if (!own || p->sk == own)
			break;
		p->skb = (__u64)get(struct sk_buff, p->skb, prev);
		if (p->skb == tail ||
		    p->skb == address_of(struct sock, p->receiver, sk_receive_queue)) {
			p->skb = 0;
			return;
		}
	}
	if (own && p->sk != own)
		p->skb = 0;
	p->list = (__u64)get(struct unix_skb_parms,
			     address_of(struct sk_buff, p->skb, cb), fp);
	p->len = get(struct sk_buff, p->skb, len);
}

/* The number of the message, which the receiver may have given it already. */
static __always_inline __u64 send_number(struct scratch *s, const struct send_packet *p,
					 __u32 n)
{
	struct event_send *e = &s->send;
	struct message fresh = {
		.number = message_next(),
		.sender = e->socket,
		.receiver = e->receiver,
		.wanted = !(e->flags & EVENT_SEND_UNWANTED),
	};
	struct meeting mine = {
		.time = e->event.time,
		.file = list_file(p->list, 0),
		.n = n,
		.sender_waits = 1,
	};
	__u64 number = message_claim(p->list, &fresh);

	/* If it is still there, the receiver will find our number on the list. */
	if (number == fresh.number && packet_is_queued(p))
		return number;
	__u64 other = meeting_take(p->sk, &mine);
	if (other && number == fresh.number) {
		message_end(p->list, number);
		return other;
	}
	/* Told already, and not by the receiver: the packet is another sender's. */
	if (!other && number != fresh.number && e->sockfd == EVENT_FD_UNKNOWN)
		return 0;
	return number;
}

/* The packet was just put on a queue by the current task. */
static __always_inline void send_queued(struct scratch *s, const struct send_packet *p)
{
	struct event_send *e = &s->send;
	__u32 n = get(struct scm_fp_list, p->list, count);

	if (!n || n > EVENT_FDS_MAX)
		return;
	__u64 sk = plain(s, (void *)p->sk);
	__u64 list = plain(s, (void *)p->list);
	send_start(s, sk);
	if (!afford(s, MESSAGE_UNITS(n))) {
		lose(LOSS_BUDGET, LOSS_SEND);
		return;
	}
	if (!filter_match(&e->task))
		e->flags |= EVENT_SEND_UNWANTED;
	e->socket = socket_number(sk, 0);
	e->receiver = socket_number(p->receiver, 0);
	e->n_fds = n;
	e->size = send_size(s, p->sk, p->len);
	e->message = send_number(s, p, n);
	if (!e->message)
		return;

	s->n_numbers = 0;
	if (s->call.kind == EVENT_CALL_MSG)
		send_read_numbers(s, 0);
	else if (s->call.kind == EVENT_CALL_MMSG)
		send_find_entry(s, list);
	send_tell(s, list, 0);
	for (__u32 i = 1; i < EVENT_FDS_MAX; i++) {
		if (i >= n)
			break;
		send_tell_more(list, i);
	}
	send_finish(s);
}

/* Reads the numbers of the i-th message of the call, and counts it if there are any. */
__attribute__((noinline, weak)) int send_numbers(__u32 i)
{
	struct scratch *s = scratch_get();

	if (!s)
		return 0;
	send_read_numbers(s, i);
	if (s->n_numbers) {
		s->n_candidates++;
		s->candidate = i;
	}
	return 0;
}

/*
 * Reads the numbers of the message that failed; false if none of the call's carries
 * descriptors. Of several it is not known which one failed: then no number is told.
 */
static __always_inline bool send_candidate(struct scratch *s)
{
	s->n_candidates = 0;
	for (__u32 i = 0; i < ENTRIES_MAX; i++) {
		if (i >= s->call.n_entries)
			break;
		send_numbers(i);
	}
	if (s->n_candidates == 1)
		send_numbers(s->candidate);
	else
		s->n_numbers = 0;
	return s->n_candidates;
}

/* The current task could not send on sk, or sent no bytes and so passed nothing. */
static __always_inline void send_failed(struct scratch *s, __u64 sk, int error)
{
	struct event_send *e = &s->send;

	call_read(&s->call);
	send_start(s, sk);
	if (!call_has_entries(&s->call))
		return;
	if (!send_candidate(s))
		return;
	__u32 n = s->n_numbers < EVENT_FDS_MAX ? s->n_numbers : EVENT_FDS_MAX;
	if (!afford(s, MESSAGE_UNITS(n))) {
		lose(LOSS_BUDGET, LOSS_SEND);
		return;
	}
	if (!filter_match(&e->task))
		return;
	e->message = message_next();
	e->socket = socket_number(sk, 0);
	e->error = error;
	e->n_fds = n;
	if (!error)
		e->flags |= EVENT_SEND_NOTHING;
	for (__u32 i = 0; i < EVENT_FDS_MAX; i++) {
		if (i >= n)
			break;
		send_named(i);
	}
	send_finish(s);
}

/*
 * The packet was put on the queue of receiver and is gone already. Whether it carried
 * descriptors the caller's control buffer tells, and the call succeeded.
 */
static __always_inline void send_missed(struct scratch *s, __u64 receiver)
{
	struct event_send *e = &s->send;

	if (!call_has_entries(&s->call))
		return;
	if (!send_candidate(s) || !s->n_numbers || s->n_numbers > EVENT_FDS_MAX)
		return;
	__u64 sk = plain(s, (void *)call_sock(&s->call));
	__u64 peer = sk ? (__u64)get(struct unix_sock, sk, peer) : 0;
	/* A packet of io_uring's, sent on the way out of another call. */
	if (!sk || (peer && peer != receiver))
		return;
	__u32 n = s->n_numbers;
	send_start(s, sk);
	if (!afford(s, MESSAGE_UNITS(n))) {
		lose(LOSS_BUDGET, LOSS_SEND);
		return;
	}
	if (!filter_match(&e->task))
		e->flags |= EVENT_SEND_UNWANTED;
	struct meeting mine = {
		.time = e->event.time,
		.file = descriptor_file(s->numbers[0]),
		.n = n,
		.sender_waits = 1,
	};
	e->message = meeting_take(sk, &mine);
	if (!e->message) {
		mine.message = message_next();
		e->message = meeting_wait(sk, &mine);
		if (!e->message)
			e->message = mine.message;
	}
	e->socket = socket_number(sk, 0);
	e->receiver = socket_number(receiver, 0);
	e->size = send_asked(s);
	e->n_fds = n;
	for (__u32 i = 0; i < EVENT_FDS_MAX; i++) {
		if (i >= n)
			break;
		send_named(i);
	}
	send_finish(s);
}
