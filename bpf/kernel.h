/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The kernel fields that the probes read, and nothing else of the kernel.
 *
 * Each struct lists only what is used; offsets and sizes are relocated to the running
 * kernel when the program is loaded (CO-RE), so order and completeness do not matter, but
 * the kind of each member must be the kernel's (array for array, struct for struct).
 * get() and load() are the only ways to a field: a plain load where the kernel can turn
 * an address into a typed pointer (bpf_rdonly_cast, Linux 6.2), probe_read elsewhere;
 * neither can fault.
 */
#pragma once

/* So that bpf_tracing.h names registers as the kernel does. */
#define __VMLINUX_H__

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "event.h"

#define KERNEL_TYPE __attribute__((preserve_access_index))

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define SOCK_STREAM 1
#define TCP_LISTEN 10
#define EAGAIN 11
#define SOL_SOCKET 1
#define SCM_RIGHTS 1
#define SCM_PIDFD 4
#define MSG_PEEK 2
#define MSG_CMSG_CLOEXEC 0x40000000
#define MSG_CMSG_COMPAT 0x80000000
#define O_ACCMODE 3
#define O_PATH 010000000
#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFCHR 0020000
#define PF_EXITING 0x00000004
#define PF_KTHREAD 0x00200000
#define PF_IO_WORKER 0x00000010
#define PF_USER_WORKER 0x00004000

/* linux/magic.h */
#define PIDFS_MAGIC 0x50494446
#define NSFS_MAGIC 0x6e736673
#define ANON_INODE_MAGIC 0x09041934
#define TMPFS_MAGIC 0x01021994
#define HUGETLBFS_MAGIC 0x958458f6

struct qstr {
	const unsigned char *name;
} KERNEL_TYPE;

struct hlist_bl_node {
	struct hlist_bl_node **pprev;
} KERNEL_TYPE;

struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
} KERNEL_TYPE;

struct ns_common {
	unsigned int inum;
	const struct proc_ns_operations *ops;
} KERNEL_TYPE;

struct proc_ns_operations {
	const char *name;
} KERNEL_TYPE;

struct mnt_namespace {
	struct ns_common ns;
} KERNEL_TYPE;

struct pid_namespace {
	struct ns_common ns;
} KERNEL_TYPE;

struct user_namespace {
	struct ns_common ns;
} KERNEL_TYPE;

struct net {
	struct ns_common ns;
} KERNEL_TYPE;

struct vfsmount {
	struct dentry *mnt_root;
} KERNEL_TYPE;

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct mnt_namespace *mnt_ns;
} KERNEL_TYPE;

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
} KERNEL_TYPE;

struct super_block {
	__u32 s_dev;
	unsigned long s_magic;
} KERNEL_TYPE;

struct inode {
	unsigned short i_mode;
	unsigned long i_ino;
	__u32 i_rdev;
	long long i_size;
	struct super_block *i_sb;
	void *i_private;
} KERNEL_TYPE;

struct shmem_inode_info {
	unsigned int seals;
	struct inode vfs_inode;
} KERNEL_TYPE;

struct hugetlbfs_inode_info {
	unsigned int seals;
	struct inode vfs_inode;
} KERNEL_TYPE;

struct file_operations;

struct file {
	const struct file_operations *f_op;
	void *private_data;
	struct inode *f_inode;
	unsigned int f_flags;
	const struct cred *f_cred;
	struct path f_path;
} KERNEL_TYPE;

struct tty_driver {
	int major;
	int minor_start;
} KERNEL_TYPE;

struct tty_struct {
	int index;
	struct tty_driver *driver;
} KERNEL_TYPE;

struct tty_file_private {
	struct tty_struct *tty;
} KERNEL_TYPE;

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
} KERNEL_TYPE;

struct files_struct {
	struct fdtable *fdt;
} KERNEL_TYPE;

typedef struct {
	__u32 val;
} KERNEL_TYPE kuid_t;

typedef struct {
	__u32 val;
} KERNEL_TYPE kgid_t;

struct cred {
	kuid_t uid, euid;
	kgid_t gid, egid;
	struct user_namespace *user_ns;
} KERNEL_TYPE;

struct upid {
	int nr;
	struct pid_namespace *ns;
} KERNEL_TYPE;

struct hlist_node {
	struct hlist_node *next;
} KERNEL_TYPE;

struct hlist_head {
	struct hlist_node *first;
} KERNEL_TYPE;

struct list_head {
	struct list_head *next, *prev;
} KERNEL_TYPE;

struct pid {
	unsigned int level;
	struct hlist_head tasks[4]; /* of enum pid_type */
	struct upid numbers[1];
} KERNEL_TYPE;

struct kernfs_node {
	__u64 id;
	struct kernfs_node *parent;   /* before Linux 6.15 */
	struct kernfs_node *__parent; /* from there on */
	const char *name;
} KERNEL_TYPE;

struct cgroup {
	struct kernfs_node *kn;
	int level;
	struct cgroup *ancestors[1]; /* Linux 6.1 */
	__u64 ancestor_ids[1];	     /* before */
} KERNEL_TYPE;

struct css_set {
	struct cgroup *dfl_cgrp;
} KERNEL_TYPE;

struct nsproxy {
	struct mnt_namespace *mnt_ns;
	struct net *net_ns;
} KERNEL_TYPE;

struct mm_struct {
	struct file *exe_file;
} KERNEL_TYPE;

struct thread_info {
	__u32 status;
} KERNEL_TYPE;

typedef struct {
	int counter;
} KERNEL_TYPE atomic_t;

struct signal_struct {
	int nr_threads;
	atomic_t live; /* threads that have not begun to exit */
} KERNEL_TYPE;

struct task_struct {
	struct signal_struct *signal;
	struct thread_info thread_info;
	unsigned int flags;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct hlist_node pid_links[4];
	__u64 start_boottime;
	__u64 self_exec_id;
	const struct cred *cred;
	char comm[16];
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct css_set *cgroups;
	struct mm_struct *mm;
	void *stack;
} KERNEL_TYPE;

struct in6_addr {
	union {
		__u8 u6_addr8[16];
	} in6_u;
} KERNEL_TYPE;

typedef struct {
	struct net *net;
} KERNEL_TYPE possible_net_t;

typedef struct {
	__s64 counter;
} KERNEL_TYPE atomic64_t;

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	unsigned char skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
} KERNEL_TYPE;

struct sk_buff;

struct sk_buff_head {
	struct sk_buff *prev;
} KERNEL_TYPE;

struct sock {
	struct sock_common __sk_common;
	struct sk_buff_head sk_receive_queue;
	__u16 sk_type;
	__u16 sk_protocol;
	struct socket *sk_socket;
	unsigned long sk_ino;
	__u8 sk_scm_pidfd : 1; /* Linux 6.16 */
} KERNEL_TYPE;

struct socket {
	unsigned long flags;
	struct file *file;
	struct sock *sk;
} KERNEL_TYPE;

struct socket_alloc {
	struct socket socket;
	struct inode vfs_inode;
} KERNEL_TYPE;

struct sockaddr_un {
	unsigned short sun_family;
	char sun_path[108];
} KERNEL_TYPE;

struct unix_address {
	int len;
	struct sockaddr_un name[0];
} KERNEL_TYPE;

struct unix_sock {
	struct unix_address *addr;
	struct sock *peer;
} KERNEL_TYPE;

struct sk_buff {
	struct sk_buff *prev;
	struct sock *sk;
	char cb[48];
	unsigned int len;
} KERNEL_TYPE;

struct io_cqe {
	int res;
	int fd;
} KERNEL_TYPE;

struct io_uring_task {
	struct task_struct *task;
} KERNEL_TYPE;

struct io_kiocb {
	struct file *file;
	__u8 opcode;
	__u32 flags;
	struct io_cqe cqe;
	struct io_ring_ctx *ctx;
	struct io_uring_task *tctx; /* Linux 6.13 */
	struct task_struct *task;   /* before */
} KERNEL_TYPE;

struct io_msg {
	__u32 cmd;
	__u32 src_fd;
	__u32 dst_fd;
} KERNEL_TYPE;

struct io_rsrc_node {
	unsigned long file_ptr;
} KERNEL_TYPE;

struct io_rsrc_data {
	unsigned int nr;
	struct io_rsrc_node **nodes;
} KERNEL_TYPE;

struct io_file_table {
	struct io_rsrc_data data; /* Linux 6.13 */
} KERNEL_TYPE;

struct io_file_table___6_1 {
	struct io_fixed_file *files;
} KERNEL_TYPE;

struct io_tctx_node {
	struct list_head ctx_node;
	struct task_struct *task;
} KERNEL_TYPE;

struct io_ring_ctx {
	struct io_file_table file_table;
	unsigned int nr_user_files;
	struct task_struct *submitter_task;
	struct list_head tctx_list;
} KERNEL_TYPE;

struct notification {
	struct list_head notifications;
} KERNEL_TYPE;

struct seccomp_filter {
	struct notification *notif;
} KERNEL_TYPE;

struct seccomp_knotif {
	struct task_struct *task;
	__u64 id;
	struct list_head list;
} KERNEL_TYPE;

struct io_sr_msg {
	struct user_msghdr *umsg;
} KERNEL_TYPE;

struct scm_fp_list {
	short count;
	bool inflight;
	struct file *fp[253];
} KERNEL_TYPE;

struct unix_skb_parms {
	struct scm_fp_list *fp;
	__u32 consumed;
} KERNEL_TYPE;

struct scm_cookie {
	struct scm_fp_list *fp;
} KERNEL_TYPE;

struct iov_iter {
	unsigned long count;
} KERNEL_TYPE;

struct msghdr {
	struct iov_iter msg_iter;
	void *msg_control;
	unsigned long msg_controllen;
	unsigned int msg_flags;
} KERNEL_TYPE;

struct kmem_cache {
	const char *name;
} KERNEL_TYPE;

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
} KERNEL_TYPE;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} KERNEL_TYPE;

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
} KERNEL_TYPE;

/* For load_pointer(): a type of the kernel that begins with a pointer. */
struct llist_node {
	struct llist_node *next;
} KERNEL_TYPE;

/* For copy_words(): one that begins with a number. */
struct timespec64 {
	long long tv_sec;
} KERNEL_TYPE;

const volatile struct config config SEC(".rodata.config") = {};

/*
 * object_at() is the object at an address, which is a number or pointer of any kind;
 * load() a field of it. Objects for kernels without bpf_rdonly_cast() are built with
 * PROBE_READS; a choice at run time would cost as much as the loads.
 */
#ifdef PROBE_READS
#define object_at(type, address) ((type *)(address))
#define load(object, field)                                                              \
	({                                                                               \
		typeof((object)->field) value_;                                          \
		bpf_core_read(&value_, sizeof(value_), &(object)->field);                \
		value_;                                                                  \
	})
#else
extern void *bpf_rdonly_cast(const void *address, __u32 type) __ksym;

#define object_at(type, address)                                                         \
	((type *)bpf_rdonly_cast((void *)(address), bpf_core_type_id_kernel(type)))
#define load(object, field) ((object)->field)
#endif

/* Both at once, where one field is all. */
#define get(type, address, field)                                                        \
	({                                                                               \
		type *object_ = object_at(type, address);                                \
		load(object_, field);                                                    \
	})

/* The current task: the verifier trusts that it is there, which makes loads cheaper. */
static __always_inline struct task_struct *current_task(void)
{
#ifdef PROBE_READS
	return (struct task_struct *)bpf_get_current_task();
#else
	return (struct task_struct *)bpf_get_current_task_btf();
#endif
}

/* An element of an array of pointers. */
static __always_inline __u64 load_pointer(__u64 array, __u64 i)
{
	return (__u64)get(struct llist_node, array + i * sizeof(void *), next);
}

/* Copies some words of the kernel's to where a number may be. */
static __always_inline void copy_words(void *to, __u64 from, __u32 n)
{
#ifdef PROBE_READS
	bpf_probe_read_kernel(to, n * sizeof(__u64), (void *)from);
#else
	for (__u32 i = 0; i < n; i++)
		((__u64 *)to)[i] = get(struct timespec64, from + i * 8, tv_sec);
#endif
}

/* The address of a field, for what is copied or walked rather than loaded. */
#define address_of(type, address, field)                                                 \
	((__u64)(address) + bpf_core_field_offset(type, field))

/* The object of which the thing at address is the field. */
#define holder_of(type, address, field)                                                  \
	((__u64)(address)-bpf_core_field_offset(type, field))
