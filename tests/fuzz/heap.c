/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The heap of a fuzz target: large blocks are kept for the next input. Each input wants a
 * few of a megabyte, and to get them from the kernel and give them back took nine tenths
 * of the time. A block is used again for exactly its size, so that a byte too far is
 * still seen; and nobody may touch it in between.
 */
#include <sanitizer/asan_interface.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LARGE (32 << 10)
#define KEPT_MAX 48

/* The linker's names for what is called and what is meant (--wrap). */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *data, size_t size);
void __real_free(void *data);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *data, size_t size);
void __wrap_free(void *data);

static struct kept {
	void *data;
	size_t size;
	bool in_use;
} kept[KEPT_MAX];
static size_t n_kept;

static struct kept *kept_find(const void *data)
{
	for (size_t i = 0; data && i < n_kept; i++)
		if (kept[i].data == data)
			return &kept[i];

	return NULL;
}

static void *kept_take(size_t size)
{
	for (size_t i = 0; i < n_kept; i++) {
		if (kept[i].in_use || kept[i].size != size)
			continue;
		kept[i].in_use = true;
		ASAN_UNPOISON_MEMORY_REGION(kept[i].data, size);

		return kept[i].data;
	}

	return NULL;
}

void *__wrap_malloc(size_t size)
{
	void *data = size < LARGE ? NULL : kept_take(size);

	if (data)
		return data;
	data = __real_malloc(size);
	if (data && size >= LARGE && n_kept < KEPT_MAX)
		kept[n_kept++] = (struct kept){data, size, true};

	return data;
}

void *__wrap_calloc(size_t n, size_t size)
{
	void *data;

	if (size && n > SIZE_MAX / size)
		return NULL;
	if (n * size < LARGE)
		return __real_calloc(n, size);
	data = __wrap_malloc(n * size);
	if (data)
		memset(data, 0, n * size);

	return data;
}

void *__wrap_realloc(void *data, size_t size)
{
	const struct kept *k = kept_find(data);
	void *more;

	if (!k)
		return __real_realloc(data, size);
	more = __wrap_malloc(size);
	if (!more)
		return NULL;
	memcpy(more, data, size < k->size ? size : k->size);
	__wrap_free(data);

	return more;
}

void __wrap_free(void *data)
{
	struct kept *k = kept_find(data);

	if (!k) {
		__real_free(data);
		return;
	}
	if (!k->in_use)
		abort();
	k->in_use = false;
	ASAN_POISON_MEMORY_REGION(k->data, k->size);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
