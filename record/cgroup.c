// SPDX-License-Identifier: BSD-2-Clause
/* Cgroups: see cgroup.h. */
#include "cgroup.h"

#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "failure.h"

static bool is_cgroup2(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

/* Where v2 is mounted, alone or beside v1 (systemd's "hybrid"); NULL: nowhere. */
static const char *cgroup_root(void)
{
	static const char *const roots[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		if (is_cgroup2(roots[i]))
			return roots[i];
	}

	return NULL;
}

static uint32_t count_names(const char *path)
{
	uint32_t n = 0;

	for (; *path; path++)
		n += *path == '/' && path[1] != '\0' && path[1] != '/';

	return n;
}

static int find_below(struct cgroup *cgroup, const char *root, const char *path)
{
	char whole[PATH_MAX], real[PATH_MAX];
	size_t root_len = strlen(root);
	struct stat stat_buf;

	if (strncmp(path, root, root_len) == 0 &&
	    (path[root_len] == '/' || path[root_len] == '\0'))
		path += root_len;
	if (snprintf(whole, sizeof(whole), "%s/%s", root, path) >= (int)sizeof(whole))
		return -ENAMETOOLONG;
	if (!realpath(whole, real) || stat(real, &stat_buf) < 0)
		return -errno;
	if (!S_ISDIR(stat_buf.st_mode) || strncmp(real, root, root_len) != 0 ||
	    !is_cgroup2(real))
		return -ENOTDIR;
	cgroup->id = stat_buf.st_ino;
	cgroup->level = count_names(real + root_len);

	return 0;
}

int cgroup_find(struct cgroup *cgroup, const char *path, struct failure *failure)
{
	const char *root = cgroup_root();
	int err;

	if (!root)
		return failure_say(failure, -ENOENT,
				   "--cgroup: the cgroup v2 hierarchy is not mounted");
	err = find_below(cgroup, root, path);
	if (err == -ENOTDIR)
		return failure_say(failure, err, "--cgroup: %s: is not a cgroup", path);
	if (err)
		return failure_say(failure, err, "--cgroup: %s: %s", path,
				   strerror(-err));

	return 0;
}
