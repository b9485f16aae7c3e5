// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/order.h"

#include <errno.h>

#include "scene.h"

/* Descriptors 3, 5 and 4 go from a to b, c and b; then 6 to nobody. */
static void keep_rows(struct trace *t, struct rows *rows)
{
	struct scene_passes passes;
	struct fdp_descriptor fd = {2, 6};
	scene_init(t);
	scene_pass(t, 1, 10, 1, 3, 2, 5, 1);
	scene_pass(t, 2, 20, 1, 5, 3, 6, 1);
	scene_pass(t, 3, 30, 1, 4, 2, 7, 2);
	struct fdp_record send = scene_send(4, 40, 1, &fd, 1);
	scene_add(t, &send);
	scene_match(&passes, t);
	*rows = (struct rows){0};
	for (size_t i = 0; i < passes.n; i++) {
		struct row row = {.trace = t, .pass = &passes.items[i]};
		cr_assert_eq(rows_add(rows, &row), 0);
	}
}

/* The messages in that order, as digits. */
static unsigned sorted(const char *list)
{
	struct trace t;
	struct rows rows;
	struct order order;
	struct fdp_text unknown;
	unsigned digits = 0;
	keep_rows(&t, &rows);
	cr_assert_eq(order_parse(&order, VIEW_PASSES, list, &unknown), 0, "%s", list);
	cr_assert_eq(rows_sort(&rows, &order), 0);
	for (size_t i = 0; i < rows.n; i++)
		digits = digits * 10 + (unsigned)rows_get(&rows, i)->pass->message;
	rows_release(&rows);
	trace_release(&t);
	return digits;
}

Test(order, rows_go_up_or_down_by_one_column_after_the_other)
{
	cr_assert_eq(sorted("from.fd"), 1324);
	cr_assert_eq(sorted("-from.fd"), 4231);
	cr_assert_eq(sorted("file.name,-from.fd"), 2143);
	cr_assert_eq(sorted("object,from.fd"), 1234);
	cr_assert_eq(sorted("-time"), 4321);
	cr_assert_eq(sorted("outcome,-message"), 3214);
}

Test(order, what_is_not_known_comes_last_both_ways)
{
	cr_assert_eq(sorted("to.comm"), 1324);
	cr_assert_eq(sorted("-to.comm"), 2134);
	cr_assert_eq(sorted("to"), 1324);
}

Test(order, rows_that_do_not_differ_stay_as_they_were)
{
	cr_assert_eq(sorted("from.comm"), 1234);
	cr_assert_eq(sorted("-file.flags"), 1234);
}

Test(order, an_unknown_column_is_told)
{
	static const char *const lists[] = {
		"",	  "-",	     "from.fd,",
		"--time", "nothing", "time,time,time,time,time,time,time,time,time"};
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct order order;
		struct fdp_text unknown;
		cr_assert_eq(order_parse(&order, VIEW_PASSES, lists[i], &unknown),
			     -EINVAL, "'%s'", lists[i]);
	}
	struct order order;
	struct fdp_text unknown;
	cr_assert_eq(order_parse(&order, VIEW_CHAINS, "hops", &unknown), -EINVAL);
}
