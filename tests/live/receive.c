/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * receive SOCKET: listens there, receives one message with descriptors from the first
 * who connects, prints what they are, and ends when the other side closes.
 */
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define TIME_LIMIT_S 30
#define FDS_MAX 16

static void name_print(int fd)
{
	char link[64], name[PATH_MAX];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, name, sizeof(name) - 1);
	if (len < 0)
		err(2, "%s", link);
	name[len] = '\0';
	printf("%d %s\n", fd, name);
}

static int connection_accept(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(sun.sun_path))
		errx(2, "%s: longer than a socket address", path);
	memcpy(sun.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sun, sizeof(sun)) < 0 ||
	    listen(fd, 1) < 0)
		err(2, "%s", path);
	int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	if (connection < 0)
		err(2, "accept");
	return connection;
}

int main(int argc, char **argv)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(FDS_MAX * sizeof(int))];
	char data[4096];
	struct iovec iov = {data, sizeof(data)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int fd;

	if (argc != 2)
		errx(2, "usage: receive SOCKET");
	alarm(TIME_LIMIT_S);
	int connection = connection_accept(argv[1]);
	if (recvmsg(connection, &msg, MSG_CMSG_CLOEXEC) < 0)
		err(2, "recvmsg");
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		for (size_t at = 0; at + sizeof(fd) <= c->cmsg_len - CMSG_LEN(0);
		     at += sizeof(fd)) {
			memcpy(&fd, CMSG_DATA(c) + at, sizeof(fd));
			name_print(fd);
		}
	}
	while (read(connection, data, sizeof(data)) > 0)
		;
	return 0;
}
