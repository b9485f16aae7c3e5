/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Filters: whose messages are wanted. All zero, and the programs contain none of this. */
#pragma once

#include "ring.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32); /* thread group id, initial pid namespace */
	__type(value, __u8);
} wanted_pids SEC(".maps");

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

static __always_inline bool filter_cgroup(void)
{
	for (__u32 i = 0; i < FILTER_MAX && i < config.filter.n_cgroups; i++)
		if (bpf_get_current_ancestor_cgroup_id(config.filter.cgroup_levels[i]) ==
		    config.filter.cgroups[i])
			return true;
	return false;
}

/* Is the other task's cgroup one of these, or below it? Before Linux 6.1 nobody says. */
static __always_inline bool filter_cgroup_of(__u64 task)
{
	__u64 css = (__u64)get(struct task_struct, task, cgroups);
	__u64 cgroup = (__u64)get(struct css_set, css, dfl_cgrp);

	if (!bpf_core_field_exists(struct cgroup, ancestors))
		return false;
	for (__u32 i = 0; i < FILTER_MAX && i < config.filter.n_cgroups; i++) {
		__u32 level = config.filter.cgroup_levels[i];
		if (level > (__u32)get(struct cgroup, cgroup, level))
			continue;
		__u64 above =
			load_pointer(address_of(struct cgroup, cgroup, ancestors), level);
		if (get(struct kernfs_node, get(struct cgroup, above, kn), id) ==
		    config.filter.cgroups[i])
			return true;
	}
	return false;
}

/* Does the current task match? who describes it. */
static __always_inline bool filter_match(const struct event_task *who)
{
	if (!config.filtered ||
	    (shared.self_test && shared.self_test == bpf_get_current_pid_tgid() >> 32))
		return true;
	if (config.filter.by_pid) {
		__u32 tgid = bpf_get_current_pid_tgid() >> 32;
		if (!bpf_map_lookup_elem(&wanted_pids, &tgid))
			return false;
	}
	if (config.filter.n_comms && !filter_comm(who->comm))
		return false;
	if (config.filter.n_uids && !filter_uid(who->uid))
		return false;
	return !config.filter.n_cgroups || filter_cgroup();
}

/* The same of any task. */
static __always_inline bool filter_match_of(const struct event_task *who, __u64 task)
{
	__u32 tgid = get(struct task_struct, task, tgid);

	if (!config.filtered || tgid == bpf_get_current_pid_tgid() >> 32)
		return filter_match(who);
	if (config.filter.by_pid && !bpf_map_lookup_elem(&wanted_pids, &tgid))
		return false;
	if (config.filter.n_comms && !filter_comm(who->comm))
		return false;
	if (config.filter.n_uids && !filter_uid(who->uid))
		return false;
	return !config.filter.n_cgroups || filter_cgroup_of(task);
}
