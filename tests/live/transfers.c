/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transfers: hands over descriptors in every way but a message, as far as this kernel has
 * it, and states each on stdout, in the order in which it happened:
 *
 *	WAY FROM_PID FROM_FD TO_PID TO_FD NAME OUTCOME
 *
 * "-" is no number, "#3" a place in the registered files of an io_uring. Nothing here
 * comes from a trace. What a kernel has not is told on stderr.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Newer than the headers of some machines. */
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD 4
#endif
#define OP_FIXED_FD_INSTALL 54

#define ZERO "/dev/zero"
#define USER 54321

static void must(bool ok, const char *what)
{
	if (!ok)
		err(2, "%s", what);
}

static void state(const char *way, int from, int from_fd, int to, int to_fd,
		  const char *name, int error)
{
	char a[16] = "-", b[16] = "-";

	if (from_fd >= 0)
		snprintf(a, sizeof(a), "%d", from_fd);
	if (to_fd >= 0)
		snprintf(b, sizeof(b), "%d", to_fd);
	printf("%s %d %s %d %s %s %s\n", way, from, a, to, b, name,
	       error ? strerrorname_np(error) : "delivered");
	fflush(stdout);
}

static int zero_open(void)
{
	int fd = open(ZERO, O_RDONLY | O_CLOEXEC);

	must(fd >= 0, ZERO);
	return fd;
}

static int pidfd_of(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	must(fd >= 0, "pidfd_open");
	return fd;
}

/* A descriptor of this process, or -1 and errno; states it. */
static int take(pid_t owner, int fd, const char *name)
{
	int pidfd = pidfd_of(owner);
	int got = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	int error = got < 0 ? errno : 0;

	state("pidfd_getfd", owner, fd, getpid(), got, error ? "-" : name, error);
	close(pidfd);
	errno = error;
	return got;
}

/* A child that does this with its end of a pair of sockets. */
static pid_t child_start(int *sock, void (*run)(int sock))
{
	int sv[2];

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == 0, "socketpair");
	fflush(stdout);
	pid_t pid = fork();
	must(pid >= 0, "fork");
	if (pid == 0) {
		close(sv[0]);
		alarm(20);
		run(sv[1]);
		_exit(0);
	}
	close(sv[1]);
	*sock = sv[0];
	return pid;
}

static void child_end(pid_t pid, int sock)
{
	int status;

	close(sock);
	must(waitpid(pid, &status, 0) == pid && status == 0, "a child failed");
}

static int number_read(int sock)
{
	int number = -1;

	must(read(sock, &number, sizeof(number)) == sizeof(number), "read");
	return number;
}

static void number_write(int sock, int number)
{
	must(write(sock, &number, sizeof(number)) == sizeof(number), "write");
}

/* Until the parent closes its end. */
static void wait_for_end(int sock)
{
	char byte;

	while (read(sock, &byte, 1) > 0)
		;
}

static void send_fd(int sock, int fd)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.bytes = {0}};
	char byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	must(sendmsg(sock, &msg, 0) == 1, "sendmsg");
}

/* The descriptor of that type which the next byte brings. */
static int receive_fd(int sock, int type)
{
	union {
		struct cmsghdr header;
		char bytes[256];
	} control = {.bytes = {0}};
	char byte;
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	int fd = -1;

	must(recvmsg(sock, &msg, MSG_CMSG_CLOEXEC) == 1, "recvmsg");
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_type == type)
			memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	}
	must(fd >= 0, "a descriptor");
	return fd;
}

static void owner(int sock)
{
	number_write(sock, zero_open());
	close(receive_fd(sock, SCM_RIGHTS));
	wait_for_end(sock);
}

/* As another user, from its parent, which is root. */
static void stranger(int sock)
{
	int fd = number_read(sock);

	must(setresgid(USER, USER, USER) == 0 && setresuid(USER, USER, USER) == 0,
	     "setresuid");
	must(take(getppid(), fd, ZERO) < 0 && errno == EPERM, "EPERM");
}

/* Takes a descriptor, and sends it back to whom it was taken from. */
static void getfd(void)
{
	int sock;
	pid_t pid = child_start(&sock, owner);
	int fd = take(pid, number_read(sock), ZERO);

	must(fd >= 0, "pidfd_getfd");
	must(take(pid, 999, ZERO) < 0 && errno == EBADF, "EBADF");
	send_fd(sock, fd);
	child_end(pid, sock);
	pid = child_start(&sock, stranger);
	number_write(sock, fd);
	child_end(pid, sock);
	close(fd);
}

/* Asks its parent, by a system call that a filter hands over to it, twice. */
static void supervised(int sock)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {sizeof(code) / sizeof(code[0]), code};

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
	int fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			      SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
	must(fd >= 0, "seccomp");
	send_fd(sock, fd);
	close(fd);
	for (int i = 0; i < 2; i++)
		syscall(SYS_getppid);
	wait_for_end(sock);
}

/* Answers one system call with a descriptor more; flags may do both at once. */
static void supervise(int notify, pid_t target, int fd, unsigned int flags)
{
	struct seccomp_notif request = {0};
	struct seccomp_notif_resp answer = {0};
	struct seccomp_notif_addfd add = {0};

	must(ioctl(notify, SECCOMP_IOCTL_NOTIF_RECV, &request) == 0, "NOTIF_RECV");
	add.id = request.id;
	add.flags = flags;
	add.srcfd = (unsigned int)fd;
	int number = ioctl(notify, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
	state("seccomp", getpid(), fd, target, number, ZERO, number < 0 ? errno : 0);
	answer.id = request.id;
	if (number < 0 || !(flags & SECCOMP_ADDFD_FLAG_SEND))
		must(ioctl(notify, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0, "NOTIF_SEND");
}

static void seccomp(void)
{
	int sock, fd = zero_open();
	pid_t pid = child_start(&sock, supervised);
	int notify = receive_fd(sock, SCM_RIGHTS);

	supervise(notify, pid, fd, 0);
	supervise(notify, pid, fd, SECCOMP_ADDFD_FLAG_SEND);
	child_end(pid, sock);
	close(notify);
	close(fd);
}

struct uring {
	int fd;
	struct io_uring_params params;
	unsigned char *rings;
	struct io_uring_sqe *sqes;
};

#define SLOTS 8

/* With these registered files; -1: none. False: the kernel has no io_uring for us. */
static bool uring_open(struct uring *u, const int files[SLOTS], unsigned int flags)
{
	*u = (struct uring){.params = {.flags = flags}};
	u->fd = (int)syscall(SYS_io_uring_setup, SLOTS, &u->params);
	if (u->fd < 0)
		return false;
	must(syscall(SYS_io_uring_register, u->fd, IORING_REGISTER_FILES, files, SLOTS) ==
		     0,
	     "IORING_REGISTER_FILES");
	u->rings = mmap(NULL,
			u->params.cq_off.cqes +
				u->params.cq_entries * sizeof(struct io_uring_cqe),
			PROT_READ | PROT_WRITE, MAP_SHARED, u->fd, IORING_OFF_SQ_RING);
	u->sqes = mmap(NULL, SLOTS * sizeof(*u->sqes), PROT_READ | PROT_WRITE, MAP_SHARED,
		       u->fd, IORING_OFF_SQES);
	must(u->rings != MAP_FAILED && u->sqes != MAP_FAILED, "mmap");
	return true;
}

static unsigned int *uring_word(const struct uring *u, unsigned int offset)
{
	return (unsigned int *)(void *)(u->rings + offset);
}

/* Of our own requests; what another ring sent has 0. */
#define OURS 1

/* The result of our request that is complete; false: there is none yet. */
static bool uring_result(const struct uring *u, int *result)
{
	unsigned int *head = uring_word(u, u->params.cq_off.head);
	const unsigned int *tail = uring_word(u, u->params.cq_off.tail);
	const struct io_uring_cqe *cqes = (void *)(u->rings + u->params.cq_off.cqes);
	bool ours = false;

	while (!ours && *head != __atomic_load_n(tail, __ATOMIC_ACQUIRE)) {
		const struct io_uring_cqe *cqe =
			&cqes[*head & (u->params.cq_entries - 1)];

		ours = cqe->user_data == OURS;
		*result = cqe->res;
		__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	}
	return ours;
}

/* Waits for the request; what it returned. */
static int uring_do(const struct uring *u, struct io_uring_sqe sqe)
{
	unsigned int *tail = uring_word(u, u->params.sq_off.tail);
	unsigned int at = *tail & (u->params.sq_entries - 1);
	int result = 0;

	sqe.user_data = OURS;
	u->sqes[at] = sqe;
	uring_word(u, u->params.sq_off.array)[at] = at;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	must(syscall(SYS_io_uring_enter, u->fd, 1, 0, 0, NULL, 0) == 1, "submit");
	while (!uring_result(u, &result))
		must(syscall(SYS_io_uring_enter, u->fd, 0, 1, IORING_ENTER_GETEVENTS,
			     NULL, 0) == 0,
		     "wait");
	return result;
}

/* Has a ring with room, and gives one of its files a number. */
static void ring_owner(int sock)
{
	const int none[SLOTS] = {-1, -1, -1, -1, -1, -1, -1, -1};
	const struct io_uring_sqe install = {
		.opcode = OP_FIXED_FD_INSTALL, .flags = IOSQE_FIXED_FILE, .fd = 3};
	struct uring u;

	must(uring_open(&u, none, 0), "io_uring_setup");
	number_write(sock, u.fd);
	number_read(sock);
	int fd = uring_do(&u, install);
	if (fd == -EINVAL)
		warnx("no IORING_OP_FIXED_FD_INSTALL");
	else
		state("fixed_install", getpid(), -1, getpid(), fd, ZERO,
		      fd < 0 ? -fd : 0);
	number_write(sock, 0);
	wait_for_end(sock);
}

/* Sends the file at a place of the ring to a place of another; 0: to any. */
static void msg_ring(const struct uring *u, int ring, pid_t pid, int from, int to)
{
	const struct io_uring_sqe sqe = {
		.opcode = IORING_OP_MSG_RING,
		.fd = ring,
		.addr = IORING_MSG_SEND_FD,
		.addr3 = (unsigned int)from,
		.file_index = to < 0 ? IORING_FILE_INDEX_ALLOC : (unsigned int)to + 1,
	};
	int result = uring_do(u, sqe);

	if (result == -EINVAL) {
		warnx("no IORING_MSG_SEND_FD");
		return;
	}
	must(result >= 0, "IORING_MSG_SEND_FD");
	printf("msg_ring %d #%d %d #%d %s delivered\n", getpid(), from, pid,
	       to < 0 ? result : to, ZERO);
}

static void uring(void)
{
	int files[SLOTS] = {-1, zero_open(), -1, -1, -1, -1, -1, -1}, sock;
	struct uring u;

	if (!uring_open(&u, files, 0)) {
		warn("no io_uring");
		return;
	}
	pid_t pid = child_start(&sock, ring_owner);
	int ring = take(pid, number_read(sock), "[io_uring]");
	must(ring >= 0, "the ring of the child");
	msg_ring(&u, ring, pid, 1, 3);
	msg_ring(&u, ring, pid, 1, -1);
	fflush(stdout);
	number_write(sock, 0);
	number_read(sock);
	child_end(pid, sock);
	close(ring);
	close(u.fd);
	close(files[1]);
}

/* The second message names a descriptor of its own, which comes before the pidfd. */
static void sender(int sock)
{
	number_read(sock);
	must(write(sock, "x", 1) == 1, "write");
	send_fd(sock, zero_open());
	wait_for_end(sock);
}

static void passpidfd(void)
{
	int sock, on = 1;
	pid_t pid = child_start(&sock, sender);

	if (setsockopt(sock, SOL_SOCKET, SO_PASSPIDFD, &on, sizeof(on)) == 0) {
		number_write(sock, 0);
		for (int i = 0; i < 2; i++)
			state("scm_pidfd", pid, -1, getpid(), receive_fd(sock, SCM_PIDFD),
			      "[pidfd]", 0);
	} else {
		warn("no SO_PASSPIDFD");
		number_write(sock, 0);
		must(read(sock, &on, 1) == 1, "read");
		close(receive_fd(sock, SCM_RIGHTS));
	}
	child_end(pid, sock);
}

int main(void)
{
	alarm(20);
	getfd();
	seccomp();
	uring();
	passpidfd();
	return 0;
}
