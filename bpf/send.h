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
#include "uring.h"

#define EBADF 9
#define EAGAIN 11

/* 1 if the i-th number in scratch is the i-th file of the list. */
__attribute__((noinline, weak)) int number_matches(__u64 list, __u32 i)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	__s32 fd = s->numbers[i & 255];
	s->numbers_hash = s->numbers_hash * 31 + fd + 1;
	return descriptor_file(fd) == list_file(list, i);
}

/* 1 if each number in scratch is the file in its place of the list. */
__attribute__((noinline, weak)) int numbers_match(__u64 list)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	s->numbers_hash = 0;
	for (__u32 i = 0; i < EVENT_FDS_MAX; i++) {
		if (i >= s->n_numbers)
			break;
		if (!number_matches(list, i))
			return 0;
	}
	return 1;
}

/* Reads the numbers of the i-th message of the call. */
__attribute__((noinline, weak)) int send_numbers(__u32 i)
{
	struct scratch *s = scratch_get();
	struct control c;

	if (!s)
		return 0;
	s->n_numbers = 0;
	if (control_of(&c, &s->call, i))
		numbers_read(s, &c, false);
	return 0;
}

/* Remembers the i-th message of the call as this one if its numbers are the list's. */
__attribute__((noinline, weak)) int send_entry(__u64 list, __u32 i)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	send_numbers(i);
	if (s->n_numbers != s->send.n_fds || !numbers_match(list))
		return 0;
	/* Two of the same files under other numbers cannot be told apart. */
	if (!s->n_candidates || s->numbers_hash != s->candidate_hash)
		s->n_candidates++;
	s->candidate = i;
	s->candidate_hash = s->numbers_hash;
	return 0;
}

/* Reads the numbers of this message of a sendmmsg(2), if it can be told which it is. */
__attribute__((noinline, weak)) int send_find_entry(__u64 list)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	s->n_candidates = 0;
	for (__u32 i = 0; i < ENTRIES_MAX; i++) {
		if (i >= s->call.n_entries)
			break;
		send_entry(list, i);
	}
	if (s->n_candidates == 1)
		send_numbers(s->candidate);
	else
		s->n_numbers = 0;
	return 0;
}

/* The same for the i-th request of io_uring on the sender's socket. */
__attribute__((noinline, weak)) int send_request(__u64 list, __u32 i)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	__u64 sk = s->packet.sk;
	const struct uring_request *r = uring_get(sk, i, URING_SENDMSG);
	if (!r)
		return 0;
	uring_numbers(s, r, false);
	if (s->n_numbers != s->send.n_fds || !numbers_match(list))
		return 0;
	s->numbers_hash = s->numbers_hash * 31 + r->fd;
	if (!s->n_candidates || s->numbers_hash != s->candidate_hash)
		s->n_candidates++;
	s->candidate = i;
	s->candidate_hash = s->numbers_hash;
	return 0;
}

/* Reads the numbers of the request that sent this message, if it can be told which. */
__attribute__((noinline, weak)) int send_find_request(__u64 list)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	__u64 sk = s->packet.sk;
	s->n_candidates = 0;
	for (__u32 i = 0; i < URING_REQUESTS; i++)
		send_request(list, i);
	const struct uring_request *r =
		s->n_candidates == 1 ? uring_get(sk, s->candidate, URING_SENDMSG) : NULL;
	s->n_numbers = 0;
	if (!r)
		return 0;
	uring_numbers(s, r, false);
	s->send.call = EVENT_CALL_IO_URING;
	if (descriptor_is_socket(r->fd, sk))
		s->send.sockfd = r->fd;
	return 0;
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
	e->error_index = -1;
	e->sockfd = EVENT_FD_UNKNOWN;
	if (call_is_about(&s->call, sk))
		e->sockfd = s->call.fd;
	else if (s->call.kind != EVENT_CALL_IO_URING)
		s->call.kind = EVENT_CALL_UNKNOWN;
	e->call = s->call.kind;
	e->flags = s->call.compat ? EVENT_SEND_COMPAT : 0;
	task_tell_current(&e->task);
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
__attribute__((noinline, weak)) __u64 send_asked(void)
{
	struct scratch *s = scratch_get();
	struct user_message m = {};
	__u64 total = 0;

	if (!s || s->call.kind != EVENT_CALL_MSG || s->call.compat)
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

/* Nobody has taken the list from the packet: see message.h. */
static __always_inline bool packet_has_list(const struct packet *p)
{
	return (__u64)get(struct unix_skb_parms, address_of(struct sk_buff, p->skb, cb),
			  fp) == p->list &&
	       (__u64)get(struct sk_buff, p->skb, sk) == p->sk;
}

static __always_inline void packet_read(struct packet *p)
{
	p->sk = (__u64)get(struct sk_buff, p->skb, sk);
	p->list = (__u64)get(struct unix_skb_parms,
			     address_of(struct sk_buff, p->skb, cb), fp);
}

/* Several may send through one socket: then the files must be the caller's. */
static __always_inline bool packet_is_of(const struct packet *p)
{
	return p->list && (!p->file || list_file(p->list, 0) == p->file);
}

/* How far from the tail of a queue the sender's own packet is looked for. */
#define QUEUE_LOOK_BACK 16

/*
 * Finds the packet of the current task, from the tail on: several may send to one queue.
 * Where it is not known through which socket (io_uring), it is the tail. 0: it is gone.
 */
__attribute__((noinline, weak)) int packet_search(__u64 tail)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	struct packet *p = &s->packet;
	__u64 own = call_has_entries(&s->call) ? call_sock(&s->call) : 0;
	__u64 head = address_of(struct sock, p->receiver, sk_receive_queue);
	p->skb = tail;
	for (int i = 0; i < QUEUE_LOOK_BACK; i++) {
		if (p->skb == head)
			return 0;
		packet_read(p);
		if (!own || (p->sk == own && packet_is_of(p)))
			return p->list != 0;
		p->skb = (__u64)get(struct sk_buff, p->skb, prev);
	}
	return 0;
}

/* The same; mostly the tail is it. */
static __always_inline bool packet_find(struct scratch *s)
{
	struct packet *p = &s->packet;
	__u64 tail = p->skb;

	p->file = 0;
	if (s->call.kind == EVENT_CALL_MSG) {
		send_numbers(0);
		if (s->n_numbers)
			p->file = descriptor_file(s->numbers[0]);
	}
	packet_read(p);
	if (call_has_entries(&s->call) && call_is_about(&s->call, p->sk) &&
	    packet_is_of(p))
		return true;
	if (packet_search(tail))
		return true;
	/* Or another thread has rewritten the numbers, or closed them and opened others.
	 */
	if (!p->file || load(load(current_task(), signal), nr_threads) == 1)
		return false;
	p->file = 0;
	return packet_search(tail);
}

/*
 * The number of the message: see message.h. 0: it went while we looked, so that nothing
 * we read of it is certain, or it is another sender's.
 */
static __always_inline __u64 send_number(struct scratch *s, __u32 n)
{
	const struct packet *p = &s->packet;
	const struct event_send *e = &s->send;
	struct message fresh = {
		.number = number_next(s),
		.sender = e->socket,
		.receiver = e->receiver,
		.wanted = !(e->flags & EVENT_SEND_UNWANTED),
		.sk = p->sk,
	};
	const struct meeting_key key = {
		.sk = p->sk,
		.file = list_file(p->list, 0),
		.n = n,
	};
	__u64 other = message_claim(p->list, 0, &fresh);

	if (other & MESSAGE_UNTOLD && meeting_leave(&key, other & ~MESSAGE_UNTOLD)) {
		message_replace(p->list, other,
				(other & ~MESSAGE_UNTOLD) | MESSAGE_TAKEN);
		return other & ~MESSAGE_UNTOLD;
	}
	if (other &&
	    (e->sockfd == EVENT_FD_UNKNOWN || message_claim(p->list, other, &fresh)))
		return 0;
	if (packet_has_list(p) || !message_replace(p->list, fresh.number, 0))
		return fresh.number;
	return 0;
}

/* What all sends say: who and where. False: the work budget is used up. */
static __always_inline bool send_open(struct scratch *s, __u64 sk, __u32 n)
{
	struct event_send *e = &s->send;

	if (!afford(s, MESSAGE_UNITS(n))) {
		lose(LOSS_BUDGET, LOSS_SEND);
		return false;
	}
	send_start(s, sk);
	if (config.filtered)
		e->flags |= filter_match(s, &e->task, FILTER_AT_SENDER)
				    ? EVENT_SEND_WANTED
				    : EVENT_SEND_UNWANTED;
	e->n_fds = n;
	e->socket = socket_number(sk, 0);
	return true;
}

/* The packet in scratch was just put on a queue by the current task. 0: it went away. */
__attribute__((noinline, weak)) int send_queued(void)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 1;

	struct event_send *e = &s->send;
	__u64 sk = s->packet.sk;
	__u64 list = s->packet.list;
	__u32 n = get(struct scm_fp_list, list, count);
	if (!n || n > EVENT_FDS_MAX)
		return 0;
	if (!send_open(s, sk, n))
		return 1;
	e->event.time = bpf_ktime_get_boot_ns();
	e->receiver = socket_number(s->packet.receiver, 0);
	e->size = get(struct sk_buff, s->packet.skb, len);
	if (e->size >= PACKET_SPLIT_MIN && get(struct sock, sk, sk_type) == SOCK_STREAM) {
		__u64 asked = send_asked();
		if (asked > e->size)
			e->size = asked;
	}
	e->message = send_number(s, n);
	if (!e->message)
		return 0;

	if (s->call.kind == EVENT_CALL_MMSG)
		send_find_entry(list);
	else if (s->call.kind != EVENT_CALL_MSG)
		send_find_request(list);
	send_tell(s, list, 0);
	for (__u32 i = 1; i < EVENT_FDS_MAX; i++) {
		if (i >= n)
			break;
		send_tell_more(list, i);
	}
	send_finish(s);
	return 1;
}

/* Counts the i-th message of the call if it carries descriptors, and reads them. */
__attribute__((noinline, weak)) int send_count(__u32 i)
{
	struct scratch *s = scratch_get();

	if (!s)
		return 0;
	send_numbers(i);
	if (s->n_numbers) {
		s->n_candidates++;
		s->candidate = i;
	}
	return 0;
}

/*
 * Reads the numbers of the one message of the call that carries descriptors; returns how
 * many carry some. Of several it is not known which is meant: then no number is told.
 */
__attribute__((noinline, weak)) int send_candidate(void)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	s->n_candidates = 0;
	for (__u32 i = 0; i < ENTRIES_MAX; i++) {
		if (i >= s->call.n_entries)
			break;
		send_count(i);
	}
	__u32 n = s->n_candidates;
	if (n == 1)
		send_numbers(s->candidate);
	else
		s->n_numbers = 0;
	return n;
}

/* The same for the requests of io_uring on the socket. */
__attribute__((noinline, weak)) int send_candidate_request(__u64 sk)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	s->n_candidates = 0;
	for (__u32 i = 0; i < URING_REQUESTS; i++) {
		const struct uring_request *r = uring_get(sk, i, URING_SENDMSG);
		if (!r)
			continue;
		uring_numbers(s, r, false);
		s->n_candidates += s->n_numbers != 0;
		if (s->n_numbers)
			s->candidate = i;
	}
	__u32 n = s->n_candidates;
	const struct uring_request *r =
		n == 1 ? uring_get(sk, s->candidate, URING_SENDMSG) : NULL;
	s->n_numbers = 0;
	s->call.fd = -1;
	if (r) {
		uring_numbers(s, r, false);
		s->call.fd = r->fd;
	}
	return n;
}

/* How many messages with descriptors may be the one that failed. */
static __always_inline int send_may_have_failed(struct scratch *s, __u64 sk, int error)
{
	if (call_has_entries(&s->call))
		return send_candidate();
	/* io_uring tries without waiting, and again when there is room. */
	if (s->call.kind != EVENT_CALL_IO_URING || error == EAGAIN)
		return 0;
	return send_candidate_request(sk);
}

static __always_inline void send_name_all(struct scratch *s, __u32 n)
{
	for (__u32 i = 0; i < EVENT_FDS_MAX; i++) {
		if (i >= n)
			break;
		send_named(i);
	}
}

/* The current task could not send on sk, or sent no bytes and so passed nothing. */
__attribute__((noinline, weak)) int send_failed(__u64 sk, int error)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	struct event_send *e = &s->send;
	if (!send_may_have_failed(s, sk, error))
		return 0;
	__u32 n = s->n_numbers < EVENT_FDS_MAX ? s->n_numbers : EVENT_FDS_MAX;
	if (!send_open(s, sk, n) || e->flags & EVENT_SEND_UNWANTED)
		return 0;
	e->message = number_next(s);
	e->error = error;
	if (e->call == EVENT_CALL_IO_URING && descriptor_is_socket(s->call.fd, sk))
		e->sockfd = s->call.fd;
	if (!error)
		e->flags |= EVENT_SEND_NOTHING;
	send_name_all(s, n);
	send_finish(s);
	return 0;
}

/*
 * The packet was put on the queue of receiver and is gone already. Whether it carried
 * descriptors the caller's control buffer tells, and the call succeeded.
 */
__attribute__((noinline, weak)) int send_missed(__u64 receiver)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	struct event_send *e = &s->send;
	if (!call_has_entries(&s->call) || send_candidate() != 1)
		return 0;
	__u32 n = s->n_numbers;
	__u64 sk = plain(s, (void *)call_sock(&s->call));
	__u64 peer = sk ? (__u64)get(struct unix_sock, sk, peer) : 0;
	/* A packet of io_uring's, sent on the way out of another call. */
	if (!sk || (peer && peer != receiver))
		return 0;
	if (n > EVENT_FDS_MAX || !send_open(s, sk, n))
		return 0;
	const struct meeting_key key = {
		.sk = sk,
		.file = descriptor_file(s->numbers[0]),
		.n = n,
	};
	const struct meeting mine = {
		.message = number_next(s),
		.time = bpf_ktime_get_boot_ns(),
		.sender_waits = 1,
	};
	e->event.time = mine.time;
	e->message = meeting_attend(&key, &mine);
	if (!e->message)
		e->message = mine.message;
	e->receiver = socket_number(receiver, 0);
	e->size = send_asked();
	send_name_all(s, n);
	send_finish(s);
	return 0;
}
