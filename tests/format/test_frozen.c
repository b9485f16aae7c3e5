/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traces of every version of the format are read as they were on the day they were
 * frozen, and the version that is written has been frozen. Runs from the top of the tree.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../format/record.h"
#include "../lib/hex.h"
#include "../lib/layout.h"
#include "../lib/trace.h"

#define FOLDER "fixtures/frozen"
#define LINE_MAX_LEN 256
#define VERSION_MAX 32

/* The lines of a text, taken one after the other; an empty one behind the last. */
struct lines {
	FILE *file;
	char line[LINE_MAX_LEN];
};

static void lines_next(struct lines *l)
{
	if (!fgets(l->line, sizeof(l->line), l->file))
		l->line[0] = '\0';
}

static struct lines lines_open(FILE *file)
{
	struct lines l = {.file = file};

	cr_assert(ne(ptr, file, NULL));
	lines_next(&l);

	return l;
}

/* What the reader of today finds in a frozen trace. */
static FILE *read_today(const char *version)
{
	char path[LINE_MAX_LEN], answer[LINE_MAX_LEN];
	struct memory_sink trace;
	struct fdp_reader *reader;
	struct fdp_record record;
	FILE *out = tmpfile();
	int ret;

	snprintf(path, sizeof(path), FOLDER "/%s.hex", version);
	memory_sink_init(&trace);
	cr_assert(zero(int, hex_read(&trace, answer, sizeof(answer), path)), "%s", path);
	cr_assert(zero(int, fdp_reader_new_memory(&reader, trace.data, trace.len)));
	while ((ret = fdp_reader_next(reader, &record)) > 0)
		layout_put(out, &record);
	cr_assert(zero(int, ret), "%s: %s", path, fdp_reader_failure(reader)->phrase);
	fdp_reader_free(reader);
	memory_sink_release(&trace);
	rewind(out);

	return out;
}

static bool is_field(const char *line)
{
	return line[0] == '\t';
}

/* Fields of later versions come behind the others, and were not said. */
static void later_fields(struct lines *today, const char *version, bool may)
{
	for (; is_field(today->line); lines_next(today)) {
		const char *value = strrchr(today->line, ' ');

		cr_assert(may, "version %s has a new field:%s", version, today->line);
		cr_assert(zero(i32, strcmp(value, " 0\n")), "%s:%s", version,
			  today->line);
	}
}

static void version_check(const char *version, bool is_current)
{
	char path[LINE_MAX_LEN];
	struct lines today = lines_open(read_today(version)), then;

	snprintf(path, sizeof(path), FOLDER "/%s.fields", version);
	then = lines_open(fopen(path, "r"));
	cr_assert(ne(i8, then.line[0], 0), "%s is empty", path);
	while (then.line[0]) {
		if (!is_field(then.line))
			later_fields(&today, version, !is_current);
		cr_assert(zero(i32, strcmp(then.line, today.line)),
			  "%s: read as%sinstead of%s", path, today.line, then.line);
		lines_next(&then);
		lines_next(&today);
	}
	later_fields(&today, version, !is_current);
	cr_assert(zero(i8, today.line[0]), "%s: more records than there were", path);
	fclose(then.file);
	fclose(today.file);
}

static void current_version(char version[VERSION_MAX])
{
	snprintf(version, VERSION_MAX, "%d.%d", FDP_VERSION_MAJOR, FDP_VERSION_MINOR);
}

Test(frozen, every_version_is_read_as_it_was)
{
	DIR *dir = opendir(FOLDER);
	const struct dirent *entry;
	char version[VERSION_MAX], current[VERSION_MAX];
	size_t n = 0;

	cr_assert(ne(ptr, dir, NULL), "run from the top of the tree");
	current_version(current);
	while ((entry = readdir(dir))) {
		const char *suffix = strstr(entry->d_name, ".hex");

		if (!suffix)
			continue;
		snprintf(version, sizeof(version), "%.*s", (int)(suffix - entry->d_name),
			 entry->d_name);
		version_check(version, strcmp(version, current) == 0);
		n++;
	}
	closedir(dir);
	/* One for each minor version there was. */
	cr_assert(eq(sz, n, FDP_VERSION_MINOR + 1), "make freeze");
}

/* A type or field that came since is in no frozen trace: it wants a version of its own.
 */
Test(frozen, what_is_written_has_been_frozen)
{
	char version[VERSION_MAX], path[LINE_MAX_LEN];
	struct memory_sink trace;
	struct fdp_reader *reader;
	struct fdp_record record;
	FILE *out = tmpfile();
	struct lines today, then;

	current_version(version);
	snprintf(path, sizeof(path), FOLDER "/%s.fields", version);
	memory_sink_init(&trace);
	layout_trace(&trace);
	cr_assert(zero(int, fdp_reader_new_memory(&reader, trace.data, trace.len)));
	while (fdp_reader_next(reader, &record) > 0)
		layout_put(out, &record);
	fdp_reader_free(reader);
	memory_sink_release(&trace);
	rewind(out);
	today = lines_open(out);
	then = lines_open(fopen(path, "r"));
	while (then.line[0] || today.line[0]) {
		cr_assert(zero(i32, strcmp(then.line, today.line)),
			  "%s is not what is written:%s and%s", path, then.line,
			  today.line);
		lines_next(&then);
		lines_next(&today);
	}
	fclose(then.file);
	fclose(today.file);
}

/* The samples that are frozen must be of every type that there is. */
Test(frozen, every_type_is_sampled)
{
	for (uint32_t type = 0; type < 64; type++) {
		bool sampled = false;

		for (size_t i = 0; i < n_sample_types; i++)
			sampled |= (uint32_t)sample_types[i] == type;
		cr_expect(eq(int, record_type_find(type) != NULL, sampled), "type %u",
			  type);
	}
}
