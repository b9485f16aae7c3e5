// SPDX-License-Identifier: BSD-2-Clause
/*
 * fdpass-replay: reads traces and shows them. What was wrong with them report.c says; the
 * exit status is chosen here.
 */
#include <errno.h>
#include <err.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "draft.h"
#include "make.h"
#include "other.h"
#include "pager.h"
#include "report.h"
#include "sandbox.h"
#include "schema.h"
#include "source.h"
#include "view.h"

static int read_records(struct fdp_reader *reader, const struct source *source,
			struct verdict *verdict, const char *name)
{
	struct view *view = source->view;
	bool headed = false, filled = false, cut = false, damaged = false;
	const struct fdp_record *record;
	for (;;) {
		int got = fdp_reader_lend(reader, &record);
		if (got == 0)
			break;
		if (got > 0) {
			headed = true;
			filled |= record->type != FDP_HEADER;
			int err = view_add(view, record);
			if (err)
				return err;
			if (view_take_repeat(view))
				fdp_reader_skip_repeats(reader);
			view_set_window(view, reader);
			continue;
		}
		if (got == -ENODATA && report_followed(verdict, source, name))
			break;
		cut |= got == -ENODATA;
		damaged |= got != -ENODATA;
		view_damage(view, got);
		if (!report_failure(verdict, name, view->trace.has_trailer, got,
				    fdp_reader_failure(reader)))
			break;
	}
	/*
	 * Damage that leaves nothing to show is an error. A trace that was cut short when
	 * it had just begun is not: it shows the nothing that it has.
	 */
	verdict->error |= (damaged && !filled) || (cut && !headed);
	return view_end(view);
}

static void read_source(struct source *source, struct verdict *verdict,
			const struct options *options, const char *name)
{
	struct view *view = source->view;
	struct fdp_reader *reader = NULL;
	struct stat st = {0};
	int err = fdp_reader_new(&reader, source_read, source);
	if (err) {
		report("%s: %s", name, strerror(-err));
		verdict->error = true;
		return;
	}
	if (fstat(source->fd, &st) || !S_ISREG(st.st_mode))
		st.st_size = 0;
	if (!view_wants_repeats(view))
		fdp_reader_skip_repeats(reader);
	if (options->follow && S_ISREG(st.st_mode) && source->fd != STDIN_FILENO)
		source->followed = name;
	else if (st.st_size)
		fdp_reader_set_skip(reader, source_skip);
	view_begin(view, name, (uint64_t)st.st_size);
	err = read_records(reader, source, verdict, name);
	report_lost(verdict, name, view);
	report_window(verdict, name, view);
	report_bounds(name, view);
	report_skipped(verdict, name, reader);
	if (err && view->budget.needed)
		report_budget(verdict, name, view);
	else if (err)
		report_output(verdict, options->output, err);
	fdp_reader_free(reader);
}

/* What is no file, the sandbox lets nobody open. */
static int why_not_opened(const char *name)
{
	int err = errno;
	struct stat st;
	return err == EACCES && !stat(name, &st) && S_ISDIR(st.st_mode) ? EISDIR : err;
}

static void read_file(struct view *view, struct verdict *verdict,
		      const struct options *options, const char *name)
{
	bool is_stdin = strcmp(name, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	struct source source = {.fd = fd, .view = view};
	if (fd < 0) {
		int err = why_not_opened(name);
		if (!verdict->silent)
			report("%s: %s", name, strerror(err));
		verdict->error = true;
		return;
	}
	read_source(&source, verdict, options, is_stdin ? "standard input" : name);
	if (!is_stdin)
		close(fd);
}

/* With what all files are compared. */
static void read_other(struct view *view, struct verdict *verdict,
		       const struct options *options, struct other *other)
{
	struct source source = {
		.fd = other->fd,
		.view = view,
		.head = other->head,
		.n_head = other->n_head,
	};
	bool is_stdin = strcmp(options->diff, "-") == 0;
	if (other->fd < 0) {
		view_take_text(view, &other->heap);
		return;
	}
	read_source(&source, verdict, options,
		    is_stdin ? "standard input" : options->diff);
	view_turn(view);
}

static void read_files(struct view *view, struct verdict *verdict,
		       const struct options *options)
{
	static const char *const standard_input = "-";
	const char *const *files = options->n_files ? options->files : &standard_input;
	size_t n = options->n_files ? options->n_files : 1;
	for (size_t i = 0; i < n && !verdict->stop; i++)
		read_file(view, verdict, options, files[i]);
}

/* Which messages are wanted is known when all passes are: all is read twice. */
static void choose(struct view *view, struct verdict *verdict,
		   const struct options *options)
{
	struct verdict first = {.silent = true};
	struct stat st;
	if (view->work != WORK_CHOOSE)
		return;
	for (size_t i = 0; i < options->n_files; i++) {
		if (stat(options->files[i], &st) || S_ISREG(st.st_mode))
			continue;
		report("%s: --cut with --filter reads twice, which only files bear",
		       options->files[i]);
		verdict->error = verdict->stop = true;
		return;
	}
	read_files(view, &first, options);
	view_turn(view);
}

static bool is_file(const struct stat *file, const char *name)
{
	struct stat st;
	int err = strcmp(name, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(name, &st);
	return !err && st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

/* To replace what is to be read would be to lose it. */
static bool output_is_read(const struct options *options)
{
	struct stat output;
	if (stat(options->output, &output) || !S_ISREG(output.st_mode))
		return false;
	bool read = (options->diff && is_file(&output, options->diff)) ||
		    (!options->n_files && is_file(&output, "-"));
	for (size_t i = 0; !read && i < options->n_files; i++)
		read = is_file(&output, options->files[i]);
	return read;
}

static int output_open(const struct options *options)
{
	int inherited =
		options->output ? draft_inherited(options->output) : STDOUT_FILENO;
	if (inherited >= 0)
		return inherited;
	if (options->force && output_is_read(options)) {
		report("%s: is to be read, and cannot be replaced", options->output);
		return -1;
	}
	int flags = O_WRONLY | O_CLOEXEC;
	if (!draft_is_stream(options->output))
		flags |= O_CREAT | (options->force ? O_TRUNC : O_EXCL);
	int fd = open(options->output, flags, 0666);
	if (fd < 0 && errno == EEXIST)
		report("%s: exists (--force replaces it)", options->output);
	else if (fd < 0)
		report("%s: %s", options->output, strerror(errno));
	return fd;
}

static int replay(const struct options *options, struct question *question,
		  struct other *other, const struct look *look, int fd)
{
	struct verdict verdict = {0};
	struct view view = {.options = options};
	struct out out = {0};
	int err = out_init(&out, fd);
	out.look = *look;
	if (!err)
		err = view_init(&view, options, question, &out);
	/* Ctrl-C ends the recorder, and its last passes are still to be shown. */
	if (options->follow)
		source_take_interrupts();
	sandbox_enter(options->files, options->n_files);
	if (!err && other && options->diff)
		read_other(&view, &verdict, options, other);
	if (!err) {
		choose(&view, &verdict, options);
		read_files(&view, &verdict, options);
	}
	/* Of half an input there is no difference to tell. */
	if (!err && !verdict.stop && !(options->diff && verdict.error))
		err = view_finish(&view);
	if (view.merge.n) {
		report_merge(&verdict, &view);
		report_window(&verdict, "the traces", &view);
		report_bounds("the traces", &view);
	}
	report_width(&view);
	report_answer(&verdict, &view);
	if (!err && !verdict.stop && close(fd))
		err = -errno;
	/* What the new trace tells goes to standard output, if it does not itself. */
	bool told = view.work == WORK_REWRITE && !out.err;
	if (err && view.budget.needed)
		report_budget(&verdict, "the traces", &view);
	else if (err)
		report_output(&verdict, told ? NULL : options->output, err);
	else
		report_unwatched(&view);
	view_release(&view);
	out_release(&out);
	return verdict_status(&verdict);
}

static int make(const struct options *options, struct question *question,
		const struct look *look, int fd)
{
	if (options->made_of)
		return make_of_text(options, fd) ? EXIT_ERROR : EXIT_WELL;
	return replay(options, question, NULL, look, fd);
}

/* A trace is whole, or it is not there. */
static int make_trace(const struct options *options, struct question *question,
		      const struct look *look)
{
	struct draft draft;
	int status = EXIT_ERROR;
	int err = draft_open(&draft, options->output, options->force);
	pid_t writer = err ? -1 : draft_fork();
	if (writer == 0)
		return make(options, question, look, draft.fd);
	if (!err && writer < 0)
		err = -errno;
	if (writer > 0)
		status = draft_wait(writer);
	if (status < 0)
		report("%s: %s", options->output, strsignal(-status));
	bool whole = status == EXIT_WELL || status == EXIT_INCOMPLETE;
	int failed = draft_close(&draft, whole);
	err = err ? err : failed;
	if (err)
		report("%s: %s", options->output,
		       err == -EEXIST	? "exists (--force replaces it)"
		       : err == -ENOTTY ? "a trace is not written to a terminal"
					: strerror(-err));
	return err || !whole ? EXIT_ERROR : status;
}

/* Help that cannot be written is an error as well: `--help >/dev/full`. */
static int say(const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout)) {
		warn("standard output");
		return EXIT_ERROR;
	}
	return EXIT_WELL;
}

static int list_columns(enum view_id view)
{
	size_t n;
	const struct column *columns = column_table(&n);
	for (size_t i = 0; i < n; i++)
		if (columns[i].views & 1U << view)
			printf("%-16s %-9s %s\n", column_name(&columns[i], view),
			       column_type_name(&columns[i]), columns[i].sentence);
	return say("");
}

static int print_schema(const struct question *question)
{
	struct out out;
	int err = out_init(&out, STDOUT_FILENO);
	if (!err) {
		schema_print(&out, &question->selection);
		err = out_finish(&out);
	}
	out_release(&out);
	if (err)
		warnx("standard output: %s", strerror(-err));
	return err ? EXIT_ERROR : EXIT_WELL;
}

static int usage_error(const char *phrase)
{
	warnx("%s", phrase);
	return EXIT_ERROR;
}

static int run(const struct options *options, struct question *question,
	       struct other *other, const struct look *look)
{
	if (options->action == OPTIONS_COLUMNS)
		return list_columns(options->view);
	if (options->action == OPTIONS_SCHEMA)
		return print_schema(question);
	if (options_make_trace(options))
		return make_trace(options, question, look);
	int fd = output_open(options);
	return fd < 0 ? EXIT_ERROR : replay(options, question, other, look, fd);
}

/* On a terminal through a pager, unless it is to be seen at once. */
static int run_paged(const struct options *options, struct question *question,
		     struct other *other)
{
	struct look look;
	struct pager pager = {0};
	int err = look_at(&look, options->output ? -1 : STDOUT_FILENO, options->color);
	if (err) {
		warnx("%s", strerror(-err));
		return EXIT_ERROR;
	}
	if (look.width && !options->no_pager && !options->follow)
		pager_start(&pager);
	int status = run(options, question, other, &look);
	pager_finish(&pager);
	return status;
}

/* What is compared depends on what it is compared with. */
static int open_other(struct options *options, struct other *other)
{
	uint64_t line;
	if (!options->diff)
		return 0;
	int err = other_open(other, options->diff, &line);
	if (err == -EBADMSG)
		report("%s: line %llu: this is not what --normalize prints",
		       options->diff, (unsigned long long)line);
	else if (err)
		report("%s: %s", options->diff, strerror(-err));
	else if (other->passes)
		options->view = VIEW_PASSES;
	if (!err && !other->n_head)
		report("%s: is empty: as of a run that passed nothing", options->diff);
	return err;
}

static int answer(struct options *options)
{
	struct question question = {0};
	struct other other = {.fd = -1};
	char phrase[FILTER_PHRASE_SIZE];
	int status = EXIT_ERROR;
	if (open_other(options, &other))
		goto out;
	if (question_init(&question, options, phrase))
		usage_error(phrase);
	else
		status = run_paged(options, &question, &other);
out:
	question_release(&question);
	other_close(&other);
	return status;
}

int main(int argc, char *argv[])
{
	/* Large arrays grow by moving their pages, and leave no holes. */
	mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
	struct options options;
	char phrase[256];
	if (options_parse(&options, argc, argv, phrase))
		return usage_error(phrase);
	if (options.action == OPTIONS_HELP)
		return say(options_help());
	if (options.action == OPTIONS_VERSION)
		return say("fdpass-replay " VERSION "\n");
	if (options.action == OPTIONS_RUN && !options.made_of && !options.n_files &&
	    isatty(STDIN_FILENO))
		return usage_error(
			"no trace given (fdpass-replay TRACE; --help tells more)");
	return answer(&options);
}
