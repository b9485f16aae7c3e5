// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/column.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "scene.h"

static const enum view_id all_views[] = {
	VIEW_PASSES,	VIEW_SENDS,   VIEW_RECEIVES, VIEW_CHAINS,    VIEW_HOPS,
	VIEW_PROCESSES, VIEW_SUMMARY, VIEW_LEAKS,    VIEW_TRANSFERS,
};

#define N_VIEWS (sizeof(all_views) / sizeof(all_views[0]))

/* The block of the manual page is the table, line by line. */
Test(column, the_manual_page_lists_the_same_columns)
{
	FILE *page = fopen("man/fdpass-replay.1.scd", "re");
	cr_assert_not_null(page, "run the tests in the top folder");
	char line[512], wanted[512];
	size_t n, listed = 0;
	bool inside = false;
	const struct column *columns = column_table(&n);
	while (fgets(line, sizeof(line), page)) {
		if (strcmp(line, "```\n") == 0) {
			inside = !inside;
			continue;
		}
		if (!inside)
			continue;
		cr_assert_lt(listed, n, "one too many: %s", line);
		snprintf(wanted, sizeof(wanted), "%-16s %-9s %s\n", columns[listed].path,
			 column_type_name(&columns[listed]), columns[listed].sentence);
		cr_assert_str_eq(line, wanted);
		listed++;
	}
	fclose(page);
	cr_assert_eq(listed, n);
}

Test(column, names_are_unique_in_each_view)
{
	size_t n;
	const struct column *columns = column_table(&n);
	for (size_t v = 0; v < N_VIEWS; v++) {
		for (size_t i = 0; i < n; i++) {
			if (!(columns[i].views & 1U << all_views[v]))
				continue;
			const char *name = column_name(&columns[i], all_views[v]);
			cr_assert_eq(column_find(all_views[v], name, strlen(name)),
				     &columns[i], "%s", name);
		}
	}
}

/* JSON makes an object of neighbours: members that lie apart would make two of them. */
Test(column, members_of_an_object_are_neighbours)
{
	for (size_t v = 0; v < N_VIEWS; v++) {
		struct selection s;
		selection_all(&s, all_views[v], true);
		for (size_t i = 0; i < s.n; i++) {
			const char *name = column_name(s.columns[i], all_views[v]);
			const char *dot = strchr(name, '.');
			bool left = false;
			for (size_t j = i + 1; dot && j < s.n; j++) {
				const char *other =
					column_name(s.columns[j], all_views[v]);
				bool same = strncmp(other, name,
						    (size_t)(dot - name) + 1) == 0;
				cr_assert_not(left && same, "%s and %s", name, other);
				left |= !same;
			}
		}
	}
}

/* Else a filter could not tell a wrong one. */
Test(column, words_are_of_a_closed_set)
{
	size_t n;
	const struct column *columns = column_table(&n);
	for (size_t i = 0; i < n; i++) {
		bool words =
			columns[i].type == CELL_WORD || columns[i].type == CELL_WORDS;
		size_t known = 0;
		cr_assert_eq(columns[i].words != NULL, words, "%s", columns[i].path);
		for (size_t k = 0; words && k < columns[i].words->n; k++)
			known += columns[i].words->at(k) != NULL;
		cr_assert(!words || known > 1, "%s", columns[i].path);
	}
}

Test(column, the_views_of_one_side_have_short_names)
{
	const struct column *sent = column_find(VIEW_SENDS, "comm", 4);
	const struct column *received = column_find(VIEW_RECEIVES, "comm", 4);
	cr_assert_str_eq(sent->path, "from.comm");
	cr_assert_str_eq(received->path, "to.comm");
	cr_assert_null(column_find(VIEW_PASSES, "comm", 4));
	cr_assert_eq(column_find(VIEW_SENDS, "from.comm", 9), sent);
	cr_assert_null(column_find(VIEW_SENDS, "to.comm", 7));
}

static void expect_selection(const struct selection *s, const char *wanted)
{
	struct out o;
	cr_assert_eq(out_init(&o, -1), 0);
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			out_char(&o, ',');
		out_word(&o, column_name(s->columns[i], s->view));
	}
	scene_expect(&o, wanted);
	out_release(&o);
}

Test(column, a_list_is_taken_in_its_order)
{
	struct selection s;
	struct fdp_text unknown;
	cr_assert_eq(selection_parse(&s, VIEW_SENDS, "comm,pid,socket_ino,sockfd,fd,file",
				     &unknown),
		     0);
	expect_selection(&s, "comm,pid,socket_ino,sockfd,fd,file");
}

Test(column, an_unknown_name_is_told)
{
	static const char *const lists[] = {"",	       "pid,",	      ",pid",
					    "pid,,fd", "pid,nothing", "PID"};
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct selection s;
		struct fdp_text unknown = {NULL, 0};
		cr_assert_eq(selection_parse(&s, VIEW_SENDS, lists[i], &unknown), -EINVAL,
			     "'%s'", lists[i]);
		cr_assert_not_null(unknown.data);
	}
}

Test(column, a_composed_name_stands_for_its_object_in_json)
{
	struct selection s;
	struct fdp_text unknown;
	cr_assert_eq(selection_parse(&s, VIEW_PASSES, "outcome,via,to.fd", &unknown), 0);
	selection_expand(&s);
	expect_selection(&s, "to.fd,via.type,via.name,outcome");
}

static void expect_cell(const char *name, const struct row *row, const char *wanted)
{
	const struct column *column = column_find(VIEW_PASSES, name, strlen(name));
	struct cell cell;
	cr_assert_not_null(column, "%s", name);
	column_get(column, row, &cell);
	if (!wanted)
		cr_assert_eq(cell.type, CELL_NULL, "%s is known", name);
	else if (cell.type == CELL_TEXT || cell.type == CELL_WORD)
		cr_assert(cell.text.len == strlen(wanted) &&
				  memcmp(cell.text.data, wanted, cell.text.len) == 0,
			  "%s is '%.*s'", name, (int)cell.text.len, cell.text.data);
	else
		cr_assert_eq(cell.number, strtoull(wanted, NULL, 10), "%s is %llu", name,
			     (unsigned long long)cell.number);
}

Test(column, what_is_not_known_is_null_and_root_is_a_user)
{
	static const char *const unknown[] = {
		"to.pid",   "to.comm",	"to.uid",	   "to.fd",	 "to.sockfd",
		"errno",    "file.ino", "latency_ns",	   "to.boot_ns", "from.exe",
		"via.type", "via.name", "from.socket_ino", "file.dev",	 "file.family",
	};
	struct trace t;
	struct pass pass;
	struct fdp_descriptor fd = {1, 0};
	scene_init(&t);
	struct fdp_record send = scene_send(1, 10, 1, &fd, 1);
	pass_from_send(&pass, &t, &send.send, 0);
	struct row row = {.trace = &t, .pass = &pass};
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		expect_cell(unknown[i], &row, NULL);
	expect_cell("from.uid", &row, "0");
	expect_cell("from.fd", &row, "0");
	expect_cell("index", &row, "0");
	expect_cell("from.comm", &row, "a");
	expect_cell("file.name", &row, "/exact");
	cr_assert(row_lacks(&row, PART_TO));
	cr_assert_not(row_lacks(&row, PART_FILE));
	trace_release(&t);
}

/* Whoever writes over its arguments, as setproctitle(3) does, leaves NULs behind them. */
Test(column, arguments_have_a_space_between_and_nothing_at_the_end)
{
	struct trace t;
	struct pass pass;
	struct out scratch;
	struct fdp_descriptor fd = {1, 0};
	scene_init(&t);
	cr_assert_eq(out_init(&scratch, -1), 0);
	struct fdp_record send = scene_send(1, 10, 1, &fd, 1);
	pass_from_send(&pass, &t, &send.send, 0);
	struct row row = {.trace = &t, .pass = &pass, .scratch = &scratch};
	expect_cell("from.cmdline", &row, NULL);
	t.processes.items[pass.from.process].cmdline =
		SCENE_TEXT("python3\0-m\0a server\0\0\0");
	expect_cell("from.cmdline", &row, "python3 -m a server");
	out_release(&scratch);
	trace_release(&t);
}
