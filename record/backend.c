// SPDX-License-Identifier: BSD-2-Clause
/* The backends: see backend.h. */
#include "backend.h"

#include "../format/fdp.h"

extern const char bpf_fentry[], bpf_fentry_end[], bpf_fentry_old[], bpf_fentry_old_end[];
extern const char bpf_kprobe[], bpf_kprobe_end[], bpf_kprobe_old[], bpf_kprobe_old_end[];
extern const char bpf_tracepoint[], bpf_tracepoint_end[];

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

/* Of the functions of a group the first that the kernel has is used. */
enum {
	GROUP_QUEUE = 1,
	GROUP_INSTALL = 2,
	GROUP_INSTALLED = 3,
	GROUP_TAKE = 4,
	GROUP_MSG_RING = 8,
	GROUP_MSG_RING_END = 9
};

/* clang-format off */
#define COMMON_HOOKS \
	{"tp_btf/sched_process_fork", "sched_process_fork", HOOK_BY_PID, 0, -1, \
	 FDP_LOST_DEFINITION}, \
	{"tp_btf/sched_process_exit", "sched_process_exit", HOOK_BY_PID, 0, -1, \
	 FDP_LOST_DEFINITION}, \
	{"iter/task", "snapshot_processes", HOOK_SNAPSHOT, 0, -1, FDP_LOST_DEFINITION}, \
	{"iter/task_file", "snapshot_sockets", HOOK_SNAPSHOT, 0, -1, FDP_LOST_DEFINITION}
/* clang-format on */

static const struct hook fentry_hooks[] = {
	{"fexit/__scm_send", "scm_send", HOOK_NEEDED, 0, 3, FDP_LOST_SEND},
	{"fentry/unix_add_edges", "unix_add_edges", HOOK_NEEDED, GROUP_QUEUE, 2,
	 FDP_LOST_SEND},
	{"fentry/unix_inflight", "unix_inflight", HOOK_NEEDED, GROUP_QUEUE, 2,
	 FDP_LOST_SEND},
	{"fentry/unix_attach_fds", "unix_attach_fds", HOOK_USEFUL, 0, 2, FDP_LOST_SEND},
	{"fentry/scm_fp_dup", "scm_fp_dup", HOOK_NEEDED, 0, 1, FDP_LOST_RECEIVE},
	{"fentry/scm_detach_fds", "scm_detach_fds", HOOK_NEEDED, 0, 2, FDP_LOST_RECEIVE},
	{"fexit/__receive_fd", "__receive_fd_4", HOOK_NEEDED, GROUP_INSTALL, 4,
	 FDP_LOST_RECEIVE},
	{"fexit/__receive_fd", "__receive_fd_3", HOOK_NEEDED, GROUP_INSTALL, 3,
	 FDP_LOST_RECEIVE},
	{"fexit/receive_fd", "receive_fd_3", HOOK_NEEDED, GROUP_INSTALL, 3,
	 FDP_LOST_RECEIVE},
	{"fentry/unix_destroy_fpl", "unix_destroy_fpl", HOOK_NEEDED, GROUP_TAKE, 1,
	 FDP_LOST_END},
	{"fentry/unix_detach_fds", "unix_detach_fds", HOOK_NEEDED, GROUP_TAKE, 2,
	 FDP_LOST_RECEIVE},
	{"fentry/__scm_destroy", "scm_destroy", HOOK_NEEDED, 0, 1, FDP_LOST_END},
	{"fentry/__fput", "fput", HOOK_EXACT_FILES, 0, 1, FDP_LOST_DEFINITION},
	{"fexit/pidfd_getfd", "pidfd_getfd", HOOK_USEFUL, 0, 2, FDP_LOST_TRANSFER},
	{"fentry/seccomp_notify_ioctl", "seccomp_notify_ioctl", HOOK_USEFUL, 0, 3,
	 FDP_LOST_TRANSFER},
	{"fexit/seccomp_notify_ioctl", "seccomp_notify_ioctl_end", HOOK_USEFUL, 0, 3,
	 FDP_LOST_TRANSFER},
	{"fexit/io_msg_install_complete", "io_msg_install_complete", HOOK_USEFUL,
	 GROUP_MSG_RING, 2, FDP_LOST_TRANSFER},
	{"fexit/io_msg_ring", "io_msg_ring", HOOK_USEFUL, GROUP_MSG_RING, 2,
	 FDP_LOST_TRANSFER},
	{"fexit/io_install_fixed_fd", "io_install_fixed_fd", HOOK_USEFUL, 0, 2,
	 FDP_LOST_TRANSFER},
	{"fexit/pidfd_prepare", "pidfd_prepare", HOOK_USEFUL, 0, 3, FDP_LOST_TRANSFER},
	COMMON_HOOKS,
};

static const struct hook kprobe_hooks[] = {
	{"kprobe/__scm_send", "scm_send", HOOK_NEEDED, 0, 3, FDP_LOST_SEND},
	{"kretprobe/__scm_send", "scm_send_end", HOOK_NEEDED, 0, 3, FDP_LOST_SEND},
	{"kprobe/unix_add_edges", "unix_add_edges", HOOK_NEEDED, GROUP_QUEUE, 2,
	 FDP_LOST_SEND},
	{"kprobe/unix_inflight", "unix_inflight", HOOK_NEEDED, GROUP_QUEUE, 2,
	 FDP_LOST_SEND},
	{"kprobe/unix_attach_fds", "unix_attach_fds", HOOK_USEFUL, 0, 2, FDP_LOST_SEND},
	{"kprobe/scm_fp_dup", "scm_fp_dup", HOOK_NEEDED, 0, 1, FDP_LOST_RECEIVE},
	{"kprobe/scm_detach_fds", "scm_detach_fds", HOOK_NEEDED, 0, 2, FDP_LOST_RECEIVE},
	{"kprobe/__receive_fd", "__receive_fd", HOOK_NEEDED, GROUP_INSTALL, -1,
	 FDP_LOST_RECEIVE},
	{"kprobe/receive_fd", "receive_fd", HOOK_NEEDED, GROUP_INSTALL, 3,
	 FDP_LOST_RECEIVE},
	{"kretprobe/__receive_fd", "__receive_fd_end", HOOK_NEEDED, GROUP_INSTALLED, -1,
	 FDP_LOST_RECEIVE},
	{"kretprobe/receive_fd", "receive_fd_end", HOOK_NEEDED, GROUP_INSTALLED, 3,
	 FDP_LOST_RECEIVE},
	{"kprobe/unix_destroy_fpl", "unix_destroy_fpl", HOOK_NEEDED, GROUP_TAKE, 1,
	 FDP_LOST_END},
	{"kprobe/unix_detach_fds", "unix_detach_fds", HOOK_NEEDED, GROUP_TAKE, 2,
	 FDP_LOST_RECEIVE},
	{"kprobe/__scm_destroy", "scm_destroy", HOOK_NEEDED, 0, 1, FDP_LOST_END},
	{"kprobe/__fput", "fput", HOOK_EXACT_FILES, 0, 1, FDP_LOST_DEFINITION},
	{"kprobe/pidfd_getfd", "pidfd_getfd", HOOK_USEFUL, 0, 2, FDP_LOST_TRANSFER},
	{"kretprobe/pidfd_getfd", "pidfd_getfd_end", HOOK_USEFUL, 0, 2,
	 FDP_LOST_TRANSFER},
	{"kprobe/seccomp_notify_ioctl", "seccomp_notify_ioctl", HOOK_USEFUL, 0, 3,
	 FDP_LOST_TRANSFER},
	{"kretprobe/seccomp_notify_ioctl", "seccomp_notify_ioctl_end", HOOK_USEFUL, 0, 3,
	 FDP_LOST_TRANSFER},
	{"kprobe/io_msg_install_complete", "io_msg_install_complete", HOOK_USEFUL,
	 GROUP_MSG_RING, 2, FDP_LOST_TRANSFER},
	{"kretprobe/io_msg_install_complete", "io_msg_install_complete_end", HOOK_USEFUL,
	 GROUP_MSG_RING_END, 2, FDP_LOST_TRANSFER},
	{"kprobe/io_msg_ring", "io_msg_ring", HOOK_USEFUL, GROUP_MSG_RING, 2,
	 FDP_LOST_TRANSFER},
	{"kretprobe/io_msg_ring", "io_msg_ring_end", HOOK_USEFUL, GROUP_MSG_RING_END, 2,
	 FDP_LOST_TRANSFER},
	{"kprobe/io_install_fixed_fd", "io_install_fixed_fd", HOOK_USEFUL, 0, 2,
	 FDP_LOST_TRANSFER},
	{"kretprobe/io_install_fixed_fd", "io_install_fixed_fd_end", HOOK_USEFUL, 0, 2,
	 FDP_LOST_TRANSFER},
	{"kprobe/pidfd_prepare", "pidfd_prepare", HOOK_USEFUL, 0, 3, FDP_LOST_TRANSFER},
	{"kretprobe/pidfd_prepare", "pidfd_prepare_end", HOOK_USEFUL, 0, 3,
	 FDP_LOST_TRANSFER},
	COMMON_HOOKS,
};

static const struct hook tracepoint_hooks[] = {
	{"tp_btf/sk_data_ready", "sk_data_ready", HOOK_NEEDED, 0, -1, FDP_LOST_SEND},
	{"tp_btf/sock_send_length", "sock_send_length", HOOK_NEEDED, 0, -1,
	 FDP_LOST_SEND},
	{"tp_btf/skb_copy_datagram_iovec", "skb_copy_datagram_iovec", HOOK_NEEDED, 0, -1,
	 FDP_LOST_RECEIVE},
	{"tp_btf/sock_recv_length", "sock_recv_length", HOOK_NEEDED, 0, -1,
	 FDP_LOST_RECEIVE},
	{"tp_btf/kfree_skb", "kfree_skb", HOOK_USEFUL, 0, -1, FDP_LOST_END},
	{"tp_btf/io_uring_submit_req", "io_uring_submit_req", HOOK_USEFUL, 0, 2,
	 FDP_LOST_DEFINITION},
	{"tp_btf/io_uring_complete", "io_uring_complete", HOOK_USEFUL, 0, -1,
	 FDP_LOST_DEFINITION},
	{"raw_tp/kmem_cache_free", "kmem_cache_free", HOOK_EXACT_FILES, 0, 4,
	 FDP_LOST_DEFINITION},
	{"tp/syscalls/sys_enter_ioctl", "ioctl_enter", HOOK_TRANSFERS, 0, -1,
	 FDP_LOST_TRANSFER},
	{"tp/syscalls/sys_exit_ioctl", "ioctl_exit", HOOK_TRANSFERS, 0, -1,
	 FDP_LOST_TRANSFER},
	{"tp/syscalls/sys_exit_pidfd_getfd", "pidfd_getfd_exit", HOOK_TRANSFERS, 0, -1,
	 FDP_LOST_TRANSFER},
	COMMON_HOOKS,
};

/*
 * What a backend cannot tell on any kernel: the one list of it. It is in the header of
 * each trace, fdpass-replay --info prints it, and the tests excuse what is on it.
 */
static const char *const exact_blind_spots[] = {
	"why a send failed after the kernel had taken the descriptors (EAGAIN, EPIPE, "
	"ECONNREFUSED, ETOOMANYREFS ...) is not known",
	"how many bytes a receive returned is not known",
	"the address of a connection that was never accepted is not known",
	NULL,
};

static const char *const tracepoint_blind_spots[] = {
	"why a descriptor was not installed (EMFILE, EACCES ...) is not known",
	"descriptor numbers of io_uring are not known for registered files, selected "
	"buffers, and more than 8 requests on one socket",
	"the pidfds of SO_PASSPIDFD are seen in recvmsg(2) alone, not in recvmmsg(2) and "
	"io_uring; with --transfers, 32-bit callers are not seen",
	NULL,
};

const char backend_preempted[] =
	"this kernel preempts the programs of the backend: what others pass on that CPU "
	"meanwhile is missed, and counted as lost (backend kprobe is not preempted)";

static const struct backend backends[] = {
	{"fentry", bpf_fentry, bpf_fentry_end, bpf_fentry_old, bpf_fentry_old_end,
	 fentry_hooks, N_ELEMENTS(fentry_hooks), exact_blind_spots, true},
	{"kprobe", bpf_kprobe, bpf_kprobe_end, bpf_kprobe_old, bpf_kprobe_old_end,
	 kprobe_hooks, N_ELEMENTS(kprobe_hooks), exact_blind_spots, true},
	{"tracepoint", bpf_tracepoint, bpf_tracepoint_end, NULL, NULL, tracepoint_hooks,
	 N_ELEMENTS(tracepoint_hooks), tracepoint_blind_spots, false},
};

const struct backend *backend_get(size_t i)
{
	return i < N_ELEMENTS(backends) ? &backends[i] : NULL;
}
