/* SPDX-License-Identifier: BSD-2-Clause */
/* Tally: how many of what a trailer tells are in some records. */
#pragma once

#include "fdp.h"

struct tally {
	uint64_t messages, descriptors, receives, ends, transfers;
	uint64_t lost[FDP_CAUSE_COUNT][FDP_LOST_COUNT];
};

void tally_count(struct tally *t, const struct fdp_record *rec);
void tally_add(struct tally *to, const struct tally *more);

/* These records cannot be written: they are losses now. */
void tally_lose(struct tally *to, const struct tally *gone);

/* Fills in the totals; the rest of the trailer stays. */
void tally_tell(struct fdp_trailer *trailer, const struct tally *t);
