/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walk: the way through the frames of a trace, from front to back, over damage if need
 * be. It says what comes next - a section's header, a block, a section's trailer - and
 * what is wrong; the records in a block are the reader's business.
 *
 * What was lent from a frame holds until the next walk_next(). After damage the walk goes
 * on at the next frame of ours whose checksum holds. Records are never counted to another
 * section than their own: a section whose header was lost gets an empty one.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "block.h"
#include "failure.h"
#include "fdp.h"
#include "header.h"
#include "input.h"

enum walk_step { WALK_END = 0, WALK_HEADER, WALK_TRAILER, WALK_BLOCK };

struct walk {
	struct input in;
	uint64_t pass; /* bytes at the window's start that are done with */
	bool ended;    /* after an error that nothing can follow */
	bool begun;    /* the first frame was seen */
	bool open;     /* in a section: its trailer has not come */
	bool damaged;  /* and told: missing blocks or headers are no news */
	bool search;   /* find an intact frame first */

	uint32_t section; /* name of the last one */
	uint32_t n_sections;
	uint64_t base;	 /* number of blocks in the sections before it */
	uint64_t expect; /* sequence number of its next block */

	uint64_t from_ns, to_ns; /* blocks of other times are passed over */

	struct fdp_header header;
	struct header_lists lists;
	struct fdp_trailer trailer;
	struct block_header block;
	struct unpacker *unpacker;
	struct cursor records;

	uint64_t offset; /* of the frame that the last step or failure is about */
	struct failure why;
};

int walk_init(struct walk *w, fdp_source_fn source, void *ctx);
void walk_release(struct walk *w);

/* An enum walk_step, or what fdp_reader_next() documents. */
int walk_next(struct walk *w);

/* Tells of damage inside the current block, whose phrase is set; returns err. */
int walk_fail(struct walk *w, int err, uint64_t offset);

/* Number in the file of the current block. */
uint64_t walk_block_number(const struct walk *w);
