/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The model of one section of a trace, in memory: definitions by number, events in the
 * order of the file. Records are added one by one; everything that a record lends is
 * copied, texts once each. The structs are those of the format, pointing into the pool.
 *
 * A definition that comes again replaces what was known under its number, in place: its
 * index into the array is stable for as long as the section lasts.
 */
#pragma once

#include "../format/fdp.h"
#include "files.h"
#include "index.h"
#include "kept.h"
#include "origin.h"
#include "pool.h"

#define TRACE_NONE INDEX_NONE

struct trace_processes {
	struct fdp_process *items;
	size_t n, capacity;
	struct index index;
	struct index named;   /* by pid, and by pid and start: whose name is known */
	struct index parents; /* pids that somebody has for a parent */
};

struct trace_sockets {
	struct fdp_socket *items;
	size_t n, capacity;
	struct index index;
};

struct trace {
	struct pool pool;
	bool has_header, has_trailer;
	bool keep_events;	     /* false: they are counted only */
	const struct origin *origin; /* of a merged trace, NULL otherwise; lent */
	/* Grows when a definition is replaced or forgotten, or that of a parent comes. */
	uint64_t changes;
	struct fdp_header header;
	struct fdp_trailer trailer;
	struct trace_processes processes;
	struct trace_sockets sockets;
	struct files files;
	/* Of sockets at the snapshot, by number: the number of the process. */
	struct index holders;

	struct kept sends, receives;
	struct fdp_end *ends;
	struct fdp_transfer *transfers;
	struct fdp_file_end *file_ends; /* of --exact-files */
	struct index file_end_index;	/* by number of the file */
	size_t n_file_ends, file_ends_capacity;
	struct fdp_clock *clocks;
	size_t n_ends, n_transfers, n_clocks;
	size_t transfers_capacity, ends_capacity, clocks_capacity;

	/* Of events, kept or not. */
	uint64_t sends_seen, receives_seen, descriptors_seen, transfers_seen;
	uint64_t first_ns, last_ns; /* UINT64_MAX and 0 before the first */
	uint64_t lost[FDP_CAUSE_COUNT][FDP_LOST_COUNT]; /* by loss records */
};

void trace_init(struct trace *t, bool keep_events);
void trace_release(struct trace *t);

/* A header empties the trace first: a section begins. */
int trace_add(struct trace *t, const struct fdp_record *record);

/*
 * Definitions and header of the other one in exchange for those of this one; all else
 * stays. Places are others then.
 */
void trace_take_definitions(struct trace *t, struct trace *other);

/* Bytes that it takes, about. */
size_t trace_size(const struct trace *t);

/* There was an event at that time, which may not be added. */
void trace_see_time(struct trace *t, uint64_t time_ns);

/* Index of a number's definition, TRACE_NONE if there is none. */
static inline uint32_t trace_process(const struct trace *t, uint64_t id)
{
	return id ? index_get(&t->processes.index, id) : TRACE_NONE;
}

static inline uint32_t trace_socket(const struct trace *t, uint64_t id)
{
	return id ? index_get(&t->sockets.index, id) : TRACE_NONE;
}

static inline uint32_t trace_file(const struct trace *t, uint64_t id)
{
	return id ? index_get(&t->files.index, id) : TRACE_NONE;
}

/* Under which all threads and names of a process are one, in an index. */
static inline uint64_t trace_process_key(uint32_t pid, uint64_t start_ns)
{
	return start_ns << 24 ^ pid;
}

/*
 * What ps(1) calls the process: the name of its first thread or, if that is not known, of
 * the one that is.
 */
struct fdp_text trace_process_name(const struct fdp_process *process);

/* The parent of a process; NULL if it is not defined. */
const struct fdp_process *trace_parent(const struct trace *t,
				       const struct fdp_process *child);

/* The process that held the socket at that place at the snapshot, by its place. */
uint32_t trace_holder(const struct trace *t, uint32_t socket);

/* The name of the host of a process, by its index; empty: unknown. */
struct fdp_text trace_host(const struct trace *t, uint32_t process);

/* When the file's last reference went, UINT64_MAX if that was not seen. */
uint64_t trace_file_end(const struct trace *t, uint64_t id);

/* What was lost, by the trailer or by the loss records, whichever has more. */
uint64_t trace_lost(const struct trace *t, enum fdp_lost what);
uint64_t trace_lost_by(const struct trace *t, enum fdp_cause cause);
uint64_t trace_lost_total(const struct trace *t);
