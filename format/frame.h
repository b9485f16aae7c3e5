/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frame: a Zstandard skippable frame of ours. Its content starts with a mark that tells
 * it from another program's frames and ends with a checksum over all bytes before it, the
 * frame's own head included:
 *
 *	u32 magic | u32 size | mark ... | u32 checksum
 *
 * The checksum is the low half of XXH64 with seed 0, as Zstandard itself has it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/* Numbers on disk: the skippable frames that a section is made of. */
#define FRAME_HEAD 0x184d2a50u
#define FRAME_BLOCK 0x184d2a51u
#define FRAME_END 0x184d2a52u
#define FRAME_SEEK 0x184d2a5eu

#define FRAME_PREFIX 8 /* magic and size */
#define FRAME_MARK_LEN 4
#define FRAME_SUM_LEN 4

/* Opens a frame at the end of out; frame_close() fills in size and checksum. */
size_t frame_open(struct buffer *out, uint32_t magic);
uint32_t frame_close(struct buffer *out, size_t start);

/* Is this number one of the sixteen skippable frames? */
bool frame_is_skippable(uint32_t magic);

/* The mark of a frame of ours; NULL for a magic that is none. */
const char *frame_mark(uint32_t magic);

/*
 * The content between mark and checksum of a whole frame: 0, or -EBADMSG when it is too
 * short, carries another mark or does not match its checksum.
 */
int frame_content(struct cursor *content, const uint8_t *frame, size_t len);
