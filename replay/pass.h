/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pass: one descriptor of one message on its way from one process to another, with its
 * outcome; or one that was handed over in another way (a transfer), of which both sides
 * are known at once. Either side may be unknown. Definitions are named by their index in
 * the trace, TRACE_NONE where there is none.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "trace.h"

enum outcome {
	OUTCOME_SENT, /* of a send alone: what became of it is not known here */
	OUTCOME_DELIVERED,
	OUTCOME_FAILED,	   /* not sent: errno, or a stream message without data */
	OUTCOME_TRUNCATED, /* received, but this descriptor was not installed */
	OUTCOME_DISCARDED, /* the socket went before anybody received it */
	OUTCOME_DROPPED,   /* the receiver offered no room for descriptors */
	OUTCOME_QUEUED,	   /* sent, and not received when the section ended */
	OUTCOME_PEEKED,	   /* installed by MSG_PEEK: the message stayed */
	OUTCOME_COUNT
};

#define PASS_SIZE_UNKNOWN UINT64_MAX

/* One end of a pass. */
struct pass_end {
	uint64_t time_ns;
	uint32_t process; /* index */
	uint32_t socket;  /* index */
	int32_t sockfd;	  /* or FDP_FD_UNKNOWN */
	int32_t fd;	  /* or FDP_FD_UNKNOWN */
	int32_t slot;	  /* place in an io_uring's registered files, -1 none */
};

/*
 * Where a pass comes from: indexes of the send and the receive; one may be TRACE_NONE.
 * Both are for a transfer.
 */
struct pass_source {
	uint32_t send, receive;
	uint32_t index; /* of the descriptor in the message; of the transfer */
};

struct pass {
	uint64_t message;
	uint64_t file; /* number, 0 unknown */
	uint64_t size; /* of the message; its send not seen: what was received */
	struct pass_end from, to;
	uint32_t file_place; /* index */
	uint32_t queue;	     /* index of the socket on whose queue it was put */
	uint32_t index;	     /* in the message */
	uint32_t n_fds;	 /* descriptors that the message carries, as far as is known */
	uint64_t nth;	 /* passes of one message have one number here, others another */
	uint16_t error;	 /* errno, 0 none */
	uint8_t outcome; /* enum outcome */
	uint8_t way;	 /* enum fdp_way of a transfer, 0: in a message */
	bool sent;	 /* the send side was seen: from is known */
	bool received;	 /* somebody received the message: to is known */
	bool late;	 /* sent tells nothing about when */
};

const char *outcome_name(enum outcome outcome);

/* Of what was sent, and of which no more is known. */
enum outcome outcome_open(const struct trace *t);

/*
 * Of a pass that nobody was seen to receive: the process that held the other end when the
 * recording began, by its place; TRACE_NONE: unknown.
 */
uint32_t pass_peer(const struct trace *t, const struct pass *p);

/* When it happened: when it was sent or, if that was not seen, received. */
uint64_t pass_time(const struct pass *p);

/* True if no message names the descriptor. */
static inline bool pass_is_transfer(const struct pass_source *source)
{
	return source->send == TRACE_NONE && source->receive == TRACE_NONE;
}

/* True if it is a descriptor of a process now. */
static inline bool pass_installed(const struct pass *p)
{
	return p->outcome == OUTCOME_DELIVERED || p->outcome == OUTCOME_PEEKED;
}

void pass_from_transfer(struct pass *p, const struct trace *t,
			const struct fdp_transfer *transfer);

/* As far as the send alone tells: failed, or sent. */
enum outcome pass_outcome_of_send(const struct fdp_send *send);

/* One side alone, of descriptor i; a send without descriptors is told with i 0. */
void pass_from_send(struct pass *p, const struct trace *t, const struct fdp_send *send,
		    uint32_t i);
void pass_from_receive(struct pass *p, const struct trace *t,
		       const struct fdp_receive *receive, uint32_t i);

/* The pass again; one that was not received has the outcome that is given. */
void pass_from_source(struct pass *p, const struct trace *t,
		      const struct pass_source *source, enum outcome outcome);

/* What is told of a message at once: that it was sent, or one receipt of it, or both. */
struct pass_event {
	const struct fdp_send *send;	     /* NULL: not seen */
	const struct fdp_receive *receive;   /* NULL: it was not received */
	const struct fdp_transfer *transfer; /* and nothing else, or NULL */
	enum outcome outcome;		     /* then */
	struct pass_source source;	     /* of its first pass */
	uint64_t nth;
};

/* Called for one pass after the other; 0 to go on. What it gets is lent. */
typedef int (*pass_fn)(void *ctx, const struct pass *pass,
		       const struct pass_source *source);

/* Calls fn for each pass of the event. Returns what fn returned, if that was not 0. */
int pass_tell(const struct trace *t, const struct pass_event *event, pass_fn fn,
	      void *ctx);
