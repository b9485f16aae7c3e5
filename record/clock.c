// SPDX-License-Identifier: BSD-2-Clause
/* Clocks: see clock.h. */
#include "clock.h"

#include <errno.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "../format/fdp.h"

#define READ_ROUNDS 4
#define FAR_FUTURE_S (INT64_C(1) << 33) /* the year 2242 */

static uint64_t now(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);

	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

uint64_t boot_now(void)
{
	return now(CLOCK_BOOTTIME);
}

/* We may be preempted between two readings: the best of some rounds is kept. */
void clock_read_all(struct fdp_clock *clock)
{
	clock->error_ns = UINT64_MAX;
	for (int i = 0; i < READ_ROUNDS; i++) {
		uint64_t before = now(CLOCK_BOOTTIME);
		uint64_t mono = now(CLOCK_MONOTONIC);
		uint64_t real = now(CLOCK_REALTIME);
		uint64_t error = now(CLOCK_BOOTTIME) - before;

		if (error >= clock->error_ns)
			continue;
		*clock = (struct fdp_clock){
			.boot_ns = before,
			.mono_ns = mono,
			.real_ns = (int64_t)real,
			.error_ns = error,
		};
	}
}

/* After a step the kernel says so once more here, and again if there is another one. */
int clock_watch_rearm(int fd)
{
	const struct itimerspec never = {.it_value = {.tv_sec = FAR_FUTURE_S}};
	const int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;

	while (timerfd_settime(fd, flags, &never, NULL) < 0)
		if (errno != ECANCELED)
			return -errno;

	return 0;
}

int clock_watch_open(void)
{
	int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	int err;

	if (fd < 0)
		return -errno;
	err = clock_watch_rearm(fd);
	if (err) {
		close(fd);
		return err;
	}

	return fd;
}
