// SPDX-License-Identifier: BSD-2-Clause
#include "question.h"

#include <errno.h>
#include <stdio.h>

#define PHRASE_SIZE FILTER_PHRASE_SIZE

static const char *usual_columns(const struct options *options)
{
	static const char *const columns[] = {
		[VIEW_PASSES] = "time,from,from.fd,to,to.fd,object,via,outcome",
		[VIEW_SENDS] = "time,comm,pid,socket_ino,sockfd,fd,object,via,outcome",
		[VIEW_RECEIVES] = "time,comm,pid,socket_ino,sockfd,fd,object,via,outcome",
		[VIEW_CHAINS] = "chain",
		[VIEW_PROCESSES] = "comm,pid,ppid,uid,sent,failed,received,missed,exe",
		[VIEW_SUMMARY] = "group,name,passes,messages",
		[VIEW_TRANSFERS] = "time,via,from,from.fd,to,to.fd,object,outcome",
		[VIEW_LEAKS] = "to,from,file.kind,held,per_hour",
	};
	if (options->work == WORK_HOLDERS && options->format == PRINT_TABLE)
		return "time,process,pid,fd,file.id,object,outcome";
	return options->format == PRINT_TABLE ? columns[options->view] : NULL;
}

static int select_columns(struct selection *s, const struct options *options,
			  struct fdp_text *unknownp)
{
	bool schema = options->action == OPTIONS_SCHEMA;
	const char *list = options->columns;
	if (!list && !schema)
		list = usual_columns(options);
	if (list) {
		int err = selection_parse(s, options->view, list, unknownp);
		s->chosen = options->columns;
		return err;
	}
	bool json =
		schema || options->format == PRINT_JSON || options->format == PRINT_JSONL;
	selection_all(s, options->view, json);
	return 0;
}

static int refuse_columns(char *phrase, const char *option, enum view_id view,
			  struct fdp_text unknown)
{
	char hint[80];
	struct near near = near_to(unknown.data, unknown.len);
	column_near(view, &near);
	near_hint(&near, "", "--columns help lists them", hint, sizeof(hint));
	snprintf(phrase, PHRASE_SIZE, "%s: no column '%.*s' in this view%s", option,
		 (int)(unknown.len < 64 ? unknown.len : 64), unknown.data, hint);
	return -EINVAL;
}

static int compile_filter(struct question *q, const struct options *o, char *phrase)
{
	struct fdp_text text = {o->filter, strlen(o->filter)};
	struct expression_failure failure;
	int err = filter_new(&q->filter, o->view, text, &failure);
	if (err == -EINVAL)
		filter_explain(phrase, "--filter", text, &failure);
	else if (err)
		snprintf(phrase, PHRASE_SIZE, "--filter: %s", strerror(-err));
	return err;
}

int question_init(struct question *q, const struct options *o,
		  char phrase[static PHRASE_SIZE])
{
	struct fdp_text unknown;
	*q = (struct question){0};
	int err = 0;
	if (o->action == OPTIONS_COLUMNS)
		return 0;
	if (select_columns(&q->selection, o, &unknown))
		err = refuse_columns(phrase, "--columns", o->view, unknown);
	if (!err && o->sort && order_parse(&q->order, o->view, o->sort, &unknown))
		err = refuse_columns(phrase, "--sort", o->view, unknown);
	for (size_t i = 0; !err && i < o->n_checks; i++)
		err = check_add(&q->check, o->checks[i], phrase);
	if (!err && o->filter)
		err = compile_filter(q, o, phrase);
	return err;
}

void question_release(struct question *q)
{
	filter_free(q->filter);
	check_release(&q->check);
	*q = (struct question){0};
}
