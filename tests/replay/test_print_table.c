// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/print.h"

#include <locale.h>
#include <stdlib.h>

#include "scene.h"

/* Prints n passes, the names of their senders taken in turn. */
static void print_passes(struct out *o, size_t n, const char *columns)
{
	struct trace t;
	struct clock clock;
	struct selection s;
	struct fdp_text unknown;
	struct printer *p = NULL;
	struct fdp_descriptor fd = {1, 5};
	scene_init(&t);
	scene_process(&t, 2, "caf\xc3\xa9");
	scene_process(&t, 3, "\xe6\x96\x87");
	clock_init(&clock, CLOCK_REL);
	cr_assert_eq(selection_parse(&s, VIEW_PASSES, columns, &unknown), 0);
	cr_assert_eq(printer_new(&p, PRINT_TABLE, &s, o, &clock), 0);
	for (size_t i = 0; i < n; i++) {
		struct fdp_record send = scene_send(i + 1, i, 1 + i % 4, &fd, 1);
		struct pass pass;
		pass_from_send(&pass, &t, &send.send, 0);
		struct row row = {.trace = &t, .pass = &pass};
		cr_assert_eq(printer_row(p, &row), 0);
	}
	cr_assert_eq(printer_finish(p), 0);
	printer_free(p);
	trace_release(&t);
}

Test(print_table, a_small_table_is_aligned)
{
	struct out o;
	setlocale(LC_CTYPE, "C.UTF-8");
	cr_assert_eq(out_init(&o, -1), 0);
	print_passes(&o, 4, "message,from,to.fd,from.fd,outcome");
	scene_expect(&o, "MSG FROM      FD FD OUTCOME\n"
			 "  1 a[101]     -  5 sent\n"
			 "  2 caf\xc3\xa9[102]  -  5 sent\n"
			 "  3 \xe6\x96\x87[103]    -  5 sent\n"
			 "  4 d[104]     -  5 sent\n");
	out_release(&o);
}

Test(print_table, an_empty_table_has_its_heading)
{
	struct out o;
	cr_assert_eq(out_init(&o, -1), 0);
	print_passes(&o, 0, "message,from.fd");
	scene_expect(&o, "MSG FD\n");
	out_release(&o);
}

/* Longer than what is kept: each line must look as if it had been. */
Test(print_table, a_long_table_looks_like_a_short_one)
{
	struct out small, large;
	setlocale(LC_CTYPE, "C.UTF-8");
	cr_assert_eq(out_init(&small, -1), 0);
	cr_assert_eq(out_init(&large, -1), 0);
	print_passes(&small, 4096, "message,time,from,to.fd,object,outcome");
	print_passes(&large, 9000, "message,time,from,to.fd,object,outcome");
	cr_assert_gt(large.len, small.len);
	cr_assert(memcmp(small.data, large.data, small.len) == 0);
	size_t lines = 0;
	for (size_t i = 0; i < large.len; i++)
		lines += large.data[i] == '\n';
	cr_assert_eq(lines, 9001);
	out_release(&small);
	out_release(&large);
}

Test(print_table, a_number_as_the_last_column_is_right_aligned)
{
	struct out o;
	cr_assert_eq(out_init(&o, -1), 0);
	print_passes(&o, 1, "outcome,from.pid,from.sockfd");
	scene_expect(&o, "OUTCOME PID SOCKFD\n"
			 "sent    101      3\n");
	out_release(&o);
}

Test(print_table, a_narrow_terminal_cuts_texts_but_no_numbers)
{
	struct out o;
	setlocale(LC_CTYPE, "C.UTF-8");
	cr_assert_eq(out_init(&o, -1), 0);
	o.look = (struct look){.width = 32};
	print_passes(&o, 2, "message,from,object,outcome");
	scene_expect(&o, "MSG FROM      OBJECT     OUTCOME\n"
			 "  1 a[101]    reg…/exact sent\n"
			 "  2 café[102] reg…/exact sent\n");
	out_release(&o);
}
