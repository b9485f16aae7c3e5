/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Block: a header of fixed size in a skippable frame, then the records as one Zstandard
 * frame with content size and checksum. The header alone tells how to get to the next
 * block and whether this one is of interest. The only file that knows libzstd is block.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "failure.h"
#include "fdp.h"

#define BLOCK_HEADER_LEN 104	 /* the whole frame, in this version */
#define BLOCK_HEADER_LEN_MAX 256 /* a later version may append fields */
/* What incompressible records can grow to (ZSTD_COMPRESSBOUND). */
#define BLOCK_PACKED_MAX (FDP_BLOCK_MAX + FDP_BLOCK_MAX / 256)

struct block_header {
	uint32_t section;	    /* checksum of the section's HEAD frame */
	uint32_t flags;		    /* none is defined: others are refused */
	uint64_t sequence;	    /* from 0 in each section */
	uint32_t records;	    /* definitions included */
	uint32_t definitions;	    /* of these */
	uint32_t raw_len;	    /* bytes of records */
	uint32_t packed_len;	    /* bytes of the Zstandard frame */
	uint64_t first_ns, last_ns; /* least and greatest time in it, 0 0 without any */
	uint64_t lost;		    /* sum of all loss records of the section so far */
	bool has_clock;		    /* since version 1.2 */
	struct fdp_clock clock; /* the last one before the block, 0 if there is none */
};

void block_header_encode(struct buffer *out, const struct block_header *h);

/* Of a whole frame: 0, -EPROTONOSUPPORT or -EBADMSG. */
int block_header_decode(struct block_header *h, const uint8_t *frame, size_t len,
			struct failure *why);

/* Makes a block of records: header and frame in one piece. */
struct packer;
int packer_new(struct packer **pp);
void packer_free(struct packer *p);
void packer_set_level(struct packer *p, int level);

/* Fills in raw_len and packed_len of h; the piece is lent until the next call. */
int packer_pack(struct packer *p, struct block_header *h, const struct buffer *records,
		struct fdp_text *piece);

/* Gives back the records of a block. */
struct unpacker;
int unpacker_new(struct unpacker **up);
void unpacker_free(struct unpacker *u);

/* frame has h->packed_len bytes; the records are lent until the next but one is unpacked.
 */
int unpacker_unpack(struct unpacker *u, struct cursor *records,
		    const struct block_header *h, const uint8_t *frame,
		    struct failure *why);
