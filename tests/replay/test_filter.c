// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/filter.h"

#include <errno.h>
#include <stdio.h>

#include "scene.h"

/* a passes descriptor 3, /exact, to b, which gets it as 5; and sends 4 to nobody. */
static void two_passes(struct trace *t, struct scene_passes *passes)
{
	struct fdp_descriptor fd = {2, 4};
	scene_init(t);
	scene_pass(t, 1, 1000000000, 1, 3, 2, 5, 1);
	struct fdp_record send = scene_send(2, 3000000000, 1, &fd, 1);
	scene_add(t, &send);
	scene_match(passes, t);
	cr_assert_eq(passes->n, 2);
}

/* Which of the two a filter wants: bit 0 the first, bit 1 the second. */
static unsigned wanted(const char *text)
{
	struct trace t;
	struct scene_passes passes;
	struct filter *f = NULL;
	struct expression_failure failure;
	unsigned bits = 0;
	two_passes(&t, &passes);
	int err = filter_new(&f, VIEW_PASSES, (struct fdp_text){text, strlen(text)},
			     &failure);
	cr_assert_eq(err, 0, "%s: %zu: %s", text, failure.column, failure.phrase);
	for (size_t i = 0; i < passes.n; i++) {
		struct row row = {.trace = &t, .pass = &passes.items[i]};
		bits |= (unsigned)filter_wants(f, &row, NULL) << i;
	}
	filter_free(f);
	trace_release(&t);
	return bits;
}

static void expect(const char *text, unsigned bits)
{
	cr_assert_eq(wanted(text), bits, "%s: %u", text, wanted(text));
}

Test(filter, numbers_are_compared_as_numbers)
{
	expect("from.fd = 3", 1);
	expect("from.fd != 3", 2);
	expect("from.fd < 4", 1);
	expect("from.fd <= 4", 3);
	expect("from.fd > 3", 2);
	expect("from.fd >= 3", 3);
	expect("from.fd == 0x3", 1);
	expect("from.pid ~ 1?1", 3);
	expect("boot_ns > 2999999999", 2);
}

Test(filter, texts_are_compared_as_bytes)
{
	expect("from.comm = a", 3);
	expect("file.name = /exact", 1);
	expect("file.name ~ '/*t'", 1);
	expect("file.name < /f", 1);
	expect("file.kind = regular", 3);
	expect("file.name = \"/likely\"", 2);
	expect("from = a[101]", 3);
	expect("from.comm = 'a*'", 0);
	expect("from.comm != '*'", 3);
}

Test(filter, and_binds_closer_than_or_and_not_closest)
{
	expect("from.fd = 3 or from.fd = 4 and from.comm = z", 1);
	expect("(from.fd = 3 or from.fd = 4) and from.comm = z", 0);
	expect("not from.fd = 3 and from.comm = a", 2);
	expect("not (from.fd = 3 and from.comm = a)", 2);
	expect("not not from.fd=3", 1);
}

Test(filter, what_is_not_known_equals_nothing)
{
	expect("to.fd = 5", 1);
	expect("to.fd != 5", 2);
	expect("to.fd < 9", 1);
	expect("to.fd >= 0", 1);
	expect("to.comm ~ *", 1);
	expect("not to.comm = b", 2);
}

Test(filter, a_column_alone_asks_whether_it_is_known_and_true)
{
	expect("to.fd", 1);
	expect("not to.fd", 2);
	expect("file.exact", 1);
	expect("file.exact = false", 2);
	expect("not errno", 3);
}

/* The second pass has no receiver: there is nobody who is not a. */
Test(filter, a_column_without_its_end_is_asked_of_both_ends_one_after_the_other)
{
	expect("comm = a", 3);
	expect("comm = b", 1);
	expect("not comm = a", 1);
	expect("fd = 4", 2);
	expect("fd = 5", 1);
	expect("comm = a and fd = 5", 0);
	expect("comm = b and fd = 5", 1);
	expect("comm = b or from.fd = 4", 3);
	expect("comm = a and to.fd = 5", 1);
	expect("process", 3);
}

Test(filter, one_of_a_list_of_words_is_enough)
{
	expect("file.flags = rdonly", 3);
	expect("file.flags != rdonly", 0);
	expect("file.flags ~ r[a-f]*", 3);
	expect("file.flags = wronly", 0);
}

Test(filter, times_are_moments)
{
	expect("time < 1", 1);
	expect("time >= 2s", 2);
	expect("time = boot:3000000000", 2);
	/* The scene does not know the wall clock. */
	expect("time > 1999-01-01T00:00:00Z", 0);
}

Test(filter, quotes_and_backslashes_can_be_said)
{
	expect("file.name != 'it\\'s'", 3);
	expect("file.name != \"a\\\\b\"", 3);
	expect("file.name ~ \"/[e]x\\act\"", 1);
}

Test(filter, an_error_points_at_its_column)
{
	static const struct {
		const char *text;
		size_t column;
		const char *phrase;
	} cases[] = {
		{"", 1, "a column, 'not' or '(' expected at the end"},
		{"from.fd =", 10, "a value expected at the end"},
		{"from.fd = 3 and nosuch = 1", 17,
		 "no column 'nosuch' in this view (--columns help lists them)"},
		{"from.fd = x", 11, "from.fd is compared with numbers: 'x' is none"},
		{"from.fd = -1", 11, "from.fd is compared with numbers: '-1' is none"},
		{"from.fd = 99999999999999999999", 11,
		 "from.fd is compared with numbers: '99999999999999999999' is none"},
		{"(from.fd = 3", 13, "'and', 'or' or ')' expected at the end"},
		{"from.fd = 3 )", 13, "'and' or 'or' expected"},
		{"from.fd )", 9, "a comparison, 'and' or 'or' expected"},
		{"from.comm = 'x", 13, "this quote has no end"},
		{"from.comm ! x", 11, "! is not without a =; the word is 'not'"},
		{"from.comm = a*", 11,
		 "a glob is compared with ~, or is a text in quotes"},
		{"from.comm != a*", 11,
		 "a glob is compared with ~ behind not, or is a text in quotes"},
		{"file.flags < x", 12, "file.flags is neither less nor greater"},
		{"file.exact = maybe", 14, "file.exact is true or false"},
		{"time = noon", 8, "time is a time: 1.5, 2m, boot:NS or RFC 3339"},
		{"and from.fd = 3", 1, "a column, 'not' or '(' expected"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct filter *f;
		struct expression_failure failure;
		struct fdp_text text = {cases[i].text, strlen(cases[i].text)};
		cr_assert_eq(filter_new(&f, VIEW_PASSES, text, &failure), -EINVAL, "%s",
			     cases[i].text);
		cr_assert_eq(failure.column, cases[i].column, "%s: %zu", cases[i].text,
			     failure.column);
		cr_assert_str_eq(failure.phrase, cases[i].phrase);
	}
}

Test(filter, a_text_of_parentheses_alone_is_refused_in_time)
{
	char text[100000];
	memset(text, '(', sizeof(text));
	struct filter *f;
	struct expression_failure failure;
	cr_assert_eq(filter_new(&f, VIEW_PASSES, (struct fdp_text){text, sizeof(text)},
				&failure),
		     -EINVAL);
	cr_assert_eq(failure.column, 101);
}

/* Whatever the type of a column, each comparison is either refused or has an answer. */
Test(filter, every_column_can_be_asked)
{
	static const char *const ends[] = {"",	   " = 1",  " != x",   " ~ *",
					   " < 2", " >= x", " = true", " > 0"};
	static const enum view_id views[] = {VIEW_PASSES, VIEW_SENDS, VIEW_RECEIVES};
	struct trace t;
	struct scene_passes passes;
	two_passes(&t, &passes);
	size_t n, asked = 0;
	const struct column *columns = column_table(&n);
	for (size_t i = 0; i < 3 * n * 8; i++) {
		const struct column *column = &columns[i / 8 % n];
		struct filter *f;
		struct expression_failure failure;
		char text[64];
		int len = snprintf(text, sizeof(text), "%s%s", column->path, ends[i % 8]);
		if (filter_new(&f, views[i / 8 / n], (struct fdp_text){text, (size_t)len},
			       &failure))
			continue;
		struct row row = {.trace = &t, .pass = &passes.items[i % 2]};
		asked++;
		filter_wants(f, &row, NULL);
		filter_free(f);
	}
	cr_assert_gt(asked, n);
	trace_release(&t);
}
