// SPDX-License-Identifier: BSD-2-Clause
/* A series: see series.h. */
#include "series.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
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

	return 0;
}

int series_open(struct series *s, const char *path, bool force, uint64_t keep,
		struct failure *failure)
{
	const char *slash = strrchr(path, '/');

	*s = (struct series){.folder = -1, .path = path, .force = force, .keep = keep};
	s->file = slash ? slash + 1 : path;
	if (!*s->file || strcmp(path, "-") == 0 || strncmp(path, "/dev/", 5) == 0)
		return failure_say(failure, -EINVAL, "%s: several files need a name",
				   path);

	return folder_open(s, failure);
}

void series_close(struct series *s)
{
	if (s->folder >= 0)
		close(s->folder);
	s->folder = -1;
}

/* The number goes before the suffix, so that *.fdpass are in order of time. */
static int name_make(char *out, size_t size, const struct series *s, const char *start,
		     uint64_t number)
{
	const char *dot = strrchr(s->file, '.');
	int stem, n;

	if (!dot || dot == s->file)
		dot = s->file + strlen(s->file);
	stem = dot - start;
	n = snprintf(out, size, "%.*s-%06" PRIu64 "%s", stem, start, number, dot);

	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

static void oldest_remove(const struct series *s)
{
	char file[NAME_MAX + 1];

	if (s->keep && s->number > s->keep &&
	    name_make(file, sizeof(file), s, s->file, s->number - s->keep) == 0)
		unlinkat(s->folder, file, 0);
}

int series_next(struct series *s, struct output *output, struct failure *failure)
{
	char file[NAME_MAX + 1];
	int err = name_make(file, sizeof(file), s, s->file, s->number + 1);

	if (!err)
		err = name_make(s->name, sizeof(s->name), s, s->path, s->number + 1);
	if (err)
		return failure_say(failure, err, "%s: %s", s->path, strerror(-err));
	err = output_create(output, s->folder, file, s->name, s->force, failure);
	if (err)
		return err;
	s->number++;
	oldest_remove(s);

	return 0;
}
