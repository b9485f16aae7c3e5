// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../record/clock.h"
#include "../../record/failure.h"
#include "../../record/journal.h"
#include "../../record/series.h"

#define MAX_SIZE (2 << 20)

struct room {
	char dir[64];
	char path[96];
	struct series series;
	struct output output;
	struct failure failure;
	struct fdp_header header;
	struct journal journal;
};

static void room_enter(struct room *r, uint64_t keep)
{
	memset(r, 0, sizeof(*r));
	snprintf(r->dir, sizeof(r->dir), "/tmp/fdpass-series-XXXXXX");
	cr_assert_not_null(mkdtemp(r->dir));
	snprintf(r->path, sizeof(r->path), "%s/t.fdpass", r->dir);
	cr_assert_eq(series_open(&r->series, r->path, false, keep, &r->failure), 0);
	r->output.fd = -1;
}

static char *name_of(const struct room *r, unsigned int number)
{
	static char name[128];

	snprintf(name, sizeof(name), "%s/t-%06u.fdpass", r->dir, number);

	return name;
}

static void room_leave(struct room *r)
{
	output_close(&r->output);
	for (uint64_t i = 1; i <= r->series.number; i++)
		unlink(name_of(r, i));
	series_close(&r->series);
	cr_expect_eq(rmdir(r->dir), 0, "nothing else was left behind");
}

static void begin_next(struct room *r)
{
	output_close(&r->output);
	cr_assert_eq(series_next(&r->series, &r->output, &r->failure), 0, "%s",
		     r->failure.text);
}

/* Before anything is recorded: a flight recorder would find out when it is asked. */
Test(series, a_folder_that_cannot_be_written_to_is_told_at_once)
{
	const bool root = geteuid() == 0;
	struct room r;
	struct series series;

	room_enter(&r, 2);
	cr_assert_eq(root ? seteuid(65534) : chmod(r.dir, 0500), 0);
	cr_expect_eq(series_open(&series, r.path, false, 2, &r.failure), -EACCES);
	cr_expect_not_null(strstr(r.failure.text, ": Permission denied"));
	cr_assert_eq(root ? seteuid(0) : chmod(r.dir, 0700), 0);
	series_close(&series);
	room_leave(&r);
}

Test(series, only_the_newest_files_are_kept)
{
	struct room r;

	room_enter(&r, 2);
	for (int i = 0; i < 4; i++)
		begin_next(&r);
	cr_expect_str_eq(r.output.path, name_of(&r, 4));
	cr_expect_eq(access(name_of(&r, 1), F_OK), -1);
	cr_expect_eq(access(name_of(&r, 2), F_OK), -1);
	cr_expect_eq(access(name_of(&r, 3), F_OK), 0);
	cr_expect_eq(access(name_of(&r, 4), F_OK), 0);
	room_leave(&r);
}

Test(series, a_file_that_exists_and_a_link_are_not_touched)
{
	struct room r;

	room_enter(&r, 2);
	fclose(fopen(name_of(&r, 1), "w"));
	cr_expect_eq(series_next(&r.series, &r.output, &r.failure), -EEXIST);
	cr_expect_not_null(strstr(r.failure.text, "t-000001.fdpass: File exists"));
	unlink(name_of(&r, 1));
	cr_assert_eq(symlink("/etc/passwd", name_of(&r, 1)), 0);
	cr_expect_eq(series_next(&r.series, &r.output, &r.failure), -EEXIST);
	unlink(name_of(&r, 1));
	room_leave(&r);
}

Test(series, forced_two_of_one_name_do_not_take_each_others_files)
{
	struct series other;
	struct output output;
	struct room r;

	room_enter(&r, 4);
	r.series.force = true;
	cr_assert_eq(series_open(&other, r.path, true, 4, &r.failure), 0);
	cr_assert_eq(series_next(&other, &output, &r.failure), 0);
	cr_expect_eq(output_write(&output, "theirs", 6), 0);
	begin_next(&r);
	cr_expect_str_eq(r.output.path, name_of(&r, 2));
	output_close(&output);
	cr_assert_eq(series_next(&other, &output, &r.failure), 0);
	cr_expect_str_eq(output.path, name_of(&r, 3));
	output_close(&output);
	unlink(output.path);
	series_close(&other);
	room_leave(&r);
}

Test(series, an_older_series_is_found_at_the_start)
{
	struct series again;
	struct room r;

	room_enter(&r, 2);
	for (int i = 0; i < 4; i++)
		begin_next(&r);
	cr_expect_eq(series_open(&again, r.path, false, 2, &r.failure), -EEXIST);
	cr_expect_not_null(strstr(r.failure.text, "t-000004.fdpass: exists"), "%s",
			   r.failure.text);
	series_close(&again);
	room_leave(&r);
}

Test(series, forced_it_goes_on_behind_the_older_one)
{
	struct room r;

	room_enter(&r, 2);
	for (int i = 0; i < 4; i++)
		begin_next(&r);
	series_close(&r.series);
	cr_assert_eq(series_open(&r.series, r.path, true, 2, &r.failure), 0);
	begin_next(&r);
	cr_expect_str_eq(r.output.path, name_of(&r, 5));
	cr_expect_eq(access(name_of(&r, 3), F_OK), -1);
	cr_expect_eq(access(name_of(&r, 4), F_OK), 0);
	room_leave(&r);
}

Test(series, what_only_looks_like_a_file_of_it_is_none)
{
	static const char *const names[] = {"t-5.fdpass", "t-000005.fdpass.zst",
					    "t-00000x.fdpass", "s-000005.fdpass",
					    "t-99999999999999999999.fdpass"};
	struct series again;
	char name[128];
	struct room r;

	room_enter(&r, 2);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "%s/%s", r.dir, names[i]);
		fclose(fopen(name, "w"));
		cr_expect_eq(series_open(&again, r.path, false, 2, &r.failure), 0, "%s",
			     names[i]);
		series_close(&again);
		unlink(name);
	}
	room_leave(&r);
}

Test(series, what_has_no_folder_cannot_have_several_files)
{
	struct series s;
	struct failure failure;

	cr_expect_eq(series_open(&s, "-", false, 1, &failure), -EINVAL);
	cr_expect_eq(series_open(&s, "/dev/stdout", false, 1, &failure), -EINVAL);
	cr_expect_eq(series_open(&s, "/no/such/folder/x", false, 1, &failure), -ENOENT);
}

/* A file of random name, which does not compress, and a message that carries it. */
static void add_message(struct room *r, uint64_t number)
{
	char name[3000];
	const struct fdp_descriptor fd = {.file = number, .fd = 3};
	const struct fdp_record file = {
		.type = FDP_FILE, .file = {.id = number, .name = {name, sizeof(name)}}};
	const struct fdp_record send = {
		.type = FDP_SEND,
		.send = {.message = number, .time_ns = number, .n_fds = 1, .fds = &fd}};

	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = (char)(random() >> 8);
	cr_assert_eq(journal_add(&r->journal, &file), 0);
	cr_assert_eq(journal_add(&r->journal, &send), 0);
}

struct found {
	uint64_t sends, files, first_message;
	struct fdp_trailer trailer;
	bool undefined;
};

static void read_file(struct found *found, const char *path)
{
	struct fdp_reader *reader;
	struct fdp_record record;
	FILE *file = fopen(path, "r");
	uint64_t defined = 0;
	int ret;

	memset(found, 0, sizeof(*found));
	cr_assert_not_null(file, "%s", path);
	cr_assert_eq(fdp_reader_new_fd(&reader, fileno(file)), 0);
	while ((ret = fdp_reader_next(reader, &record)) > 0) {
		if (record.type == FDP_FILE) {
			found->files++;
			defined = record.file.id;
		}
		if (record.type == FDP_SEND) {
			if (!found->sends++)
				found->first_message = record.send.message;
			found->undefined |= record.send.fds[0].file != defined;
		}
		if (record.type == FDP_TRAILER)
			found->trailer = record.trailer;
	}
	cr_expect_eq(ret, 0, "%s is whole", path);
	fdp_reader_free(reader);
	fclose(file);
}

Test(series, each_file_of_a_journal_is_complete_and_within_its_size)
{
	const struct losses none = {0};
	struct journal_bounds bounds = {.max_size = MAX_SIZE};
	struct stat stat_buf;
	struct found found;
	struct room r;
	uint64_t next = 1;

	room_enter(&r, 100);
	bounds.series = &r.series;
	begin_next(&r);
	clock_read_all(&r.header.clock);
	cr_assert_eq(journal_open(&r.journal, &r.header, &r.output, &bounds), 0);
	for (uint64_t i = 1; i <= 2000; i++)
		add_message(&r, i);
	cr_assert_eq(journal_finish(&r.journal, FDP_STOP_SIGNAL, &none), 0);
	cr_assert_gt(r.series.number, 3);
	for (uint64_t i = 1; i <= r.series.number; i++) {
		read_file(&found, name_of(&r, i));
		cr_assert_eq(stat(name_of(&r, i), &stat_buf), 0);
		cr_expect_leq(stat_buf.st_size, MAX_SIZE);
		cr_expect_eq(found.first_message, next, "nothing is between files");
		cr_expect_eq(found.trailer.messages, found.sends);
		cr_expect_not(found.undefined);
		cr_expect_eq(found.trailer.stop,
			     i < r.series.number ? FDP_STOP_SIZE : FDP_STOP_SIGNAL);
		next += found.sends;
	}
	cr_expect_eq(next, 2001);
	journal_release(&r.journal);
	room_leave(&r);
}

Test(series, a_definition_holds_on_in_the_next_file)
{
	const struct losses none = {0};
	const struct fdp_descriptor fd = {.file = 1, .fd = 3};
	const struct fdp_record send = {.type = FDP_SEND,
					.send = {.message = 9, .n_fds = 1, .fds = &fd}};
	struct journal_bounds bounds = {.max_size = MAX_SIZE};
	struct found found;
	struct room r;

	room_enter(&r, 100);
	bounds.series = &r.series;
	begin_next(&r);
	cr_assert_eq(journal_open(&r.journal, &r.header, &r.output, &bounds), 0);
	for (uint64_t i = 1; r.series.number == 1; i++)
		add_message(&r, i);
	cr_assert_eq(journal_add(&r.journal, &send), 0);
	cr_assert_eq(journal_finish(&r.journal, FDP_STOP_SIGNAL, &none), 0);
	read_file(&found, name_of(&r, 2));
	cr_expect_eq(found.files, found.sends, "each send's file is defined");
	cr_expect_not(found.undefined);
	journal_release(&r.journal);
	room_leave(&r);
}

Test(series, without_further_files_the_one_is_full)
{
	const struct losses none = {0};
	struct journal_bounds bounds = {.max_size = MAX_SIZE};
	struct stat stat_buf;
	struct found found;
	struct room r;

	room_enter(&r, 1);
	begin_next(&r);
	cr_assert_eq(journal_open(&r.journal, &r.header, &r.output, &bounds), 0);
	for (uint64_t i = 1; i <= 2000; i++)
		add_message(&r, i);
	cr_expect(r.journal.full);
	cr_assert_eq(journal_finish(&r.journal, FDP_STOP_SIZE, &none), 0);
	cr_assert_eq(stat(name_of(&r, 1), &stat_buf), 0);
	cr_expect_leq(stat_buf.st_size, MAX_SIZE);
	read_file(&found, name_of(&r, 1));
	cr_expect_eq(found.trailer.stop, FDP_STOP_SIZE);
	cr_expect_eq(found.trailer.messages, found.sends);
	journal_release(&r.journal);
	room_leave(&r);
}

Test(series, a_ring_keeps_the_newest_and_forgets_the_oldest)
{
	struct losses losses = {0};
	struct journal_bounds bounds = {.ring = 1 << 20};
	struct stat stat_buf;
	struct found found;
	struct room r;

	room_enter(&r, 5);
	bounds.series = &r.series;
	cr_assert_eq(journal_open(&r.journal, &r.header, &r.output, &bounds), 0);
	for (uint64_t i = 1; i <= 2000; i++)
		add_message(&r, i);
	losses.count[FDP_CAUSE_RING][FDP_LOST_SEND] = 3;
	journal_dump_now(&r.journal);
	cr_assert_eq(journal_due(&r.journal), 0);
	cr_assert_eq(journal_tick(&r.journal, boot_now(), &losses), 0);
	read_file(&found, name_of(&r, 1));
	cr_expect_gt(found.first_message, 1000, "%lu", found.first_message);
	cr_expect_eq(found.first_message + found.sends, 2001);
	cr_expect_eq(found.trailer.messages, found.sends);
	cr_expect_eq(found.trailer.lost[FDP_CAUSE_RING][FDP_LOST_SEND], 3);
	cr_expect_eq(found.trailer.stop, FDP_STOP_DUMP);
	cr_assert_eq(stat(name_of(&r, 1), &stat_buf), 0);
	cr_expect_lt(stat_buf.st_size, 2 << 20);

	add_message(&r, 2001);
	journal_dump_now(&r.journal);
	cr_assert_eq(journal_tick(&r.journal, boot_now(), &losses), 0);
	read_file(&found, name_of(&r, 2));
	cr_expect_eq(found.sends, 1, "what was dumped is not dumped again");
	cr_expect_eq(found.trailer.lost[FDP_CAUSE_RING][FDP_LOST_SEND], 0);
	journal_release(&r.journal);
	room_leave(&r);
}

/* A limit on the size of files stands for a disk that fills up. */
Test(series, on_a_full_disk_the_end_counts_what_did_not_fit)
{
	struct rlimit limit = {.rlim_cur = 700000, .rlim_max = 700000};
	const struct fdp_record plain = {.type = FDP_SEND, .send = {.message = 1}};
	struct found found;
	struct room r;
	uint64_t added = 0;

	room_enter(&r, 1);
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	begin_next(&r);
	cr_assert_eq(journal_open(&r.journal, &r.header, &r.output, NULL), 0);
	while (!r.journal.output_error) {
		char name[3000];
		const struct fdp_record file = {
			.type = FDP_FILE,
			.file = {.id = 1 + added, .name = {name, sizeof(name)}}};

		for (size_t i = 0; i < sizeof(name); i++)
			name[i] = (char)(random() >> 8);
		if (journal_add(&r.journal, &file) || journal_add(&r.journal, &plain))
			break;
		added++;
	}
	cr_assert_eq(r.journal.output_error, -EFBIG);
	journal_give_up(&r.journal);
	output_close(&r.output);
	read_file(&found, name_of(&r, 1));
	cr_expect_gt(found.sends, 0);
	cr_expect_eq(found.trailer.stop, FDP_STOP_DISK);
	cr_expect_eq(found.trailer.messages, found.sends);
	cr_expect_gt(found.trailer.lost[FDP_CAUSE_DISK][FDP_LOST_SEND], 0);
	cr_expect_leq(added,
		      found.sends + found.trailer.lost[FDP_CAUSE_DISK][FDP_LOST_SEND]);
	journal_release(&r.journal);
	room_leave(&r);
}
