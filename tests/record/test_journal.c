// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../record/clock.h"
#include "../../record/journal.h"
#include "../../record/output.h"
#include "../../record/translate.h"

static const struct losses none;

struct room {
	struct fdp_header header;
	struct output output;
	struct journal journal;
};

static void room_enter(struct room *r)
{
	r->header = (struct fdp_header){.page_size = 4096};
	r->output = (struct output){.fd = memfd_create("trace", 0), .path = "trace"};
	cr_assert_geq(r->output.fd, 0);
	clock_read_all(&r->header.clock);
	cr_assert_eq(journal_open(&r->journal, &r->header, &r->output, NULL), 0);
}

static void room_leave(struct room *r)
{
	journal_release(&r->journal);
	close(r->output.fd);
}

static void add_send(struct room *r)
{
	const struct fdp_record record = {.type = FDP_SEND, .send = {.message = 1}};

	cr_assert_eq(journal_add(&r->journal, &record), 0);
}

static off_t written(const struct room *r)
{
	return lseek(r->output.fd, 0, SEEK_CUR);
}

/* How often a type is in what was written so far, and the last of them. */
static size_t count_type(const struct room *r, enum fdp_type type,
			 struct fdp_record *last)
{
	struct fdp_reader *reader;
	struct fdp_record record;
	off_t end = written(r);
	size_t n = 0;

	lseek(r->output.fd, 0, SEEK_SET);
	cr_assert_eq(fdp_reader_new_fd(&reader, r->output.fd), 0);
	while (fdp_reader_next(reader, &record) > 0) {
		if (record.type == type) {
			*last = record;
			n++;
		}
	}
	fdp_reader_free(reader);
	lseek(r->output.fd, end, SEEK_SET);

	return n;
}

Test(journal, what_is_in_hand_is_written_after_a_second_and_not_before)
{
	struct fdp_record record;
	struct room r;
	uint64_t due;

	room_enter(&r);
	add_send(&r);
	due = journal_due(&r.journal);
	cr_expect_leq(due, boot_now() + NSEC_PER_SEC);
	cr_assert_eq(journal_tick(&r.journal, due - 1, &none), 0);
	cr_expect_eq(count_type(&r, FDP_SEND, &record), 0);
	cr_assert_eq(journal_tick(&r.journal, due, &none), 0);
	cr_expect_eq(count_type(&r, FDP_SEND, &record), 1);
	cr_expect_eq(journal_due(&r.journal), UINT64_MAX, "nothing is in hand");
	room_leave(&r);
}

Test(journal, the_clocks_are_told_again_only_when_something_was_recorded)
{
	struct fdp_record record;
	struct room r;
	uint64_t later = boot_now() + 11 * NSEC_PER_SEC;

	room_enter(&r);
	cr_assert_eq(journal_tick(&r.journal, journal_due(&r.journal), &none), 0);
	cr_expect_eq(count_type(&r, FDP_CLOCK, &record), 1);
	cr_assert_eq(journal_tick(&r.journal, later, &none), 0);
	cr_expect_eq(count_type(&r, FDP_CLOCK, &record), 1);
	add_send(&r);
	cr_assert_eq(journal_tick(&r.journal, later, &none), 0);
	cr_expect_eq(count_type(&r, FDP_CLOCK, &record), 2);
	room_leave(&r);
}

Test(journal, a_loss_is_told_once_with_the_time_since_the_last_look)
{
	struct losses losses = none;
	struct fdp_record first, second;
	struct room r;
	uint64_t due;

	room_enter(&r);
	losses.count[FDP_CAUSE_RING][FDP_LOST_SEND] = 3;
	due = journal_due(&r.journal);
	cr_assert_eq(journal_tick(&r.journal, due, &losses), 0);
	cr_assert_eq(count_type(&r, FDP_LOSS, &first), 1);
	cr_expect_eq(first.loss.count, 3);
	cr_expect_eq(first.loss.to_ns, due);

	losses.count[FDP_CAUSE_RING][FDP_LOST_SEND] = 5;
	add_send(&r);
	cr_assert_eq(journal_tick(&r.journal, due + 2 * NSEC_PER_SEC, &losses), 0);
	cr_assert_eq(count_type(&r, FDP_LOSS, &second), 2);
	cr_expect_eq(second.loss.count, 2);
	cr_expect_eq(second.loss.from_ns, due);
	cr_expect_eq(losses_sum(&r.journal.lost), 5);
	room_leave(&r);
}

Test(journal, the_trailer_has_the_totals)
{
	const struct fdp_descriptor fds[9] = {{0}};
	const struct fdp_record send = {.type = FDP_SEND,
					.send = {.message = 2, .n_fds = 9, .fds = fds}};
	const struct fdp_record receive = {.type = FDP_RECEIVE,
					   .receive = {.message = 2}};
	struct losses losses = none;
	struct fdp_record record;
	struct room r;

	room_enter(&r);
	add_send(&r);
	cr_assert_eq(journal_add(&r.journal, &send), 0);
	cr_assert_eq(journal_add(&r.journal, &receive), 0);
	losses.count[FDP_CAUSE_MAP][FDP_LOST_END] = 2;
	cr_assert_eq(journal_finish(&r.journal, FDP_STOP_SIGNAL, &losses), 0);
	cr_assert_eq(count_type(&r, FDP_TRAILER, &record), 1);
	cr_expect_eq(record.trailer.stop, FDP_STOP_SIGNAL);
	cr_expect_eq(record.trailer.messages, 2);
	cr_expect_eq(record.trailer.descriptors, 9);
	cr_expect_eq(record.trailer.receives, 1);
	cr_expect_eq(record.trailer.lost[FDP_CAUSE_MAP][FDP_LOST_END], 2);
	cr_expect_eq(count_type(&r, FDP_LOSS, &record), 1);
	room_leave(&r);
}

Test(journal, an_error_of_the_output_is_remembered_as_its)
{
	struct room r;

	room_enter(&r);
	close(r.output.fd);
	r.output.fd = -1;
	add_send(&r);
	cr_expect_eq(journal_tick(&r.journal, journal_due(&r.journal), &none), -EBADF);
	cr_expect_eq(r.journal.output_error, -EBADF);
	room_leave(&r);
}
