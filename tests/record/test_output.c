// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../record/failure.h"
#include "../../record/output.h"

struct room {
	char dir[64];
	char path[96];
	struct output output;
	struct failure failure;
};

static void room_enter(struct room *r)
{
	snprintf(r->dir, sizeof(r->dir), "/tmp/fdpass-output-XXXXXX");
	cr_assert_not_null(mkdtemp(r->dir));
	snprintf(r->path, sizeof(r->path), "%s/trace", r->dir);
}

static void room_leave(struct room *r)
{
	output_close(&r->output);
	unlink(r->path);
	cr_expect_eq(rmdir(r->dir), 0, "nothing else was left behind");
}

static void put_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

static void expect_content(const char *path, const char *expected)
{
	char text[64] = "";
	FILE *file = fopen(path, "r");

	cr_assert_not_null(file);
	cr_assert_not_null(fgets(text, sizeof(text), file));
	fclose(file);
	cr_expect_str_eq(text, expected);
}

Test(output, a_new_file_is_for_its_owner_alone)
{
	struct room r;
	struct stat stat_buf;

	room_enter(&r);
	umask(0);
	cr_assert_eq(output_open(&r.output, r.path, false, &r.failure), 0);
	cr_expect_eq(output_write(&r.output, "abc", 3), 0);
	cr_assert_eq(stat(r.path, &stat_buf), 0);
	cr_expect_eq(stat_buf.st_mode & 07777, 0600);
	cr_expect_eq(stat_buf.st_size, 3);
	cr_expect_eq(output_close(&r.output), 0);
	room_leave(&r);
}

Test(output, an_existing_file_is_refused_and_untouched)
{
	struct room r;

	room_enter(&r);
	put_file(r.path, "precious");
	cr_expect_eq(output_open(&r.output, r.path, false, &r.failure), -EEXIST);
	cr_expect_not_null(strstr(r.failure.text, "exists (--force replaces it)"));
	expect_content(r.path, "precious");
	room_leave(&r);
}

Test(output, force_replaces_the_name_and_not_another_link_to_the_file)
{
	struct room r;
	char other[128];

	room_enter(&r);
	snprintf(other, sizeof(other), "%s-other", r.path);
	put_file(other, "precious");
	cr_assert_eq(link(other, r.path), 0);
	cr_assert_eq(output_open(&r.output, r.path, true, &r.failure), 0);
	cr_expect_eq(output_write(&r.output, "new", 3), 0);
	expect_content(other, "precious");
	expect_content(r.path, "new");
	unlink(other);
	room_leave(&r);
}

Test(output, a_symbolic_link_is_refused_even_with_force)
{
	struct room r;
	char target[128];

	room_enter(&r);
	snprintf(target, sizeof(target), "%s-target", r.path);
	put_file(target, "precious");
	cr_assert_eq(symlink(target, r.path), 0);
	cr_expect_eq(output_open(&r.output, r.path, false, &r.failure), -ELOOP);
	cr_expect_eq(output_open(&r.output, r.path, true, &r.failure), -ELOOP);
	expect_content(target, "precious");
	unlink(target);
	room_leave(&r);
}

Test(output, a_dangling_link_is_refused)
{
	struct room r;

	room_enter(&r);
	cr_assert_eq(symlink("/nonexistent/x", r.path), 0);
	cr_expect_eq(output_open(&r.output, r.path, true, &r.failure), -ELOOP);
	room_leave(&r);
}

Test(output, a_directory_is_refused)
{
	struct room r;

	room_enter(&r);
	cr_expect_eq(output_open(&r.output, r.dir, true, &r.failure), -EEXIST);
	cr_expect_not_null(strstr(r.failure.text, "not a regular file"));
	room_leave(&r);
}

Test(output, a_missing_directory_is_told_with_the_name)
{
	struct room r;
	char path[128];

	room_enter(&r);
	snprintf(path, sizeof(path), "%s/no/trace", r.dir);
	cr_expect_eq(output_open(&r.output, path, false, &r.failure), -ENOENT);
	cr_expect_not_null(strstr(r.failure.text, path));
	room_leave(&r);
}

Test(output, a_full_disk_is_an_error_of_the_write)
{
	struct room r;

	room_enter(&r);
	cr_assert_eq(output_open(&r.output, "/dev/full", false, &r.failure), 0);
	cr_expect_eq(output_write(&r.output, "abc", 3), -ENOSPC);
	room_leave(&r);
}

Test(output, a_fifo_is_written_to_without_force)
{
	struct room r;
	char byte;
	int reader;

	room_enter(&r);
	cr_assert_eq(mkfifo(r.path, 0600), 0);
	reader = open(r.path, O_RDONLY | O_NONBLOCK);
	cr_assert_geq(reader, 0);
	cr_assert_eq(output_open(&r.output, r.path, false, &r.failure), 0);
	cr_expect_eq(output_write(&r.output, "x", 1), 0);
	cr_expect_eq(read(reader, &byte, 1), 1);
	output_discard(&r.output);
	cr_expect_eq(access(r.path, F_OK), 0, "it was not ours to remove");
	close(reader);
	room_leave(&r);
}

Test(output, dash_and_dev_fd_are_inherited_descriptors)
{
	struct room r;
	char name[32], bytes[4];
	int ends[2];

	room_enter(&r);
	cr_assert_eq(pipe(ends), 0);
	snprintf(name, sizeof(name), "/dev/fd/%d", ends[1]);
	cr_assert_eq(output_open(&r.output, name, false, &r.failure), 0);
	cr_expect_neq(r.output.fd, ends[1]);
	cr_expect_eq(output_write(&r.output, "ab", 2), 0);
	output_close(&r.output);
	cr_assert_eq(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
	cr_assert_eq(output_open(&r.output, "-", false, &r.failure), 0);
	cr_expect_eq(output_write(&r.output, "cd", 2), 0);
	cr_expect_eq(read(ends[0], bytes, 4), 4);
	cr_expect(memcmp(bytes, "abcd", 4) == 0);
	snprintf(name, sizeof(name), "/dev/fd/%d", ends[0]);
	output_close(&r.output);
	cr_expect_eq(output_open(&r.output, name, false, &r.failure), -EBADF);
	room_leave(&r);
}

Test(output, what_is_standard_error_too_is_refused)
{
	struct room r;
	int fd;

	room_enter(&r);
	put_file(r.path, "");
	fd = open(r.path, O_WRONLY);
	cr_assert_eq(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
	cr_assert_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	close(fd);
	cr_expect_eq(output_open(&r.output, "-", false, &r.failure), -EINVAL);
	cr_expect_eq(r.output.fd, -1);
	room_leave(&r);
}

Test(output, a_terminal_is_refused)
{
	struct room r;
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);

	room_enter(&r);
	cr_assert_geq(terminal, 0);
	cr_assert_eq(dup2(terminal, STDOUT_FILENO), STDOUT_FILENO);
	cr_expect_eq(output_open(&r.output, "-", false, &r.failure), -ENOTTY);
	cr_expect_eq(r.output.fd, -1);
	room_leave(&r);
}

Test(output, the_default_name_has_the_time_in_it)
{
	struct room r;
	const char *shape = "fdpass-########-######.fdpass";

	room_enter(&r);
	cr_assert_eq(chdir(r.dir), 0);
	cr_assert_eq(output_open(&r.output, NULL, false, &r.failure), 0);
	cr_assert_eq(strlen(r.output.path), strlen(shape));
	for (size_t i = 0; shape[i]; i++) {
		if (shape[i] == '#')
			cr_expect(isdigit((unsigned char)r.output.path[i]));
		else
			cr_expect_eq(r.output.path[i], shape[i]);
	}
	output_discard(&r.output);
	cr_expect_eq(access(r.output.path, F_OK), -1, "discarding removes it");
	room_leave(&r);
}

/* A limit on the size of files stands for a disk that fills up. */
Test(output, room_for_the_end_is_set_aside)
{
	struct rlimit limit = {.rlim_cur = OUTPUT_RESERVE + 100,
			       .rlim_max = OUTPUT_RESERVE + 100};
	char bytes[OUTPUT_RESERVE] = "";
	struct stat stat_buf;
	struct room r;

	room_enter(&r);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_assert_eq(output_open(&r.output, r.path, false, &r.failure), 0);
	cr_expect_eq(output_write(&r.output, bytes, 100), 0);
	cr_expect_eq(output_write(&r.output, "x", 1), -EFBIG);
	cr_expect_eq(output_write_last(&r.output, bytes, sizeof(bytes)), 0);
	cr_expect_eq(output_close(&r.output), 0);
	cr_assert_eq(stat(r.path, &stat_buf), 0);
	cr_expect_eq(stat_buf.st_size, 100 + OUTPUT_RESERVE);
	room_leave(&r);
}

Test(output, what_was_set_aside_is_given_back)
{
	struct stat stat_buf;
	struct room r;

	room_enter(&r);
	cr_assert_eq(output_open(&r.output, r.path, false, &r.failure), 0);
	cr_expect_eq(output_write(&r.output, "abc", 3), 0);
	cr_expect_eq(output_close(&r.output), 0);
	cr_assert_eq(stat(r.path, &stat_buf), 0);
	cr_expect_eq(stat_buf.st_size, 3);
	cr_expect_leq(stat_buf.st_blocks, 8);
	room_leave(&r);
}

Test(output, a_file_that_goes_on_behind_us_is_not_cut)
{
	struct stat stat_buf;
	struct room r;
	char name[32];
	int fd;

	room_enter(&r);
	put_file(r.path, "precious");
	fd = open(r.path, O_WRONLY);
	snprintf(name, sizeof(name), "/dev/fd/%d", fd);
	cr_assert_eq(output_open(&r.output, name, false, &r.failure), 0);
	cr_expect_eq(output_write(&r.output, "new", 3), 0);
	cr_expect_eq(output_close(&r.output), 0);
	cr_assert_eq(stat(r.path, &stat_buf), 0);
	cr_expect_eq(stat_buf.st_size, 8);
	close(fd);
	room_leave(&r);
}

/* A pipe, and the output into it. */
static void room_pipe(struct room *r, int ends[2])
{
	char name[32];

	room_enter(r);
	cr_assert_eq(pipe(ends), 0);
	snprintf(name, sizeof(name), "/dev/fd/%d", ends[1]);
	cr_assert_eq(output_open(&r->output, name, false, &r->failure), 0);
}

/* Until nothing goes in. */
static void pipe_fill(int fd)
{
	static const char bytes[PIPE_BUF];
	int flags = fcntl(fd, F_GETFL);

	cr_assert_eq(fcntl(fd, F_SETFL, flags | O_NONBLOCK), 0);
	while (write(fd, bytes, sizeof(bytes)) > 0)
		;
	cr_assert_eq(fcntl(fd, F_SETFL, flags), 0);
}

static bool at_once(void *ctx)
{
	(void)ctx;

	return true;
}

Test(output, a_reader_who_takes_nothing_has_his_time_and_gets_nothing_after_it)
{
	const struct patience patience = {.fd = -1, .ends = at_once, .grace_ns = 1000000};
	char bytes[2 * PIPE_BUF];
	struct room r;
	int ends[2];

	room_pipe(&r, ends);
	r.output.patience = &patience;
	pipe_fill(ends[1]);
	cr_expect_eq(output_write(&r.output, "abc", 3), -ETIME);
	cr_assert_gt(read(ends[0], bytes, sizeof(bytes)), 0);
	cr_expect_eq(output_write_last(&r.output, "abc", 3), -ETIME);
	room_leave(&r);
}

/* Asked for the third time, the reader takes all that is there. */
struct slow_reader {
	int fd;
	int asked;
};

static bool not_yet(void *ctx)
{
	struct slow_reader *reader = ctx;
	char bytes[PIPE_BUF];

	if (++reader->asked == 3) {
		fcntl(reader->fd, F_SETFL, O_NONBLOCK);
		while (read(reader->fd, bytes, sizeof(bytes)) > 0)
			;
	}

	return false;
}

Test(output, a_reader_is_waited_for_until_the_end_is_asked_for)
{
	struct slow_reader reader = {0};
	struct patience patience = {.ends = not_yet, .ctx = &reader};
	char bytes[4] = "";
	struct room r;
	int ends[2];

	room_pipe(&r, ends);
	reader.fd = ends[0];
	patience.fd = open("/dev/null", O_RDONLY); /* readable, as a signal that came */
	r.output.patience = &patience;
	pipe_fill(ends[1]);
	cr_expect_eq(output_write(&r.output, "abc", 3), 0);
	cr_expect_eq(reader.asked, 3);
	cr_expect_eq(read(ends[0], bytes, sizeof(bytes)), 3);
	cr_expect_str_eq(bytes, "abc");
	room_leave(&r);
}

Test(output, a_reader_who_takes_little_at_a_time_gets_it_whole)
{
	const struct patience patience = {
		.fd = -1, .ends = at_once, .grace_ns = 60000000000};
	static uint32_t words[1 << 16];
	struct room r;
	int ends[2], status;
	pid_t reader;

	for (size_t i = 0; i < 1 << 16; i++)
		words[i] = i;
	room_pipe(&r, ends);
	r.output.patience = &patience;
	reader = fork();
	if (reader == 0) {
		uint32_t word;

		for (uint32_t i = 0; i < 1 << 16; i++)
			if (read(ends[0], &word, sizeof(word)) != sizeof(word) ||
			    word != i)
				_exit(1);
		_exit(0);
	}
	cr_expect_eq(output_write(&r.output, words, sizeof(words)), 0);
	cr_assert_eq(waitpid(reader, &status, 0), reader);
	cr_expect_eq(status, 0);
	room_leave(&r);
}
