/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Header and trailer: what a section says of itself at its beginning (HEAD frame) and at
 * its end (END frame). Both are a few fixed fields and a list of items (tag, length,
 * value), of which unknown ones are passed over.
 */
#pragma once

#include <stdint.h>

#include "bytes.h"
#include "failure.h"
#include "fdp.h"

/* What of the HEAD and END frames is for the reader and the writer alone. */
struct section_end {
	uint32_t section; /* checksum of the HEAD frame: names the section */
	uint64_t blocks;  /* number of blocks in it */
};

/* Room for what the items of a header point to. */
struct header_lists {
	struct fdp_hook hooks[FDP_HOOKS_MAX];
	struct fdp_text blind_spots[FDP_BLIND_SPOTS_MAX];
};

/*
 * Appends a HEAD frame and gives the section's name, the checksum. -EINVAL: a text, a
 * list or the whole exceeds its limit.
 */
int header_encode(struct buffer *out, const struct fdp_header *header, uint32_t *section);

/*
 * Reads a whole HEAD frame; texts point into it, lists into lists.
 * -EPROTONOSUPPORT or -EBADMSG.
 */
int header_decode(struct fdp_header *header, struct header_lists *lists,
		  uint32_t *section, const uint8_t *frame, size_t len,
		  struct failure *why);

int trailer_encode(struct buffer *out, const struct fdp_trailer *trailer,
		   const struct section_end *end);
int trailer_decode(struct fdp_trailer *trailer, struct section_end *end,
		   const uint8_t *frame, size_t len, struct failure *why);
