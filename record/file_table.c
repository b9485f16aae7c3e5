// SPDX-License-Identifier: BSD-2-Clause
/* The open files: see file_table.h. */
#include "file_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "table.h"

#define FILES_MAX 131072
#define FILES_WEIGHT_MAX (32 * 1024 * 1024)

struct file_entry {
	struct event_file *untold; /* what the probe said; NULL: the trace has it */
};

struct file_table {
	struct table *entries; /* by number */
	void (*forget)(void *ctx, uint64_t id);
	void *ctx;
	struct file_texts texts;
};

static void entry_drop(void *ctx, const void *key, void *value, bool evicted)
{
	struct file_table *t = ctx;
	struct file_entry *entry = value;

	if (evicted && !entry->untold)
		t->forget(t->ctx, *(const uint64_t *)key);
	free(entry->untold);
}

int file_table_new(struct file_table **tablep, void (*forget)(void *ctx, uint64_t id),
		   void *ctx)
{
	struct file_table *t = calloc(1, sizeof(*t));
	const struct table_shape shape = {
		.key_size = sizeof(uint64_t),
		.value_size = sizeof(struct file_entry),
		.max_entries = FILES_MAX,
		.max_weight = FILES_WEIGHT_MAX,
		.drop = entry_drop,
		.ctx = t,
	};
	int err;

	if (!t)
		return -ENOMEM;
	t->forget = forget;
	t->ctx = ctx;
	err = table_new(&t->entries, &shape);
	if (err) {
		free(t);
		return err;
	}
	*tablep = t;

	return 0;
}

void file_table_free(struct file_table *t)
{
	if (!t)
		return;
	table_free(t->entries);
	free(t);
}

int file_table_learn(struct file_table *t, const struct event_file *event)
{
	size_t size = sizeof(*event) + event->path_len;
	struct event_file *copy = malloc(size);
	void *value;
	int err;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, event, size);
	table_remove(t->entries, &event->file);
	err = table_add(&value, t->entries, &event->file);
	if (err) {
		free(copy);
		return err;
	}
	((struct file_entry *)value)->untold = copy;
	table_charge(t->entries, value, size);

	return 0;
}

int file_table_define(struct fdp_file *definition, uint64_t *socketp,
		      struct file_table *t, uint64_t number)
{
	struct file_entry *entry = number ? table_find(t->entries, &number) : NULL;

	if (!entry || !entry->untold)
		return 0;
	file_describe(definition, &t->texts, entry->untold);
	*socketp = entry->untold->socket;
	free(entry->untold);
	entry->untold = NULL;
	table_charge(t->entries, entry, definition->name.len);

	return 1;
}

bool file_table_end(struct file_table *t, uint64_t number)
{
	const struct file_entry *entry = table_find(t->entries, &number);
	bool defined = entry && !entry->untold;

	table_remove(t->entries, &number);

	return defined;
}
