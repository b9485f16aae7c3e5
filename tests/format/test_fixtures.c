/* SPDX-License-Identifier: BSD-2-Clause */
/* Each fixture gets the answer that it names. Runs from the top of the tree. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/hex.h"
#include "../lib/trace.h"

#define ANSWER_MAX 2048

static const char *error_name(int err)
{
	switch (err) {
	case -EBADMSG:
		return "EBADMSG";
	case -EMEDIUMTYPE:
		return "EMEDIUMTYPE";
	case -ENODATA:
		return "ENODATA";
	case -EPROTONOSUPPORT:
		return "EPROTONOSUPPORT";
	default:
		return "another error";
	}
}

/* What a reader says of a trace, in the words of the fixtures. */
static void answer_get(char answer[ANSWER_MAX], const struct memory_sink *trace)
{
	struct fdp_reader *r;
	struct fdp_record rec;
	size_t len = 0;
	int ret;

	cr_assert(zero(int, fdp_reader_new_memory(&r, trace->data, trace->len)));
	while ((ret = fdp_reader_next(r, &rec)) != 0 && len < ANSWER_MAX / 2) {
		const struct fdp_failure *failure = fdp_reader_failure(r);

		if (ret > 0)
			len += (size_t)snprintf(answer + len, ANSWER_MAX - len, "%s ",
						fdp_type_name(rec.type));
		else
			len += (size_t)snprintf(answer + len, ANSWER_MAX - len,
						"!%llu:%s:%s ",
						(unsigned long long)failure->offset,
						error_name(ret), failure->phrase);
	}
	len += (size_t)snprintf(answer + len, ANSWER_MAX - len, "end");
	if (fdp_reader_skipped(r))
		snprintf(answer + len, ANSWER_MAX - len, " skipped %llu",
			 (unsigned long long)fdp_reader_skipped(r));
	fdp_reader_free(r);
}

static void zstd_check(const char *path, const struct memory_sink *trace)
{
	FILE *zstd = popen("zstd -q -t -", "w");

	cr_assert(eq(sz, fwrite(trace->data, 1, trace->len, zstd), trace->len));
	cr_assert(zero(int, pclose(zstd)), "zstd -t %s", path);
}

static void fixture_check(const char *path)
{
	struct memory_sink trace;
	char expected[ANSWER_MAX], answer[ANSWER_MAX];

	memory_sink_init(&trace);
	cr_assert(zero(int, hex_read(&trace, expected, sizeof(expected), path)), "%s",
		  path);
	answer_get(answer, &trace);
	cr_assert(zero(i32, strcmp(answer, expected)), "%s:\n%s instead of\n%s", path,
		  answer, expected);
	if (strstr(path, "/good/"))
		zstd_check(path, &trace);
	memory_sink_release(&trace);
}

/* Has the README a line for it? */
static void readme_check(const char *name)
{
	FILE *readme = fopen("fixtures/README.md", "r");
	char line[1024], start[300];
	bool found = false;

	snprintf(start, sizeof(start), "| %.*s | ", (int)strcspn(name, "."), name);
	while (fgets(line, sizeof(line), readme))
		found |= !strncmp(line, start, strlen(start));
	fclose(readme);
	cr_assert(found, "%s is not in fixtures/README.md", name);
}

static void folder_check(const char *folder, size_t least)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	char path[600];
	size_t n = 0;

	cr_assert(ne(ptr, dir, NULL), "run from the top of the tree");
	while ((entry = readdir(dir))) {
		if (!strstr(entry->d_name, ".hex"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		fixture_check(path);
		readme_check(entry->d_name);
		n++;
	}
	closedir(dir);
	cr_assert(ge(sz, n, least));
}

Test(fixtures, good_ones_are_read_without_complaint)
{
	folder_check("fixtures/good", 11);
}

Test(fixtures, bad_ones_are_told_by_offset_and_phrase)
{
	folder_check("fixtures/bad", 20);
}

Test(fixtures, newer_ones_are_told_to_be_newer)
{
	folder_check("fixtures/unsupported", 4);
}

Test(fixtures, cut_ones_are_read_up_to_the_cut)
{
	folder_check("fixtures/cut", 7);
}
