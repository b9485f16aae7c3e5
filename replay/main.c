// SPDX-License-Identifier: BSD-2-Clause
/*
 * fdpass-replay: reads traces, shows them, and says on standard error what was wrong with
 * them. Only here is anything said, and the exit status chosen.
 */
#include <errno.h>
#include <err.h>
#include <fcntl.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assemble.h"
#include "draft.h"
#include "import.h"
#include "pager.h"
#include "sandbox.h"
#include "schema.h"
#include "view.h"

/* As diff(1) has it: 1 is the answer no. */
enum { EXIT_WELL = 0, EXIT_NO = 1, EXIT_ERROR = 2, EXIT_INCOMPLETE = 3 };

/* What has gone wrong so far. */
struct verdict {
	bool error, no, incomplete;
	bool stop; /* the output is gone, or memory */
};

static int verdict_status(const struct verdict *verdict)
{
	if (verdict->error)
		return EXIT_ERROR;
	if (verdict->no)
		return EXIT_NO;
	return verdict->incomplete ? EXIT_INCOMPLETE : EXIT_WELL;
}

/* One line for one failure of the reader. Returns false if there is no going on. */
static bool report_failure(struct verdict *verdict, const char *name, int err,
			   const struct fdp_failure *failure)
{
	if (err == -EMEDIUMTYPE || err == -EPROTONOSUPPORT || err == -EBADMSG ||
	    err == -ENODATA)
		warnx("%s: offset %llu: %s", name, (unsigned long long)failure->offset,
		      failure->phrase);
	else
		warnx("%s: %s", name, strerror(-err));
	bool damaged = err == -EBADMSG || err == -ENODATA;
	verdict->incomplete |= damaged;
	verdict->error |= !damaged;
	return damaged;
}

static void report_lost(struct verdict *verdict, const char *name, const struct view *v)
{
	struct out text;
	if (out_init(&text, -1))
		return;
	info_put_lost(&text, v->lost);
	if (text.len) {
		warnx("%s: incomplete: %.*s", name, (int)text.len, text.data);
		verdict->incomplete = true;
	}
	out_release(&text);
}

static void report_window(struct verdict *verdict, const char *name, const struct view *v)
{
	if (!v->window.lost)
		return;
	warnx("%s: --since, --until, --at: the trace does not know that time", name);
	verdict->error = true;
}

static void report_merge(struct verdict *verdict, const struct view *v)
{
	const struct merge *m = &v->merge;
	for (size_t i = 0; i < m->n; i++) {
		const struct merge_part *part = &m->parts[i];
		if (!part->refused)
			continue;
		warnx("%s: section %llu: %s", part->name,
		      (unsigned long long)part->section, part->refused);
		verdict->error = true;
	}
	if (m->n_shown < 2)
		return;
	uint64_t us = merge_uncertain(m) / 1000 + 1;
	warnx("%u hosts are merged by their wall clocks: true to %llu.%03llu ms, and to "
	      "how well the clocks of the hosts agreed",
	      m->n_shown, (unsigned long long)us / 1000, (unsigned long long)us % 1000);
}

/* Who closes the pipe, as head(1) does, has seen enough. */
static void report_output(struct verdict *verdict, const char *output, int err)
{
	if (err != -EPIPE)
		warnx("%s: %s", output ? output : "standard output", strerror(-err));
	verdict->error = verdict->stop = true;
}

/* Where memory had a bound, and the answer shows it. */
static void report_bounds(const char *name, const struct view *v)
{
	if (v->n_late)
		warnx("%s: %llu messages were underway for so long that they are told "
		      "out "
		      "of order",
		      name, (unsigned long long)v->n_late);
	if (v->n_forgotten)
		warnx("%s: of %llu messages told as not received a receipt may have come "
		      "later",
		      name, (unsigned long long)v->n_forgotten);
}

static void report_budget(struct verdict *verdict, const char *name, const struct view *v)
{
	const struct budget *b = &v->budget;
	warnx("%s: needs more than %llu MiB (%llu bytes a pass, %llu passes so far): "
	      "raise "
	      "--max-memory, or ask for a part with --since and --until",
	      name, (unsigned long long)(b->max >> 20),
	      (unsigned long long)(b->passes ? b->needed / b->passes : 0),
	      (unsigned long long)b->passes);
	verdict->error = verdict->stop = true;
}

static int read_records(struct fdp_reader *reader, struct view *view,
			struct verdict *verdict, const char *name)
{
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
			fdp_reader_set_window(reader, view->window.from_ns,
					      view->window.to_ns);
			continue;
		}
		cut |= got == -ENODATA;
		damaged |= got != -ENODATA;
		view_damage(view, got);
		if (!report_failure(verdict, name, got, fdp_reader_failure(reader)))
			break;
	}
	/*
	 * Damage that leaves nothing to show is an error. A trace that was cut short when
	 * it had just begun is not: it shows the nothing that it has.
	 */
	verdict->error |= (damaged && !filled) || (cut && !headed);
	return view_end(view);
}

struct source {
	int fd;
	struct view *view;
};

/* What has been printed is shown before waiting for more: the input may be a live one. */
static ptrdiff_t source_read(void *ctx, void *data, size_t len)
{
	const struct source *source = ctx;
	int err = view_idle(source->view);
	/* A failure of the output is remembered there. */
	if (err && err != source->view->out->err)
		return err;
	for (;;) {
		ssize_t n = read(source->fd, data, len);
		if (n >= 0 || errno != EINTR)
			return n < 0 ? -errno : n;
	}
}

/* Of a window of time, most of a large file may be none of our business. */
static int source_skip(void *ctx, uint64_t len)
{
	const struct source *source = ctx;
	return lseek(source->fd, (off_t)len, SEEK_CUR) < 0 ? -errno : 0;
}

static void read_file(struct view *view, struct verdict *verdict,
		      const struct options *options, const char *name)
{
	bool is_stdin = strcmp(name, "-") == 0;
	struct fdp_reader *reader = NULL;
	int fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st)) {
		warn("%s", name);
		verdict->error = true;
		goto out;
	}
	if (is_stdin)
		name = "standard input";
	struct source source = {fd, view};
	int err = fdp_reader_new(&reader, source_read, &source);
	if (err) {
		warnx("%s: %s", name, strerror(-err));
		verdict->error = true;
		goto out;
	}
	if (!view_wants_repeats(view))
		fdp_reader_skip_repeats(reader);
	if (S_ISREG(st.st_mode))
		fdp_reader_set_skip(reader, source_skip);
	view_begin(view, name, S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0);
	err = read_records(reader, view, verdict, name);
	report_lost(verdict, name, view);
	report_window(verdict, name, view);
	report_bounds(name, view);
	if (err && view->budget.needed)
		report_budget(verdict, name, view);
	else if (err)
		report_output(verdict, options->output, err);
out:
	fdp_reader_free(reader);
	if (fd >= 0 && !is_stdin)
		close(fd);
}

static void read_files(struct view *view, struct verdict *verdict,
		       const struct options *options)
{
	static const char *const standard_input = "-";
	const char *const *files = options->n_files ? options->files : &standard_input;
	size_t n = options->n_files ? options->n_files : 1;
	if (options->diff) {
		read_file(view, verdict, options, options->diff);
		view_turn(view);
	}
	for (size_t i = 0; i < n && !verdict->stop; i++)
		read_file(view, verdict, options, files[i]);
}

static int output_open(const struct options *options)
{
	if (!options->output)
		return STDOUT_FILENO;
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (options->force ? O_TRUNC : O_EXCL);
	int fd = open(options->output, flags, 0666);
	if (fd < 0 && errno == EEXIST)
		warnx("%s: exists (--force replaces it)", options->output);
	else if (fd < 0)
		warn("%s", options->output);
	return fd;
}

static int replay(const struct options *options, struct question *question,
		  const struct look *look, int fd)
{
	struct verdict verdict = {0};
	struct view view = {0};
	struct out out = {0};
	int err = out_init(&out, fd);
	out.look = *look;
	if (!err)
		err = view_init(&view, options, question, &out);
	/* Ctrl-C ends the recorder, and its last passes are still to be shown. */
	if (options->follow)
		signal(SIGINT, SIG_IGN);
	sandbox_enter(options->files, options->n_files, options->diff);
	if (!err)
		read_files(&view, &verdict, options);
	/* Of half an input there is no difference to tell. */
	if (!err && !verdict.stop && !(options->diff && verdict.error))
		err = view_finish(&view);
	if (view.merge.n) {
		report_merge(&verdict, &view);
		report_window(&verdict, "the traces", &view);
	}
	verdict.no = view.answer_no;
	if (!err && !verdict.stop && close(fd))
		err = -errno;
	if (err)
		report_output(&verdict, options->output, err);
	view_release(&view);
	out_release(&out);
	return verdict_status(&verdict);
}

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
	sandbox_enter(NULL, 0, NULL);
	assembler_init(&assembler, write_out, &out);
	if (!err)
		err = assembler_run(&assembler, text->data, text->len);
	if (!err)
		err = out_finish(&out);
	if (close(fd) && !err)
		err = -errno;
	if (err && assembler.phrase)
		warnx("%s: line %llu: %s", options->made_of,
		      (unsigned long long)assembler.line, assembler.phrase);
	else if (err)
		warnx("%s: %s", options->output, strerror(-err));
	assembler_release(&assembler);
	out_release(&out);
	return err ? EXIT_ERROR : EXIT_WELL;
}

static int assemble(const struct options *options, int fd)
{
	struct out text = {0};
	int err = load(&text, options->made_of);
	int status = EXIT_ERROR;
	if (err)
		warnx("%s: %s", options->made_of, strerror(-err));
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
		warn("%s", options->made_of);
		return EXIT_ERROR;
	}
	int err = out_init(&out, fd);
	if (!err)
		err = importer_init(&importer, write_out, &out);
	sandbox_enter(NULL, 0, NULL);
	if (!err)
		err = import_all(&importer, in);
	if (!err)
		err = out_finish(&out);
	if (close(fd) && !err)
		err = -errno;
	if (err && importer.phrase[0])
		warnx("%s: line %llu: %s", options->made_of,
		      (unsigned long long)importer.line, importer.phrase);
	else if (err)
		warnx("%s: %s", out.err ? options->output : options->made_of,
		      strerror(-err));
	importer_release(&importer);
	out_release(&out);
	return err ? EXIT_ERROR : EXIT_WELL;
}

static int make(const struct options *options, struct question *question,
		const struct look *look, int fd)
{
	if (options->work == WORK_ASSEMBLE)
		return assemble(options, fd);
	if (options->work == WORK_IMPORT)
		return import(options, fd);
	return replay(options, question, look, fd);
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
		warnx("%s: %s", options->output, strsignal(-status));
	bool whole = status == EXIT_WELL || status == EXIT_INCOMPLETE;
	int failed = draft_close(&draft, whole);
	err = err ? err : failed;
	if (err)
		warnx("%s: %s", options->output,
		      err == -EEXIST ? "exists (--force replaces it)" : strerror(-err));
	return err || !whole ? EXIT_ERROR : status;
}

static int show(const struct options *options, struct question *question,
		const struct look *look)
{
	int fd = output_open(options);
	return fd < 0 ? EXIT_ERROR : replay(options, question, look, fd);
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
	       const struct look *look)
{
	if (options->action == OPTIONS_COLUMNS)
		return list_columns(options->view);
	if (options->action == OPTIONS_SCHEMA)
		return print_schema(question);
	if (options->made_of || options->work == WORK_REWRITE)
		return make_trace(options, question, look);
	return show(options, question, look);
}

/* -ENOMEM; a locale that the machine does not have leaves what was. */
static int use_locale(const char *name)
{
	errno = 0;
	locale_t locale = newlocale(LC_CTYPE_MASK, name, (locale_t)0);
	if (locale)
		uselocale(locale);
	return locale || errno != ENOMEM ? 0 : -ENOMEM;
}

/* On a terminal through a pager, unless it is to be seen at once. */
static int run_paged(const struct options *options, struct question *question)
{
	struct look look;
	struct pager pager = {0};
	int err = use_locale("");
	look_at(&look, options->output ? -1 : STDOUT_FILENO, options->color);
	/* wcwidth(3) must know UTF-8, whatever the locale is. */
	err = err ? err : use_locale("C.UTF-8");
	if (err) {
		warnx("%s", strerror(-err));
		return EXIT_ERROR;
	}
	if (look.width && !options->no_pager && !options->follow)
		pager_start(&pager);
	int status = run(options, question, &look);
	pager_finish(&pager);
	return status;
}

int main(int argc, char *argv[])
{
	/* Large arrays grow by moving their pages, and leave no holes. */
	mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
	struct options options;
	struct question question = {0};
	char phrase[256];
	if (options_parse(&options, argc, argv, phrase))
		return usage_error(phrase);
	if (options.action == OPTIONS_HELP)
		return say(options_help());
	if (options.action == OPTIONS_VERSION)
		return say("fdpass-replay " VERSION "\n");
	int status;
	if (options.action != OPTIONS_COLUMNS &&
	    question_init(&question, &options, phrase))
		status = usage_error(phrase);
	else if (options.action == OPTIONS_RUN && !options.made_of && !options.n_files &&
		 isatty(STDIN_FILENO))
		status = usage_error(
			"no trace given (fdpass-replay TRACE; --help tells more)");
	else
		status = run_paged(&options, &question);
	question_release(&question);
	return status;
}
