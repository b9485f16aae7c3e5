/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * io_uring: where a request keeps its control data. A request is seen when it is
 * submitted, and remembered under its socket until it completes, for the registers of
 * the task that carries it out say nothing of it.
 *
 * Of several requests on one socket it is not known which one a packet is. As elsewhere,
 * a number counts only where the descriptor table says that it is the very file, and two
 * requests that both could be meant make it unknown. Requests on registered files are not
 * looked up, and with selected buffers the control data is elsewhere: those stay unknown.
 */
#pragma once

#include "call.h"

/* linux/io_uring.h, linux/io_uring_types.h */
enum { URING_SENDMSG = 9, URING_RECVMSG = 10 };
#define URING_FIXED_FILE (1 << 0)
#define URING_BUFFER_SELECT (1 << 5)

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64); /* address of a struct sock */
	__type(value, struct uring_socket);
} uring_sockets SEC(".maps");

static __always_inline bool uring_is_message(__u64 request)
{
	__u8 opcode = get(struct io_kiocb, request, opcode);

	return opcode == URING_SENDMSG || opcode == URING_RECVMSG;
}

/* Where the message header of the request is, and so its control data. */
static __always_inline bool uring_read(struct scratch *s, struct uring_request *r,
				       __u64 request)
{
	struct control c;

	s->call.kind = EVENT_CALL_MSG;
	s->call.message = (__u64)get(struct io_sr_msg, request, umsg);
	s->call.n_entries = 1;
	if (!control_of(&c, &s->call, 0))
		return false;
	r->request = request;
	r->control = c.at;
	r->control_len = c.left;
	r->compat = c.compat;
	r->fd = s->call.fd;
	r->opcode = get(struct io_kiocb, request, opcode);
	r->stale = -1;
	if (r->opcode != URING_RECVMSG)
		return true;
	numbers_read(s, &c, true);
	if (s->n_numbers && descriptor_file(s->numbers[0]))
		r->stale = s->numbers[0];
	return true;
}

/* The current task submits the request. */
__attribute__((noinline, weak)) int uring_submit(__u64 request)
{
	struct scratch *s = scratch_get();
	struct uring_request r = {};

	if (!s || get(struct io_kiocb, request, flags) &
			  (URING_FIXED_FILE | URING_BUFFER_SELECT))
		return 0;
	call_read(&s->call); /* for whether it is a 32-bit one */
	s->call.fd = get(struct io_kiocb, request, cqe.fd);
	__u64 sk = call_sock(&s->call);
	if (!sk || !uring_read(s, &r, request))
		return 0;

	struct uring_socket *u = bpf_map_lookup_elem(&uring_sockets, &sk);
	if (!u) {
		struct uring_socket *fresh = &s->uring;
		__builtin_memset(fresh, 0, sizeof(*fresh));
		fresh->requests[0] = r;
		bpf_map_update_elem(&uring_sockets, &sk, fresh, BPF_NOEXIST);
		return 0;
	}
	for (int i = 0; i < URING_REQUESTS; i++) {
		struct uring_request *slot = &u->requests[i];
		if (slot->request && slot->request != request)
			continue;
		*slot = r;
		return 0;
	}
	u->crowded = 1;
	return 0;
}

/* It is over, and what it names is not looked at any more. */
__attribute__((noinline, weak)) int uring_complete(__u64 request)
{
	__u64 file = (__u64)get(struct io_kiocb, request, file);
	__u64 sk = file ? file_sock(file) : 0;
	struct uring_socket *u = sk ? bpf_map_lookup_elem(&uring_sockets, &sk) : NULL;
	bool left = false;

	if (!u)
		return 0;
	for (int i = 0; i < URING_REQUESTS; i++) {
		if (u->requests[i].request == request)
			u->requests[i].request = 0;
		left |= u->requests[i].request != 0;
	}
	if (!left)
		bpf_map_delete_elem(&uring_sockets, &sk);
	return 0;
}

/* The i-th request on the socket if it is of this kind; NULL. */
static __always_inline struct uring_request *uring_get(__u64 sk, __u32 i, __u32 opcode)
{
	struct uring_socket *u = bpf_map_lookup_elem(&uring_sockets, &sk);

	if (!u || u->crowded)
		return NULL;
	struct uring_request *r = &u->requests[i & (URING_REQUESTS - 1)];
	return r->request && r->opcode == opcode ? r : NULL;
}

static __always_inline void uring_numbers(struct scratch *s,
					  const struct uring_request *r, bool received)
{
	struct control c = {
		.at = r->control, .left = r->control_len, .compat = r->compat};

	s->n_numbers = 0;
	if (c.at)
		numbers_read(s, &c, received);
}
