/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stuck FOLDER: a process that nobody can look into. It passes a descriptor to itself
 * while another thread of it holds the lock of its memory for ever: that one maps a file
 * of a FUSE file system on FOLDER, for which the kernel waits until a page of it was
 * read, and the file system never answers. Any user can have one of those; here it is
 * root's. Prints "stuck" when the message was sent, and lasts until it is killed.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILE_NODE 2
#define REQUEST_MAX (1 << 20)

static char path[256];

static void must(int ok, const char *what)
{
	if (!ok)
		err(2, "%s", what);
}

static void answer(int fuse, uint64_t unique, int error, const void *data, size_t len)
{
	struct fuse_out_header head = {
		.len = sizeof(head) + (error ? 0 : len),
		.error = -error,
		.unique = unique,
	};
	const struct iovec parts[] = {{&head, sizeof(head)},
				      {(void *)(uintptr_t)data, error ? 0 : len}};

	must(writev(fuse, parts, 2) >= 0 || errno == ENOENT, "writev");
}

static struct fuse_attr attributes(uint64_t node)
{
	return (struct fuse_attr){
		.ino = node,
		.size = 4096,
		.mode = node == FILE_NODE ? S_IFREG | 0600 : S_IFDIR | 0700,
		.nlink = 1,
	};
}

/* The file is there and can be opened, the second time without the page cache. */
static void serve(int fuse)
{
	char *request = malloc(REQUEST_MAX);
	const struct fuse_in_header *in = (const void *)request;
	struct fuse_init_out init = {.major = FUSE_KERNEL_VERSION, .minor = 31};
	unsigned int opened = 0;

	init.max_write = 4096;
	while (request && read(fuse, request, REQUEST_MAX) >= (ssize_t)sizeof(*in)) {
		struct fuse_entry_out entry = {.nodeid = FILE_NODE,
					       .attr = attributes(FILE_NODE)};
		struct fuse_attr_out attr = {.attr = attributes(in->nodeid)};
		struct fuse_open_out open = {
			.open_flags = opened ? FOPEN_KEEP_CACHE | FOPEN_DIRECT_IO
					     : FOPEN_KEEP_CACHE,
		};

		switch (in->opcode) {
		case FUSE_INIT:
			answer(fuse, in->unique, 0, &init, sizeof(init));
			break;
		case FUSE_LOOKUP:
			answer(fuse, in->unique, 0, &entry, sizeof(entry));
			break;
		case FUSE_GETATTR:
			answer(fuse, in->unique, 0, &attr, sizeof(attr));
			break;
		case FUSE_OPEN:
			opened++;
			answer(fuse, in->unique, 0, &open, sizeof(open));
			break;
		case FUSE_READ:
			break;
		case FUSE_FORGET:
		case FUSE_INTERRUPT:
			break;
		default:
			answer(fuse, in->unique, ENOSYS, NULL, 0);
		}
	}
	_exit(0);
}

static int file_open(void)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	must(fd >= 0, path);

	return fd;
}

static pid_t start(void (*run)(int fd), int fd)
{
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	run(fd);
	_exit(0);
}

static void read_for_ever(int fd)
{
	char byte;

	must(read(fd, &byte, 1) == 1, "read");
}

static void *map_for_ever(void *arg)
{
	const int *fd = arg;

	mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, *fd, 0);

	return NULL;
}

static void send_one(int to)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.header = {.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS,
				.cmsg_len = CMSG_LEN(sizeof(int))}};
	struct iovec data = {.iov_base = (char[]){'x'}, .iov_len = 1};
	struct msghdr msg = {.msg_iov = &data,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};

	memcpy(CMSG_DATA(&control.header), &to, sizeof(to));
	must(sendmsg(to, &msg, MSG_NOSIGNAL) == 1, "sendmsg");
}

int main(int argc, char **argv)
{
	int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC), fd, pair[2];
	char options[96];
	pthread_t thread;

	if (argc != 2)
		errx(2, "usage: stuck FOLDER");
	must(fuse >= 0, "/dev/fuse");
	snprintf(path, sizeof(path), "%s/file", argv[1]);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0",
		 fuse);
	must(mount("stuck", argv[1], "fuse", 0, options) == 0, "mount");
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
	start(serve, fuse);
	start(read_for_ever, file_open());
	fd = file_open();
	usleep(300000);
	must(pthread_create(&thread, NULL, map_for_ever, &fd) == 0, "pthread_create");
	usleep(300000);
	send_one(pair[0]);
	must(write(STDOUT_FILENO, "stuck\n", 6) == 6, "stdout");
	for (;;)
		pause();
}
