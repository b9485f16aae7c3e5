// SPDX-License-Identifier: BSD-2-Clause
#include "source.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* How often a followed file is looked at. */
#define LOOK_NS 100000000

static sigset_t interrupts(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	return set;
}

void source_take_interrupts(void)
{
	sigset_t set = interrupts();
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static bool is_interrupted(struct source *s, long wait_ns)
{
	sigset_t set = interrupts();
	struct timespec wait = {.tv_nsec = wait_ns};
	s->interrupted |= sigtimedwait(&set, NULL, &wait) == SIGINT;
	return s->interrupted;
}

/* Whether another file, or none, has its name. */
static bool is_gone(const struct source *s)
{
	struct stat own, named;
	return fstat(s->fd, &own) || stat(s->followed, &named) ||
	       own.st_ino != named.st_ino || own.st_dev != named.st_dev;
}

/* Whether it is shorter than what was read, or begins otherwise. */
static bool is_rewritten(struct source *s)
{
	char beginning[SOURCE_BEGINNING];
	struct stat own;
	ssize_t n = pread(s->fd, beginning, sizeof(beginning), 0);
	if (n < 0 || fstat(s->fd, &own))
		return false;
	if (own.st_size < lseek(s->fd, 0, SEEK_CUR) || (size_t)n < s->n_beginning ||
	    memcmp(beginning, s->beginning, s->n_beginning) != 0)
		return true;
	memcpy(s->beginning, beginning, (size_t)n);
	s->n_beginning = (size_t)n;
	return false;
}

static ptrdiff_t read_some(const struct source *s, void *data, size_t len)
{
	for (;;) {
		ssize_t n = read(s->fd, data, len);
		if (n >= 0 || errno != EINTR)
			return n < 0 ? -errno : n;
	}
}

/*
 * What was written before the file went is read after it was seen to be gone; what stands
 * in the place of what was read is not. Behind END comes a table, which may not be whole
 * yet.
 */
static ptrdiff_t read_followed(struct source *s, void *data, size_t len)
{
	const bool *ended = &s->view->trace.has_trailer;
	long wait_ns = 0;
	while (!s->gone && !is_interrupted(s, wait_ns)) {
		bool gone = wait_ns && is_gone(s), rewritten = is_rewritten(s);
		ptrdiff_t n = rewritten ? 0 : read_some(s, data, len);
		if (n || ((wait_ns || rewritten) && *ended))
			return n;
		s->gone = gone || rewritten;
		wait_ns = LOOK_NS;
	}
	return 0;
}

ptrdiff_t source_read(void *ctx, void *data, size_t len)
{
	struct source *s = ctx;
	if (s->n_head) {
		len = len < s->n_head ? len : s->n_head;
		memcpy(data, s->head, len);
		s->head += len;
		s->n_head -= len;
		return (ptrdiff_t)len;
	}
	int err = view_idle(s->view);
	/* A failure of the output is remembered there. */
	if (err && err != s->view->out->err)
		return err;
	return s->followed ? read_followed(s, data, len) : read_some(s, data, len);
}

int source_skip(void *ctx, uint64_t len)
{
	struct source *s = ctx;
	size_t head = len < s->n_head ? (size_t)len : s->n_head;
	s->head += head;
	s->n_head -= head;
	off_t rest = (off_t)(len - head);
	return lseek(s->fd, rest, SEEK_CUR) < 0 ? -errno : 0;
}
