// SPDX-License-Identifier: BSD-2-Clause
/* The self-test in a crowd: see crowd_test.h. */
#include "crowd_test.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../bpf/event.h"

/* Messages of the one who wakes up, and at most of the other: the ring holds them all. */
#define WAKES 40
#define BUSY_MAX 4000

/* Enough to keep a program busy. */
#define BUSY_FDS 32

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
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(BUSY_FDS * sizeof(int))];
	} control = {.bytes = {0}};
	char byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(s->n_fds * sizeof(int)),
	};

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(s->n_fds * sizeof(int));
	for (size_t i = 0; i < s->n_fds; i++)
		memcpy(CMSG_DATA(&control.header) + i * sizeof(int), &s->pair[0],
		       sizeof(int));
	if (sendmsg(s->pair[0], &msg, 0) == 1) {
		s->sent++;
		if (read(s->pair[1], &byte, 1) == 1)
			return true;
	}
	s->err = -errno;
	return false;
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
		err = sender_open(&c.busy, BUSY_FDS);
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
