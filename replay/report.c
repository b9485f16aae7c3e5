// SPDX-License-Identifier: BSD-2-Clause
#include "report.h"

#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void report(const char *format, ...)
{
	char *line = NULL;
	struct out shown = {0};
	va_list args;
	va_start(args, format);
	int len = vasprintf(&line, format, args);
	va_end(args);
	if (len < 0 || out_init(&shown, -1)) {
		warnx("%s", strerror(ENOMEM));
	} else {
		text_terminal(&shown, (struct fdp_text){line, (size_t)len});
		warnx("%.*s", (int)shown.len, shown.data);
	}
	out_release(&shown);
	if (len >= 0)
		free(line);
}

int verdict_status(const struct verdict *verdict)
{
	if (verdict->error)
		return EXIT_ERROR;
	if (verdict->no)
		return EXIT_NO;
	return verdict->incomplete ? EXIT_INCOMPLETE : EXIT_WELL;
}

bool report_failure(struct verdict *verdict, const char *name, bool ended, int err,
		    const struct fdp_failure *failure)
{
	if (verdict->silent)
		;
	else if (err == -ENODATA && failure->offset && !ended)
		report("%s: the recording was cut short, it has no END (offset %llu: %s)",
		       name, (unsigned long long)failure->offset, failure->phrase);
	else if (err == -EMEDIUMTYPE || err == -EPROTONOSUPPORT || err == -EBADMSG ||
		 err == -ENODATA)
		report("%s: offset %llu: %s", name, (unsigned long long)failure->offset,
		       failure->phrase);
	else
		report("%s: %s", name, strerror(-err));
	bool damaged = err == -EBADMSG || err == -ENODATA;
	verdict->incomplete |= damaged;
	verdict->error |= !damaged;
	return damaged;
}

void report_lost(struct verdict *verdict, const char *name, const struct view *v)
{
	struct out text;
	if (verdict->silent || out_init(&text, -1))
		return;
	info_put_lost(&text, v->lost);
	if (text.len) {
		report("%s: incomplete: %.*s", name, (int)text.len, text.data);
		verdict->incomplete = true;
	}
	out_release(&text);
}

/* An empty answer is one only where it was looked for. */
void report_unwatched(const struct view *v)
{
	const struct out *spots = &v->unwatched;
	const char *line = spots->data, *newline;
	for (size_t left = spots->len; left && (newline = memchr(line, '\n', left));) {
		warnx("not watched: %.*s", (int)(newline - line), line);
		left -= (size_t)(newline + 1 - line);
		line = newline + 1;
	}
}

void report_window(struct verdict *verdict, const char *name, const struct view *v)
{
	if (!v->window.lost)
		return;
	report("%s: --since, --until, --at: the trace does not know that time", name);
	verdict->error = true;
}

static void report_twice(const struct merge *m, size_t part)
{
	const struct merge_part *alias = merge_alias(m, part),
				*foreigner = merge_foreigner(m, part);
	const char *name = m->parts[part].name;
	if (alias)
		report("%s and %s are of one recording, redacted or not: what both have "
		       "is told twice",
		       alias->name, name);
	if (foreigner)
		report("%s and %s have the pids of different namespaces: what both have "
		       "is told twice",
		       foreigner->name, name);
}

void report_merge(struct verdict *verdict, const struct view *v)
{
	const struct merge *m = &v->merge;
	for (size_t i = 0; i < m->n; i++) {
		const struct merge_part *part = &m->parts[i];
		if (!part->refused) {
			report_twice(m, i);
			continue;
		}
		report("%s: section %llu: %s", part->name,
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
void report_output(struct verdict *verdict, const char *output, int err)
{
	if (err != -EPIPE)
		report("%s: %s", output ? output : "standard output", strerror(-err));
	verdict->error = verdict->stop = true;
}

/* Where memory had a bound, and the answer shows it. */
void report_bounds(const char *name, const struct view *v)
{
	if (v->n_late)
		report("%s: %llu messages were underway for so long that they are told "
		       "out of order",
		       name, (unsigned long long)v->n_late);
	if (v->n_forgotten)
		report("%s: of %llu messages told as not received a receipt may have "
		       "come later",
		       name, (unsigned long long)v->n_forgotten);
}

/* A later version wrote what this one has no words for. */
void report_skipped(const struct verdict *verdict, const char *name,
		    const struct fdp_reader *reader)
{
	uint64_t n = fdp_reader_skipped(reader);
	if (n && !verdict->silent)
		report("%s: passed over records of types newer than this reader: %llu",
		       name, (unsigned long long)n);
}

void report_budget(struct verdict *verdict, const char *name, const struct view *v)
{
	const struct budget *b = &v->budget;
	report("%s: needs more than %llu MiB (%llu bytes a pass, %llu passes so far): "
	       "raise --max-memory, or ask for a part with --since and --until",
	       name, (unsigned long long)(b->max >> 20),
	       (unsigned long long)(b->passes ? b->needed / b->passes : 0),
	       (unsigned long long)b->passes);
	verdict->error = verdict->stop = true;
}

bool report_followed(struct verdict *verdict, const struct source *source,
		     const char *name)
{
	if (source->gone)
		report("%s: removed, replaced or rewritten before its end", name);
	verdict->incomplete |= source->gone;
	return source->gone || source->interrupted;
}

/* Numbers are not cut: where the terminal has no room for all, columns are left out. */
void report_width(const struct view *v)
{
	const char *const *headings;
	size_t n = printer_left_out(v->printer, &headings);
	char names[128] = "";
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(names);
		snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "",
			 headings[i]);
	}
	if (n)
		warnx("no room for %s in %zu columns (--columns chooses)", names,
		      v->out->look.width);
}

static void report_several(const struct where *w, const struct where_pids *pids)
{
	char list[WHERE_PIDS_MAX * 12] = "";
	for (size_t i = 0; i < pids->n && i < WHERE_PIDS_MAX; i++) {
		size_t len = strlen(list);
		snprintf(list + len, sizeof(list) - len, "%s%u", i ? ", " : "",
			 pids->items[i]);
	}
	report("several processes called '%.*s' got a descriptor %d: %s%s (PID:FD says "
	       "which is meant)",
	       (int)w->name.len, w->name.data, w->fd, list,
	       pids->n > WHERE_PIDS_MAX ? " and others" : "");
}

static void report_no_way(const struct where *w)
{
	if (w->name.len)
		report("no message brought a process called '%.*s' a descriptor %d "
		       "(--view processes has their names)",
		       (int)w->name.len, w->name.data, w->fd);
	else
		report("no message brought process %u a descriptor %d (--who-has FILE "
		       "asks by name)",
		       w->pid, w->fd);
}

/* Where no row is the answer. */
void report_answer(struct verdict *verdict, const struct view *v)
{
	const struct options *o = v->options;
	verdict->no = v->answer_no;
	if (v->several.n) {
		report_several(&o->where, &v->several);
		verdict->error = true;
	} else if (verdict->no && v->work == WORK_WHERE) {
		report_no_way(&o->where);
	}
	if (verdict->no && v->work == WORK_HOLDERS && v->resembles)
		report("nobody has '%s' (--who-has '*%s*' finds it)", o->who_has,
		       o->who_has);
	else if (verdict->no && v->work == WORK_HOLDERS)
		report("nobody has '%s'", o->who_has);
}
