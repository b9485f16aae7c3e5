// SPDX-License-Identifier: BSD-2-Clause
/* A series: see series.h. */
#include "series.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"

static int folder_open(struct series *s, struct failure *f)
{
	char folder[PATH_MAX] = ".";
	size_t len = s->file - s->path;

	if (len >= sizeof(folder))
		return failure_say(f, -ENAMETOOLONG, "%s: %s", s->path,
				   strerror(ENAMETOOLONG));
	if (len) {
		memcpy(folder, s->path, len);
		folder[len] = '\0';
	}
	s->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (s->folder < 0)
		return failure_say(f, -errno, "%s: %s", folder, strerror(errno));
	/* A flight recorder has no file before it is asked, and that is too late. */
	if (faccessat(s->folder, ".", W_OK | X_OK, AT_EACCESS) < 0)
		return failure_say(f, -errno, "%s: %s", folder, strerror(errno));

	return 0;
}

/* The number goes before the suffix, so that *.fdpass are in order of time. */
static const char *suffix_of(const struct series *s)
{
	const char *dot = strrchr(s->file, '.');

	return !dot || dot == s->file ? s->file + strlen(s->file) : dot;
}

static int name_make(char *out, size_t size, const struct series *s, const char *start,
		     uint64_t number)
{
	const char *suffix = suffix_of(s);
	int stem = suffix - start;
	int n = snprintf(out, size, "%.*s-%06" PRIu64 "%s", stem, start, number, suffix);

	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

/* The number of a file of the series; 0: it is none. */
static uint64_t number_of(const struct series *s, const char *file)
{
	size_t stem = suffix_of(s) - s->file;
	char name[NAME_MAX + 1];
	uint64_t number;

	if (strncmp(file, s->file, stem) != 0 || file[stem] != '-')
		return 0;
	number = strtoull(file + stem + 1, NULL, 10);
	if (number > UINT32_MAX || name_make(name, sizeof(name), s, s->file, number) ||
	    strcmp(name, file) != 0)
		return 0;

	return number;
}

/* Of the files that an earlier recording left; a folder that may not be read tells none.
 */
static uint64_t newest_number(const struct series *s)
{
	int fd = openat(s->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	uint64_t newest = 0;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	while ((entry = readdir(dir))) {
		uint64_t number = number_of(s, entry->d_name);

		if (number > newest)
			newest = number;
	}
	closedir(dir);

	return newest;
}

/* Else a recording would meet the old files one day, and end. */
static int go_on_behind(struct series *s, struct failure *f)
{
	uint64_t newest = newest_number(s);
	int err;

	if (newest && !s->force) {
		err = name_make(s->name, sizeof(s->name), s, s->path, newest);
		return failure_say(f, err ? err : -EEXIST,
				   "%s: exists (--force goes on behind it)", s->name);
	}
	s->number = newest;

	return 0;
}

int series_open(struct series *s, const char *path, bool force, uint64_t keep,
		struct failure *failure)
{
	const char *slash = strrchr(path, '/');
	int err;

	*s = (struct series){.folder = -1, .path = path, .force = force, .keep = keep};
	s->file = slash ? slash + 1 : path;
	if (!*s->file || strcmp(path, "-") == 0 || strncmp(path, "/dev/", 5) == 0)
		return failure_say(failure, -EINVAL, "%s: several files need a name",
				   path);

	err = folder_open(s, failure);

	return err ? err : go_on_behind(s, failure);
}

void series_close(struct series *s)
{
	if (s->folder >= 0)
		close(s->folder);
	s->folder = -1;
}

static void oldest_remove(const struct series *s)
{
	char file[NAME_MAX + 1];

	if (s->keep && s->number > s->keep &&
	    name_make(file, sizeof(file), s, s->file, s->number - s->keep) == 0)
		unlinkat(s->folder, file, 0);
}

static int number_try(struct series *s, struct output *output, struct failure *failure)
{
	char file[NAME_MAX + 1];
	int err = name_make(file, sizeof(file), s, s->file, s->number + 1);

	if (!err)
		err = name_make(s->name, sizeof(s->name), s, s->path, s->number + 1);
	if (err)
		return failure_say(failure, err, "%s: %s", s->path, strerror(-err));

	return output_create(output, s->folder, file, s->name, failure);
}

/* What came since series_open() is another recorder's: nothing of it is replaced. */
int series_next(struct series *s, struct output *output, struct failure *failure)
{
	int err = number_try(s, output, failure);

	while (err == -EEXIST && s->force) {
		s->number++;
		err = number_try(s, output, failure);
	}
	if (err)
		return err;
	s->number++;
	oldest_remove(s);

	return 0;
}
