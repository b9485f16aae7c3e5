/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What every backend has: who is born of whom, and dies, for the filter by pid; and the
 * snapshot, iterators that send the same descriptions as everybody else.
 */
#pragma once

#include "file.h"
#include "filter.h"
#include "process.h"
#include "socket.h"

SEC("tp_btf/sched_process_fork")
int BPF_PROG(sched_process_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 parent_pid = task_pid(parent->group_leader);
	__u32 child_pid = task_pid(child->group_leader);
	__u8 yes = 1;

	if (parent_pid != child_pid && bpf_map_lookup_elem(&wanted_pids, &parent_pid) &&
	    bpf_map_update_elem(&wanted_pids, &child_pid, &yes, BPF_ANY))
		lose(LOSS_MAP, LOSS_DEFINITION);
	return 0;
}

/* The last thread of a process will close its files: then somebody else gets the pid. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(sched_process_exit, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	__u64 start = leader->start_boottime;
	__u32 pid = task_pid(leader);

	if (!task->signal->live.counter && !bpf_map_delete_elem(&wanted_pids, &pid))
		bpf_map_update_elem(&leaving_pids, &pid, &start, BPF_ANY);
	return 0;
}

/*
 * A byte for each thing told: the kernel goes on until a read(2) has all its bytes, so
 * whoever reads a bounded number of them gets his turn before the ring is full.
 */
static __always_inline void step(struct bpf_iter_meta *meta)
{
	char byte = 0;

	bpf_seq_write(meta->seq, &byte, sizeof(byte));
}

SEC("iter/task")
int snapshot_processes(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	if (!task || task->pid != task->tgid)
		return 0;

	struct scratch *s = scratch_enter(LOSS_DEFINITION);
	if (!s)
		return 0;
	__u64 address = plain(s, task);
	task_tell(&s->holder.task, address);
	process_see(s, address, &s->holder.task, EVENT_PROCESS_SNAPSHOT);
	scratch_leave(s);
	step(ctx->meta);
	return 0;
}

SEC("iter/task_file")
int snapshot_sockets(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	if (!task || !file || task->pid != task->tgid)
		return 0;
	__u64 sk = file_unix_sock((__u64)file);
	if (!sk)
		return 0;

	struct scratch *s = scratch_enter(LOSS_DEFINITION);
	if (!s)
		return 0;
	struct event_holder *e = &s->holder;
	__builtin_memset(e, 0, sizeof(*e));
	task_tell(&e->task, plain(s, task));
	e->fd = ctx->fd;
	e->socket = socket_number(plain(s, (void *)sk), EVENT_SOCKET_SNAPSHOT);
	emit(&e->event, EVENT_HOLDER, sizeof(*e), LOSS_DEFINITION);
	scratch_leave(s);
	step(ctx->meta);
	return 0;
}
