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
