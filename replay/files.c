// SPDX-License-Identifier: BSD-2-Clause
#include "files.h"

#include <errno.h>
#include <stdlib.h>

#include "array.h"

_Static_assert(sizeof(struct files_item) <= 40, "there may be millions");

/* Rows ask for one file many times. */
struct files_room {
	uint32_t place; /* INDEX_NONE: of none */
	struct fdp_file file;
};

void files_release(struct files *f)
{
	index_release(&f->index);
	free(f->items);
	free(f->wholes);
	free(f->room);
	*f = (struct files){0};
}

size_t files_size(const struct files *f)
{
	return f->n * sizeof(*f->items) + f->n_wholes * sizeof(*f->wholes) +
	       index_size(&f->index);
}

static bool fits(const struct fdp_file *file)
{
	bool numbers = file->id <= UINT32_MAX && file->ino <= UINT32_MAX &&
		       file->size <= UINT32_MAX && file->mode <= UINT16_MAX &&
		       file->kind <= UINT8_MAX && file->flags <= UINT8_MAX &&
		       file->dev_major < 1 << 12 && file->dev_minor < 1 << 20 &&
		       file->name.len <= UINT16_MAX;
	bool device = file->rdev_major || file->rdev_minor;
	bool socket = file->family || file->type || file->protocol || file->state ||
		      file->socket || file->local.len || file->remote.len;
	return numbers && !device && !socket && !file->seals && !file->target;
}

static int set_whole(struct files *f, struct files_item *item,
		     const struct fdp_file *file)
{
	if (item->whole) {
		f->wholes[item->id] = *file;
		return 0;
	}
	void *grown = array_grow(f->wholes, f->n_wholes, &f->wholes_capacity,
				 sizeof(*f->wholes));
	if (!grown)
		return -ENOMEM;
	f->wholes = grown;
	*item = (struct files_item){.id = (uint32_t)f->n_wholes, .whole = true};
	f->wholes[f->n_wholes++] = *file;
	return 0;
}

static int set_item(struct files *f, struct files_item *item, const struct fdp_file *file)
{
	if (item->whole || !fits(file))
		return set_whole(f, item, file);
	*item = (struct files_item){
		.name = file->name.data,
		.id = (uint32_t)file->id,
		.ino = (uint32_t)file->ino,
		.size = (uint32_t)file->size,
		.open_flags = file->open_flags,
		.dev_major = file->dev_major & 0xfff,
		.dev_minor = file->dev_minor & 0xfffff,
		.mnt_ns = file->mnt_ns,
		.name_len = (uint16_t)file->name.len,
		.mode = (uint16_t)file->mode,
		.kind = (uint8_t)file->kind,
		.flags = (uint8_t)file->flags,
	};
	return 0;
}

static int make_room(struct files *f)
{
	void *grown = array_grow(f->items, f->n, &f->capacity, sizeof(*f->items));
	if (!grown)
		return -ENOMEM;
	f->items = grown;
	f->items[f->n] = (struct files_item){0};
	if (!f->room)
		f->room = calloc(1, sizeof(*f->room));
	if (!f->room)
		return -ENOMEM;
	f->room->place = INDEX_NONE;
	return 0;
}

int files_set(struct files *f, const struct fdp_file *file)
{
	int err = make_room(f);
	uint32_t place = index_get(&f->index, file->id);
	bool is_new = place == INDEX_NONE;
	if (!err && is_new && f->n >= INDEX_NONE)
		err = -EOVERFLOW;
	if (is_new)
		place = (uint32_t)f->n;
	if (!err)
		err = set_item(f, &f->items[place], file);
	if (!err && is_new)
		err = index_set(&f->index, file->id, place);
	f->n += !err && is_new;
	return err;
}

const struct fdp_file *files_peek(const struct files *f, uint32_t place)
{
	const struct files_item *item = &f->items[place];
	if (item->whole)
		return &f->wholes[item->id];
	if (f->room->place == place)
		return &f->room->file;
	f->room->place = place;
	f->room->file = (struct fdp_file){
		.id = item->id,
		.flags = item->flags,
		.kind = item->kind,
		.open_flags = item->open_flags,
		.mode = item->mode,
		.dev_major = item->dev_major,
		.dev_minor = item->dev_minor,
		.ino = item->ino,
		.size = item->size,
		.mnt_ns = item->mnt_ns,
		.name = {item->name, item->name_len},
		.local = {"", 0},
		.remote = {"", 0},
	};
	return &f->room->file;
}
