/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * senders stream|datagram N: two processes on two processors send N descriptors each, of
 * files of their own, to one socket: through one end that they share, or each through its
 * own. The receiver never sleeps, so that it often has a packet before its sender is
 * back.
 *
 * senders fresh N: one process sends N descriptors, each of a new file, and each when the
 * receiver has the one before and waits for the next.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SENDERS_MAX 2
#define FILES 4

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

struct letter {
	union control control;
	char byte;
	struct iovec data;
	struct msghdr message;
};

static void letter_init(struct letter *l)
{
	*l = (struct letter){
		.control.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
				   .cmsg_level = SOL_SOCKET,
				   .cmsg_type = SCM_RIGHTS},
		.byte = 'x',
		.data = {&l->byte, 1},
	};
	l->message = (struct msghdr){.msg_iov = &l->data,
				     .msg_iovlen = 1,
				     .msg_control = &l->control,
				     .msg_controllen = sizeof(l->control)};
}

static void pin(long cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu % sysconf(_SC_NPROCESSORS_ONLN), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void send_all(int socket, long n, int fresh)
{
	int files[FILES];
	struct letter l;

	for (int i = 0; i < FILES; i++)
		files[i] = open("/dev/null", O_RDONLY);
	for (long i = 0; i < n; i++) {
		int fd = fresh ? memfd_create("fresh", 0) : files[i % FILES];
		letter_init(&l);
		memcpy(CMSG_DATA(&l.control.header), &fd, sizeof(int));
		if (sendmsg(socket, &l.message, 0) != 1)
			err(1, "sendmsg");
		for (int left = fresh; left;)
			ioctl(socket, SIOCOUTQ, &left);
		if (fresh)
			close(fd);
	}
	_exit(0);
}

static void receive_all(int socket, long n)
{
	struct letter l;
	int fd;

	while (n > 0) {
		letter_init(&l);
		ssize_t got = recvmsg(socket, &l.message, MSG_DONTWAIT);
		if (got < 0 && errno == EAGAIN)
			continue;
		if (got != 1 || l.message.msg_controllen < CMSG_LEN(sizeof(int)))
			err(1, "recvmsg");
		memcpy(&fd, CMSG_DATA(&l.control.header), sizeof(fd));
		close(fd);
		n--;
	}
}

int main(int argc, char **argv)
{
	const struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0senders"};
	const socklen_t len = sizeof(sa_family_t) + sizeof("\0senders") - 1;
	int ends[2], status, failed = 0;

	if (argc != 3)
		errx(2, "usage: senders stream|datagram|fresh N");
	const long n = strtol(argv[2], NULL, 10);
	const int fresh = strcmp(argv[1], "fresh") == 0;
	const int shared = fresh || strcmp(argv[1], "stream") == 0;
	const int senders = fresh ? 1 : SENDERS_MAX;
	if (shared) {
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
			err(1, "socketpair");
	} else {
		ends[1] = socket(AF_UNIX, SOCK_DGRAM, 0);
		if (bind(ends[1], (const struct sockaddr *)&name, len))
			err(1, "bind");
	}
	for (int i = 0; i < senders; i++) {
		if (fork())
			continue;
		pin(i);
		if (!shared) {
			ends[0] = socket(AF_UNIX, SOCK_DGRAM, 0);
			if (connect(ends[0], (const struct sockaddr *)&name, len))
				err(1, "connect");
		}
		send_all(ends[0], n, fresh);
	}
	pin(1);
	receive_all(ends[1], n * senders);
	while (wait(&status) > 0)
		failed |= status;

	return failed != 0;
}
