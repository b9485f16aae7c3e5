/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenes for tests of the reader: a trace in memory, told event by event. */
#pragma once

#include <criterion/criterion.h>

#include "../../replay/match.h"
#include "../../replay/out.h"

#define SCENE_TEXT(literal) ((struct fdp_text){literal, sizeof(literal) - 1})

/* What is lent lasts until the next but one is asked for. */
static inline struct fdp_send scene_sent(const struct trace *t, size_t i)
{
	static struct kept_room rooms[2];
	return kept_send(&t->sends, i, &rooms[i % 2]);
}

static inline struct fdp_receive scene_received(const struct trace *t, size_t i)
{
	static struct kept_room rooms[2];
	return kept_receive(&t->receives, i, &rooms[i % 2]);
}

static inline void scene_add(struct trace *t, const struct fdp_record *record)
{
	cr_assert_eq(trace_add(t, record), 0);
}

/* Process id is pid 100 + id, started at id. */
static inline void scene_process(struct trace *t, uint64_t id, const char *comm)
{
	struct fdp_record record = {
		.type = FDP_PROCESS,
		.process = {.id = id,
			    .pid = 100 + (uint32_t)id,
			    .tid = 100 + (uint32_t)id,
			    .start_ns = id,
			    .comm = {comm, strlen(comm)},
			    .main_comm = {comm, strlen(comm)}},
	};
	scene_add(t, &record);
}

static inline void scene_file(struct trace *t, uint64_t id, const char *name,
			      uint32_t flags)
{
	struct fdp_record record = {
		.type = FDP_FILE,
		.file = {.id = id,
			 .kind = FDP_KIND_REGULAR,
			 .flags = flags,
			 .name = {name, strlen(name)}},
	};
	scene_add(t, &record);
}

/* Processes 1 to 4, files 1 (exact) and 2. */
static inline void scene_init(struct trace *t)
{
	trace_init(t, true);
	scene_process(t, 1, "a");
	scene_process(t, 2, "b");
	scene_process(t, 3, "c");
	scene_process(t, 4, "d");
	scene_file(t, 1, "/exact", FDP_FILE_EXACT);
	scene_file(t, 2, "/likely", 0);
}

static inline struct fdp_record scene_send(uint64_t message, uint64_t time_ns,
					   uint64_t process,
					   const struct fdp_descriptor *fds,
					   uint32_t n_fds)
{
	return (struct fdp_record){
		.type = FDP_SEND,
		.send = {.message = message,
			 .time_ns = time_ns,
			 .process = process,
			 .sockfd = 3,
			 .error_index = -1,
			 .n_fds = n_fds,
			 .fds = fds},
	};
}

static inline struct fdp_record scene_receive(uint64_t message, uint64_t time_ns,
					      uint64_t process,
					      const struct fdp_descriptor *fds,
					      uint32_t n_fds, uint32_t flags)
{
	return (struct fdp_record){
		.type = FDP_RECEIVE,
		.receive = {.message = message,
			    .time_ns = time_ns,
			    .process = process,
			    .flags = flags,
			    .sockfd = 4,
			    .result = 1,
			    .n_fds = n_fds,
			    .fds = fds},
	};
}

/* One descriptor from one process to another, sent and received. */
static inline void scene_pass(struct trace *t, uint64_t message, uint64_t time_ns,
			      uint64_t from, int32_t from_fd, uint64_t to, int32_t to_fd,
			      uint64_t file)
{
	struct fdp_descriptor sent = {file, from_fd}, received = {file, to_fd};
	struct fdp_record record = scene_send(message, time_ns, from, &sent, 1);
	scene_add(t, &record);
	record = scene_receive(message, time_ns + 1, to, &received, 1, 0);
	scene_add(t, &record);
}

/* Without a message: process to took the descriptor. */
static inline void scene_transfer(struct trace *t, uint64_t time_ns, uint64_t from,
				  int32_t from_fd, uint64_t to, int32_t to_fd,
				  uint64_t file, uint32_t error)
{
	struct fdp_record record = {
		.type = FDP_TRANSFER,
		.transfer = {.time_ns = time_ns,
			     .way = FDP_WAY_PIDFD_GETFD,
			     .from = from,
			     .to = to,
			     .file = file,
			     .from_fd = from_fd,
			     .to_fd = to_fd,
			     .error = error},
	};
	scene_add(t, &record);
}

/* All passes of a trace, as an array. */
#define SCENE_PASSES_MAX 16

struct scene_passes {
	struct pass items[SCENE_PASSES_MAX];
	size_t n;
};

static inline int scene_keep(void *ctx, const struct pass *pass,
			     const struct pass_source *source)
{
	(void)source;
	struct scene_passes *all = ctx;
	cr_assert_lt(all->n, SCENE_PASSES_MAX);
	all->items[all->n++] = *pass;
	return 0;
}

static inline void scene_match(struct scene_passes *all, const struct trace *t)
{
	struct match match;
	all->n = 0;
	cr_assert_eq(match_init(&match, t), 0);
	cr_assert_eq(match_all_passes(&match, scene_keep, all), 0);
	match_release(&match);
}

static inline void scene_expect(const struct out *o, const char *wanted)
{
	cr_assert_eq(o->len, strlen(wanted), "'%.*s' is not '%s'", (int)o->len, o->data,
		     wanted);
	cr_assert_arr_eq(o->data, wanted, o->len, "'%.*s' is not '%s'", (int)o->len,
			 o->data, wanted);
}
