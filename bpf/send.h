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

/* One descriptor of a message that was queued. */
static __always_inline void send_tell(struct scratch *s, __u64 list, __u32 i)
{
	struct event_fd *out = &s->send_fds[i & 255];
	__u64 file = plain(s, (void *)list_file(list, i));

	out->file = file_number(file);
	out->pad = 0;
	out->fd = EVENT_FD_UNKNOWN;
	if (s->n_numbers == s->send.n_fds) {
		__s32 fd = s->numbers[i & 255];
		if (descriptor_file(fd) == file)
			out->fd = fd;
	}
}

__attribute__((noinline, weak)) int send_tell_more(__u64 list, __u32 i)
{
	struct scratch *s = scratch_get();

	if (!s)
		return -1;
	send_tell(s, list, i);
	return 0;
}

/* One descriptor of a send that failed: there is no list, only what the caller named. */
__attribute__((noinline, weak)) int send_failed_fd(__u32 i)
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
	call_read(&s->call);
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

static __always_inline __u64 send_size(struct scratch *s, __u64 sk, __u32 packet)
{
	__u64 total = 0;

	if (packet < PACKET_SPLIT_MIN || get(struct sock, sk, sk_type) != SOCK_STREAM ||
	    s->call.kind != EVENT_CALL_MSG || s->call.compat)
		return packet;

	struct user_message m = {};
	if (bpf_probe_read_user(&m, sizeof(m), (void *)s->call.message) ||
	    m.iov_len > IOV_MAX_READ)
		return packet;
	for (__u32 i = 0; i < IOV_MAX_READ; i++) {
		__u64 iov[2];
		if (i >= m.iov_len)
			break;
		if (bpf_probe_read_user(iov, sizeof(iov), (void *)(m.iov + i * 16)))
			return packet;
		total += iov[1];
	}
	return total > packet ? total : packet;
}

/* The packet was put on the queue of receiver by sk, a socket of the current task. */
static __always_inline void send_queued(struct scratch *s, __u64 sk, __u64 receiver,
					__u64 list, __u32 packet)
{
	struct event_send *e = &s->send;
	struct message m = {};
	__u32 n = get(struct scm_fp_list, list, count);

	if (n > EVENT_FDS_MAX)
		return;
	send_start(s, sk);
	if (!afford(s, MESSAGE_UNITS(n))) {
		lose(LOSS_BUDGET, LOSS_SEND);
		return;
	}
	m.number = message_next();
	m.wanted = filter_match(&e->task);
	m.sender = e->socket = socket_number(sk, 0);
	m.receiver = e->receiver = socket_number(receiver, 0);
	if (message_add(list, &m))
		lose(LOSS_MAP, LOSS_SEND);
	e->message = m.number;
	e->n_fds = n;
	e->size = send_size(s, sk, packet);
	if (!m.wanted)
		e->flags |= EVENT_SEND_UNWANTED;

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

	send_start(s, sk);
	if (e->call != EVENT_CALL_MSG && e->call != EVENT_CALL_MMSG)
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
		send_failed_fd(i);
	}
	send_finish(s);
}
