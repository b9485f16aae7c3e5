// SPDX-License-Identifier: BSD-2-Clause
/*
 * The user side of the recorder, without a kernel: consume EVENTS has the translator and
 * the writer take the wire of a process that passes open files to another, at least so
 * many descriptor events, and prints nanoseconds of processor time for each of them.
 *
 * One file in eight is new and described; the trace goes nowhere.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "../../record/translate.h"

#define PATH "messages\0log\0var\0"
#define NEW_FILE_EACH 8

struct wire {
	struct translate *translate;
	struct fdp_writer *writer;
	uint64_t now;
};

static void check(int error)
{
	if (error)
		errx(1, "%s", strerror(-error));
}

static int on_add(void *ctx, const struct fdp_record *record)
{
	const struct wire *w = ctx;

	return fdp_writer_add(w->writer, record);
}

static void on_forget(void *ctx, enum fdp_type type, uint64_t id)
{
	const struct wire *w = ctx;

	fdp_writer_forget(w->writer, type, id);
}

static int to_nowhere(void *ctx, const void *data, size_t len)
{
	(void)ctx;
	(void)data;
	(void)len;

	return 0;
}

static struct event head(struct wire *w, enum event_type type, size_t size)
{
	w->now += 1500;

	return (struct event){.type = type, .size = (uint32_t)size, .time = w->now};
}

static void give(struct wire *w, const void *event)
{
	const struct event *first = event;

	check(translate_event(w->translate, event, first->size));
}

static struct event_task task_of(uint32_t pid)
{
	return (struct event_task){.pid = pid,
				   .tid = pid,
				   .start = pid * UINT64_C(1000000),
				   .exec_id = 1,
				   .comm = "loop"};
}

static void give_process(struct wire *w, uint32_t pid)
{
	struct event_process event = {.event = head(w, EVENT_PROCESS, sizeof(event)),
				      .task = task_of(pid),
				      .ppid = 1};

	give(w, &event);
}

static void give_socket(struct wire *w, uint64_t key)
{
	struct event_socket event = {.event = head(w, EVENT_SOCKET, sizeof(event)),
				     .key = key,
				     .peer = key ^ 1,
				     .cookie = key,
				     .type = SOCK_STREAM};

	give(w, &event);
}

static void give_file(struct wire *w, uint64_t file)
{
	union {
		struct event_file event;
		char space[sizeof(struct event_file) + sizeof(PATH)];
	} u = {.event = {.event = head(w, EVENT_FILE, sizeof(u)),
			 .file = file,
			 .ino = 7000 + file,
			 .mode = 0100600,
			 .path_len = sizeof(PATH) - 1}};

	memcpy(u.event.path, PATH, sizeof(PATH));
	give(w, &u);
}

static void give_send(struct wire *w, uint64_t message, uint64_t file)
{
	union {
		struct event_send event;
		char space[sizeof(struct event_send) + sizeof(struct event_fd)];
	} u = {.event = {.event = head(w, EVENT_SEND, sizeof(u)),
			 .task = task_of(100),
			 .message = message,
			 .socket = 10,
			 .receiver = 11,
			 .size = 1,
			 .sockfd = 3,
			 .call = EVENT_CALL_MSG,
			 .error_index = -1,
			 .n_fds = 1}};

	u.event.fds[0] = (struct event_fd){.file = file, .fd = 5};
	give(w, &u);
}

static void give_receive(struct wire *w, uint64_t message, uint64_t file)
{
	union {
		struct event_receive event;
		char space[sizeof(struct event_receive) + sizeof(struct event_fd)];
	} u = {.event = {.event = head(w, EVENT_RECEIVE, sizeof(u)),
			 .task = task_of(101),
			 .message = message,
			 .socket = 11,
			 .sender = 10,
			 .result = 1,
			 .sockfd = 4,
			 .call = EVENT_CALL_MSG,
			 .n_fds = 1}};

	u.event.fds[0] = (struct event_fd){.file = file, .fd = 6};
	give(w, &u);
}

static void play(struct wire *w, uint64_t passes)
{
	uint64_t file = 0;

	for (uint32_t i = 0; i < 2; i++) {
		give_process(w, 100 + i);
		give_socket(w, 10 + i);
	}
	for (uint64_t message = 1; message <= passes; message++) {
		if (message % NEW_FILE_EACH == 1)
			give_file(w, ++file);
		give_send(w, message, file);
		give_receive(w, message, file);
	}
}

static double processor_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);

	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(int argc, char **argv)
{
	const struct fdp_header header = {.page_size = 4096};
	const struct fdp_trailer trailer = {.stop = FDP_STOP_SIGNAL};
	uint64_t events = argc == 2 ? strtoull(argv[1], NULL, 10) : 0;
	struct wire w = {.now = 1};
	const struct translate_ops ops = {.add = on_add, .forget = on_forget, .ctx = &w};
	double start;

	if (!events)
		errx(2, "usage: consume EVENTS");
	check(fdp_writer_new(&w.writer, &header, to_nowhere, NULL));
	check(translate_new(&w.translate, &ops));
	start = processor_ns();
	play(&w, (events + 1) / 2);
	check(fdp_writer_finish(w.writer, &trailer));
	printf("%.1f\n", (processor_ns() - start) / (double)events);
	translate_free(w.translate);
	fdp_writer_free(w.writer);

	return 0;
}
