// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../record/failure.h"
#include "../../record/family.h"

struct found {
	uint32_t pids[8];
	size_t n;
	int error;
};

static int note(void *ctx, uint32_t pid)
{
	struct found *found = ctx;

	if (found->n < 8)
		found->pids[found->n++] = pid;

	return found->error;
}

/* A child with a child of its own, whose pid comes out of the pipe. */
static pid_t spawn(uint32_t *grandchild)
{
	int ends[2];
	pid_t child;

	cr_assert_eq(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		uint32_t pid = fork();

		if (pid && write(ends[1], &pid, sizeof(pid)) != sizeof(pid))
			_exit(1);
		pause();
		_exit(0);
	}
	cr_assert_eq(read(ends[0], grandchild, sizeof(*grandchild)), sizeof(*grandchild));

	return child;
}

Test(family, children_come_after_their_parents_and_others_not_at_all)
{
	struct found all = {.n = 0}, one = {.n = 0}, refused = {.error = -ENOSPC};
	int proc = open("/proc", O_PATH | O_CLOEXEC);
	uint32_t grandchild;
	pid_t child = spawn(&grandchild);

	cr_expect_eq(family_find(proc, getpid(), note, &all), 0);
	cr_expect_eq(family_find(proc, child, note, &one), 0);
	cr_expect_eq(family_find(proc, child, note, &refused), -ENOSPC);
	kill(grandchild, SIGKILL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);

	cr_assert_eq(all.n, 2);
	cr_expect_eq(all.pids[0], (uint32_t)child);
	cr_expect_eq(all.pids[1], grandchild);
	cr_assert_eq(one.n, 1);
	cr_expect_eq(one.pids[0], grandchild);
}

static int check(uint32_t pid, struct failure *failure)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY);
	int err = families_check(proc, &pid, 1, failure);

	close(proc);

	return err;
}

static void *check_this_thread(void *arg)
{
	struct failure *failure = arg;
	uint32_t tid = syscall(SYS_gettid);
	char text[96];

	cr_expect_eq(check(tid, failure), -ESRCH);
	snprintf(text, sizeof(text), "--pid: %u: is a thread of process %d", tid,
		 getpid());
	cr_expect_str_eq(failure->text, text);

	return NULL;
}

Test(family, a_thread_is_not_taken_for_a_process)
{
	struct failure failure = {""};
	pthread_t thread;

	cr_expect_eq(check(getpid(), &failure), 0);
	cr_assert_eq(pthread_create(&thread, NULL, check_this_thread, &failure), 0);
	pthread_join(thread, NULL);
}

Test(family, who_is_gone_is_told)
{
	struct failure failure = {""};
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
	cr_expect_eq(check(child, &failure), -ESRCH);
	cr_expect_not_null(strstr(failure.text, ": No such process"));
}
