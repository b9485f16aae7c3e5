/* SPDX-License-Identifier: BSD-2-Clause */
/* Open files of every kind that can be made without hardware. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "workload.h"

/* The kernel's name, without what readlink(2) adds to it. */
static void name_read(struct object *o)
{
	char link[64], text[NAME_LEN];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", o->fd);
	ssize_t len = readlink(link, text, sizeof(text) - 1);
	must(len > 0, link);
	text[len] = '\0';
	char *suffix = strstr(text, " (deleted)");
	if (o->deleted || strcmp(o->kind, "memfd") == 0) {
		must(suffix != NULL, "a deleted file has no (deleted)");
		*suffix = '\0';
	}
	char *start = text;
	if (strcmp(o->kind, "memfd") == 0)
		start++;
	else if (strncmp(text, "anon_inode:", 11) == 0)
		start += 11;
	snprintf(o->name, sizeof(o->name), "%s", start);
}

void object_init(struct object *o, int fd, const char *kind, bool deleted)
{
	struct stat st;

	must(fd >= 0 && fstat(fd, &st) == 0, kind);
	o->fd = fd;
	o->kind = kind;
	o->deleted = deleted;
	o->ino = st.st_ino;
	o->name[0] = '\0';
	/* The name of a socket is its protocol, which readlink(2) does not tell. */
	if (strcmp(kind, "socket") != 0)
		name_read(o);
	object_facts(o);
}

void object_open(struct object *o, const char *path, int flags, const char *kind)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	must(fd >= 0, path);
	object_init(o, fd, kind, false);
}

void object_null(struct object *o)
{
	object_open(o, "/dev/null", O_RDWR, "chr");
}

void object_close(struct object *o)
{
	close(o->fd);
}

static size_t files_open(struct object *o, const char *folder)
{
	char path[NAME_LEN];
	size_t n = 0;

	snprintf(path, sizeof(path), "%s/regular", folder);
	object_open(&o[n++], path, O_RDWR | O_CREAT, "regular");
	object_open(&o[n++], path, O_PATH, "regular");
	snprintf(path, sizeof(path), "%s/fifo", folder);
	must(mkfifo(path, 0600) == 0, path);
	object_open(&o[n++], path, O_RDWR, "fifo");
	snprintf(path, sizeof(path), "%s/link", folder);
	must(symlink("regular", path) == 0, path);
	object_open(&o[n++], path, O_PATH | O_NOFOLLOW, "symlink");
	snprintf(path, sizeof(path), "%s/gone", folder);
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	must(fd >= 0 && unlink(path) == 0, path);
	object_init(&o[n++], fd, "regular", true);
	/* It is removed with the folder: 0x1b and 0xff are as hostile as a name can be.
	 */
	snprintf(path, sizeof(path), "%s/a \"b\"\\ \x1b[31m\n\xff,<c>", folder);
	object_open(&o[n++], path, O_RDWR | O_CREAT, "regular");
	object_open(&o[n++], folder, O_RDONLY | O_DIRECTORY, "directory");
	object_open(&o[n++], "/proc/self/status", O_RDONLY, "regular");
	return n;
}

static size_t anonymous_open(struct object *o)
{
	size_t n = 0;
	sigset_t set;
	int ends[2];

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	object_init(&o[n++], memfd_create("one memory", MFD_CLOEXEC), "memfd", true);
	int sealed = memfd_create("sealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	must(ftruncate(sealed, 12345) == 0 &&
		     fcntl(sealed, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0,
	     "seals");
	object_init(&o[n++], sealed, "memfd", true);
	object_init(&o[n++], eventfd(0, EFD_CLOEXEC), "eventfd", false);
	must(pipe2(ends, O_CLOEXEC) == 0, "pipe2");
	object_init(&o[n++], ends[0], "pipe", false);
	object_init(&o[n++], ends[1], "pipe", false);
	object_init(&o[n++], epoll_create1(EPOLL_CLOEXEC), "epoll", false);
	object_init(&o[n++], timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), "timerfd",
		    false);
	object_init(&o[n++], signalfd(-1, &set, SFD_CLOEXEC), "signalfd", false);
	object_init(&o[n++], inotify_init1(IN_CLOEXEC), "inotify", false);
	object_init(&o[n++], syscall(SYS_pidfd_open, getpid(), 0), "pidfd", false);
	object_open(&o[n++], "/proc/self/ns/net", O_RDONLY, "namespace");
	object_open(&o[n++], "/proc/self/ns/mnt", O_RDONLY, "namespace");
	return n;
}

static size_t devices_open(struct object *o)
{
	size_t n = 0;
	char pts[64];

	object_null(&o[n++]);
	int ptmx = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	must(ptmx >= 0 && grantpt(ptmx) == 0 && unlockpt(ptmx) == 0, "ptmx");
	object_init(&o[n++], ptmx, "tty", false);
	must(ptsname_r(ptmx, pts, sizeof(pts)) == 0, "ptsname");
	object_open(&o[n++], pts, O_RDWR | O_NOCTTY, "tty");
	return n;
}

static size_t sockets_open(struct object *o)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(in);
	size_t n = 0;

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(bind(listener, (struct sockaddr *)&in, sizeof(in)) == 0, "bind");
	must(listen(listener, 1) == 0, "listen");
	must(getsockname(listener, (struct sockaddr *)&in, &len) == 0, "getsockname");
	int connected = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(connect(connected, (struct sockaddr *)&in, sizeof(in)) == 0, "connect");
	object_init(&o[n++], listener, "socket", false);
	object_init(&o[n++], connected, "socket", false);
	object_init(&o[n++], socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket",
		    false);
	object_init(&o[n++], socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket",
		    false);
	object_init(&o[n++], socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket",
		    false);
	return n;
}

size_t objects_open(struct object *objects, const char *folder)
{
	size_t n = files_open(objects, folder);

	n += anonymous_open(objects + n);
	n += devices_open(objects + n);
	n += sockets_open(objects + n);
	return n;
}
