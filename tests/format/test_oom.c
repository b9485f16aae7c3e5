/* SPDX-License-Identifier: BSD-2-Clause */
/* Each allocation of ours fails once; linked with --wrap for malloc, calloc, realloc. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/trace.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static long countdown = -1; /* fails when it comes to 0 */

static bool fails(void)
{
	return countdown >= 0 && countdown-- == 0;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

struct fixed {
	uint8_t bytes[64 * 1024];
	size_t len;
};

static int fixed_write(void *ctx, const void *data, size_t len)
{
	struct fixed *f = ctx;

	if (len > sizeof(f->bytes) - f->len)
		return -ENOSPC;
	memcpy(f->bytes + f->len, data, len);
	f->len += len;

	return 0;
}

static int write_trace(struct fixed *out)
{
	const struct fdp_header header = {.cpus = 1};
	const struct fdp_trailer trailer = {.stop = 1};
	struct fdp_record rec = {.type = FDP_FILE};
	struct fdp_writer *w;
	int err = fdp_writer_new(&w, &header, fixed_write, out);

	if (err)
		return err;
	for (uint64_t i = 1; !err && i < 600; i++) {
		rec.file.id = i;
		err = fdp_writer_add(w, &rec);
	}
	if (!err)
		err = fdp_writer_finish(w, &trailer);
	fdp_writer_free(w);

	return err;
}

static int read_trace(const struct fixed *in)
{
	struct fdp_reader *r;
	struct fdp_record rec;
	int ret = fdp_reader_new_memory(&r, in->bytes, in->len);

	if (ret)
		return ret;
	do
		ret = fdp_reader_next(r, &rec);
	while (ret > 0);
	fdp_reader_free(r);

	return ret;
}

Test(oom, a_writer_without_memory_says_so)
{
	static struct fixed out;
	long n = 0;
	int err;

	do {
		out.len = 0;
		countdown = n++;
		err = write_trace(&out);
		if (countdown == -1)
			cr_assert(eq(int, err, -ENOMEM), "allocation %ld", n - 1);
	} while (countdown == -1);
	countdown = -1;
	cr_assert(zero(int, err));
	/* Writer, records, packer, packed, header, slots, 599 files, seek table, trailer.
	 */
	cr_assert(ge(i64, n, 605));
	cr_assert(zero(int, read_trace(&out)));
}

Test(oom, what_was_written_before_memory_ran_out_is_readable)
{
	static struct fixed out;

	countdown = 100;
	cr_assert(eq(int, write_trace(&out), -ENOMEM));
	cr_assert(eq(int, read_trace(&out), -ENODATA));
}

Test(oom, a_reader_without_memory_says_so)
{
	static struct fixed out;
	long n = 0;
	int err;

	cr_assert(zero(int, write_trace(&out)));
	do {
		countdown = n++;
		err = read_trace(&out);
		if (countdown == -1)
			cr_assert(eq(int, err, -ENOMEM), "allocation %ld", n - 1);
	} while (countdown == -1);
	countdown = -1;
	cr_assert(zero(int, err));
	cr_assert(eq(i64, n, 6)); /* reader, window, unpacker, records twice; then none */
}
