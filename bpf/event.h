/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The wire: what the BPF programs put into the ring buffer, and how they are configured.
 *
 * Shared by both sides, so: fixed-width types, explicit padding, native byte order, and a
 * size assertion for each struct. Every event starts with struct event. No kernel address
 * is in any of them, nor a hash of one: numbers come from counters of this capture,
 * sockets are named by the kernel's own cookie. Definitions (process, socket, file)
 * precede the events that refer to them, unless they were lost, which is counted.
 */
#pragma once

#include <linux/types.h>

#define EVENT_FDS_MAX 253   /* SCM_MAX_FD */
#define EVENT_PATH_MAX 4096 /* bytes of a path that are kept */
#define EVENT_COMM_LEN 16
#define EVENT_SUN_LEN 108

enum event_type {
	EVENT_PROCESS = 1,
	EVENT_SOCKET = 2,
	EVENT_FILE = 3,
	EVENT_SEND = 4,
	EVENT_RECEIVE = 5,
	EVENT_END = 6,
	EVENT_FILE_END = 7,
	EVENT_HOLDER = 8,
	EVENT_CGROUP = 9,
	EVENT_TRANSFER = 10,
};

struct event {
	__u32 type; /* enum event_type */
	__u32 size; /* bytes, this header included */
	__u64 time; /* CLOCK_BOOTTIME, ns */
};

/* Who: a thread, as it was. */
struct event_task {
	__u32 pid; /* thread group id, in the recorder's pid namespace; 0: not in it */
	__u32 tid;
	__u64 start;   /* boot time of the thread group leader's start, ns */
	__u64 exec_id; /* counts the execs of the process */
	__u32 uid, gid;
	__u32 euid, egid;
	char comm[EVENT_COMM_LEN]; /* NUL-padded */
};

/* A process seen for the first time, or after it executed another program. */
struct event_process {
	struct event event;
	struct event_task task; /* comm is the leader's */
	__u64 parent_start;
	__u64 cgroup; /* cgroup v2 id */
	__u32 ppid;
	__u32 own_pid; /* in its own pid namespace */
	__u32 pid_ns;
	__u32 mnt_ns;
	__u32 user_ns;
	__u32 net_ns;
	__u32 flags;	/* enum event_process_flag */
	__u32 path_len; /* bytes of path[]: see struct event_file */
	char path[];	/* of the executable */
};

enum event_process_flag {
	EVENT_PROCESS_SNAPSHOT = 1 << 0,
	EVENT_PROCESS_KERNEL = 1 << 1,
	EVENT_PROCESS_PATH_CUT = 1 << 2,
};

/* A cgroup of the v2 hierarchy, before the first process in it. */
struct event_cgroup {
	struct event event;
	__u64 cgroup;	/* id: inode of its folder */
	__u32 path_len; /* bytes of path[]: see struct event_file; 0: the root */
	__u32 flags;	/* EVENT_FILE_PATH_CUT */
	char path[];
};

/*
 * A Unix socket seen for the first time, or one that has got an inode, a name or a peer.
 * Its key is its inode in sockfs. A connection that was not accepted yet has none: then
 * it is its cookie with EVENT_SOCKET_EMBRYO set, and former says so when it has got an
 * inode.
 */
#define EVENT_SOCKET_EMBRYO (1ULL << 63)

struct event_socket {
	struct event event;
	__u64 key;
	__u64 former; /* key under which it was told before, 0 none */
	__u64 peer;   /* key, 0 none or unknown */
	__u64 cookie; /* the kernel's, if it has given one; 0 */
	__u32 net_ns;
	__u32 flags; /* enum event_socket_flag */
	__u16 type;  /* SOCK_* */
	__u16 name_len;
	__u32 pad;
	char name[EVENT_SUN_LEN]; /* sun_path, name_len bytes of it */
	__u32 pad2;
};

enum event_socket_flag {
	EVENT_SOCKET_SNAPSHOT = 1 << 0,
	EVENT_SOCKET_LISTENING = 1 << 1,
};

/*
 * An open file. path[] holds path_len bytes of NUL-terminated names, leaf first
 * ("null\0dev\0" is /dev/null); an internal file has its dentry's name alone.
 */
struct event_file {
	struct event event;
	__u64 file; /* number, from 1 */
	__u64 ino;
	__u64 size;
	__u64 socket; /* key of an AF_UNIX socket */
	__u64 magic;  /* s_magic of its file system (linux/magic.h) */
	__u32 dev;    /* s_dev, major << 20 | minor */
	__u32 rdev;
	__u32 open_flags;	    /* f_flags */
	__u32 mode;		    /* i_mode */
	__u32 mnt_ns;		    /* of its mount, 0 unknown */
	__u32 flags;		    /* enum event_file_flag */
	__u32 target;		    /* pidfd: thread group id, 0 unknown */
	__u32 seals;		    /* memfd */
	__u32 tty_major, tty_index; /* a tty: of the driver; see EVENT_FILE_TTY */
	__u16 family;		    /* socket */
	__u16 sock_type;
	__u16 protocol;
	__u16 state;	  /* TCP_* */
	__u16 local_port; /* host order, AF_INET and AF_INET6 */
	__u16 remote_port;
	__u16 local_len; /* AF_UNIX: bytes of local[]; AF_INET: 4; AF_INET6: 16 */
	__u16 remote_len;
	__u8 local[EVENT_SUN_LEN]; /* address, or sun_path */
	__u8 remote[16];
	char ns_name[12]; /* namespace: "net", "mnt" ...; NUL-padded */
	__u32 path_len;
	__u32 pad;
	char path[];
};

enum event_file_flag {
	EVENT_FILE_DELETED = 1 << 0,
	EVENT_FILE_PATH_CUT = 1 << 1, /* names nearest to the root are missing */
	EVENT_FILE_NO_PATH = 1 << 2,  /* only the leaf: the work budget was used up */
	EVENT_FILE_EXACT = 1 << 3,    /* its end will be told */
	EVENT_FILE_INTERNAL =
		1 << 4, /* path is one name, on no mount that a user can see */
	EVENT_FILE_TTY = 1 << 5,
};

/* Descriptor numbers that are none (the same values as in format/fdp.h). */
#define EVENT_FD_UNKNOWN (-2147483647 - 1)
#define EVENT_FD_LOST (-2147483647)

struct event_fd {
	__u64 file; /* number, 0 unknown */
	__s32 fd;
	__u32 pad;
};

enum event_call {
	EVENT_CALL_UNKNOWN = 0,
	EVENT_CALL_MSG = 1,
	EVENT_CALL_MMSG = 2,
	EVENT_CALL_OTHER = 3,
	EVENT_CALL_IO_URING = 4,
};

struct event_send {
	struct event event;
	struct event_task task;
	__u64 message;
	__u64 socket;	/* key of the sender's */
	__u64 receiver; /* key of the socket it was queued on, 0 if it was not */
	__u64 size;
	__s32 sockfd;
	__u32 call;  /* enum event_call */
	__u32 flags; /* enum event_send_flag */
	__s32 error; /* 0 or a positive errno */
	__s32 error_index;
	__u32 n_fds;
	struct event_fd fds[];
};

/* The first of them as enum fdp_send_flag. */
enum event_send_flag {
	EVENT_SEND_COMPAT = 1 << 0,
	EVENT_SEND_NOTHING = 1 << 1,
	EVENT_SEND_FAILED = 1 << 3, /* errno unknown: error is 0 */
	/* The sender does not match the filters; keep it back until a receiver does. */
	EVENT_SEND_UNWANTED = 1 << 4,
	EVENT_SEND_WANTED = 1 << 5, /* there are filters, and it does */
};

#define EVENT_RESULT_UNKNOWN (-9223372036854775807LL - 1)

struct event_receive {
	struct event event;
	struct event_task task;
	__u64 message;
	__u64 socket; /* key of the receiver's */
	__u64 sender; /* key of the sender's, 0 unknown */
	__s64 result; /* bytes or -errno, or EVENT_RESULT_UNKNOWN */
	__s32 sockfd;
	__u32 call;
	__u32 flags; /* enum event_receive_flag */
	__u32 n_fds;
	struct event_fd fds[];
};

/* The first of them as enum fdp_receive_flag. */
enum event_receive_flag {
	EVENT_RECEIVE_COMPAT = 1 << 0,
	EVENT_RECEIVE_PEEK = 1 << 1,
	EVENT_RECEIVE_TRUNCATED = 1 << 2,
	EVENT_RECEIVE_NO_CONTROL = 1 << 3,
	EVENT_RECEIVE_CLOEXEC = 1 << 4,
	EVENT_RECEIVE_UNSENT = 1 << 5, /* its send was not seen */
	/* The receiver does not match, and was here before the sender, who may. */
	EVENT_RECEIVE_UNDECIDED = 1 << 6,
};

struct event_end {
	struct event event;
	struct event_task task;
	__u64 message;
	__u32 reason; /* as enum fdp_end_reason */
	__u32 pad;
};

/* A file was handed over without a message that names it: see transfer.h. */
struct event_transfer {
	struct event event;
	struct event_task from, to; /* all 0: unknown */
	__u64 file;
	__u64 socket; /* key, of a pidfd that came with a message */
	__s32 from_fd;
	__s32 to_fd;
	__u32 way;   /* as enum fdp_way */
	__u32 flags; /* as enum fdp_transfer_flag */
	__s32 error; /* 0 or a positive errno */
	__u32 pad;
};

struct event_file_end {
	struct event event;
	__u64 file;
};

/* Snapshot: a process has a Unix socket open under this number. */
struct event_holder {
	struct event event;
	struct event_task task;
	__u64 socket; /* key */
	__s32 fd;
	__u32 pad;
};

_Static_assert(sizeof(struct event) == 16, "wire");
_Static_assert(sizeof(struct event_task) == 56, "wire");
_Static_assert(sizeof(struct event_process) == 120, "wire");
_Static_assert(sizeof(struct event_cgroup) == 32, "wire");
_Static_assert(sizeof(struct event_socket) == 176, "wire");
_Static_assert(sizeof(struct event_file) == 256, "wire");
_Static_assert(sizeof(struct event_fd) == 16, "wire");
_Static_assert(sizeof(struct event_send) == 128, "wire");
_Static_assert(sizeof(struct event_receive) == 120, "wire");
_Static_assert(sizeof(struct event_end) == 88, "wire");
_Static_assert(sizeof(struct event_file_end) == 24, "wire");
_Static_assert(sizeof(struct event_holder) == 88, "wire");
_Static_assert(sizeof(struct event_transfer) == 168, "wire");

/* Counted in the kernel; the rows are enum fdp_cause, the columns enum fdp_lost.
 */
#define LOSS_CAUSES 7
#define LOSS_KINDS 5

struct losses {
	__u64 count[LOSS_CAUSES][LOSS_KINDS];
};

/*
 * A test of the process at one end of a message: how its field stands to the value, and
 * which of these orders will do. The name of a thread is compared under the mask.
 */
enum filter_field {
	FILTER_COMM,
	FILTER_PID,
	FILTER_TID,
	FILTER_UID,
	FILTER_GID,
	FILTER_EUID,
	FILTER_CGROUP,	     /* value[0] is its id */
	FILTER_CGROUP_BELOW, /* and value[1] its depth: those below it */
};

enum filter_order {
	FILTER_LESS = 1 << 0,
	FILTER_EQUAL = 1 << 1,
	FILTER_GREATER = 1 << 2,
	FILTER_OTHER = 1 << 3, /* of what has no order */
};

struct filter_test {
	__u32 field;
	__u32 orders;
	__u64 value[2];
	__u64 mask[2];
};

#define FILTER_TESTS_MAX 16
#define FILTER_STEPS_MAX 64

/*
 * The expression that joins them, as steps over a stack of truths: below FILTER_TESTS_MAX
 * the result of that test, and otherwise one of these.
 */
enum filter_step {
	FILTER_NOT = FILTER_TESTS_MAX,
	FILTER_AND,
	FILTER_OR,
	FILTER_AT_SENDER, /* true when the sender is looked at */
	FILTER_AT_RECEIVER,
};

/* Filters: within one list any match will do; lists that are not empty must all match. */
#define FILTER_MAX 16

struct filter {
	__u32 n_tests;
	__u32 n_steps; /* 0: there is no expression */
	__u8 steps[FILTER_STEPS_MAX];
	struct filter_test tests[FILTER_TESTS_MAX];
	__u32 n_comms, n_uids, n_cgroups;
	__u32 by_pid; /* only processes in the map wanted_pids, and their descendants */
	char comms[FILTER_MAX][EVENT_COMM_LEN];
	__u32 uids[FILTER_MAX];
	__u64 cgroups[FILTER_MAX];	 /* cgroup v2 ids; descendants match too */
	__u32 cgroup_levels[FILTER_MAX]; /* depth of each below the root, which is 0 */
};

/* How the programs are configured, before they are loaded: section .rodata.config. */
struct config {
	struct filter filter;
	__u32 filtered;	   /* any of the filters is on */
	__u32 exact_files; /* the end of each open file is told */
	__u32 pid_ns;	   /* inode of the one whose pids are told; 0: the initial one */
	__u32 n_cpus;
	__u32 no_edges;	    /* a kernel without unix_add_edges(): see exact.h */
	__u32 no_preempt;   /* the programs may forbid preemption */
	__u32 budget_units; /* see afford(): of work in a window, */
	__u32 budget_shift; /* of which each has 1 << that many ticks */
};

/*
 * What both sides say to each other while they run: section .bss.shared, which the
 * recorder maps. It has no right to call bpf(2) then.
 */
struct shared {
	__u32 asleep;	    /* set by the consumer before it waits: wake it */
	__u32 self_test;    /* pid whose messages are wanted whatever the filters */
	__u32 socket_news;  /* changes when any socket is described: see socket.h */
	__u32 process_news; /* changes when what was told is forgotten */
	struct losses losses;
};
