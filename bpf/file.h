/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Open files: the number that stands for one, and its description.
 *
 * The slab hands the address of a struct file out again at once, so the address is no
 * identity. A file gets a number from a counter when it is first seen; the map remembers
 * it by address together with a signature of fields that a reuse nearly always changes.
 * With exact_files the entry also goes when the file is freed, which makes it proof. The
 * description is sent once for each number.
 */
#pragma once

#include "path.h"
#include "pid.h"
#include "socket.h"

struct known_file {
	__u64 number; /* with FILE_RENEWING, while the rest is written */
	__u64 inode;
	__u64 ino; /* of pipes, sockets and memfds it is never the same again */
	__u64 operations;
	__u64 private_data;
	__u64 cred;
	__u32 open_flags;
	__u32 described;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH); /* a plain one with config.exact_files */
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct known_file);
} files SEC(".maps");

#define FILE_RENEWING (1ULL << 63)

/* What a description costs beside its path: see afford(). */
#define FILE_UNITS 8

/* Flags that fcntl(2) cannot change. */
#define STABLE_FLAGS (O_ACCMODE | O_PATH)

static __always_inline void file_sign(struct known_file *known, __u64 file)
{
	struct file *f = object_at(struct file, file);

	known->inode = (__u64)load(f, f_inode);
	known->ino = get(struct inode, known->inode, i_ino);
	known->operations = (__u64)load(f, f_op);
	known->private_data = (__u64)load(f, private_data);
	known->cred = (__u64)load(f, f_cred);
	known->open_flags = load(f, f_flags) & STABLE_FLAGS;
}

static __always_inline bool file_signed(const struct known_file *known, __u64 file)
{
	if (config.exact_files)
		return true;

	struct known_file now;
	file_sign(&now, file);
	return known->inode == now.inode && known->ino == now.ino &&
	       known->private_data == now.private_data &&
	       known->operations == now.operations && known->cred == now.cred &&
	       known->open_flags == now.open_flags;
}

static __always_inline void file_unix(struct event_file *f, __u64 sk)
{
	__u64 addr = (__u64)get(struct unix_sock, sk, addr);

	f->socket = socket_key(sk);
	if (!addr)
		return;
	int len = get(struct unix_address, addr, len) - 2;
	if (len <= 0 || len > EVENT_SUN_LEN)
		return;
	f->local_len = len;
	bpf_probe_read_kernel(f->local, len & 127,
			      (void *)(address_of(struct unix_address, addr, name) + 2));
}

static __always_inline void file_inet(struct event_file *f, __u64 sk, bool v6)
{
	__u64 common = address_of(struct sock, sk, __sk_common);
	__u16 port = get(struct sock, sk, __sk_common.skc_dport);

	f->local_port = get(struct sock, sk, __sk_common.skc_num);
	f->remote_port = __builtin_bswap16(port);
	f->local_len = f->remote_len = v6 ? 16 : 4;
	if (v6) {
		bpf_probe_read_kernel(
			f->local, 16,
			(void *)address_of(struct sock_common, common, skc_v6_rcv_saddr));
		bpf_probe_read_kernel(
			f->remote, 16,
			(void *)address_of(struct sock_common, common, skc_v6_daddr));
	} else {
		__u32 local = get(struct sock, sk, __sk_common.skc_rcv_saddr);
		__u32 remote = get(struct sock, sk, __sk_common.skc_daddr);
		__builtin_memcpy(f->local, &local, 4);
		__builtin_memcpy(f->remote, &remote, 4);
	}
}

static __always_inline void file_socket(struct event_file *f, __u64 file)
{
	__u64 socket = (__u64)get(struct file, file, private_data);
	__u64 sk = (__u64)get(struct socket, socket, sk);

	if (!sk)
		return;
	f->family = get(struct sock, sk, __sk_common.skc_family);
	f->sock_type = get(struct sock, sk, sk_type);
	f->protocol = get(struct sock, sk, sk_protocol);
	f->state = get(struct sock, sk, __sk_common.skc_state);
	if (f->family == AF_UNIX)
		file_unix(f, sk);
	else if (f->family == AF_INET || f->family == AF_INET6)
		file_inet(f, sk, f->family == AF_INET6);
}

/* A character device whose driver is the tty layer: the tty behind it. */
static __always_inline void file_tty(struct event_file *f, __u64 file)
{
	__u32 major = f->rdev >> 20;

	/* 4: ttyN, ttySN; 5: tty, console, ptmx; 136 to 143: pts. */
	if (major != 4 && major != 5 && (major < 136 || major > 143))
		return;
	if (f->open_flags & O_PATH)
		return;
	__u64 private = (__u64)get(struct file, file, private_data);
	__u64 tty = private ? (__u64)get(struct tty_file_private, private, tty) : 0;
	__u64 driver = tty ? (__u64)get(struct tty_struct, tty, driver) : 0;
	if (!driver)
		return;
	f->flags |= EVENT_FILE_TTY;
	f->tty_major = get(struct tty_driver, driver, major);
	f->tty_index = get(struct tty_struct, tty, index);
}

static __always_inline void file_namespace(struct event_file *f, __u64 inode)
{
	__u64 ns = (__u64)get(struct inode, inode, i_private);
	__u64 operations = ns ? (__u64)get(struct ns_common, ns, ops) : 0;

	if (operations)
		bpf_probe_read_kernel_str(
			f->ns_name, sizeof(f->ns_name),
			get(struct proc_ns_operations, operations, name));
}

/* The process of a pidfd: in the inode since pidfs (Linux 6.9), in the file before. */
static __always_inline void file_pidfd(struct event_file *f, __u64 pid)
{
	f->target = pid_number(pid);
}

static __always_inline bool is_pidfd_name(const char *name)
{
	return name[0] == '[' && name[1] == 'p' && name[2] == 'i' && name[3] == 'd' &&
	       name[4] == 'f' && name[5] == 'd' && name[6] == ']';
}

/* What depends on the kind. The name is known: scratch.path. */
static __always_inline void file_particulars(struct scratch *s, __u64 file, __u64 inode)
{
	struct event_file *f = &s->file;

	if ((f->mode & S_IFMT) == S_IFSOCK && f->flags & EVENT_FILE_INTERNAL)
		file_socket(f, file);
	else if ((f->mode & S_IFMT) == S_IFCHR)
		file_tty(f, file);
	else if (f->magic == NSFS_MAGIC)
		file_namespace(f, inode);
	else if (f->magic == PIDFS_MAGIC)
		file_pidfd(f, (__u64)get(struct inode, inode, i_private));
	else if (f->magic == ANON_INODE_MAGIC && is_pidfd_name(s->path))
		file_pidfd(f, (__u64)get(struct file, file, private_data));
	else if (f->flags & EVENT_FILE_INTERNAL && f->magic == TMPFS_MAGIC)
		f->seals =
			get(struct shmem_inode_info,
			    holder_of(struct shmem_inode_info, inode, vfs_inode), seals);
	else if (f->flags & EVENT_FILE_INTERNAL && f->magic == HUGETLBFS_MAGIC)
		f->seals = get(struct hugetlbfs_inode_info,
			       holder_of(struct hugetlbfs_inode_info, inode, vfs_inode),
			       seals);
}

static __always_inline void file_name(struct scratch *s, __u64 file)
{
	struct event_file *f = &s->file;

	f->mnt_ns = path_start(s, file);
	__u64 parent = (__u64)get(struct dentry, s->dentry, d_parent);
	if (!f->mnt_ns && parent == s->dentry) {
		f->flags |= EVENT_FILE_INTERNAL;
		path_leaf(s);
	} else {
		if (parent != s->dentry && !get(struct dentry, s->dentry, d_hash.pprev))
			f->flags |= EVENT_FILE_DELETED;
		if (s->spent < config.budget_units) {
			s->spent += path_walk(s);
		} else {
			lose(LOSS_BUDGET, LOSS_DEFINITION);
			f->flags |= EVENT_FILE_NO_PATH;
			path_leaf(s);
		}
	}
	f->flags |= s->path_flags;
	f->path_len = s->path_len;
}

/* Sends the description; 0 when it went out. */
__attribute__((noinline, weak)) int file_describe(__u64 file, __u64 number)
{
	struct scratch *s = scratch_get();
	if (!s)
		return -1;

	struct event_file *f = &s->file;
	__builtin_memset(f, 0, sizeof(*f));
	__u64 inode = (__u64)get(struct file, file, f_inode);
	__u64 super = (__u64)get(struct inode, inode, i_sb);
	f->file = number;
	f->ino = get(struct inode, inode, i_ino);
	f->size = get(struct inode, inode, i_size);
	f->rdev = get(struct inode, inode, i_rdev);
	f->mode = get(struct inode, inode, i_mode);
	f->dev = get(struct super_block, super, s_dev);
	f->magic = get(struct super_block, super, s_magic);
	f->open_flags = get(struct file, file, f_flags);
	f->flags = config.exact_files ? EVENT_FILE_EXACT : 0;
	s->spent += FILE_UNITS;
	file_name(s, file);
	file_particulars(s, file, inode);

	__u64 len = f->path_len;
	if (len > EVENT_PATH_MAX)
		len = EVENT_PATH_MAX;
	return emit(&f->event, EVENT_FILE, sizeof(*f) + len, LOSS_DEFINITION);
}

/*
 * Puts fresh in the place of what was at the address before. Both ends of a message may
 * find that at once, each on its CPU: whoever replaces the number writes the rest, and
 * the other takes that number. Before Linux 5.12 no atomic told who it is; the backends
 * of those kernels have told the file before its receiver sees it.
 */
static __always_inline struct known_file *file_renew(struct known_file *known, __u64 file,
						     __u64 was, struct known_file *fresh)
{
#ifdef PROBE_READS
	bpf_map_update_elem(&files, &file, fresh, BPF_ANY);
	return bpf_map_lookup_elem(&files, &file);
#else
	__u64 number = fresh->number;

	fresh->number |= FILE_RENEWING;
	if (__sync_val_compare_and_swap(&known->number, was, fresh->number) == was) {
		*known = *fresh;
		*(volatile __u64 *)&known->number = number;
	}
	return known;
#endif
}

/* What stands for the open file; NULL: the map is full. */
static __always_inline struct known_file *file_know(struct scratch *s, __u64 file)
{
	struct known_file *known = bpf_map_lookup_elem(&files, &file);
	__u64 was = known ? *(volatile __u64 *)&known->number : 0;
	struct known_file fresh = {};

	if (known && (was & FILE_RENEWING || file_signed(known, file)))
		return known;
	file_sign(&fresh, file);
	fresh.number = number_next(s);
	if (known)
		return file_renew(known, file, was, &fresh);
	/* If another CPU was quicker, it is of the same file. */
	bpf_map_update_elem(&files, &file, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&files, &file);
}

/* The number of the open file; describes it if that was not done yet. 0: map full. */
__attribute__((noinline, weak)) __u64 file_number(__u64 file)
{
	struct scratch *s = scratch_get();
	struct known_file *known = s ? file_know(s, file) : NULL;

	if (!known) {
		lose(LOSS_MAP, LOSS_DEFINITION);
		return 0;
	}
	__u64 number = *(volatile __u64 *)&known->number & ~FILE_RENEWING;
	if (!known->described && !(config.filtered && s->quiet)) {
		known->described = 1;
		if (file_describe(file, number))
			known->described = 0;
	}
	return number;
}

/* The struct file at this address is freed: its number ends. */
static __always_inline void file_free(__u64 file)
{
	struct known_file *known = bpf_map_lookup_elem(&files, &file);
	struct event_file_end e = {};

	if (!known)
		return;
	e.file = known->number;
	bool described = known->described;
	bpf_map_delete_elem(&files, &file);
	if (described)
		emit(&e.event, EVENT_FILE_END, sizeof(e), LOSS_DEFINITION);
}
