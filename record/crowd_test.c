// SPDX-License-Identifier: BSD-2-Clause
/* The self-test in a crowd: see crowd_test.h. */
#include "crowd_test.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../bpf/event.h"
#include "rights.h"

/* Messages of the one who wakes up, and at most of the other: the ring holds them all. */
#define WAKES 40
#define BUSY_MAX 4000

struct sender {
	int pair[2];
	size_t n_fds;
	uint32_t sent;
	int err;
};

struct crowd {
	struct sender waking, busy;
	uint64_t round_ns; /* what a message of the busy one takes */
	atomic_bool over;
};

/* Passes a descriptor n times in one message, and drops it at the other end. */
static bool send_and_drop(struct sender *s)
{
	char byte;

	s->err = rights_send(s->pair[0], s->pair[0], s->n_fds);
	if (s->err)
		return false;
	s->sent++;
	if (read(s->pair[1], &byte, 1) != 1)
		s->err = -errno;
	return !s->err;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* The first message describes what is passed, and takes longer. */
static void measure_round(struct crowd *c)
{
	send_and_drop(&c->busy);
	uint64_t start = now_ns();
	send_and_drop(&c->busy);
	c->round_ns = now_ns() - start;
}

/* Wakes up once in a round of the other's, ever later in it; at once, if it may. */
static void *wake(void *arg)
{
	struct crowd *c = arg;
	const struct sched_param first = {.sched_priority = 1};

	sched_setscheduler(0, SCHED_FIFO, &first);
	for (int i = 0; i < WAKES && !c->waking.err; i++) {
		uint64_t ns = c->round_ns / 2 + c->round_ns * i / WAKES;
		const struct timespec pause = {ns / 1000000000, ns % 1000000000};

		nanosleep(&pause, NULL);
		send_and_drop(&c->waking);
	}
	atomic_store(&c->over, true);
	return NULL;
}

static int crowd_run(struct crowd *c)
{
	pthread_t thread;

	measure_round(c);
	int err = pthread_create(&thread, NULL, wake, c);
	if (err)
		return -err;
	while (!atomic_load(&c->over) && c->busy.sent < BUSY_MAX &&
	       send_and_drop(&c->busy))
		;
	pthread_join(thread, NULL);
	return c->busy.err ? c->busy.err : c->waking.err;
}

/* Both run on this CPU: a new thread inherits where it may run. */
static int crowd_run_here(struct crowd *c)
{
	cpu_set_t before, here;
	int cpu = sched_getcpu();

	if (cpu < 0 || sched_getaffinity(0, sizeof(before), &before) < 0)
		return -errno;
	CPU_ZERO(&here);
	CPU_SET(cpu, &here);
	if (sched_setaffinity(0, sizeof(here), &here) < 0)
		return -errno;
	int err = crowd_run(c);
	sched_setaffinity(0, sizeof(before), &before);
	return err;
}

static int sender_open(struct sender *s, size_t n_fds)
{
	s->n_fds = n_fds;
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s->pair) < 0 ? -errno
									       : 0;
}

static void sender_close(struct sender *s)
{
	for (int i = 0; i < 2; i++)
		if (s->pair[i] >= 0)
			close(s->pair[i]);
}

int crowd_test_pass(struct crowd_test *t)
{
	struct crowd c = {.waking = {.pair = {-1, -1}}, .busy = {.pair = {-1, -1}}};
	int err = sender_open(&c.waking, 1);

	if (!err)
		err = sender_open(&c.busy, RIGHTS_MAX);
	if (!err)
		err = crowd_run_here(&c);
	sender_close(&c.waking);
	sender_close(&c.busy);
	t->sent = c.waking.sent + c.busy.sent;
	return err;
}

int crowd_test_event(void *ctx, const void *event, size_t size)
{
	struct crowd_test *t = ctx;
	const struct event_send *send = event;

	if (send->event.type == EVENT_SEND && size >= sizeof(*send) &&
	    send->task.pid == (uint32_t)getpid())
		t->told++;
	return 0;
}
