// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "../../record/cgroup.h"
#include "../../record/failure.h"

/* Where this machine has cgroup v2, or NULL. */
static const char *mount_point(void)
{
	static const char *const places[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	struct statfs fs;

	for (size_t i = 0; i < 2; i++) {
		if (statfs(places[i], &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC)
			return places[i];
	}

	return NULL;
}

Test(cgroup, the_root_is_at_level_zero_under_each_of_its_names)
{
	const char *root = mount_point();
	const char *const names[] = {"/", root, "", "."};
	struct failure failure;
	struct cgroup cgroup = {.level = 9};
	struct stat stat_buf;

	if (!root) {
		cr_expect_eq(cgroup_find(&cgroup, "/", &failure), -ENOENT);
		cr_expect_not_null(strstr(failure.text, "not mounted"));
		return;
	}
	cr_assert_eq(stat(root, &stat_buf), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cr_assert_eq(cgroup_find(&cgroup, names[i], &failure), 0, "%s", names[i]);
		cr_expect_eq(cgroup.id, stat_buf.st_ino);
		cr_expect_eq(cgroup.level, 0);
	}
}

Test(cgroup, what_is_none_is_refused_by_name)
{
	static const char *const names[] = {"no/such", "../../../../etc", "cgroup.procs"};
	struct failure failure;
	struct cgroup cgroup;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cr_expect_lt(cgroup_find(&cgroup, names[i], &failure), 0);
		cr_expect(strncmp(failure.text, "--cgroup: ", 10) == 0);
		if (mount_point())
			cr_expect_not_null(strstr(failure.text, names[i]));
	}
}
