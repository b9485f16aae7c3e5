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
	uint32_t send; /* index, TRACE_NONE: not seen */
	/* First of n_receives places in match.receives; of a transfer, its index. */
	uint32_t receives;
	uint32_t n_receives : 30;
	bool ended : 1;	  /* it died unread */
	bool gave_up : 1; /* its sender failed after all */
};

struct match {
	const struct trace *trace;	/* must outlive the match */
	struct match_message *messages; /* NULL: the trace has them in their order */
	size_t n;
	/* Indexes into the trace, those of one message together; NULL: they are so. */
	uint32_t *receives;
};

int match_init(struct match *m, const struct trace *trace);
void match_release(struct match *m);

/* What became of a message that nobody received. */
enum outcome match_unreceived(const struct trace *t, const struct fdp_send *send,
			      bool ended, bool gave_up);

/* Called for each pass, in order. Returns as pass_tell() does. */
int match_all_passes(const struct match *m, pass_fn fn, void *ctx);
