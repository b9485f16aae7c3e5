/* SPDX-License-Identifier: BSD-2-Clause */
/* A translator whose records are kept, and events to play to it. */
#pragma once

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../record/process.h"
#include "../../record/translate.h"

#define RECORDS_MAX 64

/* What came out; texts are copied as C strings, for they are only lent. */
struct out {
	struct translate *t;
	size_t n;
	struct fdp_record records[RECORDS_MAX];
	char texts[RECORDS_MAX][64];
	struct fdp_descriptor fds[RECORDS_MAX][4];
	unsigned int forgotten, enriched, cgroups;
	uint64_t total;
	int error;
};

static inline void keep_text(struct out *out, struct fdp_text text)
{
	snprintf(out->texts[out->n], sizeof(out->texts[0]), "%.*s", (int)text.len,
		 text.data);
}

static inline void keep_fds(struct out *out, const struct fdp_descriptor *fds, uint32_t n)
{
	for (uint32_t i = 0; i < n && i < 4; i++)
		out->fds[out->n][i] = fds[i];
}

static inline int keep(void *ctx, const struct fdp_record *record)
{
	struct out *out = ctx;

	out->total++;
	if (out->error)
		return out->error;
	if (out->n == RECORDS_MAX)
		return 0;
	out->records[out->n] = *record;
	if (record->type == FDP_PROCESS)
		keep_text(out, record->process.exe);
	if (record->type == FDP_SOCKET)
		keep_text(out, record->socket.name);
	if (record->type == FDP_FILE)
		keep_text(out, record->file.name);
	if (record->type == FDP_SEND)
		keep_fds(out, record->send.fds, record->send.n_fds);
	if (record->type == FDP_RECEIVE)
		keep_fds(out, record->receive.fds, record->receive.n_fds);
	out->n++;

	return 0;
}

static inline void forget(void *ctx, enum fdp_type type, uint64_t id)
{
	struct out *out = ctx;

	(void)type;
	cr_expect_neq(id, 0);
	out->forgotten++;
}

static inline void enrich(void *ctx, struct process_facts *facts)
{
	struct out *out = ctx;

	cr_expect_neq(facts->pid, 0);
	out->enriched++;
}

static inline void cgroup(void *ctx, const struct event_cgroup *event)
{
	struct out *out = ctx;

	cr_expect_neq(event->cgroup, 0);
	out->cgroups++;
}

static inline struct out *out_new(void)
{
	struct out *out = calloc(1, sizeof(*out));
	const struct translate_ops ops = {keep, forget, enrich, cgroup, out};

	cr_assert_not_null(out);
	cr_assert_eq(translate_new(&out->t, &ops), 0);

	return out;
}

static inline void out_free(struct out *out)
{
	translate_free(out->t);
	free(out);
}

static inline struct event_task task_of(uint32_t pid, const char *comm)
{
	struct event_task task = {.pid = pid, .tid = pid, .start = pid * 1000ULL};

	snprintf(task.comm, sizeof(task.comm), "%s", comm);

	return task;
}

struct send {
	struct event_send head;
	struct event_fd fds[EVENT_FDS_MAX];
};

struct receive {
	struct event_receive head;
	struct event_fd fds[EVENT_FDS_MAX];
};

static inline size_t send_size(const struct send *s)
{
	return sizeof(s->head) + s->head.n_fds * sizeof(s->fds[0]);
}

static inline struct send send_of(uint64_t message, uint32_t n_fds)
{
	struct send s = {.head = {
				 .event = {.type = EVENT_SEND, .time = 100 + message},
				 .task = task_of(10, "client"),
				 .message = message,
				 .socket = 501,
				 .receiver = 502,
				 .size = 1,
				 .sockfd = 3,
				 .call = EVENT_CALL_MSG,
				 .error_index = -1,
				 .n_fds = n_fds,
			 }};

	for (uint32_t i = 0; i < n_fds; i++)
		s.fds[i] = (struct event_fd){.file = 40 + i, .fd = 7 + i};
	s.head.event.size = send_size(&s);

	return s;
}

static inline struct receive receive_of(uint64_t message, uint32_t n_fds)
{
	struct receive r = {
		.head = {
			.event = {.type = EVENT_RECEIVE, .time = 200 + message},
			.task = task_of(20, "server"),
			.message = message,
			.socket = 502,
			.sender = 501,
			.result = 1,
			.sockfd = 4,
			.flags = EVENT_RECEIVE_CLOEXEC | EVENT_RECEIVE_PEEK,
			.n_fds = n_fds,
		}};

	for (uint32_t i = 0; i < n_fds; i++)
		r.fds[i] = (struct event_fd){.file = 40 + i, .fd = 70 + i};
	r.head.event.size = sizeof(r.head) + n_fds * sizeof(r.fds[0]);

	return r;
}

static inline int play_send(struct out *out, struct send s)
{
	return translate_event(out->t, &s, send_size(&s));
}

static inline int play_receive(struct out *out, struct receive r)
{
	return translate_event(out->t, &r, r.head.event.size);
}

static inline int play_process(struct out *out, struct event_task task, uint32_t flags)
{
	static const char exe[] = "bus\0bin\0";
	struct event_process *e = calloc(1, sizeof(*e) + sizeof(exe));
	int err;

	cr_assert_not_null(e);
	e->event =
		(struct event){.type = EVENT_PROCESS, .size = sizeof(*e) + 8, .time = 1};
	e->task = task;
	e->ppid = 1;
	e->cgroup = 33;
	e->flags = flags;
	e->path_len = 8;
	memcpy(e->path, exe, 8);
	err = translate_event(out->t, e, sizeof(*e) + 8);
	free(e);

	return err;
}

static inline int play_socket(struct out *out, struct event_socket e)
{
	e.event = (struct event){.type = EVENT_SOCKET, .size = sizeof(e), .time = 1};

	return translate_event(out->t, &e, sizeof(e));
}

static inline size_t count_type(const struct out *out, enum fdp_type type)
{
	size_t n = 0;

	for (size_t i = 0; i < out->n; i++)
		n += out->records[i].type == type;

	return n;
}

static inline void expect_types(const struct out *out, const enum fdp_type *types,
				size_t n)
{
	cr_assert_eq(out->n, n, "%zu records, not %zu", out->n, n);
	for (size_t i = 0; i < n; i++)
		cr_expect_eq(out->records[i].type, types[i], "record %zu is a %s", i,
			     fdp_type_name(out->records[i].type));
}
