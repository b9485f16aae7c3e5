/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The journal: the trace while it is written. It sees to it that what was recorded is on
 * its way after a second, that the clocks are tied to each other while there is anything
 * to date, and that losses are told next to what surrounds them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../bpf/event.h"
#include "../format/fdp.h"

struct output;
struct series;

/* What keeps the trace from growing for ever. */
struct journal_bounds {
	uint64_t max_size;     /* of a file, 0: no limit */
	uint64_t ring;	       /* bytes kept in memory until a dump, 0: no such thing */
	unsigned int dump_on;  /* enum trigger: records that ask for a dump */
	struct series *series; /* where further files come from; NULL: there is one */
};

struct journal {
	struct fdp_writer *writer;
	struct output *output;
	const struct fdp_header *header;
	struct journal_bounds bounds;
	bool full;		/* the only file is: nothing is added any more */
	bool last;		/* what is written is the end */
	uint64_t dump_due;	/* boot time, UINT64_MAX: nobody asked for a dump */
	uint64_t closed;	/* bytes in files that are finished */
	int output_error;	/* of the output, negative; 0: none */
	uint64_t pending_since; /* boot time of the oldest record in hand, 0: none */
	uint64_t clock_ns;	/* when the clocks were last told */
	uint64_t losses_ns;	/* when the losses were last told */
	struct losses lost;	/* as they were told */
};

/*
 * Writes the header, unless there is a ring. All but bounds must outlive the journal;
 * bounds may be NULL.
 */
int journal_open(struct journal *j, const struct fdp_header *header,
		 struct output *output, const struct journal_bounds *bounds);
void journal_release(struct journal *j);

int journal_add(struct journal *j, const struct fdp_record *record);
void journal_forget(struct journal *j, enum fdp_type type, uint64_t id);

/* To be called when journal_due() has come, and after whatever was added. */
int journal_tick(struct journal *j, uint64_t now, const struct losses *losses);

/* Asks for a dump at once; without a ring, nothing happens. */
void journal_dump_now(struct journal *j);

/* Boot time of the next tick; UINT64_MAX: none before something is added. */
uint64_t journal_due(const struct journal *j);

/* Tells the clocks at once: one was set. */
int journal_clock(struct journal *j);

/* Tells last losses, writes what is in hand and the trailer. */
int journal_finish(struct journal *j, enum fdp_stop stop, const struct losses *losses);

/* The same when something failed: as much as still can be told. */
void journal_give_up(struct journal *j);

/* Compresses less, to keep up with a busy probe. */
void journal_hurry(struct journal *j, bool hurry);

uint64_t journal_size(const struct journal *j);

/* All causes and kinds together. */
uint64_t losses_sum(const struct losses *losses);
void losses_add(struct losses *to, const struct losses *more);
