/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages with descriptors: sent, received, and what is stated about them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "workload.h"

#define CONTROL_MAX 4096

size_t control_size(size_t n_fds)
{
	return CMSG_SPACE(n_fds * sizeof(int));
}

/* Bytes that are no ASCII stand for themselves, as in the trace: no name here is UTF-8.
 */
static void text_put(char *out, size_t size, const char *text)
{
	size_t at = 0;

	for (; *text && at + 8 < size; text++) {
		unsigned char c = *text;

		if (c < ' ' || c > '~' || c == '"' || c == '\\')
			at += snprintf(out + at, size - at, "\\u%04x", c);
		else
			out[at++] = c;
	}
	out[at] = '\0';
}

/* One line, in one write: threads state things at the same time. */
static void pass_state(const struct sent *s, size_t index, const char *outcome, int error,
		       const char *to)
{
	static _Thread_local char name[6 * NAME_LEN];
	const struct object *o = &s->objects[index];
	char name_or_null[sizeof(name) + 2] = "null", errno_name[32] = "null";

	text_put(name, sizeof(name), o->name);
	if (o->name[0])
		snprintf(name_or_null, sizeof(name_or_null), "\"%s\"", name);
	if (error)
		snprintf(errno_name, sizeof(errno_name), "\"%s\"",
			 strerrorname_np(error));
	printf("{\"outcome\":\"%s\",\"errno\":%s,\"index\":%zu,\"size\":%zu,"
	       "\"from\":{\"pid\":%d,\"tid\":%d,\"sockfd\":%d,\"fd\":%d},\"to\":%s,"
	       "\"file\":{\"kind\":\"%s\",\"ino\":\"%llu\",\"deleted\":%s,\"name\":%s%s}}"
	       "\n",
	       outcome, errno_name, index, s->size, s->pid, s->tid, s->sock, o->fd, to,
	       o->kind, (unsigned long long)o->ino, o->deleted ? "true" : "false",
	       name_or_null, o->facts);
}

static void receipt_state(const struct sent *s, size_t index, const char *outcome,
			  int sock, int fd)
{
	char to[128], number[16] = "null";

	if (fd >= 0)
		snprintf(number, sizeof(number), "%d", fd);
	snprintf(to, sizeof(to), "{\"pid\":%d,\"tid\":%d,\"sockfd\":%d,\"fd\":%s}",
		 getpid(), gettid(), sock, number);
	pass_state(s, index, outcome, 0, to);
}

/* A trace keeps as many descriptors of a failed send as could have been sent. */
void sent_state(const struct sent *s, const char *outcome, int error)
{
	for (size_t i = 0; i < s->n && i < FDS_MAX; i++)
		pass_state(s, i, outcome, error, "null");
}

void sent_state_dropped(const struct sent *s, int sock)
{
	for (size_t i = 0; i < s->n; i++)
		receipt_state(s, i, "dropped", sock, -1);
}

void sent_init(struct sent *s, int sock, const struct object *objects, size_t n,
	       size_t size)
{
	s->pid = getpid();
	s->tid = gettid();
	s->sock = sock;
	s->size = size;
	s->n = n;
	memcpy(s->objects, objects, n * sizeof(*objects));
}

/* Appends one control message; returns the room it took. */
static size_t control_put(char *at, int type, const void *data, size_t len)
{
	struct cmsghdr *cmsg = (struct cmsghdr *)at;

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = type;
	cmsg->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(cmsg), data, len);
	return CMSG_SPACE(len);
}

static size_t control_fill(char *control, const struct sent *s, const struct shape *shape)
{
	struct ucred me = {.pid = getpid(), .uid = getuid(), .gid = getgid()};
	size_t parts = shape->parts ? shape->parts : 1;
	size_t at = 0, done = 0;
	int fds[FDS_TOO_MANY];

	for (size_t i = 0; i < s->n; i++)
		fds[i] = s->objects[i].fd;
	if (shape->credentials)
		at += control_put(control, SCM_CREDENTIALS, &me, sizeof(me));
	for (size_t part = 1; part <= parts; part++) {
		size_t n = s->n * part / parts - done;

		at += control_put(control + at, SCM_RIGHTS, fds + done, n * sizeof(int));
		done += n;
	}
	return at;
}

int message_send(struct sent *s, int sock, const struct object *objects, size_t n,
		 const struct shape *shape)
{
	_Alignas(struct cmsghdr) char control[CONTROL_MAX] = {0};
	char data[64] = "descriptors come with this";
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	struct iovec iov = {data, shape->size};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control};

	sent_init(s, sock, objects, n, shape->size);
	msg.msg_controllen = control_fill(control, s, shape);
	if (shape->unpadded)
		msg.msg_controllen -=
			CMSG_SPACE(n * sizeof(int)) - CMSG_LEN(n * sizeof(int));
	if (shape->address) {
		must(strlen(shape->address) < sizeof(sun.sun_path), "address too long");
		strncpy(sun.sun_path, shape->address, sizeof(sun.sun_path) - 1);
		msg.msg_name = &sun;
		msg.msg_namelen = sizeof(sun);
	}
	if (sendmsg(sock, &msg, shape->flags | MSG_NOSIGNAL) >= 0)
		return 0;
	int error = errno;
	s->size = 0;
	sent_state(s, "failed", error);
	return error;
}

static size_t fds_installed(struct msghdr *msg, int fds[FDS_MAX])
{
	size_t n = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t len = c->cmsg_len - CMSG_LEN(0);
		memcpy(fds + n, CMSG_DATA(c), len);
		n += len / sizeof(int);
	}
	return n;
}

size_t message_state(const struct sent *s, int sock, struct msghdr *msg, int flags)
{
	int fds[FDS_MAX];
	size_t n = fds_installed(msg, fds);

	must(n <= s->n, "more descriptors than were sent");
	must(n == s->n || msg->msg_flags & MSG_CTRUNC,
	     "descriptors are missing, no MSG_CTRUNC");
	const char *rest = flags & MSG_PEEK ? "peeked" : "truncated";
	const char *installed = flags & MSG_PEEK ? "peeked" : "delivered";
	for (size_t i = 0; i < s->n; i++)
		receipt_state(s, i, i < n ? installed : rest, sock, i < n ? fds[i] : -1);
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	return n;
}

size_t message_receive(const struct sent *s, int sock, size_t control, int flags)
{
	_Alignas(struct cmsghdr) char buffer[CONTROL_MAX];
	char data[64];
	struct iovec iov = {data, sizeof(data)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = buffer,
		.msg_controllen = control,
	};

	must(recvmsg(sock, &msg, flags) == (ssize_t)s->size, "recvmsg");
	return message_state(s, sock, &msg, flags);
}
