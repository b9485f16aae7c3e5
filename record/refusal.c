// SPDX-License-Identifier: BSD-2-Clause
/* Refusals: see refusal.h. */
#include "refusal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* CAP_SYS_ADMIN was all of them before Linux 5.8, and still is. */
static bool have_capabilities(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3];
	const uint32_t both = CAP_TO_MASK(CAP_BPF) | CAP_TO_MASK(CAP_PERFMON);

	if (syscall(SYS_capget, &head, caps) < 0)
		return true;

	return (caps[0].effective & CAP_TO_MASK(CAP_SYS_ADMIN)) ||
	       (caps[1].effective & both) == both;
}

static bool is_locked_down(const char *path)
{
	char text[128] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);

	return strstr(text, "[confidentiality]") != NULL;
}

/* Capabilities in there are for what it owns; the kernel is not among it. */
static bool is_in_user_namespace(void)
{
	const ino_t initial = 0xEFFFFFFD; /* PROC_USER_INIT_INO */
	struct stat ns;

	return stat("/proc/self/ns/user", &ns) == 0 && ns.st_ino != initial;
}

/* What is between us and the capabilities; NULL: nothing. */
static const char *lacking(void)
{
	if (geteuid() != 0 && !have_capabilities())
		return "run as root";
	if (!have_capabilities())
		return "root lacks them here";

	return is_in_user_namespace() ? "root of a user namespace lacks them" : NULL;
}

void refusal_explain(char *phrase, size_t size, int err, const char *lockdown)
{
	const char *lack = err == -EPERM || err == -EACCES ? lacking() : NULL;

	if (err == -EMFILE)
		snprintf(phrase, size, "%s: raise the limit (ulimit -n)", strerror(-err));
	else if (lack)
		snprintf(phrase, size, "needs CAP_BPF and CAP_PERFMON: %s", lack);
	else if (is_locked_down(lockdown))
		snprintf(phrase, size,
			 "the kernel is locked down (confidentiality): "
			 "it lets no program see what it does");
	else
		snprintf(phrase, size, "the kernel refused the BPF programs: %s",
			 strerror(-err));
}
