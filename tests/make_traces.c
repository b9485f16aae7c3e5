// SPDX-License-Identifier: BSD-2-Clause
/*
 * Makes the traces of the golden tests: make_traces FOLDER writes each scenario to
 * FOLDER/NAME.fdpass, make_traces big N writes N messages to standard output.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../format/fdp.h"

#define SECOND 1000000000ull
#define TEXT(literal) ((struct fdp_text){literal, sizeof(literal) - 1})

struct trace_file {
	int fd;
	struct fdp_writer *writer;
	uint64_t now;
};

static void check(int err)
{
	if (err)
		errx(1, "%s", strerror(-err));
}

static int write_all(void *ctx, const void *data, size_t len)
{
	int fd = *(const int *)ctx;
	return write(fd, data, len) == (ssize_t)len ? 0 : -EIO;
}

static struct fdp_clock clock_at(uint64_t boot_ns)
{
	/* 2026-01-02T03:04:05Z was at 100 s. */
	return (struct fdp_clock){
		.boot_ns = boot_ns,
		.mono_ns = boot_ns,
		.real_ns = (int64_t)(1767323045 * SECOND + boot_ns - 100 * SECOND),
		.error_ns = 100,
	};
}

static void section_begin(struct trace_file *t)
{
	static const struct fdp_hook hooks[] = {
		{FDP_HOOK_ATTACHED, TEXT("tp_btf/sk_data_ready"), {"", 0}},
		{FDP_HOOK_ATTACHED, TEXT("tp_btf/skb_copy_datagram_iovec"), {"", 0}},
		{FDP_HOOK_ABSENT, TEXT("tp_btf/sock_send_length"), TEXT("older kernel")},
	};
	static const struct fdp_text spots[] = {
		TEXT("pidfd_getfd(2) is not seen"),
		TEXT("\x1b[31mio_uring is not seen"),
	};
	struct fdp_header header = {
		.flags = FDP_HEADER_FILTERED,
		.writer = TEXT("fdpass-record 0.1.0"),
		.options = TEXT("fdpass-record\0-o\0demo.fdpass"),
		.backend = TEXT("tracepoint"),
		.kernel = TEXT("6.18.0"),
		.machine = TEXT("x86_64"),
		.boot_id = TEXT("11111111-2222-3333-4444-555555555555"),
		.capture = TEXT("66666666-7777-4888-9999-000000000000"),
		.cpus = 2,
		.page_size = 4096,
		.clock = clock_at(100 * SECOND),
		.n_hooks = 3,
		.hooks = hooks,
		.n_blind_spots = 2,
		.blind_spots = spots,
	};
	check(fdp_writer_new(&t->writer, &header, write_all, &t->fd));
	t->now = 101 * SECOND;
}

static void section_end(struct trace_file *t, const struct fdp_trailer *trailer)
{
	struct fdp_trailer usual = {
		.stop = FDP_STOP_SIGNAL,
		.clock = clock_at(103 * SECOND),
	};
	check(fdp_writer_finish(t->writer, trailer ? trailer : &usual));
	fdp_writer_free(t->writer);
	t->writer = NULL;
}

static void add_thread(struct trace_file *t, uint64_t id, uint32_t pid, uint32_t tid,
		       struct fdp_text comm, struct fdp_text main_comm)
{
	struct fdp_record record = {
		.type = FDP_PROCESS,
		.process = {.id = id,
			    .pid = pid,
			    .tid = tid,
			    .ppid = 1,
			    .start_ns = (50 + pid % 100) * SECOND,
			    .uid = 1000,
			    .gid = 1000,
			    .euid = 1000,
			    .egid = 1000,
			    .comm = comm,
			    .main_comm = main_comm,
			    .exe = TEXT("/usr/bin/program")},
	};
	check(fdp_writer_add(t->writer, &record));
}

static void add_process(struct trace_file *t, uint64_t id, uint32_t pid,
			struct fdp_text comm)
{
	add_thread(t, id, pid, pid, comm, comm);
}

static void add_child(struct trace_file *t, uint64_t id, uint32_t pid, uint64_t parent,
		      uint32_t ppid, uint64_t start_ns)
{
	struct fdp_record record = {
		.type = FDP_PROCESS,
		.process = {.id = id,
			    .pid = pid,
			    .tid = pid,
			    .ppid = ppid,
			    .start_ns = start_ns,
			    .parent_start_ns = (50 + parent) * SECOND,
			    .comm = TEXT("child"),
			    .main_comm = TEXT("child")},
	};
	check(fdp_writer_add(t->writer, &record));
}

static void add_socket(struct trace_file *t, uint64_t id, uint32_t type, uint64_t peer,
		       struct fdp_text name)
{
	struct fdp_record record = {
		.type = FDP_SOCKET,
		.socket = {.id = id,
			   .type = type,
			   .cookie = 7000 + id,
			   .ino = 9000 + id,
			   .peer = peer,
			   .peer_ino = peer ? 9000 + peer : 0,
			   .name = name},
	};
	check(fdp_writer_add(t->writer, &record));
}

static void add_file(struct trace_file *t, uint64_t id, uint32_t kind,
		     struct fdp_text name)
{
	struct fdp_record record = {
		.type = FDP_FILE,
		.file = {.id = id,
			 .kind = kind,
			 .open_flags = O_RDWR | O_NONBLOCK,
			 .mode = 020666,
			 .dev_minor = 5,
			 .rdev_major = kind == FDP_KIND_CHR ? 1 : 0,
			 .rdev_minor = kind == FDP_KIND_CHR ? 3 : 0,
			 .ino = 4 + id,
			 .flags = id % 2 ? FDP_FILE_EXACT : 0,
			 .name = name},
	};
	check(fdp_writer_add(t->writer, &record));
}

/* Message number, sender (process, socket, fd number), what. */
static void add_send(struct trace_file *t, uint64_t message, uint64_t process,
		     uint64_t socket, const struct fdp_descriptor *fds, uint32_t n_fds,
		     uint32_t error, uint32_t flags)
{
	struct fdp_record record = {
		.type = FDP_SEND,
		.send = {.message = message,
			 .time_ns = t->now,
			 .process = process,
			 .socket = socket,
			 .size = 1,
			 .sockfd = (int32_t)socket + 2,
			 .call = FDP_CALL_MSG,
			 .flags = flags,
			 .error = error,
			 .error_index = -1,
			 .n_fds = n_fds,
			 .fds = fds},
	};
	check(fdp_writer_add(t->writer, &record));
	t->now += 1000;
}

static void add_receive(struct trace_file *t, uint64_t message, uint64_t process,
			uint64_t socket, const struct fdp_descriptor *fds, uint32_t n_fds,
			uint32_t flags)
{
	struct fdp_record record = {
		.type = FDP_RECEIVE,
		.receive = {.message = message,
			    .time_ns = t->now,
			    .process = process,
			    .socket = socket,
			    .sender = socket - 1,
			    .result = 1,
			    .sockfd = (int32_t)socket + 2,
			    .call = FDP_CALL_MSG,
			    .flags = flags,
			    .n_fds = n_fds,
			    .fds = fds},
	};
	check(fdp_writer_add(t->writer, &record));
	t->now += 1000;
}

static void add_end(struct trace_file *t, uint64_t message)
{
	struct fdp_record record = {
		.type = FDP_END,
		.end = {message, t->now, 0, FDP_END_CLOSED},
	};
	check(fdp_writer_add(t->writer, &record));
	t->now += 1000;
}

static void add_transfer(struct trace_file *t, struct fdp_transfer transfer)
{
	struct fdp_record record = {.type = FDP_TRANSFER, .transfer = transfer};
	record.transfer.time_ns = t->now;
	check(fdp_writer_add(t->writer, &record));
	t->now += 1000;
}

static struct fdp_transfer hand_over(uint32_t way, uint64_t from, int32_t from_fd,
				     uint64_t to, int32_t to_fd, uint64_t file)
{
	struct fdp_transfer t = {.way = way, .from = from, .to = to, .file = file};
	t.from_fd = from_fd;
	t.to_fd = to_fd;
	return t;
}

#define FDS(...) ((const struct fdp_descriptor[]){__VA_ARGS__})
#define ONE(file, fd) FDS({file, fd}), 1

/* Client, broker and server on a bus; /dev/null and a memfd. */
static void add_bus(struct trace_file *t)
{
	add_process(t, 1, 101, TEXT("client"));
	add_process(t, 2, 102, TEXT("dbus-broker"));
	add_process(t, 3, 103, TEXT("server"));
	add_socket(t, 1, SOCK_STREAM, 2, TEXT(""));
	add_socket(t, 2, SOCK_STREAM, 1, TEXT("/run/bus"));
	add_socket(t, 3, SOCK_STREAM, 4, TEXT("/run/bus"));
	add_socket(t, 4, SOCK_STREAM, 3, TEXT(""));
	add_file(t, 1, FDP_KIND_CHR, TEXT("/dev/null"));
	add_file(t, 2, FDP_KIND_MEMFD, TEXT("memfd:buffer"));
}

static void pass_two(struct trace_file *t)
{
	add_send(t, 1, 1, 1, FDS({1, 3}, {2, 4}), 2, 0, 0);
	add_receive(t, 1, 2, 2, FDS({1, 112}, {2, 113}), 2, FDP_RECEIVE_CLOEXEC);
	add_send(t, 2, 2, 3, FDS({1, 112}, {2, 114}), 2, 0, 0);
	add_receive(t, 2, 3, 4, FDS({1, 7}, {2, 8}), 2, FDP_RECEIVE_CLOEXEC);
}

static void make_chain(struct trace_file *t)
{
	section_begin(t);
	add_bus(t);
	pass_two(t);
	section_end(t, NULL);
}

static void make_peek(struct trace_file *t)
{
	section_begin(t);
	add_bus(t);
	add_send(t, 1, 1, 1, ONE(1, 3), 0, 0);
	add_receive(t, 1, 2, 2, ONE(1, 9), FDP_RECEIVE_PEEK);
	add_receive(t, 1, 2, 2, ONE(1, 10), 0);
	add_send(t, 2, 1, 1, ONE(2, 3), 0, 0);
	add_receive(t, 2, 2, 2, ONE(2, 11), FDP_RECEIVE_PEEK);
	section_end(t, NULL);
}

static void make_truncated(struct trace_file *t)
{
	section_begin(t);
	add_bus(t);
	add_send(t, 1, 1, 1, FDS({1, 3}, {2, 4}, {1, 5}), 3, 0, 0);
	add_receive(t, 1, 2, 2, FDS({1, 9}, {2, -EMFILE}, {1, FDP_FD_LOST}), 3,
		    FDP_RECEIVE_TRUNCATED);
	add_send(t, 2, 1, 1, FDS({1, 3}, {2, 4}), 2, 0, 0);
	add_receive(t, 2, 2, 2, FDS({1, 9}), 1, FDP_RECEIVE_TRUNCATED);
	add_send(t, 3, 1, 1, ONE(1, 3), 0, 0);
	add_receive(t, 3, 2, 2, NULL, 0, FDP_RECEIVE_NO_CONTROL);
	add_send(t, 4, 1, 1, ONE(1, 3), 0, 0);
	add_receive(t, 4, 2, 2, ONE(1, FDP_FD_UNKNOWN), 0);
	section_end(t, NULL);
}

static void make_failed(struct trace_file *t)
{
	section_begin(t);
	add_bus(t);
	add_send(t, 1, 1, 1, ONE(1, 3), EPIPE, 0);
	add_send(t, 2, 1, 1, NULL, 0, EBADF, 0);
	add_send(t, 3, 1, 1, ONE(1, 3), 0, FDP_SEND_NOTHING);
	add_send(t, 4, 1, 1, ONE(1, 3), 0, 0);
	add_end(t, 4);
	add_send(t, 5, 1, 1, ONE(2, 4), 0, 0);
	section_end(t, NULL);
}

/* Names that would move a cursor, end a quote, a row or a formula. */
static void make_hostile(struct trace_file *t)
{
	section_begin(t);
	add_process(t, 1, 201, TEXT("ev\x1b[31mil\n\"x"));
	add_process(t, 2, 202, TEXT("=1+1</script>"));
	add_process(t, 3, 203, TEXT("caf\xc3\xa9 \xe2\x80\xae"));
	add_socket(t, 1, SOCK_DGRAM, 0, TEXT("\0abstract\0x"));
	add_socket(t, 2, SOCK_SEQPACKET, 0, TEXT("/a,b\r\n"));
	add_file(t, 1, FDP_KIND_REGULAR, TEXT("/tmp/\\x1b \x1b]0;t\x07\x80\xff,"));
	add_file(t, 2, FDP_KIND_REGULAR, TEXT("/tmp/\xe6\x96\x87\xe4\xbb\xb6\xc2\x9b"));
	add_send(t, 1, 1, 1, FDS({1, 3}, {2, 4}), 2, 0, 0);
	add_receive(t, 1, 2, 1, FDS({1, 3}, {2, 4}), 2, 0);
	add_send(t, 2, 2, 2, FDS({1, 3}, {2, 4}), 2, 0, 0);
	add_receive(t, 2, 3, 2, FDS({1, 3}, {2, 4}), 2, 0);
	section_end(t, NULL);
}

/* Each byte once, in each kind of name. */
static void make_bytes(struct trace_file *t)
{
	char bytes[256];
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	section_begin(t);
	add_process(t, 1, 301, (struct fdp_text){bytes, sizeof(bytes)});
	add_process(t, 2, 302, (struct fdp_text){bytes + 128, 128});
	add_socket(t, 1, SOCK_STREAM, 2, (struct fdp_text){bytes, 108});
	add_file(t, 1, FDP_KIND_REGULAR, (struct fdp_text){bytes, sizeof(bytes)});
	add_send(t, 1, 1, 1, ONE(1, 3), 0, 0);
	add_receive(t, 1, 2, 2, ONE(1, 4), 0);
	section_end(t, NULL);
}

static void make_no_trailer(struct trace_file *t)
{
	section_begin(t);
	add_bus(t);
	pass_two(t);
	check(fdp_writer_flush(t->writer));
	fdp_writer_free(t->writer);
}

static void make_cut(struct trace_file *t)
{
	section_begin(t);
	add_bus(t);
	pass_two(t);
	check(fdp_writer_flush(t->writer));
	off_t whole = lseek(t->fd, 0, SEEK_CUR);
	add_send(t, 3, 1, 1, ONE(1, 3), 0, 0);
	section_end(t, NULL);
	check(ftruncate(t->fd, whole + 40) ? -errno : 0);
}

/* The second of three blocks is damaged. */
static void make_corrupt(struct trace_file *t)
{
	section_begin(t);
	add_bus(t);
	pass_two(t);
	check(fdp_writer_flush(t->writer));
	off_t middle = lseek(t->fd, 0, SEEK_CUR);
	add_send(t, 3, 1, 1, ONE(1, 3), 0, 0);
	check(fdp_writer_flush(t->writer));
	off_t end = lseek(t->fd, 0, SEEK_CUR);
	add_send(t, 4, 1, 1, ONE(2, 4), 0, 0);
	section_end(t, NULL);
	check(pwrite(t->fd, "damage", 6, middle + (end - middle) * 3 / 4) == 6 ? 0
									       : -EIO);
}

/* The first block is damaged: what the second refers to is there again. */
static void make_corrupt_first(struct trace_file *t)
{
	section_begin(t);
	off_t begin = lseek(t->fd, 0, SEEK_CUR);
	add_bus(t);
	pass_two(t);
	check(fdp_writer_flush(t->writer));
	off_t end = lseek(t->fd, 0, SEEK_CUR);
	add_send(t, 3, 1, 1, ONE(1, 3), 0, 0);
	section_end(t, NULL);
	check(pwrite(t->fd, "damage", 6, begin + (end - begin) * 3 / 4) == 6 ? 0 : -EIO);
}

static void make_lost(struct trace_file *t)
{
	section_begin(t);
	add_bus(t);
	pass_two(t);
	/* Its send was lost. */
	add_receive(t, 9, 2, 2, ONE(1, 12), 0);
	struct fdp_record record = {
		.type = FDP_LOSS,
		.loss = {FDP_CAUSE_RING, FDP_LOST_SEND, 12, t->now, t->now + 1},
	};
	check(fdp_writer_add(t->writer, &record));
	struct fdp_trailer trailer = {
		.stop = FDP_STOP_DURATION,
		.clock = clock_at(103 * SECOND),
		.lost[FDP_CAUSE_RING][FDP_LOST_SEND] = 12,
		.lost[FDP_CAUSE_MAP][FDP_LOST_RECEIVE] = 5,
	};
	section_end(t, &trailer);
}

static void make_sections(struct trace_file *t)
{
	make_chain(t);
	make_failed(t);
}

/* A file that the parent received is sent on by its child, and by a later grandchild. */
static void make_inherited(struct trace_file *t)
{
	section_begin(t);
	add_bus(t);
	add_send(t, 1, 1, 1, ONE(1, 3), 0, 0);
	add_receive(t, 1, 2, 2, ONE(1, 9), 0);
	add_child(t, 4, 104, 2, 102, t->now);
	t->now += SECOND;
	add_send(t, 2, 4, 3, ONE(1, 9), 0, 0);
	add_receive(t, 2, 3, 4, ONE(1, 5), 0);
	/* Received by the parent after the fork: not the child's. */
	add_send(t, 3, 1, 1, ONE(2, 3), 0, 0);
	add_receive(t, 3, 2, 2, ONE(2, 10), 0);
	add_send(t, 4, 4, 3, ONE(2, 10), 0, 0);
	section_end(t, NULL);
}

/* The longest path there is, of two-byte letters. */
static void make_long(struct trace_file *t)
{
	char path[FDP_STRING_MAX];
	for (size_t i = 0; i < sizeof(path); i += 2)
		memcpy(path + i, i % 64 ? "\xc3\xa9" : "//", 2);
	section_begin(t);
	add_bus(t);
	add_file(t, 3, FDP_KIND_REGULAR, (struct fdp_text){path, sizeof(path)});
	add_file(t, 4, FDP_KIND_REGULAR, (struct fdp_text){path + 1, 61});
	add_send(t, 1, 1, 1, FDS({1, 3}, {3, 4}, {4, 5}), 3, 0, 0);
	section_end(t, NULL);
}

/* Every way without a message; what came so is sent on. */
static void make_transfers(struct trace_file *t)
{
	section_begin(t);
	add_bus(t);
	add_process(t, 4, 104, TEXT("taker"));
	add_file(t, 3, FDP_KIND_PIDFD, TEXT("[pidfd]"));
	add_send(t, 1, 1, 1, ONE(1, 3), 0, 0);
	add_receive(t, 1, 2, 2, ONE(1, 112), 0);
	add_transfer(t, hand_over(FDP_WAY_PIDFD_GETFD, 2, 112, 4, 5, 1));
	struct fdp_transfer other =
		hand_over(FDP_WAY_PIDFD_GETFD, 2, 113, 4, FDP_FD_UNKNOWN, 0);
	other.error = EPERM;
	add_transfer(t, other);
	add_send(t, 2, 4, 3, ONE(1, 5), 0, 0);
	add_receive(t, 2, 3, 4, ONE(1, 7), 0);
	add_transfer(t, hand_over(FDP_WAY_SECCOMP, 3, 8, 1, 0, 2));
	other = hand_over(FDP_WAY_MSG_RING, 1, 0, 4, 11, 2);
	other.flags = FDP_TRANSFER_FROM_REGISTERED | FDP_TRANSFER_TO_REGISTERED;
	add_transfer(t, other);
	other = hand_over(FDP_WAY_FIXED_INSTALL, 4, 11, 4, 6, 2);
	other.flags = FDP_TRANSFER_FROM_REGISTERED;
	add_transfer(t, other);
	other = hand_over(FDP_WAY_SCM_PIDFD, 1, FDP_FD_UNKNOWN, 2, 114, 3);
	other.socket = 2;
	add_transfer(t, other);
	add_transfer(t, (struct fdp_transfer){.way = 99, .to_fd = 9, .from_fd = 1});
	section_end(t, NULL);
}

/* Threads with names of their own pass on; the first one of the receiver was renamed. */
static void make_threads(struct trace_file *t)
{
	section_begin(t);
	add_bus(t);
	add_thread(t, 4, 110, 115, TEXT("gdbus"), TEXT("gnome-shell"));
	add_thread(t, 5, 120, 123, TEXT("pool-spawner"), TEXT("portal"));
	add_thread(t, 6, 120, 120, TEXT("xdg-portal"), TEXT("portal"));
	add_send(t, 1, 4, 1, FDS({1, 3}, {2, 4}), 2, 0, 0);
	add_receive(t, 1, 2, 2, FDS({1, 9}, {2, 10}), 2, 0);
	add_send(t, 2, 2, 3, ONE(1, 9), 0, 0);
	add_receive(t, 2, 5, 4, ONE(1, 7), 0);
	add_send(t, 3, 2, 3, ONE(2, 10), 0, 0);
	add_receive(t, 3, 6, 4, ONE(2, 8), 0);
	section_end(t, NULL);
}

/* Names that have what separates names in them: no two ways may be told alike. */
static void make_arrows(struct trace_file *t)
{
	static const struct fdp_text names[] = {
		TEXT("a"),	   TEXT("b → c"), TEXT("a → b"), TEXT("c"),
		TEXT("d   chr x"), TEXT("d"),	  TEXT("?"),	 TEXT("[queued]")};
	static const uint32_t ways[][3] = {{0, 1, 1}, {2, 3, 1}, {0, 4, 3},
					   {0, 5, 4}, {6, 7, 5}, {0, 4, 5}};
	section_begin(t);
	add_bus(t);
	for (uint32_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		add_process(t, 10 + i, 110 + i, names[i]);
	add_file(t, 3, FDP_KIND_CHR, TEXT("x"));
	add_file(t, 4, FDP_KIND_CHR, TEXT("x   chr x"));
	add_file(t, 5, FDP_KIND_REGULAR, TEXT("/y   F1 /z → P1 z"));
	for (uint32_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		add_send(t, i + 1, 10 + ways[i][0], 1, ONE(ways[i][2], 3), 0, 0);
		add_receive(t, i + 1, 10 + ways[i][1], 2, ONE(ways[i][2], 4), 0);
	}
	section_end(t, NULL);
}

static void make_empty(struct trace_file *t)
{
	section_begin(t);
	section_end(t, NULL);
}

static const struct scenario {
	const char *name;
	void (*make)(struct trace_file *t);
} scenarios[] = {
	{"chain", make_chain},
	{"peek", make_peek},
	{"truncated", make_truncated},
	{"failed", make_failed},
	{"hostile", make_hostile},
	{"bytes", make_bytes},
	{"no-trailer", make_no_trailer},
	{"cut", make_cut},
	{"corrupt", make_corrupt},
	{"corrupt-first", make_corrupt_first},
	{"lost", make_lost},
	{"sections", make_sections},
	{"inherited", make_inherited},
	{"long", make_long},
	{"transfers", make_transfers},
	{"threads", make_threads},
	{"arrows", make_arrows},
	{"empty", make_empty},
};

/* A bus under load: message after message through the broker. */
static void make_big(struct trace_file *t, uint64_t n)
{
	section_begin(t);
	add_bus(t);
	for (uint64_t i = 1; i <= n; i += 2) {
		int32_t fd = (int32_t)(100 + i % 500);
		add_send(t, i, 1, 1, ONE(1 + i / 2 % 2, 3), 0, 0);
		add_receive(t, i, 2, 2, ONE(1 + i / 2 % 2, fd), 0);
		add_send(t, i + 1, 2, 3, ONE(1 + i / 2 % 2, fd), 0, 0);
		add_receive(t, i + 1, 3, 4, ONE(1 + i / 2 % 2, 7), 0);
	}
	section_end(t, NULL);
}

static void make_scenario(const char *folder, const struct scenario *scenario)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s.fdpass", folder, scenario->name);
	struct trace_file t = {.fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0666)};
	if (t.fd < 0)
		err(1, "%s", path);
	scenario->make(&t);
	close(t.fd);
}

int main(int argc, char *argv[])
{
	if (argc == 3 && strcmp(argv[1], "big") == 0) {
		make_big(&(struct trace_file){.fd = STDOUT_FILENO},
			 strtoull(argv[2], NULL, 10));
		return 0;
	}
	if (argc != 2)
		errx(2, "usage: make_traces FOLDER | make_traces big MESSAGES");
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		make_scenario(argv[1], &scenarios[i]);
	return 0;
}
