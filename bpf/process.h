/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Processes: who does a thing is told in each event (struct event_task); what a process
 * is is described once for each program that it executes, of which each CPU remembers
 * some. What was told of a process stays true.
 */
#pragma once

#include "cgroup.h"
#include "pid.h"

struct known_process {
	__u64 start;
	__u64 exec_id;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, struct known_process);
} processes SEC(".maps");

#ifdef PROBE_READS
/* The bytes of a string before the one that is NUL, which the lowest set bit finds. */
static __always_inline __u64 bytes_before_nul(__u64 bytes)
{
	__u64 nul = (bytes - 0x0101010101010101ULL) & ~bytes & 0x8080808080808080ULL;

	return bytes & ((nul & -nul) - 1);
}
#endif

/* Before Linux 5.17 a new name may leave the end of an older one behind its NUL. */
static __always_inline void comm_tell(char *comm, __u64 from)
{
	copy_words(comm, from, 2);
#ifdef PROBE_READS
	__u64 *half = (__u64 *)comm;
	half[0] = bytes_before_nul(half[0]);
	half[1] = half[0] >> 56 ? bytes_before_nul(half[1]) : 0;
#endif
}

static __always_inline void task_tell_of(struct event_task *who, struct task_struct *task,
					 __u64 comm)
{
	struct task_struct *leader = load(task, group_leader);
	struct cred *cred = (struct cred *)load(task, cred);

	who->pid = task_pid(leader);
	who->tid = leader == task ? who->pid : task_pid(task);
	who->start = load(leader, start_boottime);
	who->exec_id = load(task, self_exec_id);
	who->uid = load(cred, uid.val);
	who->gid = load(cred, gid.val);
	who->euid = load(cred, euid.val);
	who->egid = load(cred, egid.val);
	comm_tell(who->comm, comm);
}

static __always_inline void task_tell(struct event_task *who, __u64 task)
{
	task_tell_of(who, object_at(struct task_struct, task),
		     address_of(struct task_struct, task, comm));
}

static __always_inline void task_tell_current(struct event_task *who)
{
	task_tell_of(who, current_task(),
		     address_of(struct task_struct, bpf_get_current_task(), comm));
}

/* What the process's namespaces are, and its own pid in its own. */
static __always_inline void process_namespaces(struct event_process *e, __u64 task)
{
	__u64 proxy = (__u64)get(struct task_struct, task, nsproxy);
	__u64 pid = (__u64)get(struct task_struct, task, thread_pid);
	__u64 cred = (__u64)get(struct task_struct, task, cred);

	if (proxy) {
		__u64 mnt = (__u64)get(struct nsproxy, proxy, mnt_ns);
		__u64 net = (__u64)get(struct nsproxy, proxy, net_ns);
		e->mnt_ns = mnt ? get(struct mnt_namespace, mnt, ns.inum) : 0;
		e->net_ns = net ? get(struct net, net, ns.inum) : 0;
	}
	if (pid) {
		__u32 level = get(struct pid, pid, level);
		__u64 own = address_of(struct pid, pid, numbers) +
			    level * bpf_core_type_size(struct upid);
		e->own_pid = get(struct upid, own, nr);
		e->pid_ns = get(struct pid_namespace, get(struct upid, own, ns), ns.inum);
	}
	__u64 user = (__u64)get(struct cred, cred, user_ns);
	e->user_ns = get(struct user_namespace, user, ns.inum);
}

static __always_inline void process_executable(struct scratch *s, __u64 task)
{
	__u64 mm = (__u64)get(struct task_struct, task, mm);
	__u64 file = mm ? (__u64)get(struct mm_struct, mm, exe_file) : 0;

	if (!file)
		return;
	path_start(s, file);
	path_walk(s);
	s->process.path_len = s->path_len;
	if (s->path_flags & EVENT_FILE_PATH_CUT)
		s->process.flags |= EVENT_PROCESS_PATH_CUT;
}

/* Sends the description of the process whose thread group leader task is. */
__attribute__((noinline, weak)) int process_describe(__u64 task, __u32 flags)
{
	struct scratch *s = scratch_get();
	if (!s)
		return -1;

	/* First: it is described in the same place. */
	__u64 cgroup = cgroup_see(s, task);
	struct event_process *e = &s->process;
	__builtin_memset(e, 0, sizeof(*e));
	task_tell(&e->task, task);
	e->flags = flags;
	if (get(struct task_struct, task, flags) & PF_KTHREAD)
		e->flags |= EVENT_PROCESS_KERNEL;
	__u64 parent = (__u64)get(struct task_struct, task, real_parent);
	__u64 leader = (__u64)get(struct task_struct, parent, group_leader);
	e->ppid = task_pid(object_at(struct task_struct, leader));
	e->parent_start = get(struct task_struct, leader, start_boottime);
	e->cgroup = cgroup;
	process_namespaces(e, task);
	process_executable(s, task);

	__u64 len = e->path_len;
	if (len > EVENT_PATH_MAX)
		len = EVENT_PATH_MAX;
	return emit(&e->event, EVENT_PROCESS, sizeof(*e) + len, LOSS_DEFINITION);
}

/* Describes the process of the task if there is news of it. */
static __always_inline void process_see(struct scratch *s, __u64 task,
					const struct event_task *who, __u32 flags)
{
	__u32 key = get(struct task_struct, task, tgid);
	struct told_process *told = &s->told_processes[key & (TOLD_PROCESSES - 1)];
	__u32 news = *(volatile __u32 *)&shared.process_news;

	if (told->tgid == key && told->news == news && told->start == who->start &&
	    told->exec_id == who->exec_id)
		return;

	struct known_process now = {.start = who->start, .exec_id = who->exec_id};
	struct known_process *known = bpf_map_lookup_elem(&processes, &key);
	if (!known || known->start != now.start || known->exec_id != now.exec_id) {
		__u64 leader = plain(s, get(struct task_struct, task, group_leader));
		if (process_describe(leader, flags))
			return;
		bpf_map_update_elem(&processes, &key, &now, BPF_ANY);
	}
	told->tgid = key;
	told->start = now.start;
	told->exec_id = now.exec_id;
	told->news = news;
}
