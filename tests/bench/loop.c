// SPDX-License-Identifier: BSD-2-Clause
/*
 * Loops to be timed while something traces them: loop WORK ROUNDS [CPU [TIMES]].
 *
 * Each round takes some milliseconds; the time of one operation in nanoseconds is printed
 * once, as the median of the rounds: a round in which another program got the processor
 * does not count then. All runs on one processor, the first, so that the tracer has
 * another. TIMES operations are a round: where the clock counts instructions, one.
 */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 4096
#define SPIN 100000

struct scene {
	int in, out; /* the two ends; a peer process may have the other one */
	int file;    /* what is passed */
};

struct work {
	const char *name;
	void (*open)(struct scene *s);
	void (*once)(const struct scene *s);
	unsigned int times; /* in a round */
};

static void check(bool good, const char *what)
{
	if (!good)
		err(1, "%s", what);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);

	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	check(!sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
}

static void send_fd(int to, int fd)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {.head = {.cmsg_len = CMSG_LEN(sizeof(int)),
			      .cmsg_level = SOL_SOCKET,
			      .cmsg_type = SCM_RIGHTS}};
	char byte = 'x';
	struct iovec data = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &data,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};

	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	check(sendmsg(to, &message, MSG_NOSIGNAL) == 1, "sendmsg");
}

static void send_plain(int to)
{
	char byte = 'x';
	struct iovec data = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};

	check(sendmsg(to, &message, MSG_NOSIGNAL) == 1, "sendmsg");
}

/* The descriptor that came with it is closed. False: the other end was closed. */
static bool take(int from)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec data = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &data,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(from, &message, 0);
	int fd;

	check(n >= 0, "recvmsg");
	if (n && message.msg_controllen >= CMSG_LEN(sizeof(int))) {
		memcpy(&fd, CMSG_DATA(&control.head), sizeof(fd));
		close(fd);
	}

	return n > 0;
}

static void take_plain(int from)
{
	char byte;
	struct iovec data = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};

	check(recvmsg(from, &message, 0) == 1, "recvmsg");
}

static void pair_open(struct scene *s)
{
	int ends[2];

	check(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), "socketpair");
	s->out = ends[0];
	s->in = ends[1];
	s->file = open("/dev/null", O_RDONLY | O_CLOEXEC);
	check(s->file >= 0, "/dev/null");
}

static void pass_once(const struct scene *s)
{
	send_fd(s->out, s->file);
	take(s->in);
}

static void plain_once(const struct scene *s)
{
	send_plain(s->out);
	take_plain(s->in);
}

/* A child that ends with us, or when the connection does. */
static bool peer_fork(void)
{
	pid_t pid = fork();

	check(pid >= 0, "fork");
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);

	return !pid;
}

static void between_open(struct scene *s)
{
	pair_open(s);
	if (peer_fork()) {
		close(s->out);
		while (take(s->in))
			send_plain(s->in);
		_exit(0);
	}
	close(s->in);
}

static void between_once(const struct scene *s)
{
	send_fd(s->out, s->file);
	take_plain(s->out);
}

static void tcp_open(struct scene *s)
{
	struct sockaddr_in name = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(name);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	char byte;

	s->out = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	check(!bind(listener, (struct sockaddr *)&name, len) && !listen(listener, 1) &&
		      !getsockname(listener, (struct sockaddr *)&name, &len) &&
		      !connect(s->out, (struct sockaddr *)&name, len),
	      "TCP");
	s->in = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	check(s->in >= 0, "accept");
	setsockopt(s->in, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(s->out, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (peer_fork()) {
		close(s->out);
		while (read(s->in, &byte, 1) == 1)
			check(write(s->in, &byte, 1) == 1, "write");
		_exit(0);
	}
	close(s->in);
}

static void tcp_once(const struct scene *s)
{
	char byte = 0;

	check(write(s->out, &byte, 1) == 1 && read(s->out, &byte, 1) == 1, "TCP");
}

static void nothing_open(struct scene *s)
{
	(void)s;
}

static void getppid_once(const struct scene *s)
{
	(void)s;
	syscall(SYS_getppid);
}

static void open_once(const struct scene *s)
{
	(void)s;
	close(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

static void socket_once(const struct scene *s)
{
	(void)s;
	close(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

/* Enters no kernel: it tells how much of the processor is ours. */
static void spin_once(const struct scene *s)
{
	(void)s;
	for (unsigned int i = 0; i < SPIN; i++)
		__asm__ volatile("" : : "r"(i));
}

static const struct work works[] = {
	{"pass", pair_open, pass_once, 1000},
	{"between", between_open, between_once, 500},
	{"plain", pair_open, plain_once, 2000},
	{"getppid", nothing_open, getppid_once, 20000},
	{"open", nothing_open, open_once, 2000},
	{"socket", nothing_open, socket_once, 1000},
	{"tcp", tcp_open, tcp_once, 500},
	{"spin", nothing_open, spin_once, 20},
};

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_ns(const struct work *w, const struct scene *s, unsigned int rounds,
			unsigned int times)
{
	static double took[ROUNDS_MAX];

	for (unsigned int i = 0; i < w->times / 4; i++)
		w->once(s);
	for (unsigned int round = 0; round < rounds; round++) {
		uint64_t start = now_ns();

		for (unsigned int i = 0; i < times; i++)
			w->once(s);
		took[round] = (double)(now_ns() - start) / times;
	}
	qsort(took, rounds, sizeof(*took), by_value);

	return took[rounds / 2];
}

/* Two processes, each on a processor, for so many milliseconds; prints their passes. */
static void flood(unsigned int ms)
{
	uint64_t end = now_ns() + ms * UINT64_C(1000000), n[2] = {0}, start = now_ns();
	int told[2];

	check(!pipe2(told, O_CLOEXEC), "pipe");
	for (int cpu = 0; cpu < 2; cpu++) {
		struct scene s;

		if (!peer_fork())
			continue;
		pin(cpu % (int)sysconf(_SC_NPROCESSORS_ONLN));
		for (pair_open(&s); now_ns() < end; n[cpu]++)
			pass_once(&s);
		check(write(told[1], &n[cpu], sizeof(n[cpu])) == sizeof(n[cpu]), "write");
		_exit(0);
	}
	for (int cpu = 0; cpu < 2; cpu++)
		check(read(told[0], &n[cpu], sizeof(n[cpu])) == sizeof(n[cpu]), "read");
	printf("%" PRIu64 " %.3f\n", n[0] + n[1], (double)(now_ns() - start) / 1e9);
}

/* So many sockets, in as many processes as the limit of descriptors asks for. */
static void hold_sockets(unsigned int sockets)
{
	struct rlimit limit;
	char byte;
	int ends[2];

	check(!getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
	limit.rlim_cur = limit.rlim_max;
	check(!setrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur > 128, "setrlimit");
	for (unsigned int held = 0; held < sockets;) {
		int told[2];
		bool is_peer;

		check(!pipe2(told, O_CLOEXEC), "pipe");
		is_peer = peer_fork();
		for (rlim_t i = 0; i < limit.rlim_cur - 64 && held < sockets;
		     i += 2, held += 2)
			check(!is_peer || !socketpair(AF_UNIX, SOCK_STREAM, 0, ends),
			      "socketpair");
		if (!is_peer) {
			close(told[1]);
			check(read(told[0], &byte, 1) == 1, "sockets");
			continue;
		}
		check(write(told[1], "x", 1) == 1, "write");
		for (;;)
			pause();
	}
}

/* A pass each millisecond, until it is killed; so many sockets are held open meanwhile.
 */
static void trickle(unsigned int sockets)
{
	const struct timespec wait = {.tv_nsec = 1000000};
	struct scene s;

	hold_sockets(sockets);
	pair_open(&s);
	puts("ready");
	fflush(stdout);
	for (;; nanosleep(&wait, NULL))
		pass_once(&s);
}

int main(int argc, char **argv)
{
	const unsigned long number = argc >= 3 ? strtoul(argv[2], NULL, 10) : 0;
	const int cpu = argc >= 4 ? (int)strtoul(argv[3], NULL, 10) : 0;
	const unsigned int times =
		argc == 5 ? (unsigned int)strtoul(argv[4], NULL, 10) : 0;
	struct scene s = {-1, -1, -1};

	if (argc < 3 || argc > 5 || number > 1000000)
		errx(2, "usage: loop WORK ROUNDS [CPU [TIMES]], loop flood MS, "
			"loop trickle SOCKETS");
	if (!strcmp(argv[1], "flood")) {
		flood((unsigned int)number);
		return 0;
	}
	if (!strcmp(argv[1], "trickle"))
		trickle((unsigned int)number);
	if (!number || number > ROUNDS_MAX)
		errx(2, "1 to %d rounds", ROUNDS_MAX);
	for (size_t i = 0; i < sizeof(works) / sizeof(*works); i++) {
		if (strcmp(works[i].name, argv[1]) != 0)
			continue;
		pin(cpu);
		works[i].open(&s);
		printf("%.1f\n", median_ns(&works[i], &s, (unsigned int)number,
					   times ? times : works[i].times));
		return 0;
	}
	errx(2, "no such work: %s", argv[1]);
}
