// SPDX-License-Identifier: BSD-2-Clause
/*
 * The chain workload: generate trace|json N writes at least N descriptor events, one for
 * each descriptor at each end, to standard output.
 *
 * Clients pass 1 to 3 open files to a broker, which passes them on to a server: a million
 * message events have 250,000 such chains, between 390 processes, and 155,000 open files.
 * The same number gives the same bytes each time. The JSON lines have what a tracer would
 * print that names everything in each line.
 */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../../format/fdp.h"

#define CLIENTS 300
#define PROCESSES 390 /* the last one is the broker, the others are servers */
#define BROKER (PROCESSES - 1)
#define FILES_NEW 37  /* percent of the descriptors sent by clients */
#define FILES_KEPT 64 /* that are passed again and again */
#define NAME_MAX_LEN 96
#define SECOND UINT64_C(1000000000)

struct workload {
	struct fdp_writer *writer; /* NULL: JSON lines */
	uint64_t random;
	uint64_t now;
	uint64_t events; /* descriptors at either end */
	uint64_t messages;
	uint64_t files;
};

/* One message in one direction. */
struct hop {
	unsigned int from, to;
	int32_t sockfd[2];
	uint64_t socket[2]; /* of the sender and of the receiver */
	uint32_t size;	    /* bytes of data, which arrive whole */
	uint32_t n;
	struct fdp_descriptor sent[3], received[3];
};

static uint32_t any(struct workload *w, uint32_t below)
{
	w->random =
		w->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);

	return (uint32_t)((w->random >> 33) % below);
}

static void check(int error)
{
	if (error)
		errx(1, "%s", strerror(-error));
}

static void add(struct workload *w, const struct fdp_record *record)
{
	check(fdp_writer_add(w->writer, record));
}

static int put_stdout(void *ctx, const void *data, size_t len)
{
	(void)ctx;

	return fwrite(data, 1, len, stdout) == len ? 0 : -EIO;
}

static struct fdp_text text(const char *string)
{
	return (struct fdp_text){.data = string, .len = strlen(string)};
}

static uint32_t pid_of(unsigned int process)
{
	return 1000 + 37 * process;
}

static void comm_of(char name[16], unsigned int process)
{
	static const char *const words[] = {"gnome-shell", "firefox", "systemd",
					    "portal",	   "chrome",  "pulse"};

	if (process == BROKER)
		snprintf(name, 16, "dbus-broker");
	else
		snprintf(name, 16, "%s-%u", words[process % 6], process / 6);
}

/* Names of the length and variety that real ones have: counters and random letters. */
static void path_of(char name[NAME_MAX_LEN], uint64_t file)
{
	uint32_t letters = (uint32_t)(file * UINT64_C(0x9e3779b97f4a7c15) >> 32);

	switch (file % 4) {
	case 0:
		snprintf(name, NAME_MAX_LEN, "/home/user/.cache/application-%u/%08x.bin",
			 (unsigned int)(file % 97), letters);
		return;
	case 1:
		snprintf(name, NAME_MAX_LEN, "/run/user/1000/wayland/buffer-%" PRIu64,
			 file);
		return;
	case 2:
		snprintf(name, NAME_MAX_LEN, "memfd:pipewire-memfd:type=2,size=%u",
			 (unsigned int)(file % 29) * 2312);
		return;
	default:
		snprintf(name, NAME_MAX_LEN, "/tmp/service-%08x/request", letters);
	}
}

static void add_process(struct workload *w, unsigned int process)
{
	struct fdp_record record = {.type = FDP_PROCESS};
	char comm[16], exe[32];

	comm_of(comm, process);
	snprintf(exe, sizeof(exe), "/usr/bin/%s", comm);
	record.process = (struct fdp_process){
		.id = process + 1,
		.pid = pid_of(process),
		.tid = pid_of(process),
		.own_pid = pid_of(process),
		.ppid = 1,
		.start_ns = process * SECOND,
		.uid = 1000,
		.gid = 1000,
		.euid = 1000,
		.egid = 1000,
		.pid_ns = 0xeffffffcu,
		.mnt_ns = 0xf0000000u + process % 7,
		.user_ns = 0xeffffffdu,
		.net_ns = 0xf0000008u,
		.cgroup_id = 5000 + process,
		.comm = text(comm),
		.main_comm = text(comm),
		.exe = text(exe),
		.cgroup = text("/user.slice/user-1000.slice/user@1000.service/app.slice"),
	};
	add(w, &record);
}

/* Each process has one connection: its own end, and the broker's. */
static void add_connection(struct workload *w, unsigned int process)
{
	for (unsigned int end = 0; end < 2; end++) {
		struct fdp_record record = {.type = FDP_SOCKET};

		record.socket = (struct fdp_socket){
			.id = 2 * process + end + 1,
			.type = SOCK_STREAM,
			.cookie = 4000 + 2 * process + end,
			.ino = 20000 + 2 * process + end,
			.net_ns = 0xf0000008u,
			.peer = 2 * process + !end + 1,
			.peer_ino = 20000 + 2 * process + !end,
			.name = end ? text("/run/user/1000/bus") : text(""),
		};
		add(w, &record);
	}
}

static void add_file(struct workload *w, uint64_t file)
{
	struct fdp_record record = {.type = FDP_FILE};
	char name[NAME_MAX_LEN];

	path_of(name, file);
	record.file = (struct fdp_file){
		.id = file,
		.kind = file % 4 == 2 ? FDP_KIND_MEMFD : FDP_KIND_REGULAR,
		.open_flags = 0100002,
		.mode = 0100600,
		.dev_minor = 31 + file % 3,
		.ino = 700000 + file,
		.size = file % 4 == 2 ? 2312 : file * 4096 % 1000000,
		.mnt_ns = file % 4 == 2 ? 0 : 0xf0000000u,
		.name = text(name),
	};
	add(w, &record);
}

static uint64_t file_pick(struct workload *w)
{
	if (w->files >= FILES_KEPT && any(w, 100) >= FILES_NEW)
		return 1 + any(w, FILES_KEPT);
	w->files++;
	if (w->writer)
		add_file(w, w->files);

	return w->files;
}

static void print_end(const struct workload *w, const struct hop *h, bool received)
{
	const struct fdp_descriptor *fds = received ? h->received : h->sent;
	unsigned int process = received ? h->to : h->from;
	char comm[16], name[NAME_MAX_LEN];

	comm_of(comm, process);
	for (uint32_t i = 0; i < h->n; i++) {
		path_of(name, fds[i].file);
		printf("{\"time\":%" PRIu64 ",\"event\":\"%s\",\"message\":%" PRIu64
		       ",\"pid\":%u,\"comm\":\"%s\",\"exe\":\"/usr/bin/%s\",\"uid\":1000,"
		       "\"size\":%u,\"sockfd\":%d,\"socket_ino\":%" PRIu64
		       ",\"fd\":%d,\"file\":\"%s\""
		       ",\"dev\":\"0:%u\",\"ino\":%" PRIu64 "}\n",
		       w->now, received ? "receive" : "send", w->messages,
		       pid_of(process), comm, comm, h->size, h->sockfd[received],
		       19999 + h->socket[received], fds[i].fd, name,
		       31 + (unsigned int)(fds[i].file % 3), 700000 + fds[i].file);
	}
}

static void add_send(struct workload *w, const struct hop *h)
{
	struct fdp_record record = {.type = FDP_SEND};

	record.send = (struct fdp_send){
		.message = w->messages,
		.time_ns = w->now,
		.process = h->from + 1,
		.socket = h->socket[0],
		.receiver = h->socket[1],
		.size = h->size,
		.sockfd = h->sockfd[0],
		.call = FDP_CALL_MSG,
		.error_index = -1,
		.n_fds = h->n,
		.fds = h->sent,
	};
	add(w, &record);
}

static void add_receive(struct workload *w, const struct hop *h)
{
	struct fdp_record record = {.type = FDP_RECEIVE};

	record.receive = (struct fdp_receive){
		.message = w->messages,
		.time_ns = w->now,
		.process = h->to + 1,
		.socket = h->socket[1],
		.sender = h->socket[0],
		.result = h->size,
		.sockfd = h->sockfd[1],
		.call = FDP_CALL_MSG,
		.flags = FDP_RECEIVE_CLOEXEC,
		.n_fds = h->n,
		.fds = h->received,
	};
	add(w, &record);
}

static void pass(struct workload *w, struct hop *h)
{
	h->size = 100 + any(w, 200);
	w->messages++;
	w->events += 2 * h->n;
	w->now += 500 + any(w, 20000);
	if (w->writer)
		add_send(w, h);
	else
		print_end(w, h, false);
	w->now += 2000 + any(w, 8000);
	if (w->writer)
		add_receive(w, h);
	else
		print_end(w, h, true);
}

/* The broker's end of a connection has a number that grows with the process. */
static void chain(struct workload *w)
{
	static const uint32_t counts[] = {1, 1, 1, 2, 2, 3};
	unsigned int client = any(w, CLIENTS),
		     server = CLIENTS + any(w, BROKER - CLIENTS);
	struct hop h = {
		.from = client,
		.to = BROKER,
		.sockfd = {3, 10 + (int32_t)client},
		.socket = {2 * client + 1, 2 * client + 2},
		.n = counts[any(w, 6)],
	};

	for (uint32_t i = 0; i < h.n; i++) {
		h.sent[i] =
			(struct fdp_descriptor){file_pick(w), 5 + (int32_t)any(w, 60)};
		h.received[i] = (struct fdp_descriptor){h.sent[i].file, 420 + (int32_t)i};
	}
	pass(w, &h);
	memcpy(h.sent, h.received, sizeof(h.sent));
	for (uint32_t i = 0; i < h.n; i++)
		h.received[i].fd = 8 + (int32_t)any(w, 30);
	h.from = BROKER;
	h.to = server;
	h.sockfd[0] = 10 + (int32_t)server;
	h.sockfd[1] = 4;
	h.socket[0] = 2 * server + 2;
	h.socket[1] = 2 * server + 1;
	pass(w, &h);
}

static void begin(struct workload *w)
{
	const struct fdp_header header = {
		.writer = text("generate"),
		.backend = text("tracepoint"),
		.kernel = text("6.18.0"),
		.machine = text("x86_64"),
		.cpus = 2,
		.page_size = 4096,
		.clock = {.boot_ns = w->now, .mono_ns = w->now, .real_ns = 1767323045},
	};

	check(fdp_writer_new(&w->writer, &header, put_stdout, NULL));
	for (unsigned int process = 0; process < PROCESSES; process++)
		add_process(w, process);
	for (unsigned int process = 0; process < BROKER; process++)
		add_connection(w, process);
}

static void finish(struct workload *w)
{
	const struct fdp_trailer trailer = {
		.stop = FDP_STOP_SIGNAL,
		.clock = {.boot_ns = w->now, .mono_ns = w->now, .real_ns = 1767323046},
		.messages = w->messages,
		.descriptors = w->events / 2,
		.receives = w->messages,
	};

	check(fdp_writer_finish(w->writer, &trailer));
	fdp_writer_free(w->writer);
}

int main(int argc, char **argv)
{
	struct workload w = {.random = 1, .now = 1000 * SECOND};
	uint64_t wanted = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
	bool trace = argc == 3 && !strcmp(argv[1], "trace");

	if (!wanted || (!trace && strcmp(argv[1], "json") != 0))
		errx(2, "usage: generate trace|json EVENTS");
	if (trace)
		begin(&w);
	while (w.events < wanted)
		chain(&w);
	if (trace)
		finish(&w);
	if (fflush(stdout) || ferror(stdout))
		err(1, "standard output");
	fprintf(stderr, "%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", w.events, 2 * w.messages,
		w.files);

	return 0;
}
