// SPDX-License-Identifier: BSD-2-Clause
/* Families: see family.h. */
#include "family.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "pid_namespace.h"
#include "process.h"
#include "table.h"

#define FAMILY_MAX 65536

/* In the known table, pids of the family have no value; all that counts is being there.
 */
static int family_add(struct table *known, uint32_t pid)
{
	void *nothing;

	return table_add(&nothing, known, &pid);
}

/* 1: it is a new member; 0: it is none, or gone. */
static int is_new_member(struct table *known, int proc, uint32_t pid)
{
	uint32_t ppid;

	if (table_find(known, &pid) || process_parent(&ppid, proc, pid) < 0)
		return 0;

	return table_find(known, &ppid) != NULL;
}

/* Goes once through all processes; returns how many new members there were. */
static int look(struct table *known, int proc, DIR *dir, family_fn found, void *ctx)
{
	const struct dirent *entry;
	int err = 0, n = 0;

	rewinddir(dir);
	while (!err && (entry = readdir(dir))) {
		uint32_t pid = strtoul(entry->d_name, NULL, 10);

		if (!pid || !is_new_member(known, proc, pid))
			continue;
		err = family_add(known, pid);
		if (!err)
			err = found(ctx, pid);
		n++;
	}

	return err ? err : n;
}

static int check_process(int proc, uint32_t pid, struct failure *f)
{
	uint32_t process;

	if (kill(pid, 0) < 0 && errno == ESRCH)
		return failure_say(f, -ESRCH, "--pid: %u: %s", pid, strerror(ESRCH));
	if (process_of_thread(&process, proc, pid) == 0 && process != pid)
		return failure_say(f, -ESRCH, "--pid: %u: is a thread of process %u", pid,
				   process);

	return 0;
}

int families_check(int proc, const uint32_t *pids, size_t n, struct failure *f)
{
	int err = 0;

	if (n && !pid_namespace_is_shown(proc))
		return failure_say(f, -EXDEV,
				   "--pid: /proc has the pids of another pid namespace");
	for (size_t i = 0; i < n && !err; i++)
		err = check_process(proc, pids[i], f);

	return err;
}

int family_find(int proc, uint32_t pid, family_fn found, void *ctx)
{
	const struct table_shape shape = {
		.key_size = sizeof(uint32_t),
		.max_entries = FAMILY_MAX,
	};
	struct table *known = NULL;
	DIR *dir = NULL;
	int err, fd;

	err = table_new(&known, &shape);
	if (err)
		return err;
	fd = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		dir = fdopendir(fd);
	if (!dir) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		goto out;
	}
	err = family_add(known, pid);
	if (err)
		goto out;
	do
		err = look(known, proc, dir, found, ctx);
	while (err > 0);

out:
	if (dir)
		closedir(dir);
	table_free(known);

	return err;
}
