// SPDX-License-Identifier: BSD-2-Clause
/* Tally: see tally.h. */
#include "tally.h"

#include <string.h>

void tally_count(struct tally *t, const struct fdp_record *rec)
{
	switch (rec->type) {
	case FDP_SEND:
		t->messages++;
		t->descriptors += rec->send.n_fds;
		break;
	case FDP_RECEIVE:
		t->receives++;
		break;
	case FDP_END:
		t->ends++;
		break;
	case FDP_TRANSFER:
		t->transfers++;
		break;
	case FDP_LOSS:
		if (rec->loss.cause < FDP_CAUSE_COUNT && rec->loss.what < FDP_LOST_COUNT)
			t->lost[rec->loss.cause][rec->loss.what] += rec->loss.count;
		break;
	default:
		break;
	}
}

static void lost_add(struct tally *to, const struct tally *more)
{
	for (size_t cause = 0; cause < FDP_CAUSE_COUNT; cause++)
		for (size_t what = 0; what < FDP_LOST_COUNT; what++)
			to->lost[cause][what] += more->lost[cause][what];
}

void tally_add(struct tally *to, const struct tally *more)
{
	to->messages += more->messages;
	to->descriptors += more->descriptors;
	to->receives += more->receives;
	to->ends += more->ends;
	to->transfers += more->transfers;
	lost_add(to, more);
}

void tally_lose(struct tally *to, const struct tally *gone)
{
	uint64_t *disk = to->lost[FDP_CAUSE_DISK];

	disk[FDP_LOST_SEND] += gone->messages;
	disk[FDP_LOST_RECEIVE] += gone->receives;
	disk[FDP_LOST_END] += gone->ends;
	disk[FDP_LOST_TRANSFER] += gone->transfers;
	lost_add(to, gone);
}

void tally_tell(struct fdp_trailer *trailer, const struct tally *t)
{
	trailer->messages = t->messages;
	trailer->descriptors = t->descriptors;
	trailer->receives = t->receives;
	memcpy(trailer->lost, t->lost, sizeof(t->lost));
}
