/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A table: values found by keys of a fixed size, that forgets what was not used for
 * longest.
 *
 * It never holds more than max_entries, nor more than max_weight bytes that its owner has
 * charged to it, so a machine that starts processes for days does not make it grow. A
 * value stays where it is until it is dropped. Keys are compared as bytes, so padding in
 * them must be zero. The hash is seeded: nobody can choose names that collide.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct table;

struct table_shape {
	size_t key_size;
	size_t value_size;
	size_t max_entries;
	size_t max_weight; /* 0: any */
	/* Told of each value that goes; evicted: to make room. May be NULL. */
	void (*drop)(void *ctx, const void *key, void *value, bool evicted);
	void *ctx;
};

int table_new(struct table **tablep, const struct table_shape *shape);
/* Drops everything; takes NULL. */
void table_free(struct table *t);

/* The value becomes the newest one; NULL when there is none. */
void *table_find(struct table *t, const void *key);

/* Adds a zeroed value under a key that is not there yet, evicting the oldest if full. */
int table_add(void **valuep, struct table *t, const void *key);

/* Sets what the value weighs beyond its own size, evicting others that are older. */
void table_charge(struct table *t, void *value, size_t bytes);

/* Drops the value of this key, if there is one. */
void table_remove(struct table *t, const void *key);

size_t table_count(const struct table *t);
