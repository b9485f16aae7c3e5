// SPDX-License-Identifier: BSD-2-Clause
/* What the recorder is told, without a kernel: a few of each kind of event. */
#include <string.h>
#include <unistd.h>

#include "../lib/fake_probe.h"

struct send {
	struct event_send head;
	struct event_fd fds[2];
};

struct receive {
	struct event_receive head;
	struct event_fd fds[2];
};

static struct event_process process = {
	.event = {EVENT_PROCESS, sizeof(process), 5},
	.task = {.start = 1, .comm = "shell"},
	.flags = EVENT_PROCESS_SNAPSHOT,
};

static const struct event_socket sockets[] = {
	{.event = {EVENT_SOCKET, sizeof(sockets[0]), 6}, .key = 5, .peer = 6},
	{.event = {EVENT_SOCKET, sizeof(sockets[0]), 7}, .key = 6, .peer = 5},
};

static const struct event_file file = {
	.event = {EVENT_FILE, sizeof(file), 8},
	.file = 1,
};

static const struct send sent = {
	{.event = {EVENT_SEND, sizeof(sent), 10},
	 .message = 1,
	 .socket = 5,
	 .receiver = 6,
	 .n_fds = 2},
	{{1, 3, 0}, {2, 4, 0}},
};

static const struct receive received = {
	{.event = {EVENT_RECEIVE, sizeof(received), 30},
	 .message = 1,
	 .socket = 6,
	 .sender = 5,
	 .n_fds = 2},
	{{1, 7, 0}, {2, 8, 0}},
};

static const struct event_send failed = {
	.event = {EVENT_SEND, sizeof(failed), 40},
	.message = 2,
	.socket = 5,
	.error = 9,
};

__attribute__((constructor)) static void events_prepare(void)
{
	/* One that /proc knows. */
	process.task.pid = process.task.tid = getpid();
	fake_probe.snapshot[0] = &process.event;
	fake_probe.snapshot[1] = &sockets[0].event;
	fake_probe.snapshot[2] = &sockets[1].event;
	fake_probe.events[0] = &file.event;
	fake_probe.events[1] = &sent.head.event;
	fake_probe.events[2] = &received.head.event;
	fake_probe.events[3] = &failed.event;
	fake_probe.later_losses.count[0][0] = 3;
}
