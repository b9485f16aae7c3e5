// SPDX-License-Identifier: BSD-2-Clause
/*
 * The calls that fail, by the linker's --wrap: those of the tool itself. Without a
 * sanitizer, which has an allocator of its own, the allocations of all libraries fail
 * too.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include "fault.h"

static struct fault none;
struct fault *fault = &none;

#ifdef __SANITIZE_ADDRESS__
#define REAL(name) __real_##name
#define FAILING(name) __wrap_##name
#else
#define REAL(name) __libc_##name
#define FAILING(name) name
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t n, size_t size);
void *REAL(realloc)(void *old, size_t size);
void *FAILING(malloc)(size_t size);
void *FAILING(calloc)(size_t n, size_t size);
void *FAILING(realloc)(void *old, size_t size);

ssize_t __real_write(int fd, const void *data, size_t len);
int __real_open(const char *path, int flags, ...);
int __real_openat(int folder, const char *path, int flags, ...);
int __real_fallocate(int fd, int mode, off_t offset, off_t len);
int __real_ftruncate(int fd, off_t len);
int __real_close(int fd);
locale_t __real_newlocale(int mask, const char *name, locale_t base);
locale_t __wrap_newlocale(int mask, const char *name, locale_t base);
ssize_t __wrap_write(int fd, const void *data, size_t len);
int __wrap_open(const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __wrap_fallocate(int fd, int mode, off_t offset, off_t len);
int __wrap_ftruncate(int fd, off_t len);
int __wrap_close(int fd);

static bool fails(enum fault_kind kind)
{
	bool goes_on = fault->kind == FAULT_FULL && kind == FAULT_WRITE;

	if (fault->kind != kind && !goes_on)
		return false;
	if (!(goes_on && fault->hit) && fault->countdown-- != 0)
		return false;
	fault->hit = true;
	if (fault->trap)
		raise(SIGTRAP);
	errno = fault->error;

	return true;
}

/* Its own output: what it says on standard error is how it tells. */
static bool is_output(int fd)
{
	return fd != STDERR_FILENO && (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
}

void *FAILING(malloc)(size_t size)
{
	return fails(FAULT_MEMORY) ? NULL : REAL(malloc)(size);
}

void *FAILING(calloc)(size_t n, size_t size)
{
	return fails(FAULT_MEMORY) ? NULL : REAL(calloc)(n, size);
}

void *FAILING(realloc)(void *old, size_t size)
{
	return fails(FAULT_MEMORY) ? NULL : REAL(realloc)(old, size);
}

/* Out of memory, the C library says that the machine has no such locale: no failure. */
locale_t __wrap_newlocale(int mask, const char *name, locale_t base)
{
	static struct fault aside;
	struct fault *current = fault;

	fault = &aside;
	locale_t locale = __real_newlocale(mask, name, base);
	fault = current;

	return locale;
}

ssize_t __wrap_write(int fd, const void *data, size_t len)
{
	static bool interrupted;

	if (!is_output(fd))
		return __real_write(fd, data, len);
	if (fails(FAULT_WRITE))
		return -1;
	if (fault->kind == FAULT_SHORT && len > 1)
		return __real_write(fd, data, len / 2);
	interrupted = !interrupted;
	if (fault->kind == FAULT_INTERRUPTED && interrupted) {
		errno = EINTR;
		return -1;
	}

	return __real_write(fd, data, len);
}

int __wrap_fallocate(int fd, int mode, off_t offset, off_t len)
{
	return fails(FAULT_WRITE) ? -1 : __real_fallocate(fd, mode, offset, len);
}

int __wrap_ftruncate(int fd, off_t len)
{
	return fails(FAULT_WRITE) ? -1 : __real_ftruncate(fd, len);
}

/* Over NFS, what could not be stored is told here; the descriptor is closed even so. */
int __wrap_close(int fd)
{
	bool failing = fd >= 0 && is_output(fd) && lseek(fd, 0, SEEK_CUR) >= 0 &&
		       fails(FAULT_WRITE);
	int error = errno;

	if (!failing)
		return __real_close(fd);
	__real_close(fd);
	errno = error;

	return -1;
}

static mode_t mode_of(int flags, va_list arguments)
{
	return flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
}

int __wrap_open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);

	return fails(FAULT_OPEN) ? -1 : __real_open(path, flags, mode);
}

int __wrap_openat(int folder, const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);

	return fails(FAULT_OPEN) ? -1 : __real_openat(folder, path, flags, mode);
}
