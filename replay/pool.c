// SPDX-License-Identifier: BSD-2-Clause
#include "pool.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE (256 * 1024)

struct pool_chunk {
	struct pool_chunk *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

void pool_init(struct pool *p)
{
	*p = (struct pool){0};
}

void pool_release(struct pool *p)
{
	while (p->chunks) {
		struct pool_chunk *next = p->chunks->next;
		free(p->chunks);
		p->chunks = next;
	}
	free(p->texts);
	free(p->copies);
	pool_init(p);
}

static struct pool_chunk *pool_grow(struct pool *p, size_t size)
{
	if (size < CHUNK_SIZE)
		size = CHUNK_SIZE;
	struct pool_chunk *chunk = malloc(sizeof(*chunk) + size);
	if (!chunk)
		return NULL;
	chunk->next = p->chunks;
	chunk->used = 0;
	chunk->size = size;
	p->chunks = chunk;
	p->size += sizeof(*chunk) + size;
	return chunk;
}

static char *take(struct pool *p, size_t size, size_t align)
{
	struct pool_chunk *chunk = p->chunks;
	size_t at = chunk ? (chunk->used + align - 1) / align * align : 0;
	if (!chunk || at > chunk->size || size > chunk->size - at) {
		chunk = pool_grow(p, size);
		at = 0;
	}
	if (!chunk)
		return NULL;
	chunk->used = at + size;
	return chunk->data + at;
}

void *pool_take(struct pool *p, size_t size)
{
	return take(p, size, alignof(max_align_t));
}

/*
 * Eight bytes at a time, for paths are long: each is mixed in by a multiplication, whose
 * upper half has seen all of it. The table is probed linearly at half load.
 */
static uint64_t text_hash(struct fdp_text text)
{
	uint64_t hash = text.len, word = 0;
	size_t at = 0;
	for (; text.len - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, text.data + at, sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15;
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, text.data + at, text.len - at);
	hash = (hash ^ word) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 32;
}

#define COPIES 1024

int pool_copy(struct pool *p, struct fdp_text *text)
{
	if (!text->len) {
		text->data = "";
		return 0;
	}
	if (!p->copies)
		p->copies = calloc(COPIES, sizeof(*p->copies));
	if (!p->copies)
		return -ENOMEM;
	struct fdp_text *last = &p->copies[text_hash(*text) % COPIES];
	if (last->len != text->len || memcmp(last->data, text->data, text->len) != 0) {
		char *copy = take(p, text->len, 1);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, text->data, text->len);
		*last = (struct fdp_text){copy, text->len};
	}
	*text = *last;
	return 0;
}

/* The slot of an equal text, or the free one where it belongs. */
static struct fdp_text *text_slot(struct fdp_text *texts, size_t n_slots,
				  struct fdp_text text)
{
	size_t at = text_hash(text) & (n_slots - 1);
	while (texts[at].len && (texts[at].len != text.len ||
				 memcmp(texts[at].data, text.data, text.len) != 0))
		at = (at + 1) & (n_slots - 1);
	return &texts[at];
}

static int texts_grow(struct pool *p)
{
	size_t n_slots = p->n_slots ? p->n_slots * 2 : 1024;
	struct fdp_text *texts = calloc(n_slots, sizeof(*texts));
	if (!texts)
		return -ENOMEM;
	for (size_t i = 0; i < p->n_slots; i++)
		if (p->texts[i].len)
			*text_slot(texts, n_slots, p->texts[i]) = p->texts[i];
	free(p->texts);
	p->texts = texts;
	p->size += (n_slots - p->n_slots) * sizeof(*texts);
	p->n_slots = n_slots;
	return 0;
}

int pool_copy_fds(struct pool *p, const struct fdp_descriptor **fdsp, uint32_t n)
{
	struct fdp_descriptor *copy = n ? pool_take(p, n * sizeof(*copy)) : NULL;
	if (n && !copy)
		return -ENOMEM;
	if (n)
		memcpy(copy, *fdsp, n * sizeof(*copy));
	*fdsp = copy;
	return 0;
}

int pool_intern(struct pool *p, struct fdp_text *text)
{
	if (!text->len) {
		text->data = "";
		return 0;
	}
	if (p->n_texts >= p->n_slots / 2) {
		int err = texts_grow(p);
		if (err)
			return err;
	}
	struct fdp_text *slot = text_slot(p->texts, p->n_slots, *text);
	if (!slot->len) {
		char *copy = pool_take(p, text->len);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, text->data, text->len);
		*slot = (struct fdp_text){copy, text->len};
		p->n_texts++;
	}
	*text = *slot;
	return 0;
}
