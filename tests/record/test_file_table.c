// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../../record/file_table.h"

#define MANY 200000 /* more than the table keeps */

struct forgotten {
	size_t n;
	uint64_t last;
};

static void forget(void *ctx, uint64_t id)
{
	struct forgotten *f = ctx;

	f->n++;
	f->last = id;
}

static struct file_table *table_with(struct forgotten *f)
{
	struct file_table *t = NULL;

	*f = (struct forgotten){0};
	cr_assert(zero(int, file_table_new(&t, forget, f)));

	return t;
}

static void learn(struct file_table *t, uint64_t number)
{
	const struct event_file event = {.file = number, .socket = number + 1};

	cr_assert(zero(int, file_table_learn(t, &event)));
}

static int define(struct file_table *t, uint64_t number)
{
	struct fdp_file file;
	uint64_t socket = 0;
	int ret = file_table_define(&file, &socket, t, number);

	if (ret) {
		cr_assert(eq(u64, file.id, number));
		cr_assert(eq(u64, socket, number + 1));
	}

	return ret;
}

Test(file_table, a_file_is_defined_once_for_what_was_learned)
{
	struct forgotten f;
	struct file_table *t = table_with(&f);

	cr_assert(zero(int, define(t, 0)), "no file");
	cr_assert(zero(int, define(t, 7)), "of which nothing was said");
	learn(t, 7);
	cr_assert(eq(int, define(t, 7), 1));
	cr_assert(zero(int, define(t, 7)));
	learn(t, 7);
	cr_assert(eq(int, define(t, 7), 1), "it was described anew");
	file_table_free(t);
	cr_assert(zero(sz, f.n));
}

Test(file_table, the_end_is_worth_telling_of_what_was_defined)
{
	struct forgotten f;
	struct file_table *t = table_with(&f);

	learn(t, 7);
	cr_assert(not(file_table_end(t, 7)), "nobody referred to it");
	cr_assert(zero(int, define(t, 7)));
	learn(t, 8);
	define(t, 8);
	cr_assert(file_table_end(t, 8));
	cr_assert(not(file_table_end(t, 8)));
	file_table_free(t);
}

Test(file_table, only_defined_files_that_make_room_are_forgotten)
{
	struct forgotten f;
	struct file_table *t = table_with(&f);

	for (uint64_t number = 1; number <= MANY; number++) {
		learn(t, number);
		if (number == 1 || number == 3)
			define(t, number);
	}
	cr_assert(eq(sz, f.n, 2));
	cr_assert(eq(u64, f.last, 3));
	file_table_free(t);
}
