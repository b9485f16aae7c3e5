// SPDX-License-Identifier: BSD-2-Clause
/* The sandbox: see sandbox.h. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "failure.h"

/* Landlock's rights by version of its interface; older headers do not name them all. */
#define FS_RIGHTS_1 ((1ULL << 13) - 1)
#define FS_REFER (1ULL << 13)	 /* 2 */
#define FS_TRUNCATE (1ULL << 14) /* 3 */

static int fail(struct failure *f, const char *what, int err)
{
	return failure_say(f, err, "sandbox: %s: %s", what, strerror(-err));
}

/*
 * Events come through mapped memory, and all that is read of /proc is open to everybody,
 * so no capability is left to need; but a root without CAP_DAC_OVERRIDE cannot create a
 * file in a folder of somebody else.
 */
static int drop_capabilities(const struct sandbox *s, struct failure *f)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3];
	uint32_t kept = s->folder >= 0 ? CAP_TO_MASK(CAP_DAC_OVERRIDE) : 0;

	if (syscall(SYS_capget, &head, caps) < 0)
		return fail(f, "capget", -errno);
	caps[0].permitted &= kept;
	caps[0].effective &= kept;
	caps[1].permitted = caps[1].effective = 0;
	caps[0].inheritable = caps[1].inheritable = 0;
	if (syscall(SYS_capset, &head, caps) < 0)
		return fail(f, "capset", -errno);

	return 0;
}

static int allow_below(int ruleset, int folder, uint64_t rights)
{
	const struct landlock_path_beneath_attr rule = {
		.allowed_access = rights,
		.parent_fd = folder,
	};

	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule,
		    0) < 0)
		return -errno;

	return 0;
}

static int allow_folders(int ruleset, const struct sandbox *s, uint64_t handled)
{
	const uint64_t writing = LANDLOCK_ACCESS_FS_WRITE_FILE |
				 LANDLOCK_ACCESS_FS_MAKE_REG |
				 LANDLOCK_ACCESS_FS_REMOVE_FILE | FS_TRUNCATE;
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int err;

	if (proc < 0)
		return -errno;
	err = allow_below(ruleset, proc,
			  LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
	close(proc);
	if (!err && s->folder >= 0)
		err = allow_below(ruleset, s->folder, writing & handled);

	return err;
}

/* A kernel without Landlock leaves the file system to the permissions of our user. */
static int confine_files(const struct sandbox *s, struct failure *f)
{
	struct landlock_ruleset_attr attr = {.handled_access_fs = FS_RIGHTS_1};
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
			   LANDLOCK_CREATE_RULESET_VERSION);
	int ruleset, err;

	if (abi < 1)
		return 0;
	if (abi >= 2)
		attr.handled_access_fs |= FS_REFER;
	if (abi >= 3)
		attr.handled_access_fs |= FS_TRUNCATE;
	ruleset = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset < 0)
		return fail(f, "landlock_create_ruleset", -errno);
	err = allow_folders(ruleset, s, attr.handled_access_fs);
	if (!err && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		err = -errno;
	close(ruleset);

	return err ? fail(f, "landlock", err) : 0;
}

/* Writing, waiting, reading /proc, memory, and the end. */
static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(lseek),
	SCMP_SYS(close),
	SCMP_SYS(openat),
	SCMP_SYS(readlinkat),
	SCMP_SYS(unlinkat),
	SCMP_SYS(fallocate),
	SCMP_SYS(ftruncate),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(fstatat64),
	SCMP_SYS(fcntl),
	SCMP_SYS(fcntl64),
	SCMP_SYS(ftruncate64),
	SCMP_SYS(_llseek),
	SCMP_SYS(statx),
	SCMP_SYS(prlimit64),
	SCMP_SYS(ppoll),
	SCMP_SYS(ppoll_time64),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_gettime64),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(timerfd_settime64),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(wait4),
	SCMP_SYS(waitid),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	SCMP_SYS(futex),
	SCMP_SYS(getrandom),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(getpid),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* Calls that are harmless with these arguments only. */
static int allow_some(scmp_filter_ctx filter, const struct sandbox *s)
{
	const struct scmp_arg_cmp data = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	const struct scmp_arg_cmp lookup = SCMP_A0(SCMP_CMP_EQ, BPF_MAP_LOOKUP_ELEM);
	const struct scmp_arg_cmp command = SCMP_A0(SCMP_CMP_EQ, (uint64_t)s->command);
	int err =
		seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &data);

	if (!err)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect),
					     1, &data);
	if (!err)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(bpf), 1,
					     &lookup);
	if (!err && s->command)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1,
					     &command);

	return err;
}

/*
 * What is not allowed fails with EPERM and does not kill: a C library that one day makes
 * another call must not cost a recording its end.
 */
static int filter_calls(const struct sandbox *s, struct failure *f)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int err = filter ? 0 : -ENOMEM;

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	if (!err)
		err = allow_some(filter, s);
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);

	return err ? fail(f, "seccomp", err) : 0;
}

int sandbox_enter(const struct sandbox *s, struct failure *failure)
{
	int err = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return fail(failure, "no_new_privs", -errno);
	err = drop_capabilities(s, failure);
	if (!err)
		err = confine_files(s, failure);
	if (!err)
		err = filter_calls(s, failure);

	return err;
}
