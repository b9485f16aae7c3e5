// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../replay/sandbox.h"

#ifndef __SANITIZE_ADDRESS__

static const char *const traces[] = {"/etc/hostname", "-", "/no/such/trace"};

/* What a child gets that enters the sandbox and tries: 0, or the errno. */
static int tried(int (*attempt)(void))
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		sandbox_enter(traces, 3);
		_exit(attempt() < 0 ? errno : 0);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status), "wait status %d", status);
	return WEXITSTATUS(status);
}

static int open_trace(void)
{
	return open(traces[0], O_RDONLY | O_CLOEXEC);
}

static int write_trace(void)
{
	return open(traces[0], O_WRONLY);
}

static int open_other(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int execute(void)
{
	char *argv[] = {(char *)"true", NULL};
	return execv("/bin/true", argv);
}

static int multiply(void)
{
	return fork();
}

static int connect_out(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int signal_parent(void)
{
	return kill(getppid(), 0);
}

static int map_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);
	return at == MAP_FAILED ? -1 : 0;
}

static void *nothing(void *ctx)
{
	return ctx;
}

static int start_thread(void)
{
	pthread_t thread;
	errno = pthread_create(&thread, NULL, nothing, NULL);
	return errno ? -1 : pthread_join(thread, NULL);
}

static int allocate(void)
{
	char *data = calloc(1, 64 << 20);
	free(data);
	return data ? 0 : -1;
}

Test(sandbox, traces_can_be_read_and_not_written)
{
	cr_expect_eq(tried(open_trace), 0);
	cr_expect_neq(tried(write_trace), 0);
}

Test(sandbox, other_files_cannot_be_opened)
{
	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		    LANDLOCK_CREATE_RULESET_VERSION) < 1)
		cr_skip_test("this kernel has no Landlock");
	cr_expect_eq(tried(open_other), EACCES);
}

Test(sandbox, reading_and_printing_is_all_that_is_left)
{
	cr_expect_eq(tried(execute), EPERM);
	cr_expect_eq(tried(multiply), EPERM);
	cr_expect_eq(tried(connect_out), EPERM);
	cr_expect_eq(tried(signal_parent), EPERM);
	cr_expect_eq(tried(map_code), EPERM);
}

Test(sandbox, memory_and_threads_can_be_had)
{
	cr_expect_eq(tried(allocate), 0);
	cr_expect_eq(tried(start_thread), 0);
}

#else

Test(sandbox, there_is_none_under_a_sanitizer)
{
	sandbox_enter(NULL, 0);
	cr_expect_geq(open("/etc/passwd", O_RDONLY), 0);
}

#endif
