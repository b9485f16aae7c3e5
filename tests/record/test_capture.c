// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../../format/fdp.h"
#include "../../record/capture.h"
#include "../../record/failure.h"
#include "../../record/options.h"
#include "../../record/output.h"
#include "../../record/trigger.h"
#include "../lib/fake_probe.h"

#define RECORDS_MAX 64

struct send {
	struct event_send head;
	struct event_fd fds[2];
};

static const struct event_process shell = {
	.event = {EVENT_PROCESS, sizeof(shell), 5},
	.task = {.pid = 999999, .tid = 999999, .start = 1, .comm = "shell"},
	.flags = EVENT_PROCESS_SNAPSHOT,
};

static const struct send send1 = {
	{.event = {EVENT_SEND, sizeof(send1), 10}, .message = 1, .socket = 5, .n_fds = 2},
	{{1, 3, 0}, {2, 4, 0}},
};

static const struct event_send send2 = {
	.event = {EVENT_SEND, sizeof(send2), 20},
	.message = 2,
	.socket = 5,
};

static const struct event_receive receive1 = {
	.event = {EVENT_RECEIVE, sizeof(receive1), 30},
	.message = 1,
	.socket = 6,
};

/* A capture into memory, and what a reader finds there. */
struct run {
	struct options options;
	struct capture_result result;
	struct failure failure;
	int fd;
	char name[32];
	char *argv[2];
	enum fdp_type types[RECORDS_MAX];
	size_t n;
	struct fdp_snapshot snapshot;
	struct fdp_loss loss;
	struct fdp_trailer trailer;
	int end; /* what the reader said last */
};

static struct run *run_new(void)
{
	struct run *r = calloc(1, sizeof(*r));

	cr_assert_not_null(r);
	r->fd = memfd_create("trace", 0);
	cr_assert_geq(r->fd, 0);
	snprintf(r->name, sizeof(r->name), "/dev/fd/%d", r->fd);
	r->argv[0] = (char *)"fdpass-record";
	r->options.output = r->name;
	r->options.argv = r->argv;
	r->options.argc = 1;
	r->options.quiet = true;
	r->options.no_sandbox = true;

	return r;
}

static void run_free(struct run *r)
{
	close(r->fd);
	free(r);
}

static void take(struct run *r, const struct fdp_record *record)
{
	if (r->n < RECORDS_MAX)
		r->types[r->n++] = record->type;
	if (record->type == FDP_SNAPSHOT)
		r->snapshot = record->snapshot;
	if (record->type == FDP_LOSS)
		r->loss = record->loss;
	if (record->type == FDP_TRAILER)
		r->trailer = record->trailer;
}

static int run_it(struct run *r)
{
	struct fdp_reader *reader;
	struct fdp_record record;
	int err = capture_run(&r->result, &r->options, &r->failure);

	lseek(r->fd, 0, SEEK_SET);
	cr_assert_eq(fdp_reader_new_fd(&reader, r->fd), 0);
	while ((r->end = fdp_reader_next(reader, &record)) > 0)
		take(r, &record);
	fdp_reader_free(reader);

	return err;
}

/* To this process, from a child. */
static void send_soon(int signal)
{
	pid_t parent = getpid();

	if (fork() == 0) {
		usleep(200000);
		kill(parent, signal);
		_exit(0);
	}
}

static size_t count_type(const struct run *r, enum fdp_type type)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->types[i] == type;

	return n;
}

Test(capture, ends_after_the_messages_that_were_asked_for)
{
	struct run *r = run_new();

	fake_probe.snapshot[0] = &shell.event;
	fake_probe.events[0] = &send1.head.event;
	fake_probe.events[1] = &receive1.event;
	fake_probe.events[2] = &send2.event;
	r->options.messages = 1;
	cr_assert_eq(run_it(r), 0, "%s", r->failure.text);
	cr_expect_eq(r->end, 0, "the trace is whole");
	cr_expect_eq(count_type(r, FDP_SEND), 1);
	cr_expect_eq(count_type(r, FDP_RECEIVE), 1, "the receiver is waited for");
	cr_expect_eq(count_type(r, FDP_CLOCK), 1);
	cr_expect_eq(r->trailer.stop, FDP_STOP_MESSAGES);
	cr_expect_eq(r->trailer.messages, 1);
	cr_expect_eq(r->trailer.descriptors, 2);
	cr_expect_eq(r->trailer.receives, 1);
	cr_expect_eq(r->snapshot.n_processes, 1);
	cr_expect(r->snapshot.complete);
	cr_expect_eq(r->result.counts.messages, 1);
	cr_expect_eq(r->result.counts.bytes, (uint64_t)lseek(r->fd, 0, SEEK_END));
	cr_expect(fake_probe.closed);
	cr_expect_not(fake_probe.filtered);
	run_free(r);
}

Test(capture, the_totals_have_what_was_handed_over_without_a_message)
{
	static const struct event_transfer taken = {
		.event = {EVENT_TRANSFER, sizeof(taken), 10},
		.way = FDP_WAY_PIDFD_GETFD,
		.from_fd = 3,
		.to_fd = 4,
	};
	struct run *r = run_new();

	fake_probe.events[0] = &taken.event;
	r->options.duration_ns = 10000000;
	cr_assert_eq(run_it(r), 0, "%s", r->failure.text);
	cr_expect_eq(count_type(r, FDP_TRANSFER), 1);
	cr_expect_eq(r->result.counts.transfers, 1);
	cr_expect_eq(r->result.counts.messages, 0);
	run_free(r);
}

Test(capture, sleeps_while_nothing_happens_and_ends_in_time)
{
	struct run *r = run_new();

	r->options.duration_ns = 300000000;
	cr_assert_eq(run_it(r), 0, "%s", r->failure.text);
	cr_expect_eq(r->trailer.stop, FDP_STOP_DURATION);
	cr_expect_leq(fake_probe.consumed, 10, "%u drains", fake_probe.consumed);
	cr_expect_geq(fake_probe.slept, 1);
	run_free(r);
}

Test(capture, losses_become_a_record_and_are_counted)
{
	struct run *r = run_new();

	fake_probe.events[0] = &send2.event;
	fake_probe.later_losses.count[FDP_CAUSE_RING][FDP_LOST_RECEIVE] = 7;
	r->options.duration_ns = 100000000;
	cr_assert_eq(run_it(r), 0, "%s", r->failure.text);
	cr_assert_eq(count_type(r, FDP_LOSS), 1);
	cr_expect_eq(r->loss.cause, FDP_CAUSE_RING);
	cr_expect_eq(r->loss.what, FDP_LOST_RECEIVE);
	cr_expect_eq(r->loss.count, 7);
	cr_expect_leq(r->loss.from_ns, r->loss.to_ns);
	cr_expect_eq(r->trailer.lost[FDP_CAUSE_RING][FDP_LOST_RECEIVE], 7);
	cr_expect_eq(r->result.counts.lost, 7);
	run_free(r);
}

Test(capture, a_snapshot_that_failed_is_told_as_incomplete)
{
	struct run *r = run_new();

	fake_probe.snapshot_error = -EPERM;
	r->options.duration_ns = 10000000;
	cr_assert_eq(run_it(r), 0, "%s", r->failure.text);
	cr_expect_eq(count_type(r, FDP_SNAPSHOT), 1);
	cr_expect_not(r->snapshot.complete);
	run_free(r);
}

Test(capture, the_command_is_wanted_and_its_end_is_the_end)
{
	char *command[] = {(char *)"sh", (char *)"-c", (char *)"exit 5", NULL};
	struct run *r = run_new();

	r->options.command = command;
	r->options.filter.by_pid = 1;
	cr_assert_eq(run_it(r), 0, "%s", r->failure.text);
	cr_expect_eq(r->trailer.stop, FDP_STOP_COMMAND);
	cr_expect(r->result.ending.command.ended);
	cr_expect_eq(r->result.ending.command.status, 5);
	cr_expect_eq(fake_probe.n_wanted, 1);
	cr_expect_eq(fake_probe.wanted[0], (uint32_t)r->result.ending.command.pid);
	cr_expect(fake_probe.filtered);
	run_free(r);
}

Test(capture, a_command_that_is_not_there_leaves_no_file)
{
	char *command[] = {(char *)"/no/such/program", NULL};
	char path[] = "/tmp/fdpass-capture-XXXXXX";
	struct run *r = run_new();

	close(mkstemp(path));
	unlink(path);
	r->options.output = path;
	r->options.command = command;
	cr_expect_eq(run_it(r), -ENOENT);
	cr_expect_str_eq(r->failure.text, "/no/such/program: No such file or directory");
	cr_expect_eq(access(path, F_OK), -1);
	cr_expect_eq(r->result.ending.command.status, 127);
	run_free(r);
}

Test(capture, a_pid_that_is_not_there_is_named)
{
	struct run *r = run_new();

	r->options.pids[0] = 0x3fffffff; /* beyond PID_MAX_LIMIT */
	r->options.n_pids = 1;
	cr_expect_eq(run_it(r), -ESRCH);
	cr_expect_str_eq(r->failure.text, "--pid: 1073741823: No such process");
	run_free(r);
}

Test(capture, the_probe_says_what_it_misses_and_no_file_is_made)
{
	struct run *r = run_new();
	char path[] = "/tmp/fdpass-capture-XXXXXX";

	close(mkstemp(path));
	unlink(path);
	r->options.output = path;
	fake_probe.open_error = -EPERM;
	fake_probe.phrase = "needs CAP_BPF and CAP_PERFMON (run as root)";
	cr_expect_eq(run_it(r), -EPERM);
	cr_expect_str_eq(r->failure.text, fake_probe.phrase);
	cr_expect_eq(access(path, F_OK), -1);
	run_free(r);
}

Test(capture, a_full_disk_is_told_with_the_name)
{
	struct run *r = run_new();

	r->options.output = "/dev/full";
	cr_expect_eq(run_it(r), -ENOSPC);
	cr_expect_str_eq(r->failure.text, "/dev/full: No space left on device");
	run_free(r);
}

Test(capture, a_reader_that_went_away_is_not_worth_a_word)
{
	struct run *r = run_new();
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	close(ends[0]);
	snprintf(r->name, sizeof(r->name), "/dev/fd/%d", ends[1]);
	cr_expect_eq(run_it(r), -EPIPE);
	cr_expect_str_eq(r->failure.text, "");
	run_free(r);
}

Test(capture, a_signal_ends_the_wait_for_a_reader_who_takes_nothing, .timeout = 60)
{
	static const char bytes[4096];
	struct run *r = run_new();
	int ends[2];

	cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
	while (write(ends[1], bytes, sizeof(bytes)) > 0)
		;
	cr_assert_eq(fcntl(ends[1], F_SETFL, 0), 0);
	snprintf(r->name, sizeof(r->name), "/dev/fd/%d", ends[1]);
	send_soon(SIGTERM);
	cr_expect_eq(run_it(r), -ETIME);
	cr_expect_str_eq(r->failure.text + strlen(r->name),
			 ": nobody reads it: the trace is cut short");
	run_free(r);
}

/* A limit on the size of files stands for a disk that fills up. */
Test(capture, on_a_disk_that_fills_up_the_trace_says_how_it_ended)
{
	struct run *r = run_new(), *small = run_new();
	struct rlimit limit;

	fake_probe.events[0] = &send2.event;
	r->options.duration_ns = 10000000;
	cr_assert_eq(run_it(r), 0, "%s", r->failure.text);
	limit.rlim_cur = limit.rlim_max = r->result.counts.bytes + OUTPUT_RESERVE - 24;

	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	fake_probe.played = 0;
	small->options.duration_ns = 10000000;
	cr_expect_eq(run_it(small), -EFBIG);
	cr_expect_str_eq(small->failure.text + strlen(small->name), ": File too large");
	cr_expect_eq(small->end, 0, "the trace is whole");
	cr_expect_eq(small->trailer.stop, FDP_STOP_DISK);
	cr_expect_eq(count_type(small, FDP_SEND), 1);
	run_free(small);
	run_free(r);
}

Test(capture, a_signal_ends_it_with_a_trailer)
{
	struct run *r = run_new();

	send_soon(SIGTERM);
	cr_assert_eq(run_it(r), 0, "%s", r->failure.text);
	cr_expect_eq(r->end, 0);
	cr_expect_eq(r->trailer.stop, FDP_STOP_SIGNAL);
	run_free(r);
}

/* What a reader finds in a file: how many sends, and how it ended. */
static size_t read_file(struct run *r, const char *path)
{
	struct fdp_reader *reader;
	struct fdp_record record;
	int fd = open(path, O_RDONLY);

	cr_assert_geq(fd, 0, "%s: %s", path, strerror(errno));
	r->n = 0;
	cr_assert_eq(fdp_reader_new_fd(&reader, fd), 0);
	while ((r->end = fdp_reader_next(reader, &record)) > 0)
		take(r, &record);
	fdp_reader_free(reader);
	close(fd);

	return count_type(r, FDP_SEND);
}

Test(capture, a_flight_recorder_writes_what_it_has_when_a_send_failed)
{
	static const struct event_send failed = {
		.event = {EVENT_SEND, sizeof(failed), 40},
		.message = 3,
		.socket = 5,
		.error = EBADF,
	};
	char folder[] = "/tmp/fdpass-capture-XXXXXX";
	char path[64], dump[64];
	struct run *r = run_new();

	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/t.fdpass", folder);
	snprintf(dump, sizeof(dump), "%s/t-000001.fdpass", folder);
	fake_probe.events[0] = &send1.head.event;
	fake_probe.events[1] = &failed.event;
	r->options.output = path;
	r->options.ring = 1 << 20;
	r->options.keep = 2;
	r->options.dump_on = TRIGGER_FAILED;
	r->options.duration_ns = 1300000000;
	cr_assert_eq(capture_run(&r->result, &r->options, &r->failure), 0, "%s",
		     r->failure.text);
	cr_expect_eq(read_file(r, dump), 2, "with what came before");
	cr_expect_eq(r->end, 0);
	cr_expect_eq(r->trailer.stop, FDP_STOP_DUMP);
	cr_expect_eq(r->trailer.messages, 2);
	unlink(dump);
	cr_expect_eq(rmdir(folder), 0, "there is nothing else");
	run_free(r);
}

/* How long the file is up to the end of its HEAD, a skippable frame. */
static rlim_t head_len(const char *path)
{
	uint8_t head[8];
	int fd = open(path, O_RDONLY);

	cr_assert_eq(read(fd, head, sizeof(head)), sizeof(head));
	close(fd);

	return sizeof(head) + head[4] + (head[5] << 8);
}

Test(capture, a_flight_recorder_on_a_disk_that_fills_up_says_what_it_could_not_write)
{
	char folder[] = "/tmp/fdpass-capture-XXXXXX";
	char path[64], whole[64], part[64];
	struct run *r = run_new();
	struct rlimit limit;

	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/t.fdpass", folder);
	snprintf(whole, sizeof(whole), "%s/t-000001.fdpass", folder);
	snprintf(part, sizeof(part), "%s/t-000002.fdpass", folder);
	fake_probe.events[0] = &send1.head.event;
	r->options.output = path;
	r->options.ring = 1 << 20;
	r->options.keep = 2;
	r->options.force = true;
	r->options.duration_ns = 800000000;
	signal(SIGUSR1, SIG_IGN);
	send_soon(SIGUSR1);
	cr_assert_eq(capture_run(&r->result, &r->options, &r->failure), 0, "%s",
		     r->failure.text);
	limit.rlim_cur = limit.rlim_max = head_len(whole) + OUTPUT_RESERVE;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	fake_probe.played = 0;
	send_soon(SIGUSR1);
	cr_expect_eq(capture_run(&r->result, &r->options, &r->failure), -EFBIG);
	cr_expect_eq(read_file(r, part), 0);
	cr_expect_eq(r->end, 0, "it has an END");
	cr_expect_eq(r->trailer.stop, FDP_STOP_DISK);
	cr_expect_eq(r->trailer.lost[FDP_CAUSE_DISK][FDP_LOST_SEND], 1);
	unlink(whole);
	unlink(part);
	cr_expect_eq(rmdir(folder), 0);
	run_free(r);
}

Test(capture, a_flight_recorder_that_nobody_asked_writes_nothing)
{
	char folder[] = "/tmp/fdpass-capture-XXXXXX";
	char path[64];
	struct run *r = run_new();

	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/t.fdpass", folder);
	fake_probe.events[0] = &send1.head.event;
	r->options.output = path;
	r->options.ring = 1 << 20;
	r->options.keep = 2;
	r->options.dump_on = TRIGGER_FAILED;
	r->options.duration_ns = 50000000;
	cr_assert_eq(capture_run(&r->result, &r->options, &r->failure), 0, "%s",
		     r->failure.text);
	cr_expect_eq(rmdir(folder), 0);
	run_free(r);
}

Test(capture, an_impatient_second_signal_does_not_kill_what_is_done)
{
	struct run *r = run_new();

	r->options.duration_ns = 1000000;
	fake_probe.closing_signal = SIGINT;
	cr_assert_eq(run_it(r), 0, "%s", r->failure.text);
	cr_expect(fake_probe.closed);
	cr_expect_eq(r->end, 0);
	run_free(r);
}
