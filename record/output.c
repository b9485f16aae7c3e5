// SPDX-License-Identifier: BSD-2-Clause
/* Output: see output.h. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "failure.h"

#define MODE_PRIVATE 0600

static int fail(struct failure *f, const char *path, int err)
{
	return failure_say(f, err, "%s: %s", path, strerror(-err));
}

void output_name(char name[OUTPUT_NAME_MAX])
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

/* What is told there would end up in the trace. */
static int refuse_stderr(struct output *o, struct failure *f)
{
	struct stat out, err;

	if (fstat(o->fd, &out) < 0 || fstat(STDERR_FILENO, &err) < 0 ||
	    S_ISCHR(out.st_mode) || out.st_dev != err.st_dev || out.st_ino != err.st_ino)
		return 0;

	return failure_say(f, -EINVAL, "%s: is standard error, too", o->path);
}

static int open_inherited(struct output *o, int fd, struct failure *f)
{
	int flags = fcntl(fd, F_GETFL);
	int err;

	if (flags < 0)
		return fail(f, o->path, -errno);
	if ((flags & O_ACCMODE) == O_RDONLY)
		return fail(f, o->path, -EBADF);
	o->standard = fd == STDOUT_FILENO;
	o->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (o->fd < 0)
		return fail(f, o->path, -errno);
	err = refuse_terminal(o, f);

	return err ? err : refuse_stderr(o, f);
}

/* A FIFO waits for its reader: the signals that our caller has blocked may end that. */
static int open_patiently(const char *path)
{
	sigset_t ending, mask;
	int fd;

	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGHUP);
	sigprocmask(SIG_UNBLOCK, &ending, &mask);
	fd = open(path, O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	sigprocmask(SIG_SETMASK, &mask, NULL);

	return fd;
}

/* A FIFO, or a character device as /dev/null; not what it was swapped for meanwhile. */
static int open_special(struct output *o, mode_t format, struct failure *f)
{
	struct stat stat;

	o->fd = open_patiently(o->path);
	if (o->fd < 0 || fstat(o->fd, &stat) < 0)
		return fail(f, o->path, -errno);
	if ((stat.st_mode & S_IFMT) != format)
		return fail(f, o->path, -EEXIST);

	return refuse_terminal(o, f);
}

/* Where writing begins, and how far it may go. */
static void measure(struct output *o)
{
	struct rlimit limit;
	struct stat stat;
	off_t at;

	o->limit = UINT64_MAX;
	if (fstat(o->fd, &stat) < 0 || !S_ISREG(stat.st_mode))
		return;
	at = lseek(o->fd, 0, SEEK_CUR);
	if (fcntl(o->fd, F_GETFL) & O_APPEND)
		at = stat.st_size;
	/* With something behind it, the file is not ours to cut. */
	if (at < 0 || at != stat.st_size)
		return;
	o->regular = true;
	o->size = at;
	if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
		o->limit = limit.rlim_cur;
}

static int create(struct output *o, int folder, const char *file, struct failure *f)
{
	o->fd = openat(folder, file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
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

	return create(o, AT_FDCWD, o->path, f);
}

int output_create(struct output *o, int folder, const char *file, const char *path,
		  struct failure *failure)
{
	int err;

	*o = (struct output){.fd = -1, .path = path};
	err = create(o, folder, file, failure);
	if (!err)
		measure(o);

	return err;
}

static int open_path(struct output *o, bool force, struct failure *f)
{
	struct stat stat;

	if (lstat(o->path, &stat) < 0)
		return errno == ENOENT ? create(o, AT_FDCWD, o->path, f)
				       : fail(f, o->path, -errno);
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
		output_name(o->name);
		o->path = o->name;
	}
	fd = inherited_fd(o->path);
	if (fd >= 0)
		err = open_inherited(o, fd, failure);
	else
		err = open_path(o, force, failure);
	if (err)
		output_discard(o);
	else
		measure(o);

	return err;
}

/* Until so much can be written at once that no pipe keeps us waiting for its room. */
static int wait_for_reader(const struct output *o)
{
	struct pollfd fds[] = {
		{.fd = o->fd, .events = POLLOUT},
		{.fd = o->patience->fd, .events = POLLIN},
	};
	struct timespec left = {0};
	const struct timespec *wait = &left;
	uint64_t end = 0;

	for (;;) {
		int n = ppoll(fds, sizeof(fds) / sizeof(fds[0]), wait, NULL);
		uint64_t now;

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0 && fds[0].revents)
			return 0;
		wait = NULL;
		if (!o->patience->ends(o->patience->ctx))
			continue;
		now = boot_now();
		if (!end)
			end = now + o->patience->grace_ns;
		if (now >= end)
			return -ETIME;
		left.tv_sec = (end - now) / NSEC_PER_SEC;
		left.tv_nsec = (end - now) % NSEC_PER_SEC;
		wait = &left;
	}
}

static int write_all(struct output *o, const void *data, size_t len)
{
	bool patient = o->patience && !o->regular;
	const char *at = data;

	while (len > 0) {
		int err = patient ? wait_for_reader(o) : 0;
		size_t piece = patient && len > PIPE_BUF ? PIPE_BUF : len;
		ssize_t n = err ? err : write(o->fd, at, piece);

		if (err)
			return err;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= n;
	}

	return 0;
}

/*
 * Room for len bytes and for the end of the trace. A file system that cannot set room
 * aside is not told apart from one that has it: then the write tells.
 */
static int reserve(const struct output *o, size_t len)
{
	uint64_t wanted = len + OUTPUT_RESERVE;

	if (wanted > o->limit || o->size > o->limit - wanted)
		return -EFBIG;
	if (fallocate(o->fd, FALLOC_FL_KEEP_SIZE, o->size, wanted) == 0)
		return 0;

	return errno == ENOSPC || errno == EDQUOT || errno == EIO ? -errno : 0;
}

/* Takes back the part of a piece that was written. */
static void take_back(const struct output *o)
{
	if (ftruncate(o->fd, o->size) == 0)
		lseek(o->fd, o->size, SEEK_SET);
}

int output_write_last(struct output *o, const void *data, size_t len)
{
	int err = o->error ? o->error : write_all(o, data, len);

	if (o->regular && err)
		take_back(o);
	else
		o->error = err;
	if (!err)
		o->size += len;

	return err;
}

int output_write(struct output *o, const void *data, size_t len)
{
	int err = o->regular ? reserve(o, len) : 0;

	return err ? err : output_write_last(o, data, len);
}

int output_close(struct output *o)
{
	int fd = o->fd;

	o->fd = -1;
	/* Gives back what was set aside; a failure costs that room, and nothing else. */
	if (fd >= 0 && o->regular && ftruncate(fd, o->size) < 0)
		o->regular = false;
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
