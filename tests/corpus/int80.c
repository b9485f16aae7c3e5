/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * int80: a 64-bit process that makes the system calls of a 32-bit one. It sends
 * /dev/null with sendmsg and with socketcall, and receives both with recvmsg.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOCKETCALL = 102, SENDMSG = 370, RECVMSG = 372, SOCKETCALL_SENDMSG = 16 };

struct message {
	uint32_t name, name_len, iov, iov_len, control, control_len, flags;
};

struct control {
	uint32_t len, level, type;
	int32_t fd;
};

/* All that the kernel reads, below 4 GiB. */
struct memory {
	struct message message;
	uint32_t iov[2];
	uint32_t arguments[3];
	struct control control;
	char data[4];
};

static int call32(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(a), "c"(b), "d"(c)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)result;
}

static uint32_t at(const void *p)
{
	return (uint32_t)(uintptr_t)p;
}

static void expect(int result, int wanted, const char *what)
{
	if (result != wanted)
		errx(2, "%s: %d, not %d", what, result, wanted);
}

static void memory_fill(struct memory *m, int fd)
{
	m->iov[0] = at(m->data);
	m->iov[1] = 1;
	m->message = (struct message){
		.iov = at(m->iov),
		.iov_len = 1,
		.control = at(&m->control),
		.control_len = sizeof(m->control),
	};
	m->control = (struct control){
		.len = sizeof(m->control),
		.level = SOL_SOCKET,
		.type = SCM_RIGHTS,
		.fd = fd,
	};
}

int main(void)
{
	int sv[2];

	struct memory *m = mmap(NULL, sizeof(*m), PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (m == MAP_FAILED || socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
		err(2, "memory and sockets");
	memory_fill(m, open("/dev/null", O_RDWR | O_CLOEXEC));
	expect(call32(SENDMSG, sv[0], at(&m->message), 0), 1, "sendmsg");
	m->arguments[0] = sv[0];
	m->arguments[1] = at(&m->message);
	expect(call32(SOCKETCALL, SOCKETCALL_SENDMSG, at(m->arguments), 0), 1,
	       "socketcall");
	for (int i = 0; i < 2; i++) {
		memory_fill(m, -1);
		expect(call32(RECVMSG, sv[1], at(&m->message), 0), 1, "recvmsg");
		printf("received %d\n", m->control.fd);
	}
	return 0;
}
