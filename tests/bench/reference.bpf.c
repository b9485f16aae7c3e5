// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * A model of the tool that this one is compared with: the same kinds of probe on the same
 * functions, with the same operations on maps, and an event of the same size for each
 * descriptor that is sent. It sees the sender's side only; and it leaves out what is the
 * dearest part there, the path of the file, so that what it costs is a lower bound.
 */
#include "../../bpf/kernel.h"

/* Of bpf/arch.h, which brings the maps with it. */
struct pt_regs {
	unsigned long di, ax;
} KERNEL_TYPE;

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct syscall_enter {
	__u64 unused[2];
	__u64 arguments[6];
};

struct reference_event {
	__u64 time;
	__u64 mnt_ns;
	char comm[16], parent_comm[16];
	__u32 pid, tid, parent_pid, parent_tid, uid, gid;
	__u64 socket;
	__u32 sockfd, fd;
	char file[512];
};

struct reference_socket {
	__u64 ino;
};

#define REFERENCE_MAP(name, size, value_type)                                            \
	struct {                                                                         \
		__uint(type, BPF_MAP_TYPE_HASH);                                         \
		__uint(max_entries, size);                                               \
		__type(key, __u64);                                                      \
		__type(value, value_type);                                               \
	} name SEC(".maps")

REFERENCE_MAP(calls, 10240, __u64);		    /* thread to the socket's number */
REFERENCE_MAP(sends, 128, struct reference_socket); /* thread that is in __scm_send */
REFERENCE_MAP(gets, 128, __u64);		    /* thread that is in fget_raw */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} ring SEC(".maps");

static __always_inline int call_enter(const struct syscall_enter *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid(), fd = ctx->arguments[0];

	bpf_map_update_elem(&calls, &thread, &fd, BPF_ANY);
	return 0;
}

static __always_inline int call_exit(void)
{
	__u64 thread = bpf_get_current_pid_tgid();

	bpf_map_delete_elem(&calls, &thread);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_sendmsg")
int enter_sendmsg(struct syscall_enter *ctx)
{
	return call_enter(ctx);
}

SEC("tracepoint/syscalls/sys_enter_sendmmsg")
int enter_sendmmsg(struct syscall_enter *ctx)
{
	return call_enter(ctx);
}

SEC("tracepoint/syscalls/sys_exit_sendmsg")
int exit_sendmsg(void *ctx)
{
	return call_exit();
}

SEC("tracepoint/syscalls/sys_exit_sendmmsg")
int exit_sendmmsg(void *ctx)
{
	return call_exit();
}

SEC("kprobe/__scm_send")
int BPF_KPROBE(scm_send, struct socket *sock)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct socket_alloc *socket =
		(void *)holder_of(struct socket_alloc, sock, socket);
	struct reference_socket value = {
		.ino = get(struct socket_alloc, socket, vfs_inode.i_ino)};

	bpf_map_update_elem(&sends, &thread, &value, BPF_ANY);
	return 0;
}

SEC("kretprobe/__scm_send")
int BPF_KRETPROBE(scm_send_end)
{
	__u64 thread = bpf_get_current_pid_tgid();

	bpf_map_delete_elem(&sends, &thread);
	return 0;
}

SEC("kprobe/fget_raw")
int BPF_KPROBE(fget_raw, unsigned int number)
{
	__u64 thread = bpf_get_current_pid_tgid(), fd = number;

	if (bpf_map_lookup_elem(&sends, &thread))
		bpf_map_update_elem(&gets, &thread, &fd, BPF_ANY);
	return 0;
}

static __always_inline void event_fill(struct reference_event *e, __u64 file)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_struct *parent = get(struct task_struct, task, real_parent);
	__u64 thread = bpf_get_current_pid_tgid(), user = bpf_get_current_uid_gid();
	struct nsproxy *proxy = get(struct task_struct, task, nsproxy);
	struct mnt_namespace *mnt = get(struct nsproxy, proxy, mnt_ns);
	struct dentry *dentry = get(struct file, file, f_path.dentry);

	e->time = bpf_ktime_get_boot_ns();
	e->mnt_ns = get(struct mnt_namespace, mnt, ns.inum);
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	e->pid = thread >> 32;
	e->tid = thread;
	e->uid = user;
	e->gid = user >> 32;
	bpf_probe_read_kernel(e->parent_comm, sizeof(e->parent_comm),
			      (void *)address_of(struct task_struct, parent, comm));
	e->parent_pid = get(struct task_struct, parent, tgid);
	e->parent_tid = get(struct task_struct, parent, pid);
	bpf_probe_read_kernel_str(e->file, sizeof(e->file),
				  get(struct dentry, dentry, d_name.name));
}

SEC("kretprobe/fget_raw")
int BPF_KRETPROBE(fget_raw_end, __u64 file)
{
	__u64 thread = bpf_get_current_pid_tgid();
	const __u64 *fd = bpf_map_lookup_elem(&gets, &thread);
	const struct reference_socket *socket = bpf_map_lookup_elem(&sends, &thread);
	const __u64 *sockfd = bpf_map_lookup_elem(&calls, &thread);
	struct reference_event *e;

	if (!fd || !socket || !sockfd)
		return 0;
	e = bpf_ringbuf_reserve(&ring, sizeof(*e), 0);
	if (!e)
		return 0;
	event_fill(e, file);
	e->socket = socket->ino;
	e->sockfd = *sockfd;
	e->fd = *fd;
	bpf_ringbuf_submit(e, 0);
	bpf_map_delete_elem(&gets, &thread);
	return 0;
}
