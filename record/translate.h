/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The translator: events of the probe in, records of the trace out.
 *
 * It gives numbers to threads (each (pid, tid, start, exec, ids, name) that did something
 * is a process definition) and to sockets, and writes a definition before the first
 * record that uses it. Files and messages are numbered by the probe. Its memory is
 * bounded: what was not used for longest is forgotten, and gets a new number when it
 * comes again. It knows no clock, no file descriptor and no kernel.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "../bpf/event.h"
#include "../format/fdp.h"

struct process_facts;
struct translate;

/* Where the records go; each gets ctx. */
struct translate_ops {
	/* 0, or a negative errno, at which translate_event() stops and returns it. */
	int (*add)(void *ctx, const struct fdp_record *record);
	/* The definition will not be referred to again. */
	void (*forget)(void *ctx, enum fdp_type type, uint64_t id);
	/* Completes the facts of a process when it is first defined. May be NULL. */
	void (*enrich)(void *ctx, struct process_facts *facts);
	/* The path of a cgroup, which a process may be in; may be NULL. */
	void (*cgroup)(void *ctx, const struct event_cgroup *event);
	void *ctx;
};

struct translate_totals {
	uint64_t messages; /* sends, failed ones included */
	uint64_t descriptors;
	uint64_t receives;
	uint64_t transfers;
	/* Of the snapshot. */
	uint64_t processes, sockets, holders;
};

int translate_new(struct translate **tp, const struct translate_ops *ops);
void translate_free(struct translate *t);

/*
 * After this many messages, later ones are left out, but what becomes of the earlier
 * ones is still told. 0: no limit.
 */
void translate_limit(struct translate *t, uint64_t messages);

/* An event that is not well-formed is counted as a loss, not an error. */
int translate_event(struct translate *t, const void *event, size_t size);

const struct translate_totals *translate_totals(const struct translate *t);

/* What was lost here, apart from what the probe lost. */
const struct losses *translate_losses(const struct translate *t);
