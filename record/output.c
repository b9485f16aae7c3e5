// SPDX-License-Identifier: BSD-2-Clause
/* Output: see output.h. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "failure.h"

#define MODE_PRIVATE 0600

static int fail(struct failure *f, const char *path, int err)
{
	return failure_say(f, err, "%s: %s", path, strerror(-err));
}

static void name_from_time(char name[OUTPUT_NAME_MAX])
{
	time_t now = time(NULL);
	struct tm local;

	localtime_r(&now, &local);
	strftime(name, OUTPUT_NAME_MAX, "fdpass-%Y%m%d-%H%M%S.fdpass", &local);
}

/* The number in "-", "/dev/stdout" and "/dev/fd/N", which are links; -1 for others. */
static int inherited_fd(const char *path)
{
	static const char dev_fd[] = "/dev/fd/";
	unsigned long fd;
	char *end;

	if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strncmp(path, dev_fd, strlen(dev_fd)) != 0)
		return -1;
	path += strlen(dev_fd);
	if (*path < '0' || *path > '9')
		return -1;
	errno = 0;
	fd = strtoul(path, &end, 10);
	if (errno || *end || fd > INT32_MAX)
		return -1;

	return fd;
}

static int refuse_terminal(struct output *o, struct failure *f)
{
	if (!isatty(o->fd))
		return 0;

	return failure_say(f, -ENOTTY, "%s: a trace is not written to a terminal",
			   o->path);
}

static int open_inherited(struct output *o, int fd, struct failure *f)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0)
		return fail(f, o->path, -errno);
	if ((flags & O_ACCMODE) == O_RDONLY)
		return fail(f, o->path, -EBADF);
	o->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (o->fd < 0)
		return fail(f, o->path, -errno);

	return refuse_terminal(o, f);
}

/* A FIFO, or a character device as /dev/null; not what it was swapped for meanwhile. */
static int open_special(struct output *o, mode_t format, struct failure *f)
{
	struct stat stat;

	o->fd = open(o->path, O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	if (o->fd < 0 || fstat(o->fd, &stat) < 0)
		return fail(f, o->path, -errno);
	if ((stat.st_mode & S_IFMT) != format)
		return fail(f, o->path, -EEXIST);

	return refuse_terminal(o, f);
}

static int create(struct output *o, struct failure *f)
{
	o->fd = open(o->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		     MODE_PRIVATE);
	if (o->fd < 0)
		return fail(f, o->path, -errno);
	o->created = true;

	return 0;
}

/*
 * An old trace is unlinked, not truncated: its name may be a link to a file that matters,
 * or belong to somebody who waits for our bytes.
 */
static int replace(struct output *o, bool force, struct failure *f)
{
	if (!force)
		return failure_say(f, -EEXIST, "%s: exists (--force replaces it)",
				   o->path);
	if (unlink(o->path) < 0 && errno != ENOENT)
		return fail(f, o->path, -errno);

	return create(o, f);
}

static int open_path(struct output *o, bool force, struct failure *f)
{
	struct stat stat;

	if (lstat(o->path, &stat) < 0)
		return errno == ENOENT ? create(o, f) : fail(f, o->path, -errno);
	switch (stat.st_mode & S_IFMT) {
	case S_IFREG:
		return replace(o, force, f);
	case S_IFIFO:
	case S_IFCHR:
		return open_special(o, stat.st_mode & S_IFMT, f);
	case S_IFLNK:
		return failure_say(f, -ELOOP, "%s: is a symbolic link", o->path);
	default:
		return failure_say(f, -EEXIST, "%s: is not a regular file", o->path);
	}
}

int output_open(struct output *o, const char *path, bool force, struct failure *failure)
{
	int err, fd;

	*o = (struct output){.fd = -1, .path = path};
	if (!path) {
		name_from_time(o->name);
		o->path = o->name;
	}
	fd = inherited_fd(o->path);
	if (fd >= 0)
		err = open_inherited(o, fd, failure);
	else
		err = open_path(o, force, failure);
	if (err)
		output_discard(o);

	return err;
}

int output_write(struct output *o, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = write(o->fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= n;
	}

	return 0;
}

int output_close(struct output *o)
{
	int fd = o->fd;

	o->fd = -1;
	if (fd >= 0 && close(fd) < 0 && errno != EINTR)
		return -errno;

	return 0;
}

void output_discard(struct output *o)
{
	if (o->created)
		unlink(o->path);
	o->created = false;
	output_close(o);
}
