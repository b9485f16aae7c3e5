/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * storm flat SECONDS    two processes pass one descriptor after the other, flat out
 * storm full COUNT      the same with COUNT messages of 253 descriptors
 * storm brief COUNT     COUNT processes that send one message each, and end
 * storm reuse COUNT     the same, all under one pid, as far as the kernel grants it
 * storm sockets COUNT   holds COUNT connected sockets, or as many as it may, until EOF
 *
 * Prints one number: messages sent, and for "sockets" how many there are. Whoever sends
 * is never held up by more than what the receiver takes.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FDS_MAX 253
#define REUSED_PID 29999
#define HANDS_MAX 64

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
};

static void must(int ok, const char *what)
{
	if (!ok)
		err(2, "%s", what);
}

static struct msghdr message_of(struct iovec *data, union control *control, size_t len)
{
	return (struct msghdr){
		.msg_iov = data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = len,
	};
}

static int message_send(int to, int fd, unsigned int n_fds)
{
	union control control = {.header = {.cmsg_level = SOL_SOCKET,
					    .cmsg_type = SCM_RIGHTS,
					    .cmsg_len = CMSG_LEN(n_fds * sizeof(int))}};
	struct iovec data = {.iov_base = (char[]){'x'}, .iov_len = 1};
	struct msghdr msg = message_of(&data, &control, CMSG_SPACE(n_fds * sizeof(int)));

	for (unsigned int i = 0; i < n_fds; i++)
		memcpy(CMSG_DATA(&control.header) + i * sizeof(int), &fd, sizeof(int));

	return sendmsg(to, &msg, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

/* Takes what comes and closes it; returns false at the end. */
static int message_take(int from)
{
	union control control;
	char byte;
	struct iovec data = {.iov_base = &byte, .iov_len = 1};
	struct msghdr msg = message_of(&data, &control, sizeof(control));
	const struct cmsghdr *header;
	size_t n;

	if (recvmsg(from, &msg, MSG_CMSG_CLOEXEC) != 1)
		return 0;
	header = CMSG_FIRSTHDR(&msg);
	n = header ? (header->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;
	for (size_t i = 0; i < n; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(fd));
		close(fd);
	}

	return 1;
}

/* A process that takes everything; it ends when nobody can send any more. */
static pid_t taker_start(int *to)
{
	int pair[2];
	pid_t pid;

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
	pid = fork();
	must(pid >= 0, "fork");
	if (pid == 0) {
		close(pair[0]);
		while (message_take(pair[1]))
			;
		_exit(0);
	}
	close(pair[1]);
	*to = pair[0];

	return pid;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);

	return t.tv_sec + t.tv_nsec * 1e-9;
}

static unsigned long flat(unsigned long seconds)
{
	double end = now() + seconds;
	unsigned long n = 0;
	int to, null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	pid_t taker = taker_start(&to);

	while (n % 64 || now() < end) {
		must(message_send(to, null, 1) == 0, "sendmsg");
		n++;
	}
	close(to);
	waitpid(taker, NULL, 0);

	return n;
}

static unsigned long full(unsigned long count)
{
	int to, null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	pid_t taker = taker_start(&to);

	for (unsigned long i = 0; i < count; i++)
		must(message_send(to, null, FDS_MAX) == 0, "sendmsg");
	close(to);
	waitpid(taker, NULL, 0);

	return count;
}

static unsigned long brief(unsigned long count)
{
	int to, null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	pid_t taker = taker_start(&to);
	unsigned long running = 0, sent = 0;
	int status;

	for (unsigned long i = 0; i < count || running; i++) {
		pid_t pid = i < count ? fork() : 0;

		must(pid >= 0, "fork");
		if (i < count && pid == 0)
			_exit(message_send(to, null, 1) ? 1 : 0);
		running += i < count;
		if (running < HANDS_MAX && i + 1 < count)
			continue;
		must(wait(&status) > 0, "wait");
		running--;
		sent += status == 0;
	}
	close(to);
	waitpid(taker, NULL, 0);

	return sent;
}

/* clone3(2) gives a pid that was asked for, to those who may. */
static unsigned long reuse(unsigned long count)
{
	pid_t wanted = REUSED_PID;
	struct clone_args args = {
		.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&wanted, .set_tid_size = 1};
	int to, null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	pid_t taker = taker_start(&to);
	unsigned long sent = 0;

	for (unsigned long i = 0; i < count; i++) {
		long pid = syscall(SYS_clone3, &args, sizeof(args));
		int status;

		must(pid >= 0, "clone3");
		if (pid == 0)
			_exit(message_send(to, null, 1) ? 1 : 0);
		must(waitpid(pid, &status, 0) == pid, "waitpid");
		sent += status == 0;
	}
	close(to);
	waitpid(taker, NULL, 0);

	return sent;
}

static unsigned long sockets(unsigned long count)
{
	struct rlimit limit = {.rlim_cur = count + 64, .rlim_max = count + 64};
	unsigned long n = 0;
	int pair[2];
	char byte;

	if (setrlimit(RLIMIT_NOFILE, &limit)) {
		must(getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
		limit.rlim_cur = limit.rlim_max;
		must(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
	}
	while (n < count && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0)
		n += 2;
	printf("%lu\n", n);
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	exit(0);
}

static const struct {
	const char *name;
	unsigned long (*run)(unsigned long number);
} storms[] = {
	{"flat", flat},	  {"full", full},	{"brief", brief},
	{"reuse", reuse}, {"sockets", sockets},
};

int main(int argc, char **argv)
{
	unsigned long number = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;

	for (size_t i = 0; number && i < sizeof(storms) / sizeof(storms[0]); i++) {
		if (strcmp(argv[1], storms[i].name) == 0) {
			printf("%lu\n", storms[i].run(number));
			return 0;
		}
	}
	errx(2, "usage: storm flat|full|brief|reuse|sockets NUMBER");
}
