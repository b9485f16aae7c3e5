/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files: the definitions of open files, of which there may be as many as events, in less
 * than a third of what the format's struct takes. What few files have - addresses, seals,
 * large numbers - has no place there: those that do are kept whole besides.
 */
#pragma once

#include <stdbool.h>

#include "../format/fdp.h"
#include "index.h"

struct files_item {
	const char *name;
	uint32_t id, ino, size;
	uint32_t open_flags, mnt_ns;
	uint32_t dev_major : 12, dev_minor : 20; /* as the kernel's dev_t */
	uint16_t name_len, mode;
	uint8_t kind, flags;
	bool whole; /* id is its place among the wholes */
};

struct files {
	struct files_item *items;
	struct fdp_file *wholes;
	struct files_room *room; /* what is lent */
	size_t n, capacity;
	size_t n_wholes, wholes_capacity;
	struct index index; /* by number */
};

void files_release(struct files *f);

/* Replaces the file of that number in place, or adds it. Its texts must outlive it. */
int files_set(struct files *f, const struct fdp_file *file);

/* The file as it was set, lent until the next call. */
const struct fdp_file *files_peek(const struct files *f, uint32_t place);

/* Bytes that they take, about. */
size_t files_size(const struct files *f);

static inline uint32_t files_flags(const struct files *f, uint32_t place)
{
	const struct files_item *item = &f->items[place];
	return item->whole ? f->wholes[item->id].flags : item->flags;
}

static inline uint32_t files_kind(const struct files *f, uint32_t place)
{
	const struct files_item *item = &f->items[place];
	return item->whole ? f->wholes[item->id].kind : item->kind;
}
