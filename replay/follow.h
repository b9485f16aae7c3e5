/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Following: passes of a trace that is still being written, each told when its last side
 * is known. What is kept are the messages on their way, and no more of these than
 * FOLLOW_MAX: a trace that lost receipts would pile them up.
 */
#pragma once

#include "match.h"

#define FOLLOW_MAX 65536

/* A message of which one side was seen. */
struct follow_message {
	bool used, sent; /* sent: the send is known; otherwise the receipt */
	struct fdp_send send;
	struct fdp_receive receive;
	struct fdp_descriptor *fds; /* its own, of the side that is known */
};

struct follow {
	const struct trace *trace; /* definitions; must outlive it */
	pass_fn fn;
	void *ctx;
	struct follow_message *messages;
	size_t n, capacity; /* the first n may be used */
	size_t live;
	size_t n_orphans;   /* receipts without a send */
	struct index index; /* by number; what it says may be out of date */
};

void follow_init(struct follow *f, const struct trace *trace, pass_fn fn, void *ctx);
void follow_release(struct follow *f);

int follow_add(struct follow *f, const struct fdp_record *record);

/* Nothing more is there just now: receipts whose send was not seen are told. */
int follow_idle(struct follow *f);

/* The section ends: what was not received is told. */
int follow_end(struct follow *f);
