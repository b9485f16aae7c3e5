// SPDX-License-Identifier: BSD-2-Clause
/* A message with descriptors: see rights.h. */
#include "rights.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

int rights_send(int sock, int fd, size_t n)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(RIGHTS_MAX * sizeof(int))];
	} control = {.bytes = {0}};
	char byte = 'x';
	struct iovec iov = {&byte, 1};
	const struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(n * sizeof(int)),
	};

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(n * sizeof(int));
	for (size_t i = 0; i < n; i++)
		memcpy(CMSG_DATA(&control.header) + i * sizeof(int), &fd, sizeof(int));
	return sendmsg(sock, &msg, 0) == 1 ? 0 : -errno;
}
