// SPDX-License-Identifier: BSD-2-Clause
#include "make.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "assemble.h"
#include "import.h"
#include "out.h"
#include "report.h"
#include "sandbox.h"

static int write_out(void *ctx, const void *data, size_t len)
{
	struct out *out = ctx;
	out_bytes(out, data, len);
	return out->err;
}

/* All of a file, or of standard input. */
static int load(struct out *text, const char *name)
{
	char part[65536];
	ssize_t n = 0;
	int fd = strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	int err = fd < 0 ? -errno : out_init(text, -1);
	while (!err && (n = read(fd, part, sizeof(part))) != 0) {
		if (n > 0)
			out_bytes(text, part, (size_t)n);
		else if (errno != EINTR)
			err = -errno;
		err = err ? err : text->err;
	}
	if (fd > STDIN_FILENO)
		close(fd);
	return err;
}

static int assemble_text(const struct options *options, const struct out *text, int fd)
{
	struct assembler assembler;
	struct out out = {0};
	int err = out_init(&out, fd);
	sandbox_enter(NULL, 0);
	assembler_init(&assembler, write_out, &out);
	if (!err)
		err = assembler_run(&assembler, text->data, text->len);
	if (!err)
		err = out_finish(&out);
	if (close(fd) && !err)
		err = -errno;
	if (err && assembler.phrase)
		report("%s: line %llu: %s", options->made_of,
		       (unsigned long long)assembler.line, assembler.phrase);
	else if (err)
		report("%s: %s", options->output, strerror(-err));
	assembler_release(&assembler);
	out_release(&out);
	return err ? -EINVAL : 0;
}

static int assemble(const struct options *options, int fd)
{
	struct out text = {0};
	int err = load(&text, options->made_of);
	int status = -EINVAL;
	if (err)
		report("%s: %s", options->made_of, strerror(-err));
	else
		status = assemble_text(options, &text, fd);
	out_release(&text);
	return status;
}

static int import_all(struct importer *importer, int fd)
{
	char part[65536];
	for (;;) {
		ssize_t n = read(fd, part, sizeof(part));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : importer_finish(importer);
		int err = importer_add(importer, part, (size_t)n);
		if (err)
			return err;
	}
}

static int import(const struct options *options, int fd)
{
	struct importer importer = {0};
	struct out out = {0};
	bool is_stdin = strcmp(options->made_of, "-") == 0;
	int in = is_stdin ? STDIN_FILENO : open(options->made_of, O_RDONLY | O_CLOEXEC);
	if (in < 0) {
		report("%s: %s", options->made_of, strerror(errno));
		return -EINVAL;
	}
	int err = out_init(&out, fd);
	if (!err)
		err = importer_init(&importer, write_out, &out);
	sandbox_enter(NULL, 0);
	if (!err)
		err = import_all(&importer, in);
	if (!err)
		err = out_finish(&out);
	if (close(fd) && !err)
		err = -errno;
	if (err && importer.phrase[0])
		report("%s: line %llu: %s", options->made_of,
		       (unsigned long long)importer.line, importer.phrase);
	else if (err)
		report("%s: %s", out.err ? options->output : options->made_of,
		       strerror(-err));
	importer_release(&importer);
	out_release(&out);
	return err ? -EINVAL : 0;
}

int make_of_text(const struct options *options, int fd)
{
	return options->work == WORK_ASSEMBLE ? assemble(options, fd)
					      : import(options, fd);
}
