/* SPDX-License-Identifier: BSD-2-Clause */
/* send SOCKET FILE...: connects to SOCKET and sends these files in one message. */
#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FDS_MAX 16

static int connection_open(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(sun.sun_path))
		errx(2, "%s: longer than a socket address", path);
	memcpy(sun.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&sun, sizeof(sun)) < 0)
		err(2, "%s", path);
	return fd;
}

int main(int argc, char **argv)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(FDS_MAX * sizeof(int))] = {0};
	size_t n = argc - 2;
	char data[] = "x";
	int fds[FDS_MAX];
	struct iovec iov = {data, sizeof(data)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = CMSG_SPACE(n * sizeof(int)),
	};

	if (argc < 3 || n > FDS_MAX)
		errx(2, "usage: send SOCKET FILE...");
	int connection = connection_open(argv[1]);
	for (size_t i = 0; i < n; i++) {
		fds[i] = open(argv[i + 2], O_RDONLY | O_CLOEXEC);
		if (fds[i] < 0)
			err(2, "%s", argv[i + 2]);
	}
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	if (sendmsg(connection, &msg, 0) < 0)
		err(2, "sendmsg");
	return 0;
}
