/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chains: the passes of one open file, each sent by a process that had received it
 * before. A pass has at most one predecessor, which is an earlier one, so chains are
 * trees; a chain here is the way from a root to one leaf. Costs O(n log n).
 */
#pragma once

#include "match.h"

enum chain_link {
	CHAIN_FIRST,	 /* nobody is known to have passed it to the sender */
	CHAIN_SAME_FD,	 /* sent under the number under which it was received */
	CHAIN_SAME_FILE, /* received, and sent under another number */
	CHAIN_INHERITED, /* an ancestor had received it before the sender was forked */
	/* Nobody saw it: see infer.h. */
	CHAIN_PEER,
	CHAIN_LOOK_ALIKE,
	CHAIN_SAME_NAME,
};

/* Small, for there may be millions; chain_pass() makes the pass of it again. */
struct chain_hop {
	uint32_t send, receive; /* see chain_source() */
	uint32_t before;	/* hop that it follows, TRACE_NONE */
	uint8_t index;
	uint8_t link;		       /* enum chain_link */
	uint8_t outcome;	       /* enum outcome */
	bool proven : 1, inferred : 1; /* the link; neither: likely */
	bool leaf : 1;
	bool transfer : 1;
	bool alone : 1; /* in no chain, for nobody knows its file: not among the hops */
};

/* What making a hop needs besides, about: its file and its receiver are remembered. */
#define CHAIN_RECEIPT_SIZE 24

struct chain_place {
	uint32_t root;	/* hop with which its chain begins */
	uint32_t depth; /* hops from the root to here, this one included */
};

struct chains {
	const struct trace *trace;
	struct chain_hop *hops;	    /* in the order of the passes */
	struct chain_place *places; /* of each hop */
	size_t n, capacity;
};

/* Hops of one chain that are shown; of a longer one, the last ones. */
#define CHAIN_SHOWN_MAX 1024

/* The match is not needed afterwards. */
int chains_init(struct chains *c, const struct match *m);
void chains_release(struct chains *c);

struct chain_hop chain_hop_alone(const struct pass *pass,
				 const struct pass_source *source);

struct pass_source chain_source(const struct chain_hop *hop);
void chain_pass(const struct chains *c, const struct chain_hop *hop, struct pass *pass);

/* Of a hop that is alone, TRACE_NONE and 1. */
struct chain_place chain_place(const struct chains *c, const struct chain_hop *hop);

const char *chain_link_name(enum chain_link link);

/* The places of the hops that end at the leaf, root first; returns how many. */
size_t chain_path(const struct chains *c, size_t leaf, uint32_t path[CHAIN_SHOWN_MAX]);
