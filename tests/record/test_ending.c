// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../record/ending.h"
#include "../../record/failure.h"

/* An ending whose COMMAND is this line of a shell, and runs. */
static struct ending start(char *line)
{
	char *argv[] = {(char *)"sh", (char *)"-c", line, NULL};
	struct ending e = {.due = UINT64_MAX};
	struct failure failure;

	cr_assert_eq(signals_open(&e.signals), 0);
	cr_assert_eq(command_start(&e.command, argv, &e.signals.old_mask, STDOUT_FILENO,
				   &failure),
		     0);
	cr_assert_eq(command_go(&e.command, argv, &failure), 0);

	return e;
}

static int end(struct ending *e)
{
	ending_wait(e);
	command_release(&e->command);

	return e->command.status;
}

Test(ending, the_nearest_limit_counts)
{
	struct ending e = {.due = UINT64_MAX};

	ending_limit(&e, 20, FDP_STOP_DURATION);
	ending_limit(&e, 30, FDP_STOP_MESSAGES);
	cr_expect_eq(e.due, 20);
	cr_expect_eq(e.due_why, FDP_STOP_DURATION);
	ending_limit(&e, 10, FDP_STOP_MESSAGES);
	cr_expect_eq(e.due, 10);
	cr_expect_eq(e.due_why, FDP_STOP_MESSAGES);
}

Test(ending, without_a_command_a_signal_is_the_end)
{
	struct ending e = {.due = UINT64_MAX};

	cr_assert_eq(signals_open(&e.signals), 0);
	cr_expect_eq(ending_take_signal(&e), 0);
	raise(SIGUSR1);
	cr_expect_eq(ending_take_signal(&e), SIGUSR1);
	cr_expect_not(e.asked);
	raise(SIGINT);
	cr_expect_eq(ending_take_signal(&e), SIGINT);
	cr_expect(e.asked);
	cr_expect_eq(e.why, FDP_STOP_SIGNAL);
	ending_release(&e);
	cr_expect_eq(e.signals.fd, -1);
}

Test(ending, what_ended_it_first_is_why)
{
	struct ending e = {.due = UINT64_MAX, .why = FDP_STOP_SIZE};

	cr_assert_eq(signals_open(&e.signals), 0);
	raise(SIGTERM);
	ending_take_signal(&e);
	cr_expect(e.asked);
	cr_expect_eq(e.why, FDP_STOP_SIZE);
	ending_release(&e);
}

Test(ending, sigint_is_left_to_a_command_that_runs)
{
	struct ending e = start("sleep 0.2; exit 4");

	raise(SIGINT);
	cr_expect_eq(ending_take_signal(&e), SIGINT);
	cr_expect_not(e.asked);
	cr_expect_eq(end(&e), 4);
}

Test(ending, sigint_is_ours_when_the_command_has_ended_unnoticed)
{
	struct ending e = start("exit 4");

	waitid(P_PID, e.command.pid, &(siginfo_t){0}, WEXITED | WNOWAIT);
	raise(SIGINT);
	ending_take_signal(&e);
	cr_expect(e.asked);
	cr_expect_eq(end(&e), 4);
}

Test(ending, the_first_sigterm_is_the_command_s_and_the_second_ours)
{
	struct ending e;

	signal(SIGTERM, SIG_IGN); /* COMMAND inherits that */
	e = start("exec sleep 1000");
	raise(SIGTERM);
	ending_take_signal(&e);
	cr_expect_not(e.asked);
	raise(SIGTERM);
	ending_take_signal(&e);
	cr_expect(e.asked);
	cr_expect_eq(e.why, FDP_STOP_SIGNAL);
	kill(e.command.pid, SIGKILL);
	cr_expect_eq(end(&e), 128 + SIGKILL);
}

Test(ending, sigint_does_not_end_the_wait_for_the_command)
{
	struct ending e = start("sleep 0.2; exit 4");

	raise(SIGINT);
	cr_expect_eq(end(&e), 4);
}

Test(ending, sigterm_is_handed_on_while_the_command_is_waited_for)
{
	struct ending e = start("exec sleep 1000");

	raise(SIGTERM);
	cr_expect_eq(end(&e), 128 + SIGTERM);
}

Test(ending, a_second_sigterm_ends_the_wait_for_the_command)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct ending e = start("exec sleep 1000");
		pid_t parent = getpid();

		e.handed_on = true;
		if (fork() == 0) {
			usleep(100000);
			kill(parent, SIGTERM);
			usleep(100000);
			kill(e.command.pid, SIGKILL);
			_exit(0);
		}
		_exit(end(&e));
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM, "%x", status);
}
