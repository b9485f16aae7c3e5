/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The threads of a capture: each as it was, that is one number for each combination of
 * process, program, thread, name and ids that did something. What is the same for all
 * threads of a program is kept once, as its facts.
 */
#pragma once

#include <stdint.h>

#include "../bpf/event.h"
#include "../format/fdp.h"

struct process_facts;
struct thread_table;

struct thread_ops {
	/* A number that had to make room. */
	void (*forget)(void *ctx, uint64_t id);
	/* Completes the facts when a thread is first mentioned. May be NULL. */
	void (*enrich)(void *ctx, struct process_facts *facts);
	void *ctx;
};

int thread_table_new(struct thread_table **tablep, const struct thread_ops *ops);
void thread_table_free(struct thread_table *t);

/* Keeps what the event says of a program; its lengths have been checked. */
int thread_table_learn(struct thread_table *t, const struct event_process *event);

/*
 * 1: the thread is new, definition has its number and all that is known; its texts are
 * lent until the next call. 0: only definition->id is set, which is 0 for no thread.
 */
int thread_get(struct fdp_process *definition, struct thread_table *t,
	       const struct event_task *task);
