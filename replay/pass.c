// SPDX-License-Identifier: BSD-2-Clause
#include "pass.h"

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[OUTCOME_COUNT] = {
		[OUTCOME_SENT] = "sent",	   [OUTCOME_DELIVERED] = "delivered",
		[OUTCOME_FAILED] = "failed",	   [OUTCOME_TRUNCATED] = "truncated",
		[OUTCOME_DISCARDED] = "discarded", [OUTCOME_DROPPED] = "dropped",
		[OUTCOME_QUEUED] = "queued",	   [OUTCOME_PEEKED] = "peeked",
	};
	return names[outcome];
}

enum outcome outcome_open(const struct trace *t)
{
	return t->header.flags & FDP_HEADER_SENDERS ? OUTCOME_SENT : OUTCOME_QUEUED;
}

uint32_t pass_peer(const struct trace *t, const struct pass *p)
{
	if (p->received)
		return TRACE_NONE;
	uint32_t socket = p->queue;
	if (socket == TRACE_NONE && p->from.socket != TRACE_NONE)
		socket = trace_socket(t, t->sockets.items[p->from.socket].peer);
	return trace_holder(t, socket);
}

uint64_t pass_time(const struct pass *p)
{
	return p->sent ? p->from.time_ns : p->to.time_ns;
}

static struct pass_end end_unknown(void)
{
	return (struct pass_end){
		.process = TRACE_NONE,
		.socket = TRACE_NONE,
		.sockfd = FDP_FD_UNKNOWN,
		.fd = FDP_FD_UNKNOWN,
		.slot = -1,
	};
}

static void pass_set_file(struct pass *p, const struct trace *t, uint64_t file)
{
	p->file = file;
	p->file_place = trace_file(t, file);
}

/* Numbers below 0 are not descriptors; FDP_FD_UNKNOWN stands for all of them. */
static int32_t fd_or_unknown(int32_t fd)
{
	return fd < 0 ? FDP_FD_UNKNOWN : fd;
}

/* All that the passes of the send have in common. */
static void begin_send(struct pass *p, const struct trace *t, const struct fdp_send *send)
{
	*p = (struct pass){
		.message = send->message,
		.size = t->header.flags & FDP_HEADER_SENDERS ? PASS_SIZE_UNKNOWN
							     : send->size,
		.sent = true,
		.late = send->flags & FDP_SEND_LATE,
		.from = {.time_ns = send->time_ns,
			 .process = trace_process(t, send->process),
			 .socket = trace_socket(t, send->socket),
			 .sockfd = fd_or_unknown(send->sockfd),
			 .slot = -1},
		.to = end_unknown(),
		.queue = trace_socket(t, send->receiver),
		.n_fds = send->n_fds,
	};
}

static void begin_receive(struct pass *p, const struct trace *t,
			  const struct fdp_receive *receive)
{
	if (!p->sent) {
		p->message = receive->message;
		p->size = receive->result < 0 ? PASS_SIZE_UNKNOWN
					      : (uint64_t)receive->result;
		p->from = end_unknown();
		p->from.socket = trace_socket(t, receive->sender);
		p->queue = trace_socket(t, receive->socket);
		p->n_fds = receive->n_fds;
	}
	p->received = true;
	p->to = (struct pass_end){
		.time_ns = receive->time_ns,
		.process = trace_process(t, receive->process),
		.socket = trace_socket(t, receive->socket),
		.sockfd = fd_or_unknown(receive->sockfd),
		.slot = -1,
	};
}

static void set_sent(struct pass *p, const struct trace *t, const struct fdp_send *send,
		     uint32_t i)
{
	bool known = i < send->n_fds;
	p->from.fd = known ? fd_or_unknown(send->fds[i].fd) : FDP_FD_UNKNOWN;
	pass_set_file(p, t, known ? send->fds[i].file : 0);
}

/* No kernel has an errno above 4095; a larger one is shown as none that has a name. */
static uint16_t error_of(uint32_t error)
{
	return error <= UINT16_MAX ? (uint16_t)error : UINT16_MAX;
}

/* What became of the descriptor number of the receiver's side. */
static void pass_set_outcome(struct pass *p, const struct fdp_receive *receive,
			     int32_t fd)
{
	bool lost = fd < 0 && fd != FDP_FD_UNKNOWN;
	p->error = 0;
	if (lost && fd != FDP_FD_LOST && fd > -4096)
		p->error = (uint16_t)-fd;
	else if (receive->result < 0 && receive->result > -4096)
		p->error = (uint16_t)-receive->result;
	if (receive->flags & FDP_RECEIVE_PEEK)
		p->outcome = OUTCOME_PEEKED;
	else if (receive->flags & FDP_RECEIVE_NO_CONTROL)
		p->outcome = OUTCOME_DROPPED;
	else
		p->outcome = lost ? OUTCOME_TRUNCATED : OUTCOME_DELIVERED;
}

static void set_received(struct pass *p, const struct trace *t,
			 const struct fdp_receive *receive, uint32_t i)
{
	/* Not mentioned: it was not installed, or who received is all that is known. */
	int32_t fd = receive->n_fds ? FDP_FD_LOST : FDP_FD_UNKNOWN;
	if (receive->flags & (FDP_RECEIVE_TRUNCATED | FDP_RECEIVE_NO_CONTROL))
		fd = FDP_FD_LOST;
	if (i < receive->n_fds) {
		fd = receive->fds[i].fd;
		if (!p->file)
			pass_set_file(p, t, receive->fds[i].file);
	}
	p->to.fd = fd_or_unknown(fd);
	pass_set_outcome(p, receive, fd);
}

static void begin(struct pass *p, const struct trace *t, const struct pass_event *event)
{
	if (event->send)
		begin_send(p, t, event->send);
	else
		*p = (struct pass){0};
	if (event->receive)
		begin_receive(p, t, event->receive);
	p->nth = event->nth;
}

/* One descriptor of the event for which the pass was begun. */
static void set_descriptor(struct pass *p, const struct trace *t,
			   const struct pass_event *event, uint32_t i)
{
	const struct fdp_send *send = event->send;
	p->index = i;
	if (send)
		set_sent(p, t, send, i);
	else
		pass_set_file(p, t, 0);
	if (event->receive) {
		set_received(p, t, event->receive, i);
		return;
	}
	p->outcome = event->outcome;
	p->error = send ? error_of(send->error) : 0;
}

enum outcome pass_outcome_of_send(const struct fdp_send *send)
{
	bool failed = send->error || (send->flags & (FDP_SEND_NOTHING | FDP_SEND_FAILED));
	return failed ? OUTCOME_FAILED : OUTCOME_SENT;
}

void pass_from_send(struct pass *p, const struct trace *t, const struct fdp_send *send,
		    uint32_t i)
{
	struct pass_event event = {.send = send, .outcome = pass_outcome_of_send(send)};
	begin(p, t, &event);
	set_descriptor(p, t, &event, i);
}

void pass_from_receive(struct pass *p, const struct trace *t,
		       const struct fdp_receive *receive, uint32_t i)
{
	struct pass_event event = {.receive = receive};
	begin(p, t, &event);
	set_descriptor(p, t, &event, i);
}

static struct pass_end transfer_end(const struct trace *t,
				    const struct fdp_transfer *transfer, uint64_t process,
				    int32_t number, bool registered)
{
	struct pass_end end = end_unknown();
	end.time_ns = transfer->time_ns;
	end.process = trace_process(t, process);
	if (registered)
		end.slot = number < 0 ? -1 : number;
	else
		end.fd = fd_or_unknown(number);
	return end;
}

void pass_from_transfer(struct pass *p, const struct trace *t,
			const struct fdp_transfer *transfer)
{
	*p = (struct pass){
		.size = PASS_SIZE_UNKNOWN,
		.sent = true,
		.received = true,
		.way = transfer->way < UINT8_MAX ? (uint8_t)transfer->way : UINT8_MAX,
		.outcome = transfer->error ? OUTCOME_FAILED : OUTCOME_DELIVERED,
		.error = error_of(transfer->error),
		.from = transfer_end(t, transfer, transfer->from, transfer->from_fd,
				     transfer->flags & FDP_TRANSFER_FROM_REGISTERED),
		.to = transfer_end(t, transfer, transfer->to, transfer->to_fd,
				   transfer->flags & FDP_TRANSFER_TO_REGISTERED),
		.queue = TRACE_NONE,
	};
	/* A way of a later version is one too. */
	if (!p->way)
		p->way = UINT8_MAX;
	p->to.socket = trace_socket(t, transfer->socket);
	pass_set_file(p, t, transfer->file);
}

void pass_from_source(struct pass *p, const struct trace *t,
		      const struct pass_source *source, enum outcome outcome)
{
	if (pass_is_transfer(source)) {
		pass_from_transfer(p, t, &t->transfers[source->index]);
		return;
	}
	struct pass_event event = {.outcome = outcome};
	struct kept_room sent, received;
	struct fdp_send send;
	struct fdp_receive receive;
	if (source->send != TRACE_NONE) {
		send = kept_send(&t->sends, source->send, &sent);
		event.send = &send;
	}
	if (source->receive != TRACE_NONE) {
		receive = kept_receive(&t->receives, source->receive, &received);
		event.receive = &receive;
	}
	begin(p, t, &event);
	set_descriptor(p, t, &event, source->index);
}

int pass_tell(const struct trace *t, const struct pass_event *event, pass_fn fn,
	      void *ctx)
{
	struct pass pass;
	struct pass_source source = event->source;
	uint32_t n = 1;
	int err = 0;
	if (event->transfer) {
		pass_from_transfer(&pass, t, event->transfer);
		pass.nth = event->nth;
		return fn(ctx, &pass, &source);
	}
	if (event->send && event->send->n_fds > n)
		n = event->send->n_fds;
	if (event->receive && event->receive->n_fds > n)
		n = event->receive->n_fds;
	begin(&pass, t, event);
	for (; !err && source.index < n; source.index++) {
		set_descriptor(&pass, t, event, source.index);
		err = fn(ctx, &pass, &source);
	}
	return err;
}
