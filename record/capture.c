// SPDX-License-Identifier: BSD-2-Clause
/* A capture: see capture.h. */
#include "capture.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "ending.h"
#include "failure.h"
#include "family.h"
#include "host.h"
#include "journal.h"
#include "notify.h"
#include "options.h"
#include "output.h"
#include "probe.h"
#include "process.h"
#include "sandbox.h"
#include "series.h"
#include "translate.h"

#define DRAIN_NS (10 * NSEC_PER_MSEC)
#define IDLE_ROUNDS 3	   /* empty drains before we sleep */
#define DRAIN_EVENTS 16384 /* in one go: then signals and the clock get their turn */
#define LAST_ROUNDS 64	   /* of such goes when we have stopped */
#define DRAIN_PAUSED (-EAGAIN)

/* After the last message that is wanted, for its receiver to take it. */
#define LINGER_NS (250 * NSEC_PER_MSEC)

/* When we are to end, for a reader of the output to go on. */
#define GRACE_NS (5 * NSEC_PER_SEC)

struct capture {
	const struct options *options;
	struct failure *failure;
	struct ending ending;
	int clock_watch;
	struct probe *probe;
	struct host *host; /* the header of the trace */
	struct series series;
	char name[OUTPUT_NAME_MAX]; /* of the output, when nobody gave it one */
	struct patience patience;
	struct output output;
	struct journal journal;
	struct translate *translate;
	struct process_source source;
	struct status status;
	unsigned int events; /* since the drain began */
	bool running;	     /* a drain may end before the ring is empty */
};

static int fail(struct capture *c, const char *what, int err)
{
	return failure_say(c->failure, err, "%s: %s", what, strerror(-err));
}

/* The error of a record that could not be added: it is the output's, or memory's. */
static int fail_record(struct capture *c, int err)
{
	if (c->journal.output_error == -EPIPE) {
		c->failure->text[0] = '\0';
		return -EPIPE;
	}
	if (c->journal.output_error == -ETIME)
		return failure_say(c->failure, err,
				   "%s: nobody reads it: the trace is cut short",
				   c->output.path);
	if (c->journal.output_error)
		return fail(c, c->output.path, c->journal.output_error);

	return fail(c, "recording", err);
}

static int on_add(void *ctx, const struct fdp_record *record)
{
	struct capture *c = ctx;

	return journal_add(&c->journal, record);
}

static void on_forget(void *ctx, enum fdp_type type, uint64_t id)
{
	struct capture *c = ctx;

	journal_forget(&c->journal, type, id);
}

static void on_enrich(void *ctx, struct process_facts *facts)
{
	struct capture *c = ctx;

	process_enrich(&c->source, facts);
}

static void on_cgroup(void *ctx, const struct event_cgroup *event)
{
	process_source_cgroup(&((struct capture *)ctx)->source, event);
}

static int on_event(void *ctx, const void *event, size_t size)
{
	struct capture *c = ctx;
	int err = translate_event(c->translate, event, size);

	if (err)
		return fail_record(c, err);
	if (c->running && (++c->events >= DRAIN_EVENTS || c->journal.full))
		return DRAIN_PAUSED;

	return 0;
}

static int read_losses(struct capture *c, struct losses *losses)
{
	int err = probe_losses(c->probe, losses);

	if (err)
		return fail(c, "reading the counts of losses", err);
	losses_add(losses, translate_losses(c->translate));

	return 0;
}

static struct status_counts counts_now(const struct capture *c)
{
	const struct translate_totals *totals = translate_totals(c->translate);

	return (struct status_counts){
		.messages = totals->messages,
		.descriptors = totals->descriptors,
		.transfers = totals->transfers,
		.lost = losses_sum(&c->journal.lost),
		.bytes = journal_size(&c->journal),
	};
}

static int on_member(void *probe, uint32_t pid)
{
	return probe_want(probe, pid);
}

/* From now on the probe sees who is born: first the process, then its descendants. */
static int want_families(struct capture *c)
{
	for (size_t i = 0; i < c->options->n_pids; i++) {
		int err = probe_want(c->probe, c->options->pids[i]);
		if (!err)
			err = family_find(c->source.proc, c->options->pids[i], on_member,
					  c->probe);
		if (err)
			return fail(c, "--pid", err);
	}
	return 0;
}

static int open_probe(struct capture *c)
{
	const struct options *o = c->options;
	const struct probe_options options = {
		.filter = options_filtered(o) ? &o->filter : NULL,
		.exact_files = o->exact_files,
		.transfers = o->transfers,
		.backend = o->backend,
	};
	struct probe_failure why = {""};
	int err;

	err = families_check(c->source.proc, o->pids, o->n_pids, c->failure);
	if (err)
		return err;
	err = probe_open(&c->probe, &options, &why);
	if (err)
		return failure_say(c->failure, err, "%s", why.phrase);
	return want_families(c);
}

/* The file, or the folder of the files; a flight recorder has none before it is asked. */
static int open_output(struct capture *c)
{
	const struct options *o = c->options;
	const char *path = o->output;
	int err;

	if (!options_series(o))
		return output_open(&c->output, path, o->force, c->failure);
	if (!path) {
		output_name(c->name);
		path = c->name;
	}
	err = series_open(&c->series, path, o->force, o->keep, c->failure);
	if (!err && !o->ring)
		err = series_next(&c->series, &c->output, c->failure);

	return err;
}

static int open_journal(struct capture *c)
{
	const struct journal_bounds bounds = {
		.max_size = c->options->max_size,
		.ring = c->options->ring,
		.dump_on = c->options->dump_on,
		.series = options_series(c->options) ? &c->series : NULL,
	};
	struct probe_hook hooks[PROBE_HOOKS_MAX];
	const struct host_probe probe = {
		.backend = probe_backend(c->probe),
		.blind_spots = probe_blind_spots(c->probe),
		.hooks = hooks,
		.n_hooks = probe_hooks(c->probe, hooks),
	};
	int err = -ENOMEM;

	c->host = malloc(sizeof(*c->host));
	if (c->host)
		err = host_describe(c->host, c->options, &probe);
	if (err)
		return fail(c, "describing this machine", err);
	err = open_output(c);
	if (err)
		return err;
	c->patience.fd = c->ending.signals.fd;
	c->output.patience = &c->patience;
	err = journal_open(&c->journal, &c->host->header, &c->output, &bounds);

	return err ? fail_record(c, err) : 0;
}

static int open_translate(struct capture *c)
{
	const struct translate_ops ops = {.add = on_add,
					  .forget = on_forget,
					  .enrich = on_enrich,
					  .cgroup = on_cgroup,
					  .ctx = c};
	int err = translate_new(&c->translate, &ops);

	if (err)
		return fail(c, "recording", err);
	translate_limit(c->translate, c->options->messages);

	return 0;
}

static int start_command(struct capture *c)
{
	char **argv = c->options->command;
	int out = c->output.standard ? STDERR_FILENO : STDOUT_FILENO;
	int err;

	if (!argv)
		return 0;
	err = command_start(&c->ending.command, argv, &c->ending.signals.old_mask, out,
			    c->failure);
	if (err)
		return err;
	err = probe_want(c->probe, c->ending.command.pid);

	return err ? fail(c, argv[0], err) : 0;
}

/* Without a snapshot the trace is as true, but cannot name who was there before it. */
static int take_snapshot(struct capture *c)
{
	struct fdp_record record = {.type = FDP_SNAPSHOT};
	const struct translate_totals *totals = translate_totals(c->translate);
	struct losses before, after;
	int refused, err = read_losses(c, &before);

	if (err)
		return err;
	c->failure->text[0] = '\0';
	refused = probe_snapshot(c->probe, on_event, c);
	if (c->journal.output_error || c->failure->text[0])
		return refused;
	err = read_losses(c, &after);
	if (err)
		return err;
	record.snapshot = (struct fdp_snapshot){
		.time_ns = boot_now(),
		.n_processes = totals->processes,
		.n_sockets = totals->sockets,
		.n_holders = totals->holders,
		.complete = !refused && losses_sum(&before) == losses_sum(&after),
	};
	err = journal_add(&c->journal, &record);

	return err ? fail_record(c, err) : 0;
}

/* Under a sanitizer, which wants more of the system than we do, there is no sandbox. */
static int confine(struct capture *c)
{
	const struct sandbox sandbox = {
		.folder = c->series.folder,
		.command = c->ending.command.pid,
	};
	bool instrumented = false;

#ifdef __SANITIZE_ADDRESS__
	instrumented = true;
#endif
	if (c->options->no_sandbox || instrumented)
		return 0;

	return sandbox_enter(&sandbox, c->failure);
}

/* A signal that was taken while the snapshot was written was not meant for COMMAND. */
static int let_command_go(struct capture *c)
{
	char **argv = c->options->command;

	if (c->ending.asked)
		return failure_say(c->failure, -EINTR,
				   "%s: a signal came before it began", argv[0]);

	return command_go(&c->ending.command, argv, c->failure);
}

static int capture_open(struct capture *c)
{
	int err = signals_open(&c->ending.signals);

	if (err)
		return fail(c, "signalfd", err);
	c->clock_watch = clock_watch_open();
	if (c->clock_watch < 0)
		return fail(c, "timerfd", c->clock_watch);
	err = process_source_open(&c->source, "/proc", c->options->cmdline);
	if (err)
		return fail(c, "/proc", err);
	err = open_probe(c);
	if (!err)
		err = open_journal(c);
	if (!err)
		err = open_translate(c);
	if (!err)
		err = start_command(c);
	if (!err)
		err = take_snapshot(c);
	if (!err && c->options->command)
		err = let_command_go(c);
	if (!err) {
		notify_ready();
		err = confine(c);
	}

	return err;
}

/* Returns how many events there were, or a negative errno. */
static int drain(struct capture *c)
{
	int n;

	c->events = 0;
	c->failure->text[0] = '\0';
	journal_hurry(&c->journal,
		      probe_backlog(c->probe) > probe_capacity(c->probe) / 4);
	n = probe_consume(c->probe, on_event, c);
	if (n == DRAIN_PAUSED)
		return DRAIN_EVENTS;
	if (n < 0 && !c->journal.output_error && !c->failure->text[0])
		return fail(c, "reading the ring buffer", n);

	return n;
}

/* What is to be done when the clock says so. */
static int tick(struct capture *c, uint64_t now)
{
	uint64_t messages = translate_totals(c->translate)->messages;
	struct status_counts counts;
	struct losses losses;
	int err;

	if (now >= journal_due(&c->journal)) {
		err = read_losses(c, &losses);
		if (err)
			return err;
		err = journal_tick(&c->journal, now, &losses);
		if (err)
			return fail_record(c, err);
	}
	counts = counts_now(c);
	status_update(&c->status, &counts, now);

	if (c->options->messages && messages >= c->options->messages &&
	    c->ending.due_why != FDP_STOP_MESSAGES)
		ending_limit(&c->ending, now + LINGER_NS, FDP_STOP_MESSAGES);
	if (now >= c->ending.due)
		c->ending.why = c->ending.due_why;
	if (c->journal.full)
		c->ending.why = FDP_STOP_SIZE;

	return 0;
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* How long to wait; NULL: for ever, for there is nothing to be done. */
static struct timespec *timeout(const struct capture *c, struct timespec *wait,
				uint64_t drain_due)
{
	struct status_counts counts = counts_now(c);
	uint64_t now = boot_now();
	uint64_t due = min_u64(drain_due, c->ending.due);

	due = min_u64(due, journal_due(&c->journal));
	due = min_u64(due, status_due(&c->status, &counts));
	if (due == UINT64_MAX)
		return NULL;
	due = due > now ? due - now : 0;
	wait->tv_sec = due / NSEC_PER_SEC;
	wait->tv_nsec = due % NSEC_PER_SEC;

	return wait;
}

static void take_signal(struct capture *c)
{
	if (ending_take_signal(&c->ending) == SIGUSR1)
		journal_dump_now(&c->journal);
}

/* While a reader of the output pauses, the loop does not come to look. */
static bool is_end_asked_for(void *ctx)
{
	take_signal(ctx);

	return ((struct capture *)ctx)->ending.asked;
}

static int take_clock_step(struct capture *c)
{
	int err = clock_watch_rearm(c->clock_watch);

	if (err)
		return fail(c, "timerfd", err);
	err = journal_clock(&c->journal);

	return err ? fail_record(c, err) : 0;
}

/* Waits for the next thing to do; the probe counts only when it was told to wake us. */
static int wait_for_work(struct capture *c, bool asleep, uint64_t drain_due)
{
	struct command *command = &c->ending.command;
	struct pollfd fds[] = {
		{.fd = c->ending.signals.fd, .events = POLLIN},
		{.fd = c->clock_watch, .events = POLLIN},
		{.fd = command->pid ? command->pidfd : -1, .events = POLLIN},
		{.fd = asleep ? probe_fd(c->probe) : -1, .events = POLLIN},
	};
	struct timespec wait;
	int n = ppoll(fds, sizeof(fds) / sizeof(fds[0]), timeout(c, &wait, drain_due),
		      NULL);

	if (n < 0)
		return errno == EINTR ? 0 : fail(c, "poll", -errno);
	if (fds[0].revents)
		take_signal(c);
	if (fds[2].revents) {
		command_collect(command, false);
		if (command->ended)
			c->ending.why = FDP_STOP_COMMAND;
	}

	return fds[1].revents ? take_clock_step(c) : 0;
}

static int loop(struct capture *c)
{
	unsigned int idle = 0;

	while (c->ending.why == FDP_STOP_UNKNOWN) {
		uint64_t due = boot_now() + DRAIN_NS;
		int n = drain(c);
		bool asleep;
		int err;

		if (n < 0)
			return n;
		err = tick(c, boot_now());
		if (err)
			return err;
		if (c->ending.why != FDP_STOP_UNKNOWN)
			break;
		idle = n ? 0 : idle + 1;
		asleep = idle >= IDLE_ROUNDS && probe_sleep(c->probe);
		/* A probe that did not see that yet has its event there a round later. */
		if (asleep && idle > IDLE_ROUNDS)
			due = UINT64_MAX;
		else if (!asleep && (idle >= IDLE_ROUNDS || n >= DRAIN_EVENTS))
			due = 0;
		err = wait_for_work(c, asleep, due);
		if (err)
			return err;
	}

	return 0;
}

/* What is still in the ring; on a machine that never pauses, not for ever. */
static int finish(struct capture *c)
{
	struct losses losses;
	int err, n = 1;

	for (int round = 0; n > 0 && round < LAST_ROUNDS; round++)
		n = drain(c);
	if (n < 0)
		return n;
	err = read_losses(c, &losses);
	if (err)
		return err;
	err = journal_finish(&c->journal, c->ending.why, &losses);
	if (err)
		return fail_record(c, err);
	err = output_close(&c->output);

	return err ? fail(c, c->output.path, err) : 0;
}

static void fill_result(struct capture_result *result, const struct capture *c)
{
	if (c->translate && c->journal.writer)
		result->counts = counts_now(c);
	if (c->output.path)
		snprintf(result->output, sizeof(result->output), "%s", c->output.path);
}

static void capture_release(struct capture *c)
{
	status_clear(&c->status);
	translate_free(c->translate);
	process_source_close(&c->source);
	journal_release(&c->journal);
	probe_close(c->probe);
	free(c->host);
	series_close(&c->series);
	if (c->clock_watch >= 0)
		close(c->clock_watch);
	ending_release(&c->ending);
}

int capture_run(struct capture_result *result, const struct options *options,
		struct failure *failure)
{
	struct capture c = {
		.options = options,
		.failure = failure,
		.ending = {.signals = {.fd = -1}, .due = UINT64_MAX},
		.patience = {.ends = is_end_asked_for, .grace_ns = GRACE_NS, .ctx = &c},
		.clock_watch = -1,
		.series = {.folder = -1},
		.output = {.fd = -1},
		.source = {.proc = -1},
	};
	int err;

	*result = (struct capture_result){0};
	failure->text[0] = '\0';
	c.status.on = !options->quiet && !options->command && isatty(STDERR_FILENO);
	err = capture_open(&c);
	if (!err) {
		c.running = true;
		if (options->duration_ns)
			ending_limit(&c.ending, boot_now() + options->duration_ns,
				     FDP_STOP_DURATION);
		err = loop(&c);
	}
	if (!err)
		err = finish(&c);
	if (err)
		c.ending.why = c.journal.output_error ? FDP_STOP_DISK : FDP_STOP_ERROR;
	if (err && c.running)
		journal_give_up(&c.journal);
	if (!c.running) {
		command_release(&c.ending.command);
		output_discard(&c.output);
	}
	fill_result(result, &c);
	capture_release(&c);
	result->ending = c.ending;
	output_close(&c.output);

	return err;
}
