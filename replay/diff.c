// SPDX-License-Identifier: BSD-2-Clause
#include "diff.h"

#include <errno.h>
#include <stdlib.h>

#include "text.h"

int heap_init(struct heap *heap)
{
	*heap = (struct heap){0};
	return out_init(&heap->text, -1);
}

void heap_release(struct heap *heap)
{
	out_release(&heap->text);
	free(heap->lines);
	*heap = (struct heap){0};
}

static int line_compare(const void *a, const void *b)
{
	return text_order(*(const struct fdp_text *)a, *(const struct fdp_text *)b);
}

static int heap_sort(struct heap *heap)
{
	const char *at = heap->text.data, *end = at + heap->text.len;
	size_t n = 0;
	for (const char *c = at; c < end; c++)
		n += *c == '\n';
	heap->lines = calloc(n + 1, sizeof(*heap->lines));
	if (!heap->lines)
		return -ENOMEM;
	for (heap->n = 0; heap->n < n; heap->n++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		heap->lines[heap->n] = (struct fdp_text){at, (size_t)(newline - at)};
		at = newline + 1;
	}
	qsort(heap->lines, n, sizeof(*heap->lines), line_compare);
	return 0;
}

static size_t run_length(const struct heap *heap, size_t at, struct fdp_text line)
{
	size_t n = 0;
	while (at + n < heap->n && text_order(heap->lines[at + n], line) == 0)
		n++;
	return n;
}

static void put_difference(struct out *o, char sign, struct fdp_text line, size_t times)
{
	out_tint(o, sign == '-' ? TINT_GONE : TINT_NEW);
	out_char(o, sign);
	out_char(o, ' ');
	out_bytes(o, line.data, line.len);
	if (times > 1) {
		out_word(o, "   (");
		out_u64(o, times);
		out_word(o, " times)");
	}
	out_tint(o, TINT_NONE);
	out_char(o, '\n');
}

int diff_print(struct out *o, struct heap *old, struct heap *new, bool *differp)
{
	int err = heap_sort(old);
	if (!err)
		err = heap_sort(new);
	if (err)
		return err;
	bool differ = false;
	for (size_t i = 0, j = 0; i < old->n || j < new->n;) {
		bool from_old =
			j == new->n ||
			(i < old->n && text_order(old->lines[i], new->lines[j]) <= 0);
		struct fdp_text line = from_old ? old->lines[i] : new->lines[j];
		size_t had = run_length(old, i, line), has = run_length(new, j, line);
		if (had > has)
			put_difference(o, '-', line, had - has);
		else if (has > had)
			put_difference(o, '+', line, has - had);
		differ |= had != has;
		i += had;
		j += has;
	}
	*differp = differ;
	return o->err;
}
