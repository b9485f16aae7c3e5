/* SPDX-License-Identifier: BSD-2-Clause */
/* The index: every number leads to its place, whatever numbers there are. */
#include <criterion/criterion.h>

#include "../../replay/index.h"

#define KEYS 10000

static uint64_t counted(uint64_t i)
{
	return i + 1;
}

static uint64_t counted_late(uint64_t i)
{
	return i < 10 ? i : 5000000 + i;
}

static uint64_t spread(uint64_t i)
{
	return i * 1000;
}

static uint64_t great(uint64_t i)
{
	return UINT64_MAX - i * i;
}

/* Some come before their neighbours, and get no page. */
static uint64_t backwards(uint64_t i)
{
	return (i % 2 ? KEYS - i : KEYS + i) * 7;
}

static uint64_t (*const series[])(uint64_t i) = {counted, counted_late, spread, great,
						 backwards};

static void fill(struct index *x, uint64_t (*key)(uint64_t i), uint32_t offset)
{
	for (uint32_t i = 0; i < KEYS; i++)
		cr_assert_eq(index_set(x, key(i), i + offset), 0);
}

static void expect(const struct index *x, uint64_t (*key)(uint64_t i), uint32_t offset)
{
	for (uint32_t i = 0; i < KEYS; i++)
		cr_assert_eq(index_get(x, key(i)), i + offset, "key %llu",
			     (unsigned long long)key(i));
}

Test(index, a_number_leads_to_its_place)
{
	for (size_t s = 0; s < sizeof(series) / sizeof(series[0]); s++) {
		struct index x = {0};
		fill(&x, series[s], 0);
		expect(&x, series[s], 0);
		cr_assert_eq(x.n, KEYS);
		index_release(&x);
	}
}

Test(index, a_number_that_comes_again_has_its_last_place)
{
	for (size_t s = 0; s < sizeof(series) / sizeof(series[0]); s++) {
		struct index x = {0};
		fill(&x, series[s], 0);
		fill(&x, series[s], 5);
		expect(&x, series[s], 5);
		cr_assert_eq(x.n, KEYS);
		index_release(&x);
	}
}

Test(index, a_number_that_never_came_has_none)
{
	struct index x = {0};
	cr_assert_eq(index_get(&x, 1), INDEX_NONE);
	fill(&x, counted, 0);
	cr_assert_eq(index_get(&x, KEYS + 1), INDEX_NONE);
	cr_assert_eq(index_get(&x, UINT64_MAX), INDEX_NONE);
	index_release(&x);
}

Test(index, hostile_numbers_cost_little_more_than_two_mebibytes)
{
	for (size_t s = 0; s < sizeof(series) / sizeof(series[0]); s++) {
		struct index x = {0};
		fill(&x, series[s], 0);
		cr_assert_lt(index_size(&x), 3 * 1024 * 1024);
		index_release(&x);
	}
}
