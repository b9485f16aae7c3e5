/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenarios in which something does not arrive, or not all of it, or more than once. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workload.h"

#define N 3

/* Three files, a pair of sockets, and the message between them. */
struct stage {
	struct object objects[N];
	struct sent sent;
	int in, out;
};

static struct stage *stage_new(int type)
{
	struct stage *t = calloc(1, sizeof(*t));
	int sv[2];

	must(t != NULL, "calloc");
	pair_open(sv, type);
	t->out = sv[0];
	t->in = sv[1];
	object_null(&t->objects[0]);
	object_open(&t->objects[1], "/dev/zero", O_RDONLY, "chr");
	object_open(&t->objects[2], "/dev/full", O_RDWR, "chr");
	return t;
}

static int stage_send(struct stage *t, size_t size)
{
	return message_send(&t->sent, t->out, t->objects, N,
			    &(struct shape){.size = size});
}

static struct stage *stage_sent(int type)
{
	struct stage *t = stage_new(type);

	must(stage_send(t, 5) == 0, "sendmsg");
	return t;
}

static void peek(const char *folder)
{
	struct stage *t = stage_sent(SOCK_STREAM);

	(void)folder;
	message_receive(&t->sent, t->in, control_size(N), MSG_PEEK);
	message_receive(&t->sent, t->in, control_size(1), MSG_PEEK);
	message_receive(&t->sent, t->in, control_size(N), 0);
	free(t);
}

/* A buffer of CMSG_SPACE(4) has room for two on 64 bits: that is not a mistake here. */
static void truncated(const char *folder)
{
	const size_t rooms[] = {
		CMSG_LEN(sizeof(int)),	    CMSG_SPACE(sizeof(int)),
		CMSG_LEN(2 * sizeof(int)),  sizeof(struct cmsghdr),
		sizeof(struct cmsghdr) - 1,
	};

	(void)folder;
	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		struct stage *t = stage_sent(i & 1 ? SOCK_DGRAM : SOCK_STREAM);

		message_receive(&t->sent, t->in, rooms[i], 0);
		free(t);
	}
}

/* Room for three in the buffer, for one in the table of descriptors. */
static void one_slot(const char *folder)
{
	struct stage *t = stage_sent(SOCK_STREAM);
	struct rlimit limit;

	(void)folder;
	int next = dup(0);
	must(next >= 0 && close(next) == 0 && getrlimit(RLIMIT_NOFILE, &limit) == 0,
	     "next");
	limit.rlim_cur = next + 1;
	must(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
	must(message_receive(&t->sent, t->in, control_size(N), 0) == 1, "one slot");
	free(t);
}

static void dropped(const char *folder)
{
	struct stage *t = stage_sent(SOCK_STREAM);
	char data[16];

	(void)folder;
	must(read(t->in, data, sizeof(data)) == 5, "read");
	sent_state_dropped(&t->sent, t->in);
	free(t);
	t = stage_sent(SOCK_DGRAM);
	must(recv(t->in, data, sizeof(data), 0) == 5, "recv");
	sent_state_dropped(&t->sent, t->in);
	free(t);
}

static void closed(const char *folder)
{
	struct stage *t = stage_sent(SOCK_STREAM);

	(void)folder;
	close(t->in);
	sent_state(&t->sent, "discarded", 0);
	free(t);
}

/* A socket queued on its own peer, with nobody left who could receive it. */
static void cycle(const char *folder)
{
	struct sent *s = calloc(1, sizeof(*s));
	struct object o;
	int sv[2], other[2];

	(void)folder;
	pair_open(sv, SOCK_STREAM);
	object_init(&o, sv[1], "socket", false);
	must(message_send(s, sv[0], &o, 1, &(struct shape){.size = 1}) == 0, "cycle");
	close(sv[0]);
	close(sv[1]);
	/* The collector runs when another Unix socket is closed; give it a moment. */
	pair_open(other, SOCK_STREAM);
	close(other[0]);
	close(other[1]);
	usleep(100 * 1000);
	sent_state(s, "discarded", 0);
	free(s);
}

/* A stream that carries no bytes carries no descriptors, and says so to nobody. */
static void nothing(const char *folder)
{
	struct stage *t = stage_new(SOCK_STREAM);

	(void)folder;
	must(stage_send(t, 0) == 0, "sendmsg");
	sent_state(&t->sent, "failed", 0);
	free(t);
}

static void epipe(const char *folder)
{
	struct stage *t = stage_new(SOCK_STREAM);

	(void)folder;
	close(t->in);
	must(stage_send(t, 5) == EPIPE, "EPIPE");
	free(t);
}

static void eagain(const char *folder)
{
	struct stage *t = stage_new(SOCK_STREAM);
	char data[4096] = {0};

	(void)folder;
	while (send(t->out, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	must(message_send(&t->sent, t->out, t->objects, N,
			  &(struct shape){.size = 5, .flags = MSG_DONTWAIT}) == EAGAIN,
	     "EAGAIN");
	free(t);
}

static void ebadf(const char *folder)
{
	struct stage *t = stage_new(SOCK_STREAM);

	(void)folder;
	t->objects[1] = (struct object){.fd = 999, .kind = "unknown"};
	must(stage_send(t, 5) == EBADF, "EBADF");
	free(t);
}

static void einval(const char *folder)
{
	struct object *objects = calloc(FDS_TOO_MANY, sizeof(*objects));
	struct stage *t = stage_new(SOCK_STREAM);

	(void)folder;
	for (size_t i = 0; i < FDS_TOO_MANY; i++)
		object_null(&objects[i]);
	must(message_send(&t->sent, t->out, objects, FDS_TOO_MANY,
			  &(struct shape){.size = 5}) == EINVAL,
	     "EINVAL");
	free(objects);
	free(t);
}

static void datagram_fails(const char *path, int error)
{
	struct stage *t = stage_new(SOCK_DGRAM);
	int out = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	must(message_send(&t->sent, out, t->objects, 1,
			  &(struct shape){.size = 1, .address = path}) == error,
	     path);
	free(t);
}

static void enoent(const char *folder)
{
	char path[100];

	must((size_t)snprintf(path, sizeof(path), "%s/none", folder) < sizeof(path),
	     "path");
	datagram_fails(path, ENOENT);
}

static void econnrefused(const char *folder)
{
	char path[100];

	must((size_t)snprintf(path, sizeof(path), "%s/old", folder) < sizeof(path),
	     "path");
	close(socket_bind(path, SOCK_DGRAM));
	datagram_fails(path, ECONNREFUSED);
}

const struct scenario outcomes[] = {
	{"peek", peek, NULL},
	{"truncated", truncated, NULL},
	{"one-slot", one_slot, NULL},
	{"dropped", dropped, NULL},
	{"closed", closed, NULL},
	{"cycle", cycle, NULL},
	{"nothing", nothing, NULL},
	{"epipe", epipe, NULL},
	{"eagain", eagain, NULL},
	{"ebadf", ebadf, NULL},
	{"einval", einval, NULL},
	{"enoent", enoent, NULL},
	{"econnrefused", econnrefused, NULL},
	{NULL, NULL, NULL},
};
