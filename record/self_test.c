// SPDX-License-Identifier: BSD-2-Clause
/* The self-test: see self_test.h. */
#include "self_test.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../bpf/event.h"
#include "rights.h"

enum step { STEP_DELIVER, STEP_TRUNCATE, STEP_CLOSE, N_STEPS };

struct self_test {
	uint32_t pid;
	int sent[N_STEPS]; /* the first number that each step passed */
	int peeked, delivered, kept;
	uint64_t message[N_STEPS]; /* as the probe told them, in order */
	unsigned int n_sends;
	bool told_peek, told_delivery, told_truncation, told_end;
	bool sends_right;
};

/* Room for two descriptors. */
union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(2 * sizeof(int))];
};

struct self_test *self_test_new(void)
{
	struct self_test *t = calloc(1, sizeof(*t));

	if (t) {
		t->pid = getpid();
		t->sends_right = true;
	}

	return t;
}

void self_test_free(struct self_test *t)
{
	free(t);
}

/* Receives, closes what came; the first number, or a negative errno. */
static int receive(int sock, size_t room, int flags)
{
	union control control = {.bytes = {0}};
	char byte;
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = room,
	};
	int fds[2];
	size_t len;

	if (recvmsg(sock, &msg, flags | MSG_CMSG_CLOEXEC) != 1)
		return -errno;
	if (msg.msg_controllen < CMSG_LEN(sizeof(int)))
		return -ENODATA;
	len = control.header.cmsg_len - CMSG_LEN(0);
	if (len > sizeof(fds))
		return -EBADMSG;
	memcpy(fds, CMSG_DATA(&control.header), len);
	for (size_t i = 0; i < len / sizeof(int); i++)
		close(fds[i]);

	return fds[0];
}

int self_test_pass(struct self_test *t)
{
	int pair[2];
	int err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	for (int i = 0; i < N_STEPS; i++)
		t->sent[i] = pair[0];
	err = rights_send(pair[0], pair[0], 2);
	if (!err) {
		t->peeked = receive(pair[1], sizeof(union control), MSG_PEEK);
		t->delivered = receive(pair[1], sizeof(union control), 0);
		err = rights_send(pair[0], pair[0], 2);
	}
	if (!err) {
		t->kept = receive(pair[1], CMSG_LEN(sizeof(int)), 0);
		err = rights_send(pair[0], pair[0], 2);
	}
	close(pair[1]);
	close(pair[0]);

	return err;
}

static void take_send(struct self_test *t, const struct event_send *e)
{
	if (t->n_sends == N_STEPS || e->n_fds != 2 || e->error ||
	    e->fds[0].fd != t->sent[t->n_sends] || e->fds[1].fd != t->sent[t->n_sends] ||
	    !e->fds[0].file || e->fds[0].file != e->fds[1].file) {
		t->sends_right = false;
		return;
	}
	t->message[t->n_sends++] = e->message;
}

static void take_receive(struct self_test *t, const struct event_receive *e)
{
	bool truncated = e->flags & EVENT_RECEIVE_TRUNCATED;

	if (e->n_fds != 2)
		return;
	if (e->message == t->message[STEP_DELIVER] && e->flags & EVENT_RECEIVE_PEEK)
		t->told_peek = e->fds[0].fd == t->peeked && !truncated;
	else if (e->message == t->message[STEP_DELIVER])
		t->told_delivery = e->fds[0].fd == t->delivered && !truncated;
	else if (e->message == t->message[STEP_TRUNCATE])
		t->told_truncation = e->fds[0].fd == t->kept &&
				     e->fds[1].fd == EVENT_FD_LOST && truncated;
}

int self_test_event(void *ctx, const void *event, size_t size)
{
	struct self_test *t = ctx;
	const struct event *e = event;

	if (e->type == EVENT_SEND && size >= sizeof(struct event_send)) {
		const struct event_send *send = event;
		if (send->task.pid == t->pid)
			take_send(t, send);
	} else if (e->type == EVENT_RECEIVE && size >= sizeof(struct event_receive)) {
		const struct event_receive *received = event;
		if (received->task.pid == t->pid)
			take_receive(t, received);
	} else if (e->type == EVENT_END && size >= sizeof(struct event_end)) {
		const struct event_end *end = event;
		if (end->task.pid == t->pid && end->message == t->message[STEP_CLOSE])
			t->told_end = true;
	}

	return 0;
}

const char *self_test_verdict(const struct self_test *t)
{
	if (!t->sends_right || t->n_sends != N_STEPS)
		return "sends were not told as they were";
	if (!t->told_peek)
		return "a peek was not told as it was";
	if (!t->told_delivery)
		return "a receive was not told as it was";
	if (!t->told_truncation)
		return "a truncated receive was not told as it was";
	if (!t->told_end)
		return "it was not told that a message died unread";

	return NULL;
}
