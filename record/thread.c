// SPDX-License-Identifier: BSD-2-Clause
/* Threads: see thread.h. */
#include "thread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "process.h"
#include "table.h"

#define PROCESSES_MAX 32768
#define PROCESSES_WEIGHT_MAX (16 * 1024 * 1024)

/* One program of one process. */
struct facts_key {
	uint32_t pid;
	uint32_t pad;
	uint64_t start;
	uint64_t exec_id;
};

struct thread_table {
	struct thread_ops ops;
	struct table *facts;   /* facts_key to process_facts */
	struct table *numbers; /* event_task to uint64_t */
	uint64_t last_id;
};

static void facts_drop(void *ctx, const void *key, void *value, bool evicted)
{
	(void)ctx;
	(void)key;
	(void)evicted;
	process_facts_release(value);
}

static void thread_drop(void *ctx, const void *key, void *value, bool evicted)
{
	struct thread_table *t = ctx;
	uint64_t *id = value;

	(void)key;
	if (evicted)
		t->ops.forget(t->ops.ctx, *id);
}

static int tables_new(struct thread_table *t)
{
	const struct table_shape facts = {
		.key_size = sizeof(struct facts_key),
		.value_size = sizeof(struct process_facts),
		.max_entries = PROCESSES_MAX,
		.max_weight = PROCESSES_WEIGHT_MAX,
		.drop = facts_drop,
	};
	const struct table_shape numbers = {
		.key_size = sizeof(struct event_task),
		.value_size = sizeof(uint64_t),
		.max_entries = PROCESSES_MAX,
		.max_weight = PROCESSES_WEIGHT_MAX,
		.drop = thread_drop,
		.ctx = t,
	};
	int err = table_new(&t->facts, &facts);

	return err ? err : table_new(&t->numbers, &numbers);
}

int thread_table_new(struct thread_table **tablep, const struct thread_ops *ops)
{
	struct thread_table *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return -ENOMEM;
	t->ops = *ops;
	err = tables_new(t);
	if (err) {
		thread_table_free(t);
		return err;
	}
	*tablep = t;

	return 0;
}

void thread_table_free(struct thread_table *t)
{
	if (!t)
		return;
	table_free(t->numbers);
	table_free(t->facts);
	free(t);
}

static struct facts_key key_of(const struct event_task *task)
{
	return (struct facts_key){
		.pid = task->pid,
		.start = task->start,
		.exec_id = task->exec_id,
	};
}

/* Lends the facts of the task's process, empty ones if the kernel's were lost. */
static int facts_get(struct process_facts **factsp, struct thread_table *t,
		     const struct event_task *task)
{
	const struct facts_key key = key_of(task);
	void *value = table_find(t->facts, &key);
	struct process_facts *facts = value;
	int err;

	if (!value) {
		err = table_add(&value, t->facts, &key);
		if (err)
			return err;
		facts = value;
		facts->pid = task->pid;
		facts->start_ns = task->start;
	}
	*factsp = facts;

	return 0;
}

static struct fdp_process process_of(uint64_t id, const struct event_task *task,
				     const struct process_facts *facts)
{
	return (struct fdp_process){
		.id = id,
		.flags = facts->flags,
		.pid = task->pid,
		.tid = task->tid,
		.own_pid = facts->own_pid,
		.ppid = facts->ppid,
		.start_ns = task->start,
		.parent_start_ns = facts->parent_start_ns,
		.uid = task->uid,
		.gid = task->gid,
		.euid = task->euid,
		.egid = task->egid,
		.pid_ns = facts->pid_ns,
		.mnt_ns = facts->mnt_ns,
		.user_ns = facts->user_ns,
		.net_ns = facts->net_ns,
		.cgroup_id = facts->cgroup_id,
		.comm = {task->comm, strnlen(task->comm, sizeof(task->comm))},
		.main_comm = {facts->main_comm, strlen(facts->main_comm)},
		.exe = facts->exe,
		.cgroup = facts->cgroup,
		.cmdline = facts->cmdline,
	};
}

int thread_table_learn(struct thread_table *t, const struct event_process *event)
{
	struct process_facts *facts;
	int err = facts_get(&facts, t, &event->task);

	if (err)
		return err;
	process_facts_release(facts);
	err = process_facts_init(facts, event);
	if (err)
		return err;
	table_charge(t->facts, facts, process_facts_weight(facts));

	return 0;
}

int thread_get(struct fdp_process *definition, struct thread_table *t,
	       const struct event_task *task)
{
	const uint64_t *known;
	struct process_facts *facts;
	void *value;
	int err;

	definition->id = 0;
	if (!task->start) /* who is not in our pid namespace has none there */
		return 0;
	known = table_find(t->numbers, task);
	if (known) {
		definition->id = *known;
		return 0;
	}

	err = facts_get(&facts, t, task);
	if (err)
		return err;
	if (t->ops.enrich)
		t->ops.enrich(t->ops.ctx, facts);
	table_charge(t->facts, facts, process_facts_weight(facts));
	err = table_add(&value, t->numbers, task);
	if (err)
		return err;
	*(uint64_t *)value = ++t->last_id;
	table_charge(t->numbers, value, process_facts_weight(facts));
	*definition = process_of(t->last_id, task, facts);

	return 1;
}
