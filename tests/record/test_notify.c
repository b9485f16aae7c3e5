// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../record/notify.h"

Test(notify, a_service_manager_is_told_on_an_abstract_socket)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	char name[64], text[32];
	int len = snprintf(name, sizeof(name), "@fdpass-test-%d", getpid());

	memcpy(address.sun_path + 1, name + 1, len - 1);
	cr_assert_eq(bind(fd, (struct sockaddr *)&address,
			  offsetof(struct sockaddr_un, sun_path) + len),
		     0);
	unsetenv("NOTIFY_SOCKET");
	notify_ready();
	cr_expect_eq(recv(fd, text, sizeof(text), 0), -1, "nobody asked");
	setenv("NOTIFY_SOCKET", name, 1);
	notify_ready();
	cr_assert_eq(recv(fd, text, sizeof(text), 0), 7);
	cr_expect(!memcmp(text, "READY=1", 7));
	close(fd);
}
