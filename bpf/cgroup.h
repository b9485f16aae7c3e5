/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Cgroups of the v2 hierarchy: the path of each is told once, before the first process in
 * it. A process that lives shorter than a look at /proc takes has one too, and containers
 * are called after it.
 */
#pragma once

#include "path.h"

#define CGROUP_DEPTH 64

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64); /* its id */
	__type(value, __u8);
} cgroups SEC(".maps");

/* Linux 6.15 renamed the parent, and put the node's name under RCU. */
static __always_inline __u64 cgroup_parent(__u64 node)
{
	if (bpf_core_field_exists(struct kernfs_node, parent))
		return (__u64)get(struct kernfs_node, node, parent);
	return (__u64)get(struct kernfs_node, node, __parent);
}

/* One name further up: 1 to go on, 0 at the root, which has none. */
__attribute__((noinline, weak)) int cgroup_step(void)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	__u64 node = s->dentry;
	__u64 parent = cgroup_parent(node);
	if (!parent || !path_append(s, get(struct kernfs_node, node, name)))
		return 0;
	s->dentry = parent;
	return 1;
}

/* Sends the path of the cgroup with that kernfs node. */
__attribute__((noinline, weak)) int cgroup_describe(__u64 node)
{
	struct scratch *s = scratch_get();
	if (!s)
		return -1;

	s->dentry = node;
	s->path_len = 0;
	s->path_flags = 0;
	int depth = 0;
	while (depth < CGROUP_DEPTH && cgroup_step())
		depth++;
	if (depth == CGROUP_DEPTH && cgroup_parent(s->dentry))
		s->path_flags |= EVENT_FILE_PATH_CUT;

	struct event_cgroup *e = &s->cgroup;
	__u64 len = s->path_len;
	if (len > EVENT_PATH_MAX)
		len = EVENT_PATH_MAX;
	__builtin_memset(e, 0, sizeof(*e));
	e->cgroup = get(struct kernfs_node, node, id);
	e->path_len = len;
	e->flags = s->path_flags;
	return emit(&e->event, EVENT_CGROUP, sizeof(*e) + len, LOSS_DEFINITION);
}

/* The id of a task's cgroup, whose path has been told. */
static __always_inline __u64 cgroup_see(struct scratch *s, __u64 task)
{
	__u64 css = (__u64)get(struct task_struct, task, cgroups);
	__u64 cgroup = (__u64)get(struct css_set, css, dfl_cgrp);
	__u64 node = (__u64)get(struct cgroup, cgroup, kn);
	__u64 id = get(struct kernfs_node, node, id);
	__u8 told = 1;

	if (!bpf_map_lookup_elem(&cgroups, &id) &&
	    !cgroup_describe(plain(s, (void *)node)))
		bpf_map_update_elem(&cgroups, &id, &told, BPF_ANY);
	return id;
}
