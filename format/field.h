/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Field: one member of a record, described so that one pair of functions (encode.h and
 * decode.h) writes and reads them all: where it is in struct fdp_record, and its coding
 * on disk.
 *
 * Times, messages and files of events are written as the difference to the one before in
 * the same block, which struct codec carries along; it starts at zero with each block.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "fdp.h"

enum coding {
	CODING_U32,	/* varint */
	CODING_U64,	/* varint */
	CODING_S32,	/* zigzag varint */
	CODING_S64,	/* zigzag varint */
	CODING_NS,	/* 0, or zigzag distance to PROC_DYNAMIC_FIRST, plus 1 */
	CODING_BOOL,	/* varint, 0 or 1 */
	CODING_PROCESS, /* varint: a definition that the block must have */
	CODING_SOCKET,	/* the same */
	CODING_FILE,	/* the same; zigzag difference to the last file of an event */
	CODING_TIME,	/* zigzag difference to the last time */
	CODING_MESSAGE, /* zigzag difference to the last message */
	CODING_TEXT,	/* varint length, bytes */
	CODING_FDS,	/* varint count, then per descriptor: file, S32 */
};

struct field {
	const char *name; /* as in SPEC.md */
	uint16_t offset;  /* in struct fdp_record */
	uint16_t count;	  /* CODING_FDS: offset of their number */
	uint8_t coding;	  /* enum coding */
};

/*
 * Namespaces are numbered from just below and upwards of PROC_DYNAMIC_FIRST: as the
 * distance to that, plus one, they take one byte or two instead of five.
 */
#define NS_FIRST 0xf0000000u

struct codec {
	uint64_t time_ns, message, file; /* the last ones */
	uint64_t first_ns, last_ns;	 /* least and greatest time so far */
	struct fdp_descriptor *fds;	 /* reading: room for FDP_FDS_MAX */
};

static inline void codec_reset(struct codec *c)
{
	*c = (struct codec){.first_ns = UINT64_MAX, .fds = c->fds};
}

static inline void codec_see_time(struct codec *c, uint64_t time_ns)
{
	c->time_ns = time_ns;
	if (time_ns < c->first_ns)
		c->first_ns = time_ns;
	if (time_ns > c->last_ns)
		c->last_ns = time_ns;
}
