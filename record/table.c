// SPDX-License-Identifier: BSD-2-Clause
/*
 * Tables: a chained hash whose nodes are also on a list from oldest to newest. A node
 * holds its key and its value in one allocation.
 */
#include "table.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define BUCKETS_FIRST 64

struct node {
	struct node *chain; /* next in the bucket */
	struct node *older, *newer;
	uint64_t hash;
	size_t weight;
	uint64_t data[]; /* the key, padded to 8 bytes, then the value */
};

struct table {
	struct table_shape shape;
	struct node **buckets;
	size_t n_buckets; /* a power of two */
	struct node *oldest, *newest;
	size_t count;
	size_t weight;
	uint64_t seed;
};

static size_t key_words(const struct table *t)
{
	return (t->shape.key_size + 7) / 8;
}

static void *node_value(const struct table *t, struct node *n)
{
	return n->data + key_words(t);
}

static struct node *value_node(const struct table *t, void *value)
{
	uint64_t *data = (uint64_t *)value - key_words(t);

	return (struct node *)((char *)data - offsetof(struct node, data));
}

static inline uint64_t word_hash(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;

	return hash ^ hash >> 32;
}

static uint64_t key_hash(const struct table *t, const void *key)
{
	const unsigned char *bytes = key;
	size_t left = t->shape.key_size;
	uint64_t hash = t->seed;
	uint64_t word;

	for (; left >= sizeof(word); left -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		hash = word_hash(hash, word);
	}
	word = 0;
	memcpy(&word, bytes, left);
	if (left)
		hash = word_hash(hash, word);

	return hash;
}

int table_new(struct table **tablep, const struct table_shape *shape)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->shape = *shape;
	t->n_buckets = BUCKETS_FIRST;
	t->buckets = calloc(t->n_buckets, sizeof(struct node *));
	if (!t->buckets) {
		free(t);
		return -ENOMEM;
	}
	if (getrandom(&t->seed, sizeof(t->seed), GRND_NONBLOCK) < 0)
		t->seed = (uintptr_t)t;
	*tablep = t;

	return 0;
}

static void list_unlink(struct table *t, struct node *n)
{
	if (n->older)
		n->older->newer = n->newer;
	else
		t->oldest = n->newer;
	if (n->newer)
		n->newer->older = n->older;
	else
		t->newest = n->older;
}

static void list_append(struct table *t, struct node *n)
{
	n->older = t->newest;
	n->newer = NULL;
	if (t->newest)
		t->newest->newer = n;
	else
		t->oldest = n;
	t->newest = n;
}

static struct node **bucket_of(const struct table *t, uint64_t hash)
{
	return &t->buckets[hash & (t->n_buckets - 1)];
}

static void node_drop(struct table *t, struct node *n, bool evicted)
{
	struct node **link = bucket_of(t, n->hash);

	while (*link != n)
		link = &(*link)->chain;
	*link = n->chain;
	list_unlink(t, n);
	t->count--;
	t->weight -= n->weight;
	if (t->shape.drop)
		t->shape.drop(t->shape.ctx, n->data, node_value(t, n), evicted);
	free(n);
}

void table_free(struct table *t)
{
	if (!t)
		return;
	while (t->oldest)
		node_drop(t, t->oldest, false);
	free(t->buckets);
	free(t);
}

/* Most keys are one number, for which a call would take longer than the comparison. */
static inline bool key_equal(const struct table *t, const struct node *n, const void *key)
{
	uint64_t word;

	if (t->shape.key_size != sizeof(word))
		return !memcmp(n->data, key, t->shape.key_size);
	memcpy(&word, key, sizeof(word));

	return n->data[0] == word;
}

static struct node *node_find(const struct table *t, const void *key, uint64_t hash)
{
	struct node *n = *bucket_of(t, hash);

	while (n && (n->hash != hash || !key_equal(t, n, key)))
		n = n->chain;

	return n;
}

void *table_find(struct table *t, const void *key)
{
	struct node *n = node_find(t, key, key_hash(t, key));

	if (!n)
		return NULL;
	if (n != t->newest) {
		list_unlink(t, n);
		list_append(t, n);
	}

	return node_value(t, n);
}

/* Without memory for more buckets the chains get longer, which is only slower. */
static void buckets_grow(struct table *t)
{
	size_t n_buckets = t->n_buckets * 2;
	struct node **buckets = calloc(n_buckets, sizeof(struct node *));

	if (!buckets)
		return;
	free(t->buckets);
	t->buckets = buckets;
	t->n_buckets = n_buckets;
	for (struct node *n = t->oldest; n; n = n->newer) {
		struct node **bucket = bucket_of(t, n->hash);

		n->chain = *bucket;
		*bucket = n;
	}
}

int table_add(void **valuep, struct table *t, const void *key)
{
	size_t size = key_words(t) * 8 + t->shape.value_size;
	struct node *n = calloc(1, sizeof(*n) + size);
	struct node **bucket;

	if (!n)
		return -ENOMEM;
	if (t->count >= t->shape.max_entries)
		node_drop(t, t->oldest, true);
	if (t->count >= t->n_buckets)
		buckets_grow(t);

	memcpy(n->data, key, t->shape.key_size);
	n->hash = key_hash(t, key);
	bucket = bucket_of(t, n->hash);
	n->chain = *bucket;
	*bucket = n;
	list_append(t, n);
	t->count++;
	*valuep = node_value(t, n);

	return 0;
}

void table_charge(struct table *t, void *value, size_t bytes)
{
	struct node *n = value_node(t, value);

	t->weight += bytes - n->weight;
	n->weight = bytes;
	if (!t->shape.max_weight)
		return;
	while (t->weight > t->shape.max_weight && t->oldest != n)
		node_drop(t, t->oldest, true);
}

void table_remove(struct table *t, const void *key)
{
	struct node *n = node_find(t, key, key_hash(t, key));

	if (n)
		node_drop(t, n, false);
}

size_t table_count(const struct table *t)
{
	return t->count;
}
