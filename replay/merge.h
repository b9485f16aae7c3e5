/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Merging: several sections, of one or more traces, told as one. Those of one boot share
 * their time line; hosts are put beside each other by their wall clocks, each moved as a
 * whole, so that on one host nothing changes its order. Numbers are given anew: what had
 * one number in two sections stays apart. What two recorders saw of the same message, on
 * one host, becomes one (pair.h).
 */
#pragma once

#include "origin.h"
#include "trace.h"

struct merge_part {
	struct trace trace;
	const char *name;    /* of its file */
	uint64_t section;    /* in it, from 1 */
	const char *refused; /* why, or NULL */
	uint32_t host;
	/* The number of each definition in the merged trace, by index. */
	uint64_t *processes, *sockets, *files;
	struct index messages; /* the same of messages, by number */
	/* What an earlier part has as well, by index. */
	bool *known_sends, *known_receives, *known_transfers;
	/* The same open file in an earlier part: 1 + that part's number, and its index.
	 */
	struct merge_twin {
		uint32_t part, place;
	} * twins;
};

struct merge_host {
	size_t first; /* of its parts */
	struct fdp_text name;
	char text[32];	       /* of a name that had to be made */
	uint64_t shift_ns;     /* boot time to merged time, modulo 2^64 */
	uint64_t uncertain_ns; /* how much its wall clock was moved, and its readings err
				*/
};

struct merge {
	struct merge_part *parts;
	size_t n, parts_capacity;
	struct merge_host *hosts;
	uint32_t n_hosts;
	uint32_t n_shown; /* of these, that are not refused */
	uint64_t n_messages, n_processes, n_sockets, n_files;
	struct origin origin;
	struct fdp_text *host_names;
	uint32_t *process_hosts, *file_parts;
};

void merge_release(struct merge *m);

/* Takes the section over, and leaves an empty one. The name is lent until the end. */
int merge_add(struct merge *m, struct trace *t, const char *name, uint64_t section);

/*
 * Decides what can be merged: of the other parts, refused says why. What is told twice is
 * to be paired then (pair.h).
 */
int merge_relate(struct merge *m);

/* The trace's records in the order of their times; what they lend lives as long as m. */
typedef int (*merge_fn)(void *ctx, const struct fdp_record *record);
int merge_tell(struct merge *m, merge_fn fn, void *ctx);

/* How far apart the times of two hosts may be told, if their clocks were the same. */
uint64_t merge_uncertain(const struct merge *m);

/* The number of a message of that part in the merged trace. */
int merge_message(struct merge *m, struct merge_part *part, uint64_t message,
		  uint64_t *numberp);

/*
 * An earlier part that began at the very same instant on what claims to be another host:
 * a pseudonym of it. NULL: there is none.
 */
const struct merge_part *merge_alias(const struct merge *m, size_t part);

/* An earlier part of its host whose pids are those of another namespace; or NULL. */
const struct merge_part *merge_foreigner(const struct merge *m, size_t part);
