// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../record/failure.h"
#include "../../record/sandbox.h"

typedef int (*attempt_fn)(const struct sandbox *s);

static void skip_if_instrumented(void)
{
#ifdef __SANITIZE_ADDRESS__
	cr_skip_test("a sanitizer wants more of the system");
#endif
}

/* What a child gets that enters the sandbox and tries: 0, or the errno. */
static int tried(const struct sandbox *s, attempt_fn attempt)
{
	struct failure failure;
	int status;
	pid_t pid;

	skip_if_instrumented();
	pid = fork();
	if (pid == 0) {
		if (sandbox_enter(s, &failure))
			_exit(255);
		_exit(attempt(s) < 0 ? errno : 0);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status), "wait status %d", status);
	cr_assert_neq(WEXITSTATUS(status), 255, "cannot enter it");

	return WEXITSTATUS(status);
}

static bool have_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
		       LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

static int read_proc(const struct sandbox *s)
{
	char text[64];
	int fd = open("/proc/1/stat", O_RDONLY);

	(void)s;
	return fd < 0 ? -1 : (int)read(fd, text, sizeof(text));
}

static int read_etc(const struct sandbox *s)
{
	(void)s;
	return open("/etc/passwd", O_RDONLY);
}

static int create_here(const struct sandbox *s)
{
	return openat(s->folder, "x", O_WRONLY | O_CREAT | O_EXCL, 0600);
}

static int remove_here(const struct sandbox *s)
{
	return unlinkat(s->folder, "x", 0);
}

static int create_above(const struct sandbox *s)
{
	return openat(s->folder, "../fdpass-escaped", O_WRONLY | O_CREAT | O_EXCL, 0600);
}

static int execute(const struct sandbox *s)
{
	char *argv[] = {(char *)"true", NULL};

	(void)s;
	return execv("/bin/true", argv);
}

static int multiply(const struct sandbox *s)
{
	(void)s;
	return fork();
}

static int connect_out(const struct sandbox *s)
{
	(void)s;
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int map_code(const struct sandbox *s)
{
	(void)s;
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		       ? -1
		       : 0;
}

static int load_bpf(const struct sandbox *s)
{
	char attr[128] = {1, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0};

	(void)s;
	return syscall(SYS_bpf, 0 /* BPF_MAP_CREATE */, attr, sizeof(attr));
}

static int signal_parent(const struct sandbox *s)
{
	(void)s;
	return kill(getppid(), 0);
}

static int signal_command(const struct sandbox *s)
{
	return kill(s->command, 0);
}

static const struct {
	const char *what;
	attempt_fn attempt;
	int error; /* 0: it works */
} attempts[] = {
	{"read /proc", read_proc, 0},
	{"execute", execute, EPERM},
	{"fork", multiply, EPERM},
	{"open a socket", connect_out, EPERM},
	{"map memory that can be executed", map_code, EPERM},
	{"create a BPF map", load_bpf, EPERM},
	{"signal another process", signal_parent, EPERM},
};

Test(sandbox, only_what_recording_takes_is_left)
{
	const struct sandbox s = {.folder = -1};

	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		cr_expect_eq(tried(&s, attempts[i].attempt), attempts[i].error, "%s",
			     attempts[i].what);
}

Test(sandbox, the_command_can_be_signalled)
{
	const struct sandbox s = {.folder = -1, .command = getpid()};

	cr_expect_eq(tried(&s, signal_command), 0);
}

Test(sandbox, files_are_created_in_their_folder_and_nowhere_else)
{
	char dir[] = "/tmp/fdpass-sandbox-XXXXXX";
	struct sandbox s = {.folder = -1};

	skip_if_instrumented();
	if (!have_landlock())
		cr_skip_test("this kernel has no Landlock");
	cr_assert_not_null(mkdtemp(dir));
	s.folder = open(dir, O_PATH | O_DIRECTORY);
	cr_expect_eq(tried(&s, create_here), 0);
	cr_expect_eq(tried(&s, remove_here), 0);
	cr_expect_eq(tried(&s, create_above), EACCES);
	cr_expect_eq(tried(&s, read_etc), EACCES);
	close(s.folder);
	cr_expect_eq(rmdir(dir), 0);
	s.folder = -1;
	cr_expect_eq(tried(&s, read_etc), EACCES);
}
