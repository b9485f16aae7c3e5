/* SPDX-License-Identifier: BSD-2-Clause */
/* A cgroup of the v2 hierarchy, as a filter names it: its id and how deep it lies. */
#pragma once

#include <stdint.h>

struct failure;

struct cgroup {
	uint64_t id;	/* inode of its directory */
	uint32_t level; /* 0 is the root */
};

/*
 * path: below the mount point ("/sys/fs/cgroup/user.slice"), or relative to it, with or
 * without a slash before it, as /proc/PID/cgroup has it.
 */
int cgroup_find(struct cgroup *cgroup, const char *path, struct failure *failure);
