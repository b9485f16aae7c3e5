/* SPDX-License-Identifier: BSD-2-Clause */
/* Files: what was set comes back, however much a file has. */
#include <criterion/criterion.h>
#include <string.h>

#include "../../replay/files.h"

static struct fdp_file usual_file(void)
{
	return (struct fdp_file){
		.id = UINT32_MAX,
		.flags = FDP_FILE_BY_NAME,
		.kind = FDP_KIND_REGULAR,
		.open_flags = UINT32_MAX,
		.mode = 0100644,
		.dev_major = 0xfff,
		.dev_minor = 0xfffff,
		.ino = 1,
		.size = 2,
		.mnt_ns = 3,
		.name = {"/usual", 6},
		.local = {"", 0},
		.remote = {"", 0},
	};
}

static bool is_same_text(struct fdp_text x, struct fdp_text y)
{
	return x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
}

static void expect_same(const struct fdp_file *x, const struct fdp_file *y)
{
	cr_assert(x->id == y->id && x->flags == y->flags && x->kind == y->kind &&
		  x->open_flags == y->open_flags && x->mode == y->mode);
	cr_assert(x->dev_major == y->dev_major && x->dev_minor == y->dev_minor &&
		  x->rdev_major == y->rdev_major && x->rdev_minor == y->rdev_minor);
	cr_assert(x->ino == y->ino && x->size == y->size && x->mnt_ns == y->mnt_ns &&
		  x->target == y->target && x->seals == y->seals);
	cr_assert(x->family == y->family && x->type == y->type &&
		  x->protocol == y->protocol && x->state == y->state &&
		  x->socket == y->socket);
	cr_assert(is_same_text(x->name, y->name) && is_same_text(x->local, y->local) &&
		  is_same_text(x->remote, y->remote));
}

static void expect_kept(const struct fdp_file *file, bool whole)
{
	struct files files = {0};
	cr_assert_eq(files_set(&files, file), 0);
	cr_assert_eq(files.items[0].whole, whole);
	expect_same(file, files_peek(&files, 0));
	cr_assert_eq(files_flags(&files, 0), file->flags);
	cr_assert_eq(files_kind(&files, 0), file->kind);
	files_release(&files);
}

Test(files, a_usual_file_is_small)
{
	struct fdp_file file = usual_file();
	expect_kept(&file, false);
}

Test(files, a_file_with_something_unusual_is_kept_whole)
{
	struct fdp_text text = {"@x", 2};
	struct fdp_file files[20];
	for (size_t i = 0; i < 20; i++)
		files[i] = usual_file();
	files[0].id = UINT32_MAX + 1ull;
	files[1].flags = UINT8_MAX + 1;
	files[2].kind = UINT8_MAX + 1;
	files[3].mode = UINT16_MAX + 1;
	files[4].dev_major = 0x1000;
	files[5].dev_minor = 0x100000;
	files[6].rdev_major = 1;
	files[7].rdev_minor = 1;
	files[8].ino = UINT32_MAX + 1ull;
	files[9].size = UINT32_MAX + 1ull;
	files[10].target = 1;
	files[11].seals = 1;
	files[12].family = 1;
	files[13].type = 1;
	files[14].protocol = 1;
	files[15].state = 1;
	files[16].socket = 1;
	files[17].local = text;
	files[18].remote = text;
	char name[UINT16_MAX + 1] = {0};
	files[19].name = (struct fdp_text){name, sizeof(name)};
	for (size_t i = 0; i < 20; i++)
		expect_kept(&files[i], true);
}

Test(files, a_file_that_is_set_again_replaces_what_was_known)
{
	struct files files = {0};
	struct fdp_file usual = usual_file(), whole = usual_file();
	whole.seals = 1;
	const struct fdp_file *const steps[] = {&usual, &whole, &usual, &whole};
	for (size_t i = 0; i < 4; i++) {
		cr_assert_eq(files_set(&files, steps[i]), 0);
		expect_same(steps[i], files_peek(&files, 0));
	}
	cr_assert(files.n == 1 && files.n_wholes == 1);
	files_release(&files);
}
