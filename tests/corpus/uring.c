/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uring plain|async|sqpoll: passes descriptors by io_uring, which strace does not see,
 * and states each message in the words of tests/live/strace-messages, without who: the
 * threads that do the work are the kernel's.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 2
#define TIME_LIMIT_S 20

static const char *const names[FILES] = {"/dev/null", "/etc/passwd"};

struct message {
	struct msghdr header;
	struct iovec iov;
	char byte;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(FILES * sizeof(int))];
};

struct stage {
	struct io_uring ring;
	unsigned int flags; /* of each request */
	int out, in;
	unsigned long out_ino, in_ino;
	int files[FILES];
};

static void check(int result, const char *what)
{
	if (result < 0) {
		errno = -result;
		err(2, "%s", what);
	}
}

static unsigned long inode(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		err(2, "fstat");
	return st.st_ino;
}

static void stage_open(struct stage *t, const char *mode)
{
	struct io_uring_params params = {.sq_thread_idle = 2000};
	int sv[2];

	if (strcmp(mode, "sqpoll") == 0)
		params.flags = IORING_SETUP_SQPOLL;
	t->flags = strcmp(mode, "async") == 0 ? IOSQE_ASYNC : 0;
	check(io_uring_queue_init_params(8, &t->ring, &params), "io_uring");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) < 0)
		err(2, "socketpair");
	t->out = sv[0];
	t->in = sv[1];
	t->out_ino = inode(sv[0]);
	t->in_ino = inode(sv[1]);
	for (size_t i = 0; i < FILES; i++)
		t->files[i] = open(names[i], O_RDONLY | O_CLOEXEC);
}

static void message_init(struct message *m, size_t room)
{
	m->iov = (struct iovec){&m->byte, 1};
	m->header = (struct msghdr){
		.msg_iov = &m->iov,
		.msg_iovlen = 1,
		.msg_control = m->control,
		.msg_controllen = room,
	};
}

static void message_fill(struct message *m, const int *files, size_t n)
{
	message_init(m, CMSG_SPACE(n * sizeof(int)));
	struct cmsghdr *c = CMSG_FIRSTHDR(&m->header);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), files, n * sizeof(int));
}

static struct io_uring_sqe *request(struct stage *t)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&t->ring);

	if (!sqe)
		errx(2, "the queue is full");
	return sqe;
}

static void send_prepare(struct stage *t, struct message *m)
{
	struct io_uring_sqe *sqe = request(t);

	io_uring_prep_sendmsg(sqe, t->out, &m->header, MSG_NOSIGNAL);
	io_uring_sqe_set_flags(sqe, t->flags);
}

static void receive_prepare(struct stage *t, struct message *m, size_t room)
{
	struct io_uring_sqe *sqe = request(t);

	message_init(m, room);
	io_uring_prep_recvmsg(sqe, t->in, &m->header, 0);
	io_uring_sqe_set_flags(sqe, t->flags);
}

static void completions_wait(struct stage *t, size_t n)
{
	struct io_uring_cqe *cqe;

	for (size_t i = 0; i < n; i++) {
		check(io_uring_wait_cqe(&t->ring, &cqe), "wait");
		check(cqe->res, "a request");
		io_uring_cqe_seen(&t->ring, cqe);
	}
}

static void run(struct stage *t, size_t n)
{
	check(io_uring_submit(&t->ring), "submit");
	completions_wait(t, n);
}

static void send_state(const struct stage *t, const int *files, size_t first, size_t n)
{
	printf("send sock=%d[%lu] size=1 fds=", t->out, t->out_ino);
	for (size_t i = 0; i < n; i++)
		printf("%s%d:%s", i ? "," : "", files[i], names[first + i]);
	puts("");
}

/* States what came, and closes it. */
static void receive_state(const struct stage *t, struct message *m, size_t first)
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(&m->header);
	int files[FILES];

	if (!c || c->cmsg_type != SCM_RIGHTS)
		errx(2, "no descriptors");
	size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(files, CMSG_DATA(c), n * sizeof(int));
	printf("receive sock=%d[%lu]%s fds=", t->in, t->in_ino,
	       m->header.msg_flags & MSG_CTRUNC ? " truncated" : "");
	for (size_t i = 0; i < n; i++) {
		printf("%s%d:%s", i ? "," : "", files[i], names[first + i]);
		close(files[i]);
	}
	puts("");
}

/* Again and again in the same buffers, with the same numbers; then in too small a one. */
static void send_and_receive(struct stage *t)
{
	struct message sent, received;

	for (size_t i = 0; i < 4; i++) {
		bool small = i == 3;
		message_fill(&sent, t->files, FILES);
		send_prepare(t, &sent);
		run(t, 1);
		receive_prepare(t, &received,
				small ? CMSG_LEN(sizeof(int))
				      : CMSG_LEN(FILES * sizeof(int)));
		run(t, 1);
		send_state(t, t->files, 0, FILES);
		receive_state(t, &received, 0);
	}
}

/* The receiver is there first, and waits. */
static void receive_first(struct stage *t)
{
	struct message sent, received;

	receive_prepare(t, &received, CMSG_SPACE(FILES * sizeof(int)));
	check(io_uring_submit(&t->ring), "submit");
	usleep(20000);
	message_fill(&sent, t->files, FILES);
	send_prepare(t, &sent);
	run(t, 2);
	send_state(t, t->files, 0, FILES);
	receive_state(t, &received, 0);
}

/* Several requests at once on one socket, each with another file. */
static void burst(struct stage *t)
{
	struct message sent[FILES], received;

	for (size_t i = 0; i < FILES; i++) {
		message_fill(&sent[i], &t->files[i], 1);
		send_prepare(t, &sent[i]);
		send_state(t, &t->files[i], i, 1);
	}
	run(t, FILES);
	for (size_t i = 0; i < FILES; i++) {
		receive_prepare(t, &received, CMSG_SPACE(sizeof(int)));
		run(t, 1);
		int fd = *(int *)CMSG_DATA(CMSG_FIRSTHDR(&received.header));
		receive_state(t, &received, inode(fd) == inode(t->files[1]));
	}
}

/* A registered file has no number: the sender's side stays unknown. */
static void registered(struct stage *t)
{
	struct message sent, received;

	check(io_uring_register_files(&t->ring, &t->out, 1), "register");
	message_fill(&sent, t->files, 1);
	struct io_uring_sqe *sqe = request(t);
	io_uring_prep_sendmsg(sqe, 0, &sent.header, 0);
	io_uring_sqe_set_flags(sqe, t->flags | IOSQE_FIXED_FILE);
	run(t, 1);
	receive_prepare(t, &received, CMSG_SPACE(sizeof(int)));
	run(t, 1);
	printf("send sock=-[%lu] size=1 fds=-:%s\n", t->out_ino, names[0]);
	receive_state(t, &received, 0);
}

/* Ends with an error, and with it the request. */
static void failure(struct stage *t, const int *files, int error, const char *name)
{
	struct io_uring_cqe *cqe;
	struct message sent;

	message_fill(&sent, files, FILES);
	send_prepare(t, &sent);
	check(io_uring_submit(&t->ring), "submit");
	check(io_uring_wait_cqe(&t->ring, &cqe), "wait");
	if (cqe->res != -error)
		errx(2, "%d, not %s", cqe->res, name);
	io_uring_cqe_seen(&t->ring, cqe);
	printf("send sock=%d[%lu] failed=%s fds=%d,%d\n", t->out, t->out_ino, name,
	       files[0], files[1]);
}

static void failures(struct stage *t)
{
	failure(t, (int[FILES]){t->files[0], 999}, EBADF, "EBADF");
	close(t->in);
	failure(t, t->files, EPIPE, "EPIPE");
}

int main(int argc, char **argv)
{
	struct stage t = {0};

	if (argc != 2)
		errx(2, "usage: uring plain|async|sqpoll");
	alarm(TIME_LIMIT_S);
	stage_open(&t, argv[1]);
	send_and_receive(&t);
	receive_first(&t);
	burst(&t);
	registered(&t);
	failures(&t);
	return 0;
}
