// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../record/refusal.h"

static void expect(int err, const char *lockdown, const char *expected)
{
	char phrase[256];

	refusal_explain(phrase, sizeof(phrase), err, lockdown);
	cr_expect_str_eq(phrase, expected);
}

/* A file with this text; its name is static. */
static const char *file_of(const char *text)
{
	static char path[] = "/tmp/fdpass-refusal-XXXXXX";
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);

	return path;
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = {0};

	cr_assert_eq(syscall(SYS_capset, &head, caps), 0);
}

Test(refusal, an_error_of_no_known_reason_is_named)
{
	expect(-EINVAL, "/none", "the kernel refused the BPF programs: Invalid argument");
}

Test(refusal, a_limit_of_descriptors_is_told_with_what_raises_it)
{
	expect(-EMFILE, "/none", "Too many open files: raise the limit (ulimit -n)");
}

Test(refusal, root_without_the_capabilities_is_not_told_to_be_root)
{
	if (geteuid() != 0)
		cr_skip_test("not root");
	drop_capabilities();
	expect(-EPERM, "/none", "needs CAP_BPF and CAP_PERFMON: root lacks them here");
}

/* Only who has one thread may enter a namespace of users. */
Test(refusal, root_of_a_user_namespace_is_told_that_it_is_one)
{
	char phrase[256];
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (unshare(CLONE_NEWUSER) < 0)
			_exit(2);
		refusal_explain(phrase, sizeof(phrase), -EPERM, "/none");
		_exit(strstr(phrase, "user namespace") ? 0 : 1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	if (WEXITSTATUS(status) == 2)
		cr_skip_test("no user namespaces here");
	cr_expect_eq(status, 0);
}

Test(refusal, who_has_no_capabilities_is_told_which_ones)
{
	if (geteuid() == 0)
		cr_assert_eq(setuid(65534), 0);
	expect(-EPERM, "/none", "needs CAP_BPF and CAP_PERFMON: run as root");
}

Test(refusal, a_locked_down_kernel_is_named)
{
	const char *path = file_of("none integrity [confidentiality]\n");

	expect(-EINVAL, path,
	       "the kernel is locked down (confidentiality): "
	       "it lets no program see what it does");
	unlink(path);
}

Test(refusal, a_lockdown_that_lets_us_record_is_not_blamed)
{
	const char *path = file_of("none [integrity] confidentiality\n");

	expect(-EINVAL, path, "the kernel refused the BPF programs: Invalid argument");
	unlink(path);
}
