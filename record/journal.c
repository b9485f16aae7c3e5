// SPDX-License-Identifier: BSD-2-Clause
/* The journal: see journal.h. */
#include "journal.h"

#include <errno.h>

#include "clock.h"
#include "failure.h"
#include "output.h"
#include "series.h"
#include "trigger.h"

#define FLUSH_NS NSEC_PER_SEC
#define CLOCK_NS (10 * NSEC_PER_SEC)
/* What follows a trigger belongs to its story. */
#define DUMP_AFTER_NS NSEC_PER_SEC
#define LEVEL 2
#define LEVEL_HURRIED 1

_Static_assert(LOSS_CAUSES == FDP_CAUSE_COUNT, "the wire and the trace count alike");
_Static_assert(LOSS_KINDS == FDP_LOST_COUNT, "the wire and the trace count alike");

static int journal_sink(void *ctx, const void *data, size_t len)
{
	struct journal *j = ctx;
	int err = j->last ? output_write_last(j->output, data, len)
			  : output_write(j->output, data, len);

	if (err)
		j->output_error = err;

	return err;
}

int journal_open(struct journal *j, const struct fdp_header *header,
		 struct output *output, const struct journal_bounds *bounds)
{
	int err;

	*j = (struct journal){.output = output, .header = header, .dump_due = UINT64_MAX};
	if (bounds)
		j->bounds = *bounds;
	if (j->bounds.ring)
		err = fdp_writer_new_keeping(&j->writer, j->bounds.ring, journal_sink, j);
	else
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

static int file_next(struct journal *j)
{
	struct failure failure = {""};
	int err = series_next(j->bounds.series, j->output, &failure);

	if (err)
		j->output_error = err;

	return err;
}

static int file_close(struct journal *j)
{
	int err = output_close(j->output);

	if (err)
		j->output_error = err;
	else
		j->closed += fdp_writer_size(j->writer);

	return err;
}

/* A header tells the clocks as they are when its file begins. */
static struct fdp_header header_now(const struct journal *j)
{
	struct fdp_header header = *j->header;

	clock_read_all(&header.clock);

	return header;
}

static struct fdp_trailer trailer_now(const struct journal *j, enum fdp_stop stop)
{
	struct fdp_trailer trailer = {.stop = stop};

	clock_read_all(&trailer.clock);
	fdp_writer_totals(j->writer, &trailer);

	return trailer;
}

/* The file has its size: another one of the series begins. */
static int turn_over(struct journal *j)
{
	const struct fdp_trailer trailer = trailer_now(j, FDP_STOP_SIZE);
	struct fdp_header header;
	int err = fdp_writer_finish(j->writer, &trailer);

	if (!err)
		err = file_close(j);
	if (!err)
		err = file_next(j);
	if (err)
		return err;
	header = header_now(j);
	err = fdp_writer_restart(j->writer, &header);
	j->pending_since = 0;

	return err ? err : journal_clock(j);
}

static int bound_size(struct journal *j)
{
	if (!j->bounds.max_size || fdp_writer_bound(j->writer) <= j->bounds.max_size)
		return 0;
	if (j->bounds.series)
		return turn_over(j);
	j->full = true;

	return 0;
}

int journal_add(struct journal *j, const struct fdp_record *record)
{
	int err;

	if (j->full)
		return 0;
	if (!j->pending_since)
		j->pending_since = boot_now();
	if (j->dump_due == UINT64_MAX && trigger_of(record) & j->bounds.dump_on)
		j->dump_due = boot_now() + DUMP_AFTER_NS;
	err = fdp_writer_add(j->writer, record);

	return err ? err : bound_size(j);
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

static int dump(struct journal *j)
{
	const struct fdp_trailer trailer = trailer_now(j, FDP_STOP_DUMP);
	struct fdp_header header = header_now(j);
	int err;

	j->dump_due = UINT64_MAX;
	j->pending_since = 0;
	err = file_next(j);
	if (!err)
		err = fdp_writer_dump(j->writer, &header, &trailer);

	return err ? err : file_close(j);
}

static uint64_t flush_due(const struct journal *j)
{
	return j->pending_since ? j->pending_since + FLUSH_NS : UINT64_MAX;
}

int journal_tick(struct journal *j, uint64_t now, const struct losses *losses)
{
	bool dump_is_due = now >= j->dump_due;
	int err = 0;

	if (j->pending_since && now - j->clock_ns >= CLOCK_NS)
		err = journal_clock(j);
	if (!err && (now >= flush_due(j) || dump_is_due))
		err = tell_losses(j, now, losses);
	if (!err && dump_is_due)
		return dump(j);
	if (!err && now >= flush_due(j))
		err = flush(j);

	return err;
}

uint64_t journal_due(const struct journal *j)
{
	uint64_t due = flush_due(j);

	return due < j->dump_due ? due : j->dump_due;
}

void journal_dump_now(struct journal *j)
{
	if (j->bounds.ring)
		j->dump_due = 0;
}

int journal_finish(struct journal *j, enum fdp_stop stop, const struct losses *losses)
{
	uint64_t now = boot_now();
	struct fdp_trailer trailer;
	int err;

	j->full = false; /* there is room for this */
	err = tell_losses(j, now, losses);
	if (err)
		return err;
	if (j->bounds.ring)
		return j->dump_due == UINT64_MAX ? 0 : dump(j);
	trailer = trailer_now(j, stop);

	return fdp_writer_finish(j->writer, &trailer);
}

void journal_give_up(struct journal *j)
{
	struct fdp_trailer trailer;

	/* A flight recorder has a file only while it writes one. */
	if (!j->writer || j->output->fd < 0 || (j->bounds.ring && !j->output->size))
		return;
	trailer = trailer_now(j, j->output_error ? FDP_STOP_DISK : FDP_STOP_ERROR);
	j->last = true;
	if (j->output_error)
		fdp_writer_abandon(j->writer, &trailer);
	else
		fdp_writer_finish(j->writer, &trailer);
}

void journal_hurry(struct journal *j, bool hurry)
{
	fdp_writer_set_level(j->writer, hurry ? LEVEL_HURRIED : LEVEL);
}

uint64_t journal_size(const struct journal *j)
{
	return j->bounds.ring ? j->closed : j->closed + fdp_writer_size(j->writer);
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
