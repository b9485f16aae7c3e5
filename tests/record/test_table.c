// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <stdint.h>

#include "../../record/table.h"

struct drops {
	unsigned int evicted, removed;
	uint64_t last;
};

static void count_drop(void *ctx, const void *key, void *value, bool evicted)
{
	struct drops *drops = ctx;

	(void)value;
	drops->last = *(const uint64_t *)key;
	if (evicted)
		drops->evicted++;
	else
		drops->removed++;
}

static struct table *table_of(size_t max_entries, size_t max_weight, struct drops *drops)
{
	const struct table_shape shape = {
		.key_size = sizeof(uint64_t),
		.value_size = sizeof(uint64_t),
		.max_entries = max_entries,
		.max_weight = max_weight,
		.drop = count_drop,
		.ctx = drops,
	};
	struct table *t;

	cr_assert_eq(table_new(&t, &shape), 0);

	return t;
}

static uint64_t *put(struct table *t, uint64_t key, uint64_t number)
{
	void *value;

	cr_assert_eq(table_add(&value, t, &key), 0);
	*(uint64_t *)value = number;

	return value;
}

Test(table, finds_what_was_added_among_many)
{
	struct drops drops = {0};
	struct table *t = table_of(5000, 0, &drops);

	for (uint64_t key = 0; key < 5000; key++)
		put(t, key, key * 3);
	for (uint64_t key = 0; key < 5000; key++) {
		uint64_t *value = table_find(t, &key);

		cr_assert_not_null(value);
		cr_assert_eq(*value, key * 3);
	}
	cr_expect_eq(table_count(t), 5000);
	cr_expect_eq(drops.evicted, 0);
	table_free(t);
	cr_expect_eq(drops.removed, 5000);
}

Test(table, evicts_what_was_not_used_for_longest)
{
	struct drops drops = {0};
	struct table *t = table_of(2, 0, &drops);
	const uint64_t one = 1, two = 2;

	put(t, 1, 1);
	put(t, 2, 2);
	cr_expect_not_null(table_find(t, &one));
	put(t, 3, 3);
	cr_expect_eq(drops.evicted, 1);
	cr_expect_eq(drops.last, 2);
	cr_expect_null(table_find(t, &two));
	cr_expect_not_null(table_find(t, &one));
	table_free(t);
}

Test(table, evicts_until_the_weight_fits_but_never_what_was_charged)
{
	struct drops drops = {0};
	struct table *t = table_of(100, 50, &drops);

	for (uint64_t key = 0; key < 5; key++)
		table_charge(t, put(t, key, key), 10);
	cr_expect_eq(drops.evicted, 0);
	table_charge(t, put(t, 9, 9), 1000);
	cr_expect_eq(drops.evicted, 5);
	cr_expect_eq(table_count(t), 1);
	table_free(t);
}

Test(table, removes_one_and_keeps_the_others)
{
	struct drops drops = {0};
	struct table *t = table_of(10, 0, &drops);
	const uint64_t one = 1, two = 2;

	put(t, 1, 1);
	put(t, 2, 2);
	table_remove(t, &one);
	table_remove(t, &one);
	cr_expect_eq(drops.removed, 1);
	cr_expect_null(table_find(t, &one));
	cr_expect_not_null(table_find(t, &two));
	table_free(t);
}

Test(table, keys_differ_in_their_last_byte)
{
	const struct table_shape shape = {
		.key_size = 3, .value_size = 1, .max_entries = 9};
	struct table *t;
	void *value;

	cr_assert_eq(table_new(&t, &shape), 0);
	cr_assert_eq(table_add(&value, t, "abc"), 0);
	cr_expect_null(table_find(t, "abd"));
	cr_expect_eq(table_find(t, "abc"), value);
	table_free(t);
}
