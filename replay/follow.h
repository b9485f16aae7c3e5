/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Following: passes of a trace told while it is read, with bounded memory. What is kept
 * are messages on their way, FOLLOW_MAX at most: a trace that lost receipts would pile
 * them up.
 *
 * The newest messages form a window, in the order of their times. The oldest of more than
 * the window holds is told when all of it is known, and the others wait for it, so that
 * passes come in order. One that is not received for FOLLOW_WAIT messages is set aside:
 * the others go on, and it is told when it is known at last, out of order. With a window
 * of 0 all are set aside at once, and told as they are known.
 */
#pragma once

#include "match.h"

#define FOLLOW_MAX 65536
#define FOLLOW_WAIT 32768
#define FOLLOW_WINDOW 1024
/* Descriptors of messages that carry many, of all that are kept. */
#define FOLLOW_DESCRIPTORS_MAX (1 << 20)

#define FOLLOW_FEW 4

/* A send, a receipt, or a transfer. */
struct follow_side {
	union {
		struct fdp_send send;
		struct fdp_receive receive;
		struct fdp_transfer transfer;
	};
	struct fdp_descriptor few[FOLLOW_FEW], *many;
	uint32_t next; /* receipt of the message, or free side */
};

struct follow_message {
	uint64_t number, time_ns;
	uint64_t nth;		 /* as they came, from 1 */
	uint32_t send;		 /* side, TRACE_NONE: not seen */
	uint32_t transfer;	 /* side, and nothing else; TRACE_NONE: it is a message */
	uint32_t receipts, last; /* sides, TRACE_NONE: none */
	uint32_t next;		 /* of the same hash, or free message */
	uint32_t newer, older;	 /* of those that are set aside */
	bool aside, indexed;
	bool taken; /* received, and not only looked at */
	bool told;  /* some of it */
	bool ended, gave_up;
};

struct follow {
	const struct trace *trace; /* definitions; must outlive it */
	pass_fn fn;
	void *ctx;
	uint32_t window;
	uint64_t nth;

	struct follow_message *messages;
	struct follow_side *sides;
	size_t n_messages, n_sides, messages_capacity, sides_capacity;
	uint32_t free_message, free_side;
	uint32_t *heads; /* of messages by hash of their number */
	size_t live;	 /* messages */
	size_t many;	 /* descriptors of theirs that have a memory of their own */

	uint32_t *order; /* messages in the window */
	size_t first, end;
	uint32_t oldest, newest; /* of those that are set aside */
	size_t n_aside;

	uint64_t n_late;      /* messages that were told out of order */
	uint64_t n_forgotten; /* told as queued although they may have been received */
};

/* A window of 0 or FOLLOW_WINDOW messages. */
int follow_init(struct follow *f, const struct trace *trace, uint32_t window, pass_fn fn,
		void *ctx);
void follow_release(struct follow *f);

int follow_add(struct follow *f, const struct fdp_record *record);

/* Nothing more is there just now: receipts whose send was not seen are told. */
int follow_idle(struct follow *f);

/* The section ends: all is told. */
int follow_end(struct follow *f);

/* Calls visit for each number of a definition that is still needed, 0 included. */
typedef void (*follow_visit_fn)(void *ctx, enum fdp_type type, uint64_t id);
void follow_references(const struct follow *f, follow_visit_fn visit, void *ctx);
