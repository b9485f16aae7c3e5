/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rounds KIND N FILE [NAME...]: N times, opens an object of this kind, passes it to
 * itself and closes it at both ends. The kernel gives most of them the same place in
 * memory, one after the other. FILE is what is opened for "regular". Of the kind "held"
 * the sender closes none: a process keeps as many as it may have open, and waits for the
 * next. First it takes each NAME for its own, one after the other.
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static int regular_open(const char *path)
{
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static int memfd_open(const char *path)
{
	(void)path;
	return memfd_create("round", MFD_CLOEXEC);
}

static int eventfd_open(const char *path)
{
	(void)path;
	return eventfd(0, EFD_CLOEXEC);
}

static int pipe_open(const char *path)
{
	int fds[2];

	(void)path;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	close(fds[1]);
	return fds[0];
}

static int socket_open(const char *path)
{
	(void)path;
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static const struct kind {
	const char *name;
	int (*open)(const char *path);
	bool held;
} kinds[] = {
	{"regular", regular_open, false}, {"memfd", memfd_open, false},
	{"eventfd", eventfd_open, false}, {"pipe", pipe_open, false},
	{"socket", socket_open, false},	  {"held", eventfd_open, true},
};

static const struct kind *kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	}
	errx(2, "%s: no such kind", name);
}

static void fd_send(int sock, int fd)
{
	union control control = {.header = {.cmsg_len = CMSG_LEN(sizeof(fd)),
					    .cmsg_level = SOL_SOCKET,
					    .cmsg_type = SCM_RIGHTS}};
	char byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};

	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	if (sendmsg(sock, &msg, 0) != 1)
		err(2, "sendmsg");
}

static int fd_receive(int sock)
{
	union control control;
	char byte;
	int fd;
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};

	if (recvmsg(sock, &msg, MSG_CMSG_CLOEXEC) != 1 || !CMSG_FIRSTHDR(&msg))
		err(2, "recvmsg");
	memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
	return fd;
}

#define HELD_MAX 16000

/* Makes room for the n-th file from number first on. */
static void file_hold(unsigned long n, int first)
{
	const struct rlimit limit = {HELD_MAX + 64, HELD_MAX + 64};
	int status;

	if (n == 0 && setrlimit(RLIMIT_NOFILE, &limit) < 0)
		err(2, "setrlimit");
	if (n == 0 || n % HELD_MAX != 0)
		return;
	pid_t next = fork();
	if (next < 0)
		err(2, "fork");
	if (next > 0) {
		waitpid(next, &status, 0);
		_exit(status != 0);
	}
	close_range(first, ~0U, 0);
}

int main(int argc, char **argv)
{
	int sv[2];

	if (argc < 4)
		errx(2, "usage: rounds KIND N FILE [NAME...]");
	for (int i = 4; i < argc; i++) {
		if (prctl(PR_SET_NAME, argv[i]) < 0)
			err(2, "%s", argv[i]);
	}
	const struct kind *kind = kind_find(argv[1]);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) < 0)
		err(2, "socketpair");
	unsigned long rounds = strtoul(argv[2], NULL, 10);
	for (unsigned long n = 0; n < rounds; n++) {
		if (kind->held)
			file_hold(n, sv[1] + 1);
		int fd = kind->open(argv[3]);
		if (fd < 0)
			err(2, "%s", argv[1]);
		fd_send(sv[0], fd);
		if (!kind->held)
			close(fd);
		close(fd_receive(sv[1]));
	}
	return 0;
}
