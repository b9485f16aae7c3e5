/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Pids as the recorder's pid namespace numbers them: 0 is a process that is not to be
 * seen there. A process has a pid in its own namespace and in each one around it, and the
 * one beside ours is as deep as ours: namespaces are told from each other by their inode.
 */
#pragma once

#include "kernel.h"

/* Namespaces lie within each other no deeper (MAX_PID_NS_LEVEL). */
#define PID_LEVELS_MAX 32

static __attribute__((noinline)) __u32 pid_in_namespace(__u64 pid)
{
	__u32 level = get(struct pid, pid, level);

	for (__u32 i = 0; i <= PID_LEVELS_MAX && i <= level; i++) {
		__u64 at = address_of(struct pid, pid, numbers) +
			   i * bpf_core_type_size(struct upid);
		__u64 ns = (__u64)get(struct upid, at, ns);
		if (get(struct pid_namespace, ns, ns.inum) == config.pid_ns)
			return get(struct upid, at, nr);
	}
	return 0;
}

/* Of a struct pid. */
static __always_inline __u32 pid_number(__u64 pid)
{
	if (!pid)
		return 0;
	return config.pid_ns ? pid_in_namespace(pid)
			     : get(struct pid, pid, numbers[0].nr);
}

/* Of a thread. */
static __always_inline __u32 task_pid(struct task_struct *task)
{
	return config.pid_ns ? pid_number((__u64)load(task, thread_pid))
			     : load(task, pid);
}
