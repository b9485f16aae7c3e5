/* SPDX-License-Identifier: BSD-2-Clause */
/* Output: numbers. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#include "../../replay/out.h"

/* Each power of ten, and what is next to it: there numbers change their length. */
static void each_edge(void (*check)(struct out *o, uint64_t value))
{
	struct out o;
	uint64_t power = 1;

	cr_assert_eq(out_init(&o, -1), 0);
	for (size_t i = 0; i < 20; i++, power *= 10)
		for (uint64_t value = power - 1; value != power + 2; value++)
			check(&o, value);
	for (uint64_t value = 0; value < 100000; value++)
		check(&o, value * 1009);
	check(&o, UINT64_MAX);
	out_release(&o);
}

static void check_text(const struct out *o, const char *expected)
{
	cr_assert_eq(o->err, 0);
	cr_assert_eq(o->len, strlen(expected), "%s", expected);
	cr_assert_arr_eq(o->data, expected, o->len, "%s", expected);
}

static void check_number(struct out *o, uint64_t value)
{
	char expected[32];

	o->len = 0;
	out_u64(o, value);
	snprintf(expected, sizeof(expected), "%" PRIu64, value);
	check_text(o, expected);
}

Test(out, numbers_have_the_digits_that_printf_gives_them)
{
	each_edge(check_number);
}

static void check_padded(struct out *o, uint64_t value)
{
	char expected[32];

	for (unsigned width = 1; width <= 20; width++) {
		o->len = 0;
		out_padded(o, value, width);
		snprintf(expected, sizeof(expected), "%0*" PRIu64, (int)width, value);
		check_text(o, expected);
	}
}

Test(out, leading_zeros_fill_up_to_the_width)
{
	each_edge(check_padded);
}

Test(out, numbers_fill_memory_as_it_grows)
{
	struct out o;

	cr_assert_eq(out_init(&o, -1), 0);
	for (size_t i = 0; i < 100000; i++)
		out_u64(&o, 1234567);
	cr_assert_eq(o.err, 0);
	cr_assert_eq(o.len, 700000);
	for (size_t i = 0; i < o.len; i++)
		cr_assert_eq(o.data[i], (char)('1' + i % 7));
	out_release(&o);
}
