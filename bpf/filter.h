/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Filters: whose messages are wanted. All zero, and the programs contain none of this. */
#pragma once

#include "ring.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32); /* as struct event_task has it */
	__type(value, __u8);
} wanted_pids SEC(".maps");

/* Those that are closing their files, to have no pid soon; the value is their start. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} leaving_pids SEC(".maps");

static __always_inline bool filter_pid(const struct event_task *who, __u64 task)
{
	__u32 pid = who->pid;

	if (bpf_map_lookup_elem(&wanted_pids, &pid))
		return true;
	if (!(get(struct task_struct, task, flags) & PF_EXITING))
		return false;
	const __u64 *start = bpf_map_lookup_elem(&leaving_pids, &pid);
	return start && *start == who->start;
}

static __always_inline bool filter_comm(const char *comm)
{
	const __u64 *have = (const __u64 *)comm;

	for (__u32 i = 0; i < FILTER_MAX && i < config.filter.n_comms; i++) {
		const volatile __u64 *want =
			(const volatile __u64 *)config.filter.comms[i];
		if (have[0] == want[0] && have[1] == want[1])
			return true;
	}
	return false;
}

static __always_inline bool filter_uid(__u32 uid)
{
	for (__u32 i = 0; i < FILTER_MAX && i < config.filter.n_uids; i++)
		if (config.filter.uids[i] == uid)
			return true;
	return false;
}

static __always_inline __u64 task_cgroup(__u64 task)
{
	__u64 css = (__u64)get(struct task_struct, task, cgroups);

	return (__u64)get(struct css_set, css, dfl_cgrp);
}

/* The id of a cgroup's ancestor, itself included; 0: it does not lie as deep. */
static __always_inline __u64 cgroup_ancestor(__u64 cgroup, __u32 level)
{
	if (level > (__u32)get(struct cgroup, cgroup, level))
		return 0;
	/* Before Linux 6.1 the ids are there, and not the ancestors. */
	if (!bpf_core_field_exists(struct cgroup, ancestors))
		return (__u64)load_pointer(
			address_of(struct cgroup, cgroup, ancestor_ids), level);
	__u64 above = load_pointer(address_of(struct cgroup, cgroup, ancestors), level);
	return get(struct kernfs_node, get(struct cgroup, above, kn), id);
}

static __always_inline bool filter_cgroup(__u64 task)
{
	__u64 cgroup = task_cgroup(task);

	for (__u32 i = 0; i < FILTER_MAX && i < config.filter.n_cgroups; i++)
		if (cgroup_ancestor(cgroup, config.filter.cgroup_levels[i]) ==
		    config.filter.cgroups[i])
			return true;
	return false;
}

static __always_inline __u32 filter_order(__u64 have, __u64 want)
{
	return have < want ? FILTER_LESS : have > want ? FILTER_GREATER : FILTER_EQUAL;
}

/* FILTER_CGROUP: in it; FILTER_CGROUP_BELOW: further down. */
static __always_inline bool filter_cgroup_test(__u64 task,
					       const volatile struct filter_test *t)
{
	__u64 cgroup = task_cgroup(task);
	__u64 id = get(struct kernfs_node, get(struct cgroup, cgroup, kn), id);

	if ((id == t->value[0]) != (t->field == FILTER_CGROUP))
		return false;
	return t->field == FILTER_CGROUP ||
	       cgroup_ancestor(cgroup, t->value[1]) == t->value[0];
}

static __always_inline __u32 filter_test(const struct event_task *who, __u64 task,
					 const volatile struct filter_test *t)
{
	const __u64 *comm = (const __u64 *)who->comm;

	switch (t->field) {
	case FILTER_COMM:
		return (comm[0] & t->mask[0]) == t->value[0] &&
				       (comm[1] & t->mask[1]) == t->value[1]
			       ? FILTER_EQUAL
			       : FILTER_OTHER;
	case FILTER_PID:
		return filter_order(who->pid, t->value[0]);
	case FILTER_TID:
		return filter_order(who->tid, t->value[0]);
	case FILTER_UID:
		return filter_order(who->uid, t->value[0]);
	case FILTER_GID:
		return filter_order(who->gid, t->value[0]);
	case FILTER_EUID:
		return filter_order(who->euid, t->value[0]);
	default:
		return filter_cgroup_test(task, t) ? FILTER_EQUAL : FILTER_OTHER;
	}
}

/*
 * The stack is one word in the map, its top the lowest bit: a verifier that could see the
 * truths in a register would follow each combination of them.
 */
static __attribute__((noinline)) bool
filter_expression(struct scratch *s, const struct event_task *who, __u64 task, __u32 end)
{
	volatile __u64 *truths = &s->truths;

	for (__u32 i = 0; i < FILTER_STEPS_MAX && i < config.filter.n_steps; i++) {
		__u32 step = config.filter.steps[i];
		__u64 stack = *truths;

		if (step < FILTER_TESTS_MAX) {
			const volatile struct filter_test *t = &config.filter.tests[step];
			stack = stack << 1 |
				((filter_test(who, task, t) & t->orders) != 0);
		} else if (step == FILTER_NOT) {
			stack ^= 1;
		} else if (step == FILTER_AND) {
			stack = stack >> 1 & (stack | ~1ULL);
		} else if (step == FILTER_OR) {
			stack = stack >> 1 | (stack & 1);
		} else {
			stack = stack << 1 | (step == end);
		}
		*truths = stack;
	}
	return *truths & 1;
}

/*
 * Does the task match? who describes it; end is FILTER_AT_SENDER or FILTER_AT_RECEIVER.
 */
static __always_inline bool
filter_match_of(struct scratch *s, const struct event_task *who, __u64 task, __u32 end)
{
	__u32 pid = who->pid;

	if (!config.filtered || (shared.self_test && shared.self_test == pid))
		return true;
	if (config.filter.by_pid && !filter_pid(who, task))
		return false;
	if (config.filter.n_steps && !filter_expression(s, who, task, end))
		return false;
	if (config.filter.n_comms && !filter_comm(who->comm))
		return false;
	if (config.filter.n_uids && !filter_uid(who->uid))
		return false;
	return !config.filter.n_cgroups || filter_cgroup(task);
}

/* Does the current task? */
static __always_inline bool filter_match(struct scratch *s, const struct event_task *who,
					 __u32 end)
{
	return !config.filtered || filter_match_of(s, who, bpf_get_current_task(), end);
}
