/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenarios in which everything arrives: shapes of messages, kinds of objects, actors. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workload.h"

#define CREDENTIALS_ROOM CMSG_SPACE(sizeof(struct ucred))

static struct sent *sent_new(void)
{
	struct sent *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(s != MAP_FAILED, "mmap");
	return s;
}

/* n times /dev/null and /dev/zero in turn, in one message of this shape. */
static void devices_pass(int type, size_t n, const struct shape *shape)
{
	struct object *objects = calloc(n, sizeof(*objects));
	struct sent *s = sent_new();
	int sv[2], on = 1;

	pair_open(sv, type);
	if (shape->credentials)
		setsockopt(sv[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	for (size_t i = 0; i < n; i++)
		object_open(&objects[i], i & 1 ? "/dev/zero" : "/dev/null", O_RDONLY,
			    "chr");
	must(message_send(s, sv[0], objects, n, shape) == 0, "sendmsg");
	message_receive(s, sv[1], control_size(FDS_MAX) + CREDENTIALS_ROOM, 0);
	free(objects);
}

static void stream(const char *folder)
{
	(void)folder;
	devices_pass(SOCK_STREAM, 1, &(struct shape){.size = 7});
}

static void dgram(const char *folder)
{
	(void)folder;
	devices_pass(SOCK_DGRAM, 2, &(struct shape){.size = 9});
}

static void seqpacket(const char *folder)
{
	(void)folder;
	devices_pass(SOCK_SEQPACKET, 3, &(struct shape){.size = 1});
}

static void many(const char *folder)
{
	static const size_t counts[] = {1, 3, 20, FDS_MAX};

	(void)folder;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		devices_pass(SOCK_STREAM, counts[i], &(struct shape){.size = 1});
}

static void several_rights(const char *folder)
{
	(void)folder;
	devices_pass(SOCK_STREAM, 7, &(struct shape){.size = 1, .parts = 3});
}

static void credentials(const char *folder)
{
	(void)folder;
	devices_pass(SOCK_STREAM, 3, &(struct shape){.size = 1, .credentials = true});
	devices_pass(SOCK_DGRAM, 4,
		     &(struct shape){.size = 1, .credentials = true, .parts = 2});
}

static void empty(const char *folder)
{
	(void)folder;
	devices_pass(SOCK_DGRAM, 2, &(struct shape){.size = 0});
	devices_pass(SOCK_SEQPACKET, 2, &(struct shape){.size = 0});
}

/* A datagram to a name, from a socket that is not connected. */
static void named(const char *folder)
{
	struct sent *s = sent_new();
	struct object o;
	char path[100];

	must((size_t)snprintf(path, sizeof(path), "%s/in", folder) < sizeof(path),
	     "path");
	int in = socket_bind(path, SOCK_DGRAM);
	int out = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	object_null(&o);
	must(message_send(s, out, &o, 1, &(struct shape){.size = 3, .address = path}) ==
		     0,
	     "sendmsg");
	message_receive(s, in, control_size(1), 0);
}

static void unaccepted(const char *folder)
{
	struct sent *s = sent_new();
	struct object o;
	char path[100];

	must((size_t)snprintf(path, sizeof(path), "%s/in", folder) < sizeof(path),
	     "path");
	int listener = socket_bind(path, SOCK_STREAM);
	must(listen(listener, 1) == 0, "listen");
	int out = socket_connect(path, SOCK_STREAM);
	object_null(&o);
	must(message_send(s, out, &o, 1, &(struct shape){.size = 3}) == 0, "sendmsg");
	int in = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	must(in >= 0, "accept");
	message_receive(s, in, control_size(1), MSG_CMSG_CLOEXEC);
}

#define BATCH 5

struct batch {
	struct mmsghdr messages[BATCH];
	struct iovec iov[BATCH];
	char data[BATCH][8];
	_Alignas(struct cmsghdr) char control[BATCH][64];
};

static void batch_init(struct batch *b, size_t control)
{
	for (size_t i = 0; i < BATCH; i++) {
		b->iov[i] = (struct iovec){b->data[i], i + 1};
		b->messages[i].msg_hdr = (struct msghdr){
			.msg_iov = &b->iov[i],
			.msg_iovlen = 1,
			.msg_control = b->control[i],
			.msg_controllen = control,
		};
	}
}

/* Five messages in one sendmmsg(2), each with two files of its own, in one recvmmsg(2).
 */
static void mmsg(const char *folder)
{
	struct batch *b = calloc(1, sizeof(*b));
	struct sent *s[BATCH];
	int sv[2];

	pair_open(sv, SOCK_DGRAM);
	batch_init(b, control_size(2));
	for (size_t i = 0; i < BATCH; i++) {
		struct cmsghdr *c = CMSG_FIRSTHDR(&b->messages[i].msg_hdr);
		struct object o[2];
		char path[NAME_LEN];

		s[i] = sent_new();
		for (size_t k = 0; k < 2; k++) {
			snprintf(path, sizeof(path), "%s/%zu-%zu", folder, i, k);
			object_open(&o[k], path, O_RDWR | O_CREAT, "regular");
		}
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(2 * sizeof(int));
		memcpy(CMSG_DATA(c), (int[2]){o[0].fd, o[1].fd}, 2 * sizeof(int));
		sent_init(s[i], sv[0], o, 2, i + 1);
	}
	must(sendmmsg(sv[0], b->messages, BATCH, 0) == BATCH, "sendmmsg");
	batch_init(b, sizeof(b->control[0]));
	must(recvmmsg(sv[1], b->messages, BATCH, 0, NULL) == BATCH, "recvmmsg");
	for (size_t i = 0; i < BATCH; i++)
		message_state(s[i], sv[1], &b->messages[i].msg_hdr, 0);
	free(b);
}

static void kinds(const char *folder)
{
	struct object *objects = calloc(FDS_MAX, sizeof(*objects));
	struct sent *s = sent_new();
	int sv[2];

	pair_open(sv, SOCK_STREAM);
	size_t n = objects_open(objects, folder);
	for (size_t i = 0; i < n; i++) {
		must(message_send(s, sv[0], &objects[i], 1, &(struct shape){.size = 1}) ==
			     0,
		     objects[i].kind);
		message_receive(s, sv[1], control_size(1), 0);
	}
	must(message_send(s, sv[0], objects, n, &(struct shape){.size = 1}) == 0, "all");
	message_receive(s, sv[1], control_size(n), 0);
	free(objects);
}

/* Passes a file in levels folders below folder, each with a name of len bytes. */
static void deep_pass(const char *folder, size_t levels, size_t len)
{
	char name[256], top[64];
	struct sent *s = sent_new();
	struct object o;
	int sv[2];

	snprintf(top, sizeof(top), "%zu", len);
	memset(name, 'd', len);
	name[len] = '\0';
	pair_open(sv, SOCK_STREAM);
	must(chdir(folder) == 0 && mkdir(top, 0700) == 0 && chdir(top) == 0, folder);
	for (size_t i = 0; i < levels; i++)
		must(mkdir(name, 0700) == 0 && chdir(name) == 0, "level");
	object_open(&o, "leaf", O_RDWR | O_CREAT, "regular");
	must(message_send(s, sv[0], &o, 1, &(struct shape){.size = 1}) == 0, "deep");
	message_receive(s, sv[1], control_size(1), 0);
}

static void long_path(const char *folder)
{
	deep_pass(folder, (4000 - strlen(folder)) / 251, 250);
}

static void deep_path(const char *folder)
{
	deep_pass(folder, 90, 3);
}

#define THREADS 4
#define ROUNDS 50

static void *thread_main(void *arg)
{
	struct sent *s = sent_new();
	struct object o;
	int sv[2];

	(void)arg;
	pair_open(sv, SOCK_STREAM);
	object_null(&o);
	for (size_t i = 0; i < ROUNDS; i++) {
		must(message_send(s, sv[0], &o, 1, &(struct shape){.size = 2}) == 0,
		     "thread");
		message_receive(s, sv[1], control_size(1), 0);
	}
	return NULL;
}

static void threads(const char *folder)
{
	pthread_t thread[THREADS];

	(void)folder;
	for (size_t i = 0; i < THREADS; i++)
		must(pthread_create(&thread[i], NULL, thread_main, NULL) == 0, "thread");
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
}

/* A child gets two files from its parent and sends one of them back. */
static void fork_and_back(const char *folder)
{
	struct sent *there = sent_new(), *back = sent_new();
	struct object o[2];
	int sv[2], status;

	(void)folder;
	pair_open(sv, SOCK_SEQPACKET);
	object_null(&o[0]);
	object_open(&o[1], "/dev/zero", O_RDONLY, "chr");
	pid_t child = fork();
	if (child == 0) {
		message_receive(there, sv[1], control_size(2), 0);
		must(message_send(back, sv[1], &o[1], 1, &(struct shape){.size = 2}) == 0,
		     "back");
		fflush(stdout);
		_exit(0);
	}
	must(message_send(there, sv[0], o, 2, &(struct shape){.size = 1}) == 0, "there");
	must(waitpid(child, &status, 0) == child && status == 0, "child");
	message_receive(back, sv[0], control_size(1), 0);
}

/* A file on a mount that the receiver does not have. */
static void other_mount(const char *folder)
{
	struct sent *s = sent_new();
	char path[NAME_LEN], end;
	struct object o;
	int sv[2], status;

	snprintf(path, sizeof(path), "%s/file", folder);
	pair_open(sv, SOCK_STREAM);
	pid_t child = fork();
	if (child == 0) {
		must(unshare(CLONE_NEWNS) == 0 &&
			     mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
			     mount("tmpfs", folder, "tmpfs", 0, NULL) == 0,
		     "mount");
		object_open(&o, path, O_RDWR | O_CREAT, "regular");
		must(message_send(s, sv[0], &o, 1, &(struct shape){.size = 1}) == 0,
		     "sendmsg");
		/* The mount goes with its namespace: only when it was received. */
		close(sv[1]);
		must(read(sv[0], &end, 1) == 0, "end");
		_exit(0);
	}
	message_receive(s, sv[1], control_size(1), 0);
	must(access(path, F_OK) != 0, "the mount is ours too");
	close(sv[1]);
	must(waitpid(child, &status, 0) == child && status == 0, "child");
}

const struct scenario shapes[] = {
	{"stream", stream, NULL},
	{"dgram", dgram, NULL},
	{"seqpacket", seqpacket, NULL},
	{"many", many, NULL},
	{"several-rights", several_rights, NULL},
	{"credentials", credentials, NULL},
	{"empty", empty, NULL},
	{"named", named, NULL},
	{"unaccepted", unaccepted, NULL},
	{"mmsg", mmsg, NULL},
	{"kinds", kinds, NULL},
	{"long-path", long_path, NULL},
	{"deep-path", deep_path, NULL},
	{"threads", threads, NULL},
	{"fork", fork_and_back, NULL},
	{"other-mount", other_mount, NULL},
	{NULL, NULL, NULL},
};
