// SPDX-License-Identifier: BSD-2-Clause
/* The pid namespace: see pid_namespace.h. */
#include "pid_namespace.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../format/fdp.h"

uint32_t pid_namespace_inode(void)
{
	struct stat ns;

	return stat("/proc/self/ns/pid", &ns) < 0 ? 0 : ns.st_ino;
}

bool pid_namespace_is_initial(void)
{
	uint32_t inode = pid_namespace_inode();

	return !inode || inode == FDP_PID_NS_INITIAL;
}

bool pid_namespace_is_shown(int proc)
{
	char pid[16] = "";

	return readlinkat(proc, "self", pid, sizeof(pid) - 1) > 0 &&
	       strtol(pid, NULL, 10) == getpid();
}
