/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Matching: sends, receives and ends of one message brought together by its number, and
 * turned into passes; transfers among them, each as a message without either. Messages
 * are in the order of their times; a receive whose send was not seen, and an event
 * without a number, is a message of its own.
 */
#pragma once

#include "pass.h"

struct match_message {
	uint64_t time_ns;
	uint32_t send; /* index, TRACE_NONE: not seen */
	/* First of n_receives places in match.receives; of a transfer, its index. */
	uint32_t receives;
	uint32_t n_receives;
	bool ended;   /* it died unread */
	bool gave_up; /* its sender failed after all */
};

struct match {
	const struct trace *trace; /* must outlive the match */
	struct match_message *messages;
	size_t n;
	uint32_t *receives; /* indexes into the trace, those of one message together */
};

int match_init(struct match *m, const struct trace *trace);
void match_release(struct match *m);

/* Called for each pass of a message, in order; 0 to go on. What it gets is lent. */
typedef int (*pass_fn)(void *ctx, const struct pass *pass,
		       const struct pass_source *source);

/* Returns what fn returned, if that was not 0. */
int match_passes(const struct match *m, const struct match_message *message, pass_fn fn,
		 void *ctx);
int match_all_passes(const struct match *m, pass_fn fn, void *ctx);
