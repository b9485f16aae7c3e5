/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fdp: the .fdpass trace, written and read. SPEC.md is normative; this header is its C
 * side.
 *
 * A trace is sections of blocks of records. A record is a definition (process, socket,
 * file: what a number stands for) or an event that refers to definitions by number. The
 * writer repeats in each block the definitions which that block's events refer to, so
 * that any block can be read alone; the reader hands them out in file order, repeats
 * included.
 *
 * Numbers of processes, sockets, files and messages count from 1 within a section; 0
 * means unknown. Times are nanoseconds of CLOCK_BOOTTIME. Texts are byte strings, neither
 * NUL-terminated nor valid UTF-8. All functions return 0 or a negative errno unless said
 * otherwise; nothing here prints, exits or keeps global state.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FDP_VERSION_MAJOR 1
#define FDP_VERSION_MINOR 2

/* Limits of the format (SPEC.md, "Limits"). A reader refuses what exceeds them. */
#define FDP_FDS_MAX 253 /* SCM_MAX_FD, since Linux 2.6.38 */
#define FDP_STRING_MAX 4096
#define FDP_RECORD_MAX (64 * 1024)
#define FDP_BLOCK_TARGET (512 * 1024) /* raw bytes after which a block is closed */
#define FDP_BLOCK_MAX (1024 * 1024)
#define FDP_HEADER_MAX (64 * 1024)
#define FDP_SECTIONS_MAX 4096

/* Bytes that belong to somebody else: the caller (writing) or the reader (reading). */
struct fdp_text {
	const char *data;
	size_t len;
};

/*
 * Numbers on disk, never reused. Bit 0 set: a reader that does not know the type must
 * stop. A new type must also go into: record.c (its row of the type table), SPEC.md
 * (record table, registry), tests/format/test_record.c (its sample).
 */
enum fdp_type {
	FDP_HEADER = 0, /* opens a section; from the section's HEAD frame, not a record */
	FDP_TRAILER = 1, /* closes a section; from the END frame, not a record */
	FDP_PROCESS = 3,
	FDP_SOCKET = 5,
	FDP_FILE = 7,
	FDP_SEND = 9,
	FDP_QUEUE = 11,
	FDP_RECEIVE = 13,
	FDP_END = 15,
	FDP_FILE_END = 16,
	FDP_LOSS = 17,
	FDP_CLOCK = 18,
	FDP_HOLDER = 20,
	FDP_SNAPSHOT = 22,
	FDP_TRANSFER = 24, /* since version 1.1 */
};

enum fdp_process_flag {
	FDP_PROCESS_SNAPSHOT = 1 << 0, /* known from the table taken at the start */
	FDP_PROCESS_KERNEL = 1 << 1,   /* a kernel thread */
};

/*
 * One thread of one process, as it was: another thread, command name, executable or user
 * id is another definition. A process is (pid, start_ns): that pair joins its
 * definitions.
 */
struct fdp_process {
	uint64_t id;
	uint32_t flags;
	uint32_t pid;		  /* thread group, in the recorder's pid namespace */
	uint32_t tid;		  /* the thread; pid for the first one */
	uint32_t own_pid;	  /* pid in the process's own pid namespace, 0 unknown */
	uint32_t ppid;		  /* 0 unknown or none */
	uint64_t start_ns;	  /* boot time at which the process started */
	uint64_t parent_start_ns; /* the same of ppid, 0 unknown */
	uint32_t uid, gid;	  /* real ids, initial user namespace */
	uint32_t euid, egid;	  /* effective ids */
	uint32_t pid_ns, mnt_ns, user_ns, net_ns; /* namespace inodes, 0 unknown */
	uint64_t cgroup_id;	   /* inode of its cgroup v2 directory, 0 unknown */
	struct fdp_text comm;	   /* the thread's name, at most 15 bytes */
	struct fdp_text main_comm; /* the name of the process's first thread */
	struct fdp_text exe;	   /* path of the executable; empty: unknown */
	struct fdp_text cgroup;	   /* path in the cgroup v2 hierarchy; empty: unknown */
	struct fdp_text cmdline;   /* arguments, NUL-separated; empty unless asked for */
};

enum fdp_socket_flag {
	FDP_SOCKET_SNAPSHOT = 1 << 0,
	FDP_SOCKET_LISTENING = 1 << 1,
};

/*
 * A Unix socket. A later definition of the same number may add what an earlier one did
 * not know yet (the inode of a connection that was not accepted), and supersedes it.
 */
struct fdp_socket {
	uint64_t id;
	uint32_t flags;
	uint32_t type;	 /* SOCK_STREAM 1, SOCK_DGRAM 2, SOCK_SEQPACKET 5 (socket(2)) */
	uint64_t cookie; /* the kernel's socket cookie, what ss(8) prints as sk: */
	uint64_t ino;	 /* inode in sockfs, 0: not accepted yet, or unknown */
	uint32_t net_ns; /* namespace inode, 0 unknown */
	uint64_t peer;	 /* number of the socket it is connected to, 0 none or unknown */
	uint64_t peer_ino;    /* and that one's inode, 0 unknown */
	struct fdp_text name; /* sun_path (unix(7)): first byte 0 abstract; or empty */
};

/* Numbers on disk. A new kind also goes into kind.c (its name), SPEC.md (registry). */
enum fdp_kind {
	FDP_KIND_UNKNOWN = 0,
	FDP_KIND_REGULAR = 1,
	FDP_KIND_DIRECTORY = 2,
	FDP_KIND_CHR = 3,
	FDP_KIND_BLK = 4,
	FDP_KIND_FIFO = 5, /* a named one */
	FDP_KIND_PIPE = 6,
	FDP_KIND_SYMLINK = 7, /* O_PATH | O_NOFOLLOW */
	FDP_KIND_SOCKET = 8,
	FDP_KIND_MEMFD = 9,
	FDP_KIND_EVENTFD = 10,
	FDP_KIND_EPOLL = 11,
	FDP_KIND_TIMERFD = 12,
	FDP_KIND_SIGNALFD = 13,
	FDP_KIND_INOTIFY = 14,
	FDP_KIND_FANOTIFY = 15,
	FDP_KIND_PIDFD = 16,
	FDP_KIND_NAMESPACE = 17,
	FDP_KIND_DMABUF = 18,
	FDP_KIND_BPF = 19,
	FDP_KIND_IO_URING = 20,
	FDP_KIND_TTY = 21,
	FDP_KIND_SECCOMP = 22, /* a seccomp notification descriptor */
	FDP_KIND_USERFAULTFD = 23,
	FDP_KIND_PERF = 24,
	FDP_KIND_ANON = 25, /* another anonymous inode: the name says which */
};

enum fdp_file_flag {
	FDP_FILE_DELETED = 1 << 0,
	FDP_FILE_CUT = 1 << 1,	 /* the name lost its beginning */
	FDP_FILE_EXACT = 1 << 2, /* the number ends with the open file (--exact-files) */
	FDP_FILE_NO_PATH =
		1 << 3, /* the path was not read (work budget): name is the leaf */
	FDP_FILE_BY_NAME = 1 << 4, /* stands for all open files of that name */
};

/* An open file description (open(2)): what is really passed. */
struct fdp_file {
	uint64_t id;
	uint32_t flags;
	uint32_t kind;	     /* enum fdp_kind */
	uint32_t open_flags; /* f_flags: access mode, O_PATH, O_NONBLOCK ... (open(2)) */
	uint32_t mode;	     /* st_mode (inode(7)) */
	uint32_t dev_major, dev_minor;	 /* the kernel's s_dev */
	uint32_t rdev_major, rdev_minor; /* of a device node */
	uint64_t ino;
	uint64_t size;	 /* bytes, when first seen */
	uint32_t mnt_ns; /* namespace inode of its mount, 0: internal, or unknown */
	uint32_t target; /* pidfd: its process; 0 otherwise or unknown */
	uint32_t seals;	 /* memfd: F_SEAL_* (fcntl(2)) */
	uint32_t family; /* socket: AF_*, with type, protocol and state (TCP_* numbers) */
	uint32_t type;
	uint32_t protocol;
	uint32_t state;
	uint64_t socket;       /* Unix socket: the number of its definition, 0 unknown */
	struct fdp_text name;  /* path, memfd:NAME, [eventfd], pipe:[INO], TCP */
	struct fdp_text local; /* socket: "127.0.0.1:80", "[::1]:80", sun_path */
	struct fdp_text remote;
};

/* Descriptor numbers that are none. Other negative values are an errno, negated. */
#define FDP_FD_UNKNOWN INT32_MIN    /* there was one, nobody knows which */
#define FDP_FD_LOST (INT32_MIN + 1) /* it was not installed in the receiver */

struct fdp_descriptor {
	uint64_t file; /* 0 unknown */
	int32_t fd;
};

/* How the kernel was entered; numbers on disk. */
enum fdp_call {
	FDP_CALL_UNKNOWN = 0,
	FDP_CALL_MSG = 1,   /* sendmsg, recvmsg */
	FDP_CALL_MMSG = 2,  /* sendmmsg, recvmmsg */
	FDP_CALL_OTHER = 3, /* another call: read(2), recv(2), recvfrom(2) ... */
	FDP_CALL_IO_URING = 4,
};

enum fdp_send_flag {
	FDP_SEND_COMPAT = 1 << 0, /* a 32-bit caller */
	/* It succeeded and passed nothing: a stream, no bytes. */
	FDP_SEND_NOTHING = 1 << 1,
	/* Told from the receiver's side: times are the receipt's. */
	FDP_SEND_LATE = 1 << 2,
	FDP_SEND_FAILED = 1 << 3, /* it failed; error is 0: errno unknown */
};

/* One message: what one send call queued, or tried to queue, on one socket. */
struct fdp_send {
	uint64_t message;
	uint64_t time_ns;
	uint64_t process;    /* 0 unknown */
	uint64_t socket;     /* the sender's */
	uint64_t receiver;   /* socket on whose queue it was put then, 0: not (yet) */
	uint64_t size;	     /* bytes of data in the message */
	int32_t sockfd;	     /* the number of socket in the sender, or FDP_FD_UNKNOWN */
	uint32_t call;	     /* enum fdp_call */
	uint32_t flags;	     /* enum fdp_send_flag */
	uint32_t error;	     /* errno; 0: it was sent */
	int32_t error_index; /* the descriptor that made it fail, -1: none or unknown */
	uint32_t n_fds;
	const struct fdp_descriptor *fds; /* in the order in which they are received */
};

/* The message became visible to its receiver, where that is not when it was sent. */
struct fdp_queue {
	uint64_t message;
	uint64_t time_ns;
	uint64_t receiver;
};

enum fdp_receive_flag {
	FDP_RECEIVE_COMPAT = 1 << 0,
	FDP_RECEIVE_PEEK = 1 << 1,	 /* MSG_PEEK: installed, and the message stays */
	FDP_RECEIVE_TRUNCATED = 1 << 2,	 /* MSG_CTRUNC: not all of them were installed */
	FDP_RECEIVE_NO_CONTROL = 1 << 3, /* no room offered: read(2), msg_controllen 0 */
	FDP_RECEIVE_CLOEXEC = 1 << 4,
};

#define FDP_RESULT_UNKNOWN INT64_MIN

struct fdp_receive {
	uint64_t message;
	uint64_t time_ns;
	uint64_t process;
	uint64_t socket;
	uint64_t sender; /* socket that sent it, for a message whose send was not seen */
	int64_t result;	 /* bytes, or a negative errno; FDP_RESULT_UNKNOWN */
	int32_t sockfd;
	uint32_t call;
	uint32_t flags;
	uint32_t n_fds;
	const struct fdp_descriptor *fds;
};

enum fdp_end_reason {
	FDP_END_UNKNOWN = 0,
	FDP_END_CLOSED = 1,    /* the receiving socket was closed with it unread */
	FDP_END_COLLECTED = 2, /* by the kernel's garbage collector of socket cycles */
	FDP_END_NOT_SENT = 3,  /* its sender failed after all; errno unknown */
};

/* The message died without being received. */
struct fdp_end {
	uint64_t message;
	uint64_t time_ns;
	uint64_t process; /* who closed the socket, 0 unknown */
	uint32_t reason;
};

/* Ways to hand over an open file without a message that names it; numbers on disk. */
enum fdp_way {
	FDP_WAY_UNKNOWN = 0,
	FDP_WAY_PIDFD_GETFD = 1, /* pidfd_getfd(2): the receiver took it */
	FDP_WAY_SECCOMP = 2, /* seccomp_unotify(2): a supervisor put it into its target */
	FDP_WAY_MSG_RING = 3,	   /* io_uring: from one ring's files to another's */
	FDP_WAY_SCM_PIDFD = 4,	   /* SO_PASSPIDFD: a pidfd of the sender */
	FDP_WAY_FIXED_INSTALL = 5, /* io_uring: from its files to a descriptor */
};

enum fdp_transfer_flag {
	/* The number is a place in the registered files of an io_uring. */
	FDP_TRANSFER_FROM_REGISTERED = 1 << 0,
	FDP_TRANSFER_TO_REGISTERED = 1 << 1,
};

/* An open file went from one process to another, or was to, in one of those ways. */
struct fdp_transfer {
	uint64_t time_ns;
	uint32_t way;	 /* enum fdp_way */
	uint32_t flags;	 /* enum fdp_transfer_flag */
	uint64_t from;	 /* process that had it, 0 unknown */
	uint64_t to;	 /* process that has it now */
	uint64_t file;	 /* 0 unknown */
	uint64_t socket; /* SCM_PIDFD: on which it came */
	int32_t from_fd; /* or FDP_FD_UNKNOWN */
	int32_t to_fd;
	uint32_t error; /* errno; 0: it was handed over */
};

/* The last reference to an open file went (--exact-files). */
struct fdp_file_end {
	uint64_t file;
	uint64_t time_ns;
};

/* Numbers on disk. A new cause also goes into SPEC.md (registry), fdp_cause_name(). */
enum fdp_cause {
	FDP_CAUSE_RING = 0,	 /* the ring buffer was full */
	FDP_CAUSE_MAP = 1,	 /* a kernel map was full */
	FDP_CAUSE_RECURSION = 2, /* a probe was entered while it ran */
	FDP_CAUSE_FAULT = 3,	 /* memory could not be read */
	FDP_CAUSE_BUDGET = 4,	 /* one task asked for more work than it is given */
	FDP_CAUSE_MISSED = 5,	 /* the kernel skipped a probe */
	FDP_CAUSE_DISK = 6,	 /* the output could not take it */
	FDP_CAUSE_COUNT
};

/* What was lost; numbers on disk. */
enum fdp_lost {
	FDP_LOST_SEND = 0,
	FDP_LOST_RECEIVE = 1,
	FDP_LOST_END = 2,
	FDP_LOST_DEFINITION =
		3, /* a name: passes are complete, an object is not described */
	FDP_LOST_TRANSFER = 4,
	FDP_LOST_COUNT
};

struct fdp_loss {
	uint32_t cause;
	uint32_t what;
	uint64_t count;
	uint64_t from_ns, to_ns; /* it happened between these */
};

/* Three clocks read together (clock_gettime(2)): at first, every 10 s, after a step. */
struct fdp_clock {
	uint64_t boot_ns;
	uint64_t mono_ns;
	int64_t real_ns;   /* since 1970-01-01 UTC */
	uint64_t error_ns; /* the readings lie at most this far apart */
};

/* A process held a socket under this number when the snapshot was taken. */
struct fdp_holder {
	uint64_t socket;
	uint64_t process;
	int32_t fd;
};

/* The snapshot of processes, sockets and holders ends here. */
struct fdp_snapshot {
	uint64_t time_ns;
	uint64_t n_processes, n_sockets, n_holders;
	bool complete;
};

/* One line of --list-hooks. */
enum fdp_hook_state {
	FDP_HOOK_ATTACHED = 0,
	FDP_HOOK_ABSENT = 1,
	FDP_HOOK_REFUSED = 2,
	FDP_HOOK_UNUSED = 3, /* there, and not needed with these options */
};

struct fdp_hook {
	uint32_t state;
	struct fdp_text name;
	struct fdp_text reason; /* empty, or why it is absent or refused */
};

#define FDP_HOOKS_MAX 64
#define FDP_BLIND_SPOTS_MAX 32
#define FDP_PID_NS_INITIAL 0xEFFFFFFCu /* its inode at each boot: PROC_PID_INIT_INO */

enum fdp_header_flag {
	FDP_HEADER_EXACT_FILES = 1 << 0,
	FDP_HEADER_FILTERED = 1 << 1, /* filters were on: absence proves nothing */
	FDP_HEADER_CMDLINE = 1 << 2,
	FDP_HEADER_SENDERS = 1 << 3, /* receivers and sizes were not recorded */
};

/* What a section says of itself. Empty text or 0: not said. */
struct fdp_header {
	uint32_t major, minor; /* filled by the reader; a writer writes its own */
	uint32_t flags;
	struct fdp_text writer;	  /* "fdpass-record 0.1.0" */
	struct fdp_text options;  /* the recorder's command line, NUL-separated */
	struct fdp_text backend;  /* "tracepoint" */
	struct fdp_text kernel;	  /* uname -r */
	struct fdp_text machine;  /* uname -m */
	struct fdp_text hostname; /* only when asked for */
	struct fdp_text boot_id;  /* /proc/sys/kernel/random/boot_id */
	struct fdp_text capture;  /* a random UUID of this capture */
	uint32_t cpus;
	uint32_t page_size;
	uint32_t pid_ns; /* in which the pids of this section are numbered */
	struct fdp_clock clock;
	uint32_t n_hooks;
	const struct fdp_hook *hooks;
	uint32_t n_blind_spots;
	const struct fdp_text *blind_spots; /* sentences: what this backend cannot see */
};

enum fdp_stop {
	FDP_STOP_UNKNOWN = 0,
	FDP_STOP_SIGNAL = 1,
	FDP_STOP_DURATION = 2,
	FDP_STOP_MESSAGES = 3,
	FDP_STOP_COMMAND = 4, /* the command that was run has ended */
	FDP_STOP_SIZE = 5,
	FDP_STOP_DISK = 6,  /* the output could not be written */
	FDP_STOP_ERROR = 7, /* the recorder failed */
	FDP_STOP_DUMP = 8,  /* a flight recorder wrote what it had, and goes on */
};

struct fdp_trailer {
	uint32_t stop; /* enum fdp_stop */
	struct fdp_clock clock;
	uint64_t messages;    /* send records, failed ones included */
	uint64_t descriptors; /* and the descriptors in them */
	uint64_t receives;
	uint64_t lost[FDP_CAUSE_COUNT][FDP_LOST_COUNT];
};

struct fdp_record {
	enum fdp_type type;
	uint64_t block; /* where it came from: sequence number of its block in the file */
	union {
		struct fdp_header header;
		struct fdp_trailer trailer;
		struct fdp_process process;
		struct fdp_socket socket;
		struct fdp_file file;
		struct fdp_send send;
		struct fdp_queue queue;
		struct fdp_receive receive;
		struct fdp_end end;
		struct fdp_file_end file_end;
		struct fdp_loss loss;
		struct fdp_clock clock;
		struct fdp_holder holder;
		struct fdp_snapshot snapshot;
		struct fdp_transfer transfer;
	};
};

/* Words for numbers, as used in SPEC.md; an unknown number gives "unknown". Static. */
const char *fdp_type_name(uint32_t type);
const char *fdp_kind_name(uint32_t kind);
const char *fdp_cause_name(uint32_t cause);
const char *fdp_lost_name(uint32_t what);
const char *fdp_stop_name(uint32_t stop);
const char *fdp_end_reason_name(uint32_t reason);
const char *fdp_call_name(uint32_t call);
const char *fdp_hook_state_name(uint32_t state);
const char *fdp_way_name(uint32_t way);

/* A member of struct fdp_record, for those who write records in another language. */
enum fdp_field_kind {
	FDP_FIELD_U32,
	FDP_FIELD_U64,
	FDP_FIELD_S32,
	FDP_FIELD_S64,
	FDP_FIELD_BOOL,
	FDP_FIELD_TEXT,
	FDP_FIELD_FDS,
};

struct fdp_field {
	const char *name; /* as in SPEC.md */
	enum fdp_field_kind kind;
	size_t offset;
	size_t count; /* FDP_FIELD_FDS: offset of their number */
};

/* The i-th field of a record's type, in the order of the format; false: there is none. */
bool fdp_type_field(struct fdp_field *field, uint32_t type, size_t i);

/*
 * Writing. The sink takes all of len bytes or returns a negative errno, which the writer
 * hands on and remembers: after it every call returns it, and nothing more is written.
 */
struct fdp_writer;
typedef int (*fdp_sink_fn)(void *ctx, const void *data, size_t len);

/* Writes the header at once. The header is copied into the file, not kept. */
int fdp_writer_new(struct fdp_writer **writerp, const struct fdp_header *header,
		   fdp_sink_fn sink, void *ctx);
void fdp_writer_free(struct fdp_writer *w);

/*
 * Adds a record of any type but header and trailer; everything in it is copied. A
 * definition is remembered and written again in each later block that refers to it; a
 * newer one of the same number replaces it. Full blocks go to the sink.
 */
int fdp_writer_add(struct fdp_writer *w, const struct fdp_record *record);

/* Closes the block in hand, if it holds anything. */
int fdp_writer_flush(struct fdp_writer *w);

/* Flushes, then writes the END frame and the seek table. The writer takes nothing after.
 */
int fdp_writer_finish(struct fdp_writer *w, const struct fdp_trailer *trailer);

/* Messages, descriptors, receives and losses of the section: the totals of its trailer.
 */
void fdp_writer_totals(const struct fdp_writer *w, struct fdp_trailer *trailer);

/*
 * After the sink failed: counts what is in hand as lost, and writes the END frame alone,
 * with the totals of what was written. The sink must have taken back what it took of the
 * piece that it refused.
 */
int fdp_writer_abandon(struct fdp_writer *w, const struct fdp_trailer *trailer);

/*
 * After fdp_writer_finish(): writes the header of another section, for which the
 * remembered definitions hold on. The sink may lead elsewhere by then.
 */
int fdp_writer_restart(struct fdp_writer *w, const struct fdp_header *header);

/*
 * A flight recorder: the newest blocks are kept in about so many bytes of memory, and
 * nothing is written until fdp_writer_dump() writes them as a section, with a trailer
 * whose totals are theirs. Then it begins anew with nothing kept.
 */
int fdp_writer_new_keeping(struct fdp_writer **writerp, size_t bytes, fdp_sink_fn sink,
			   void *ctx);
int fdp_writer_dump(struct fdp_writer *w, const struct fdp_header *header,
		    const struct fdp_trailer *trailer);

/* zstd level of the blocks to come; 2 at first. */
void fdp_writer_set_level(struct fdp_writer *w, int level);

/* Forgets the definition (FDP_PROCESS, FDP_SOCKET, FDP_FILE): it will not be repeated. */
void fdp_writer_forget(struct fdp_writer *w, enum fdp_type type, uint64_t id);

/* Bytes given to the sink so far; raw bytes waiting in the open block. */
uint64_t fdp_writer_size(const struct fdp_writer *w);
size_t fdp_writer_pending(const struct fdp_writer *w);

/* The most that the section can have if it is finished after one more record. */
uint64_t fdp_writer_bound(const struct fdp_writer *w);

/* Bytes of memory that a flight recorder's blocks take. */
size_t fdp_writer_kept(const struct fdp_writer *w);

/*
 * Reading, as a stream: the source need not seek. It fills up to len bytes and returns
 * how many (0 at the end), or a negative errno.
 */
struct fdp_reader;
typedef ptrdiff_t (*fdp_source_fn)(void *ctx, void *data, size_t len);

/* Makes the source pass over len bytes; -ESPIPE: it cannot, and is where it was. */
typedef int (*fdp_skip_fn)(void *ctx, uint64_t len);

int fdp_reader_new(struct fdp_reader **readerp, fdp_source_fn source, void *ctx);
/* fd stays the caller's. */
int fdp_reader_new_fd(struct fdp_reader **readerp, int fd);
/* data must outlive the reader. */
int fdp_reader_new_memory(struct fdp_reader **readerp, const void *data, size_t len);
void fdp_reader_free(struct fdp_reader *r);

/*
 * 1: record filled; what it points to is lent until the next call. 0: end of the trace.
 * Negative: see fdp_reader_failure(); record is untouched.
 *   -EMEDIUMTYPE      not a trace
 *   -EPROTONOSUPPORT  needs a newer reader
 *   -EBADMSG          corrupt; the next call goes on behind the damage
 *   -ENODATA          cut short: no trailer, or in the middle of a block; then ends
 *   -ENOMEM, and what the source returned
 */
int fdp_reader_next(struct fdp_reader *r, struct fdp_record *record);

/* The same without a copy: the record itself is lent until the next call. */
int fdp_reader_lend(struct fdp_reader *r, const struct fdp_record **recordp);

/* The next block in full, then no definitions that are what they were a block before. */
void fdp_reader_skip_repeats(struct fdp_reader *r);

/* What is of no interest is skipped, not read. skip gets what the source gets. */
void fdp_reader_set_skip(struct fdp_reader *r, fdp_skip_fn skip);

/*
 * From now on, in this section and others, blocks that have no time between from_ns and
 * to_ns (both included) are not unpacked; those without any time are. The clock record in
 * force behind them is told: before version 1.2, the 20 s before from_ns are read for it.
 */
void fdp_reader_set_window(struct fdp_reader *r, uint64_t from_ns, uint64_t to_ns);

struct fdp_failure {
	uint64_t offset;    /* of the frame, in bytes from the start of the file */
	const char *phrase; /* "block is damaged"; lent by the reader */
};

/* Of the last negative return. */
const struct fdp_failure *fdp_reader_failure(const struct fdp_reader *r);

/* Records of types this reader does not know, skipped so far. */
uint64_t fdp_reader_skipped(const struct fdp_reader *r);
