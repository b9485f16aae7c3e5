/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inferring: who passed a file to its sender where nobody saw him receive it. Three
 * rules, each weaker than what was seen; what follows from them is always told as
 * inferred.
 *
 *   peer       the file had been put on the queue of a socket (or, that unknown, been
 * sent to the peer of the sender's) which the sender, and no other process, was seen to
 * use, and its receipt was not seen same-name  of files that are known by name alone: the
 * latest sending of that name by another process, not more than a second before; what one
 * process sends several times came from the same
 */
#pragma once

#include "chain.h"
#include "out.h"
#include "shelf.h"

#define INFER_NAME_NS 1000000000

/* What looks take of each pass that is merged, about. */
#define INFER_LOOK_SIZE 60

struct inference {
	const struct trace *trace;
	bool lacking; /* a message that seems unread may have been received */
	const uint32_t *processes; /* their numbers, by index of the definition; lent */
	uint32_t *users;	   /* the number of a socket's only process, by index */
	struct shelf by_peer;	   /* file and process */
	struct shelf by_look;	   /* file as it looks, process and descriptor number */
	struct pool looks;	   /* of merged traces: these three, as a text */
	struct out look;	   /* in memory: the one in hand */
	struct shelf by_name;	   /* file */
};

int inference_init(struct inference *f, const struct trace *t, const uint32_t *processes);
void inference_release(struct inference *f);

/* Hops in their order; then they are sorted, then asked for. */
int inference_add(struct inference *f, const struct pass *p, uint32_t hop);
int inference_sort(struct inference *f);

/* The hop that the pass, of hop self, is inferred to follow; or TRACE_NONE. */
uint32_t inference_find(struct inference *f, const struct chains *c, const struct pass *p,
			uint32_t self, enum chain_link *linkp);
