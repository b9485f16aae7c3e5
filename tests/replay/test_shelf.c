// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/shelf.h"

#include "scene.h"

static void add(struct shelf *s, uint64_t key, uint64_t time_ns, uint32_t what)
{
	uint32_t group;
	cr_assert_eq(shelf_add(s, key, time_ns, what, &group), 0);
	cr_assert_eq(shelf_group(s, key), group);
}

static uint32_t find(const struct shelf *s, uint64_t key, uint64_t time_ns)
{
	const struct shelf_item *found = shelf_find(s, key, time_ns, UINT32_MAX);
	return found ? found->what : UINT32_MAX;
}

Test(shelf, the_latest_item_that_is_not_after_is_found)
{
	struct shelf s = {0};
	add(&s, 7, 30, 3);
	add(&s, 8, 15, 9);
	add(&s, 7, 10, 1);
	add(&s, 7, 20, 2);
	cr_assert_eq(shelf_sort(&s), 0);
	cr_assert_eq(find(&s, 7, 9), UINT32_MAX);
	cr_assert_eq(find(&s, 7, 10), 1);
	cr_assert_eq(find(&s, 7, 29), 2);
	cr_assert_eq(find(&s, 7, 1000), 3);
	cr_assert_eq(find(&s, 8, 14), UINT32_MAX);
	cr_assert_eq(find(&s, 8, 15), 9);
	cr_assert_eq(find(&s, 9, 15), UINT32_MAX);
	shelf_release(&s);
}

Test(shelf, of_one_instant_the_limit_decides)
{
	struct shelf s = {0};
	for (uint32_t what = 0; what < 4; what++)
		add(&s, 1, 10, what);
	cr_assert_eq(shelf_sort(&s), 0);
	cr_assert_eq(shelf_find(&s, 1, 10, 2)->what, 2);
	cr_assert_eq(shelf_find(&s, 1, 11, 0)->what, 3);
	shelf_release(&s);
}

Test(shelf, an_empty_one_has_nothing)
{
	struct shelf s = {0};
	cr_assert_eq(shelf_sort(&s), 0);
	cr_assert_null(shelf_find(&s, 0, UINT64_MAX, UINT32_MAX));
	shelf_release(&s);
}

Test(shelf, many_keys_keep_their_own)
{
	struct shelf s = {0};
	for (uint32_t i = 0; i < 20000; i++)
		add(&s, (uint64_t)(i % 5000) << 32, 100000 - i, i);
	cr_assert_eq(shelf_sort(&s), 0);
	for (uint32_t i = 0; i < 20000; i++)
		cr_assert_eq(find(&s, (uint64_t)(i % 5000) << 32, 100000 - i), i);
	shelf_release(&s);
}
