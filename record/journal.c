// SPDX-License-Identifier: BSD-2-Clause
/* The journal: see journal.h. */
#include "journal.h"

#include <errno.h>

#include "clock.h"
#include "output.h"
#include "translate.h"

#define FLUSH_NS NSEC_PER_SEC
#define CLOCK_NS (10 * NSEC_PER_SEC)
#define LEVEL 3
#define LEVEL_HURRIED 1

_Static_assert(LOSS_CAUSES == FDP_CAUSE_COUNT, "the wire and the trace count alike");
_Static_assert(LOSS_KINDS == FDP_LOST_COUNT, "the wire and the trace count alike");

static int journal_sink(void *ctx, const void *data, size_t len)
{
	struct journal *j = ctx;
	int err = output_write(j->output, data, len);

	if (err)
		j->output_error = err;

	return err;
}

int journal_open(struct journal *j, const struct fdp_header *header,
		 struct output *output)
{
	int err;

	*j = (struct journal){.output = output};
	err = fdp_writer_new(&j->writer, header, journal_sink, j);
	if (err)
		return err;
	j->losses_ns = header->clock.boot_ns;

	return journal_clock(j);
}

void journal_release(struct journal *j)
{
	fdp_writer_free(j->writer);
	j->writer = NULL;
}

int journal_add(struct journal *j, const struct fdp_record *record)
{
	if (!j->pending_since)
		j->pending_since = boot_now();

	return fdp_writer_add(j->writer, record);
}

void journal_forget(struct journal *j, enum fdp_type type, uint64_t id)
{
	if (j->writer)
		fdp_writer_forget(j->writer, type, id);
}

int journal_clock(struct journal *j)
{
	struct fdp_record record = {.type = FDP_CLOCK};

	clock_read_all(&record.clock);
	j->clock_ns = record.clock.boot_ns;

	return journal_add(j, &record);
}

static int tell_losses(struct journal *j, uint64_t now, const struct losses *losses)
{
	struct fdp_record record = {.type = FDP_LOSS};
	int err = 0;

	for (uint32_t cause = 0; cause < FDP_CAUSE_COUNT; cause++) {
		for (uint32_t what = 0; what < FDP_LOST_COUNT && !err; what++) {
			uint64_t told = j->lost.count[cause][what];
			uint64_t count = losses->count[cause][what];

			if (count <= told)
				continue;
			record.loss = (struct fdp_loss){
				.cause = cause,
				.what = what,
				.count = count - told,
				.from_ns = j->losses_ns,
				.to_ns = now,
			};
			err = journal_add(j, &record);
		}
	}
	j->lost = *losses;
	j->losses_ns = now;

	return err;
}

static int flush(struct journal *j)
{
	j->pending_since = 0;

	return fdp_writer_flush(j->writer);
}

int journal_tick(struct journal *j, uint64_t now, const struct losses *losses)
{
	int err = 0;

	if (j->pending_since && now - j->clock_ns >= CLOCK_NS)
		err = journal_clock(j);
	if (!err && now >= journal_due(j)) {
		err = tell_losses(j, now, losses);
		if (!err)
			err = flush(j);
	}

	return err;
}

uint64_t journal_due(const struct journal *j)
{
	return j->pending_since ? j->pending_since + FLUSH_NS : UINT64_MAX;
}

int journal_finish(struct journal *j, enum fdp_stop stop,
		   const struct translate_totals *totals, const struct losses *losses)
{
	struct fdp_trailer trailer = {
		.stop = stop,
		.messages = totals->messages,
		.descriptors = totals->descriptors,
		.receives = totals->receives,
	};
	int err;

	clock_read_all(&trailer.clock);
	err = tell_losses(j, trailer.clock.boot_ns, losses);
	if (err)
		return err;
	for (uint32_t cause = 0; cause < FDP_CAUSE_COUNT; cause++) {
		for (uint32_t what = 0; what < FDP_LOST_COUNT; what++)
			trailer.lost[cause][what] = losses->count[cause][what];
	}

	return fdp_writer_finish(j->writer, &trailer);
}

void journal_hurry(struct journal *j, bool hurry)
{
	fdp_writer_set_level(j->writer, hurry ? LEVEL_HURRIED : LEVEL);
}

uint64_t journal_size(const struct journal *j)
{
	return fdp_writer_size(j->writer);
}

uint64_t losses_sum(const struct losses *losses)
{
	uint64_t sum = 0;

	for (uint32_t cause = 0; cause < LOSS_CAUSES; cause++) {
		for (uint32_t what = 0; what < LOSS_KINDS; what++)
			sum += losses->count[cause][what];
	}

	return sum;
}

void losses_add(struct losses *to, const struct losses *more)
{
	for (uint32_t cause = 0; cause < LOSS_CAUSES; cause++) {
		for (uint32_t what = 0; what < LOSS_KINDS; what++)
			to->count[cause][what] += more->count[cause][what];
	}
}
