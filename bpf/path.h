/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The path of an open file: the names from its dentry up to the root of the mount tree,
 * leaf first, each with its NUL, as __prepend_path() of the kernel's fs/d_path.c walks.
 *
 * The walk ends at the top of the mount tree, not at the root of the current process:
 * that differs between the two ends of a pass. A torn walk (a rename meanwhile) is
 * tolerated.
 */
#pragma once

#include "ring.h"

#define PATH_NAME_MAX 256
/* In two loops: the verifier's work grows with the square of one. */
#define PATH_STEPS 48
#define PATH_STEPS_MAX (PATH_STEPS * PATH_STEPS) /* a path of EVENT_PATH_MAX has half */
_Static_assert(PATH_STEPS_MAX > EVENT_PATH_MAX / 2, "one-letter names, and mounts");

/* Where a name goes. The compiler must not know the bound, or it drops what proves it. */
static __always_inline char *path_at(struct scratch *s, __u32 at)
{
	asm volatile("" : "+r"(at));
	return s->path + (at & (EVENT_PATH_MAX - 1));
}

/* Adds a name and its NUL; false: there is none, or no room, so that it is cut. */
static __always_inline bool path_append(struct scratch *s, const void *name)
{
	__u32 at = s->path_len;

	if (at < EVENT_PATH_MAX) {
		long len = bpf_probe_read_kernel_str(path_at(s, at), PATH_NAME_MAX, name);
		if (len <= 0)
			return false;
		if (at + len <= EVENT_PATH_MAX) {
			s->path_len = at + len;
			return true;
		}
	}
	s->path_flags |= EVENT_FILE_PATH_CUT;
	return false;
}

/* One dentry or mount further up: 1 to go on, 0 at the top. */
__attribute__((noinline, weak)) int path_step(void)
{
	struct scratch *s = scratch_get();
	if (!s)
		return 0;

	__u64 dentry = s->dentry;
	__u64 mount = s->mount;
	if (mount && dentry == (__u64)get(struct mount, mount, mnt.mnt_root)) {
		__u64 parent = (__u64)get(struct mount, mount, mnt_parent);
		if (parent == mount)
			return 0;
		s->dentry = (__u64)get(struct mount, mount, mnt_mountpoint);
		s->mount = parent;
		return 1;
	}
	__u64 parent = (__u64)get(struct dentry, dentry, d_parent);
	if (parent == dentry || !parent)
		return 0;
	if (!path_append(s, get(struct dentry, dentry, d_name.name)))
		return 0;
	s->dentry = parent;
	return 1;
}

/* Some steps further up: how many, PATH_STEPS if there may be more. */
__attribute__((noinline, weak)) int path_steps(void)
{
	for (int i = 0; i < PATH_STEPS; i++)
		if (!path_step())
			return i;
	return PATH_STEPS;
}

/* Fills scratch.path from scratch.dentry and .mount; returns the steps it took. */
static __always_inline int path_walk(struct scratch *s)
{
	s->path_len = 0;
	for (int i = 0; i < PATH_STEPS; i++) {
		int steps = path_steps();
		if (steps < PATH_STEPS)
			return i * PATH_STEPS + steps;
	}
	s->path_flags |= EVENT_FILE_PATH_CUT;
	return PATH_STEPS_MAX;
}

/* The one name of an internal file, or of a file whose path is not walked. */
static __always_inline void path_leaf(struct scratch *s)
{
	long len = bpf_probe_read_kernel_str(s->path, PATH_NAME_MAX,
					     get(struct dentry, s->dentry, d_name.name));
	s->path_len = len > 0 ? len : 0;
}

/* Sets scratch.dentry and .mount to those of the file; returns its mount namespace. */
static __always_inline __u32 path_start(struct scratch *s, __u64 file)
{
	s->path_flags = 0;
	s->path_len = 0;
	s->dentry = (__u64)get(struct file, file, f_path.dentry);
	s->mount = holder_of(struct mount, get(struct file, file, f_path.mnt), mnt);

	/* NULL for a detached mount, an error value for the kernel's internal ones. */
	__u64 ns = (__u64)get(struct mount, s->mount, mnt_ns);
	if (!ns || ns >= (__u64)-4095)
		return 0;
	return get(struct mnt_namespace, ns, ns.inum);
}
