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

void pass_from_send(struct pass *p, const struct trace *t, const struct fdp_send *send,
		    uint32_t i)
{
	*p = (struct pass){
		.message = send->message,
		.size = t->header.flags & FDP_HEADER_SENDERS ? PASS_SIZE_UNKNOWN
							     : send->size,
		.index = i,
		.sent = true,
		.late = send->flags & FDP_SEND_LATE,
		.outcome = OUTCOME_SENT,
		.file_place = TRACE_NONE,
		.from = {.time_ns = send->time_ns,
			 .process = trace_process(t, send->process),
			 .socket = trace_socket(t, send->socket),
			 .sockfd = fd_or_unknown(send->sockfd),
			 .fd = FDP_FD_UNKNOWN,
			 .slot = -1},
		.to = end_unknown(),
		.queue = trace_socket(t, send->receiver),
	};
	if (i < send->n_fds) {
		p->from.fd = fd_or_unknown(send->fds[i].fd);
		pass_set_file(p, t, send->fds[i].file);
	}
	if (send->error || (send->flags & (FDP_SEND_NOTHING | FDP_SEND_FAILED))) {
		p->outcome = OUTCOME_FAILED;
		p->error = (uint16_t)send->error;
	}
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

void pass_add_receive(struct pass *p, const struct trace *t,
		      const struct fdp_receive *receive)
{
	/* Not mentioned: it was not installed, or who received is all that is known. */
	int32_t fd = receive->n_fds ? FDP_FD_LOST : FDP_FD_UNKNOWN;
	if (receive->flags & (FDP_RECEIVE_TRUNCATED | FDP_RECEIVE_NO_CONTROL))
		fd = FDP_FD_LOST;
	if (p->index < receive->n_fds) {
		fd = receive->fds[p->index].fd;
		if (!p->file)
			pass_set_file(p, t, receive->fds[p->index].file);
	}
	p->received = true;
	p->to = (struct pass_end){
		.time_ns = receive->time_ns,
		.process = trace_process(t, receive->process),
		.socket = trace_socket(t, receive->socket),
		.sockfd = fd_or_unknown(receive->sockfd),
		.fd = fd_or_unknown(fd),
		.slot = -1,
	};
	pass_set_outcome(p, receive, fd);
}

void pass_from_receive(struct pass *p, const struct trace *t,
		       const struct fdp_receive *receive, uint32_t i)
{
	*p = (struct pass){
		.message = receive->message,
		.size = receive->result < 0 ? PASS_SIZE_UNKNOWN
					    : (uint64_t)receive->result,
		.index = i,
		.file_place = TRACE_NONE,
		.from = end_unknown(),
		.queue = trace_socket(t, receive->socket),
	};
	p->from.socket = trace_socket(t, receive->sender);
	pass_add_receive(p, t, receive);
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
		.error = (uint16_t)transfer->error,
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
	if (source->send == TRACE_NONE) {
		pass_from_receive(p, t, &t->receives[source->receive], source->index);
		return;
	}
	pass_from_send(p, t, &t->sends[source->send], source->index);
	if (source->receive == TRACE_NONE)
		p->outcome = outcome;
	else
		pass_add_receive(p, t, &t->receives[source->receive]);
}
