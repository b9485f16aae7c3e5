// SPDX-License-Identifier: BSD-2-Clause
/*
 * Landlock for files, seccomp for calls, both by their system calls. A call that is not
 * allowed fails with EPERM, clone3(2) with ENOSYS: its flags cannot be seen, and libc
 * falls back to clone(2), which is allowed for threads.
 */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FS_RIGHTS ((1ULL << 13) - 1) /* those of Landlock's first version */

#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef SYS_landlock_create_ruleset
static void allow_file(int ruleset, const char *file)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
		.parent_fd = open(file, O_PATH | O_CLOEXEC),
	};
	if (rule.parent_fd < 0)
		return;
	syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
}
#endif

static void confine_files(const char *const *files, size_t n)
{
#ifdef SYS_landlock_create_ruleset
	const struct landlock_ruleset_attr attr = {.handled_access_fs = FS_RIGHTS};
	int ruleset = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset < 0)
		return;
	for (size_t i = 0; i < n; i++)
		allow_file(ruleset, files[i]);
	syscall(SYS_landlock_restrict_self, ruleset, 0);
	close(ruleset);
#else
	(void)files;
	(void)n;
#endif
}

#ifdef ARCH

enum condition { ALWAYS, WITHOUT, WITH, EQUAL };

/* A call that is allowed if the low half of an argument meets the condition. */
struct rule {
	uint32_t call;
	enum condition condition;
	uint32_t argument, value;
};

static const struct rule rules[] = {
	{SYS_read, ALWAYS, 0, 0},
	{SYS_write, ALWAYS, 0, 0},
	{SYS_readv, ALWAYS, 0, 0},
	{SYS_writev, ALWAYS, 0, 0},
	{SYS_pread64, ALWAYS, 0, 0},
	{SYS_lseek, ALWAYS, 0, 0},
	{SYS_close, ALWAYS, 0, 0},
	{SYS_openat, WITHOUT, 2, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC},
	{SYS_fstat, ALWAYS, 0, 0},
	{SYS_newfstatat, ALWAYS, 0, 0},
	{SYS_statx, ALWAYS, 0, 0},
	{SYS_fcntl, ALWAYS, 0, 0},
	{SYS_fsync, ALWAYS, 0, 0},
	{SYS_ftruncate, ALWAYS, 0, 0},
	{SYS_ioctl, EQUAL, 1, TIOCGWINSZ},
	{SYS_ioctl, EQUAL, 1, 0x5401}, /* TCGETS, of isatty(3) */
	{SYS_ppoll, ALWAYS, 0, 0},
	{SYS_pselect6, ALWAYS, 0, 0},
	{SYS_nanosleep, ALWAYS, 0, 0},
	{SYS_clock_nanosleep, ALWAYS, 0, 0},
	{SYS_clock_gettime, ALWAYS, 0, 0},
	{SYS_mmap, WITHOUT, 2, PROT_EXEC},
	{SYS_mprotect, WITHOUT, 2, PROT_EXEC},
	{SYS_munmap, ALWAYS, 0, 0},
	{SYS_mremap, ALWAYS, 0, 0},
	{SYS_madvise, ALWAYS, 0, 0},
	{SYS_brk, ALWAYS, 0, 0},
	{SYS_futex, ALWAYS, 0, 0},
	{SYS_getrandom, ALWAYS, 0, 0},
	{SYS_rt_sigprocmask, ALWAYS, 0, 0},
	{SYS_rt_sigaction, ALWAYS, 0, 0},
	{SYS_rt_sigtimedwait, ALWAYS, 0, 0},
	{SYS_rt_sigreturn, ALWAYS, 0, 0},
	{SYS_restart_syscall, ALWAYS, 0, 0},
	{SYS_clone, WITH, 0, CLONE_THREAD},
	{SYS_set_robust_list, ALWAYS, 0, 0},
	{SYS_rseq, ALWAYS, 0, 0},
	{SYS_sched_getaffinity, ALWAYS, 0, 0},
	{SYS_sched_yield, ALWAYS, 0, 0},
	{SYS_getpid, ALWAYS, 0, 0},
	{SYS_gettid, ALWAYS, 0, 0},
	{SYS_prlimit64, ALWAYS, 0, 0},
	{SYS_getrusage, ALWAYS, 0, 0},
	{SYS_wait4, ALWAYS, 0, 0}, /* for the pager */
	{SYS_exit, ALWAYS, 0, 0},
	{SYS_exit_group, ALWAYS, 0, 0},
#ifdef SYS_poll
	{SYS_poll, ALWAYS, 0, 0},
#endif
};

#define N_RULES (sizeof(rules) / sizeof(rules[0]))
#define RULE_MAX 5 /* instructions of one */
#define FIELD(name) ((uint32_t)offsetof(struct seccomp_data, name))

struct program {
	struct sock_filter code[(N_RULES + 3) * RULE_MAX];
	unsigned short len;
};

static void put(struct program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	p->code[p->len++] = (struct sock_filter){code, yes, no, k};
}

/* Falls through to the next rule unless it allows the call. */
static void put_rule(struct program *p, const struct rule *r)
{
	uint32_t argument = FIELD(args) + r->argument * (uint32_t)sizeof(uint64_t);
	bool bits = r->condition == WITHOUT || r->condition == WITH;
	bool inverted = r->condition == WITHOUT;
	put(p, BPF_LD | BPF_W | BPF_ABS, FIELD(nr), 0, 0);
	put(p, BPF_JMP | BPF_JEQ | BPF_K, r->call, 0, r->condition == ALWAYS ? 1 : 3);
	if (r->condition != ALWAYS) {
		put(p, BPF_LD | BPF_W | BPF_ABS, argument, 0, 0);
		put(p, BPF_JMP | (bits ? BPF_JSET : BPF_JEQ) | BPF_K, r->value, inverted,
		    !inverted);
	}
	put(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

static void filter_calls(void)
{
	struct program p = {.len = 0};
	put(&p, BPF_LD | BPF_W | BPF_ABS, FIELD(arch), 0, 0);
	put(&p, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	put(&p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	for (size_t i = 0; i < N_RULES; i++)
		put_rule(&p, &rules[i]);
	put(&p, BPF_LD | BPF_W | BPF_ABS, FIELD(nr), 0, 0);
	put(&p, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
	put(&p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS, 0, 0);
	put(&p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
	const struct sock_fprog program = {.len = p.len, .filter = p.code};
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

#else

static void filter_calls(void)
{
}

#endif

void sandbox_enter(const char *const *files, size_t n)
{
#if defined(__SANITIZE_ADDRESS__) || defined(WITHOUT_SANDBOX)
	/* Sanitizers and valgrind want more of the system than we do. */
	(void)files;
	(void)n;
	(void)confine_files;
	(void)filter_calls;
#else
	tzset(); /* --time local must not need its file later */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return;
	confine_files(files, n);
	filter_calls();
#endif
}
