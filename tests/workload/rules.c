/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenarios of the kernel's own rules: what it refuses, ignores, and gives only once. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workload.h"

/* asm-generic/socket.h of Linux 6.16. */
#define SO_PASSRIGHTS 83

/* A user that nobody else is: what is in flight is counted by user. */
#define USER 54321
#define LIMIT 16
#define N 3

static struct sent *sent_new(void)
{
	struct sent *s = calloc(1, sizeof(*s));

	must(s != NULL, "calloc");
	return s;
}

/* Three devices, and a pair of sockets. */
static void stage_open(struct object objects[N], int sv[2], int type)
{
	pair_open(sv, type);
	object_null(&objects[0]);
	object_open(&objects[1], "/dev/zero", O_RDONLY, "chr");
	object_open(&objects[2], "/dev/full", O_RDWR, "chr");
}

/*
 * An ordinary user may have as many descriptors in flight as open; the first send that
 * finds more than that fails.
 */
static void etoomanyrefs(const char *folder)
{
	struct rlimit limit = {LIMIT, LIMIT};
	struct object objects[N];
	struct sent *s[LIMIT];
	size_t n = 0;
	int sv[2], error;

	(void)folder;
	stage_open(objects, sv, SOCK_DGRAM);
	must(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
	must(setresgid(USER, USER, USER) == 0 && setresuid(USER, USER, USER) == 0,
	     "setresuid");
	do {
		must(n < LIMIT, "no limit");
		s[n] = sent_new();
		error = message_send(s[n], sv[0], objects, N,
				     &(struct shape){.size = 1, .flags = MSG_DONTWAIT});
	} while (!error && ++n);
	must(error == ETOOMANYREFS && n > LIMIT / N, "ETOOMANYREFS");
	close(sv[1]);
	for (size_t i = 0; i < n; i++)
		sent_state(s[i], "discarded", 0);
}

/* What the receiver does not want it is not sent: Linux 6.16. */
static void no_rights(const char *folder)
{
	const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
	struct object objects[N];
	struct sent *s = sent_new();
	int sv[2], off = 0;

	(void)folder;
	for (size_t i = 0; i < 3; i++) {
		stage_open(objects, sv, types[i]);
		must(setsockopt(sv[1], SOL_SOCKET, SO_PASSRIGHTS, &off, sizeof(off)) == 0,
		     "SO_PASSRIGHTS");
		must(message_send(s, sv[0], objects, N, &(struct shape){.size = 4}) ==
			     EPERM,
		     "EPERM");
	}
}

static bool has_no_rights(void)
{
	int off = 0, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool has = setsockopt(fd, SOL_SOCKET, SO_PASSRIGHTS, &off, sizeof(off)) == 0;

	close(fd);
	return has;
}

/* A full queue, then room: what failed and what arrived are two messages. */
static void eagain_again(const char *folder)
{
	struct shape shape = {.size = 5, .flags = MSG_DONTWAIT};
	struct object objects[N];
	struct sent *s = sent_new();
	char data[65536] = {0};
	int sv[2];

	(void)folder;
	stage_open(objects, sv, SOCK_STREAM);
	while (send(sv[0], data, 4096, MSG_DONTWAIT) > 0)
		;
	must(message_send(s, sv[0], objects, N, &shape) == EAGAIN, "EAGAIN");
	while (recv(sv[1], data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	must(message_send(s, sv[0], objects, N, &shape) == 0, "sendmsg");
	message_receive(s, sv[1], control_size(N), 0);
}

/* The first byte brings the descriptors, the others bring none. */
static void byte_by_byte(const char *folder)
{
	_Alignas(struct cmsghdr) char control[256];
	struct object objects[N];
	struct sent *s = sent_new();
	char byte;
	int sv[2];

	(void)folder;
	stage_open(objects, sv, SOCK_STREAM);
	must(message_send(s, sv[0], objects, N, &(struct shape){.size = 52}) == 0,
	     "sendmsg");
	for (size_t i = 0; i < 52; i++) {
		struct iovec iov = {&byte, 1};
		struct msghdr msg = {
			.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control),
		};
		must(recvmsg(sv[1], &msg, 0) == 1, "recvmsg");
		if (i == 0)
			must(message_state(s, sv[1], &msg, 0) == N, "first byte");
		else
			must(CMSG_FIRSTHDR(&msg) == NULL, "later byte");
	}
}

/* read(2) of the first byte drops them; recvmsg(2) of the rest finds none. */
static void byte_then_rest(const char *folder)
{
	_Alignas(struct cmsghdr) char control[256];
	struct object objects[N];
	struct sent *s = sent_new();
	char data[64];
	struct iovec iov = {data, sizeof(data)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int sv[2];

	(void)folder;
	stage_open(objects, sv, SOCK_STREAM);
	must(message_send(s, sv[0], objects, N, &(struct shape){.size = 52}) == 0,
	     "sendmsg");
	must(read(sv[1], data, 1) == 1, "read");
	must(recvmsg(sv[1], &msg, 0) == 51 && !CMSG_FIRSTHDR(&msg), "recvmsg");
	sent_state_dropped(s, sv[1]);
}

/* A control length that ends with the last descriptor, as libwayland has it. */
static void unpadded(const char *folder)
{
	struct object objects[N];
	struct sent *s = sent_new();
	int sv[2];

	(void)folder;
	stage_open(objects, sv, SOCK_STREAM);
	for (size_t n = 1; n <= N; n++) {
		struct shape shape = {.size = 4, .unpadded = true};

		must(message_send(s, sv[0], objects, n, &shape) == 0, "sendmsg");
		message_receive(s, sv[1], CMSG_LEN(n * sizeof(int)), 0);
	}
}

/* Other families ignore SCM_RIGHTS: what is stated here is the Unix socket's alone. */
static void inet(const char *folder)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(in);
	struct object objects[N];
	struct sent *s = sent_new();
	char data[8];
	int sv[2];

	(void)folder;
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int out = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(bind(listener, (struct sockaddr *)&in, sizeof(in)) == 0 &&
		     listen(listener, 1) == 0 &&
		     getsockname(listener, (struct sockaddr *)&in, &len) == 0 &&
		     connect(out, (struct sockaddr *)&in, sizeof(in)) == 0,
	     "TCP");
	int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	stage_open(objects, sv, SOCK_STREAM);
	must(message_send(s, out, objects, N, &(struct shape){.size = 4}) == 0, "TCP");
	must(recv(accepted, data, 4, MSG_WAITALL) == 4, "TCP");
	must(message_send(s, sv[0], objects, N, &(struct shape){.size = 4}) == 0,
	     "sendmsg");
	message_receive(s, sv[1], control_size(N), 0);
}

/* The listener is closed before anybody accepted. */
static void never_accepted(const char *folder)
{
	struct object objects[N];
	struct sent *s = sent_new();
	char path[100];
	int sv[2];

	must((size_t)snprintf(path, sizeof(path), "%s/in", folder) < sizeof(path),
	     "path");
	stage_open(objects, sv, SOCK_STREAM);
	int listener = socket_bind(path, SOCK_STREAM);
	must(listen(listener, 1) == 0, "listen");
	int out = socket_connect(path, SOCK_STREAM);
	must(message_send(s, out, objects, N, &(struct shape){.size = 3}) == 0,
	     "sendmsg");
	close(listener);
	sent_state(s, "discarded", 0);
}

const struct scenario rules[] = {
	{"etoomanyrefs", etoomanyrefs, NULL},
	{"no-rights", no_rights, has_no_rights},
	{"eagain-again", eagain_again, NULL},
	{"byte-by-byte", byte_by_byte, NULL},
	{"byte-then-rest", byte_then_rest, NULL},
	{"unpadded", unpadded, NULL},
	{"inet", inet, NULL},
	{"never-accepted", never_accepted, NULL},
	{NULL, NULL, NULL},
};
