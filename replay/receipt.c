// SPDX-License-Identifier: BSD-2-Clause
#include "receipt.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "array.h"

#define ANY_FD (-1)

static void table_release(struct receipt_table *t)
{
	free(t->firsts);
	free(t->slots);
}

void receipts_release(struct receipts *r)
{
	free(r->coming);
	table_release(&r->last);
	table_release(&r->by_fd);
	*r = (struct receipts){0};
}

static bool is_had(const struct receipt_had *had, uint32_t owner, int32_t fd)
{
	return had->owner == owner && (fd == ANY_FD || had->fd == fd);
}

static struct receipt_slot *slot_by_hash(const struct receipt_table *t, uint32_t file,
					 uint32_t owner, int32_t fd)
{
	/* Numbers are small and neighbours: each round spreads them over all bits. */
	uint64_t hash = ((uint64_t)file << 32 | owner) * UINT64_C(0x9e3779b97f4a7c15);
	hash = (hash ^ hash >> 32 ^ (uint32_t)fd) * UINT64_C(0xd6e8feb86659fd93);
	size_t at = (hash ^ hash >> 32) & (t->n_slots - 1);
	while (t->slots[at].had.hop != RECEIPT_NONE &&
	       (t->slots[at].file != file || !is_had(&t->slots[at].had, owner, fd)))
		at = (at + 1) & (t->n_slots - 1);
	return &t->slots[at];
}

/* Two processes receive a file, as a rule, and one had it before. */
static size_t firsts_of(int32_t fd)
{
	return fd == ANY_FD ? 2 : 1;
}

/* NULL: it is not, nor can it be, among the first ones of its file. */
static struct receipt_had *had_of_first(const struct receipt_table *t, uint32_t file,
					uint32_t owner, int32_t fd)
{
	size_t n = firsts_of(fd);
	struct receipt_had *firsts = &t->firsts[file * n];
	for (size_t i = 0; i < n; i++)
		if (firsts[i].hop == RECEIPT_NONE || is_had(&firsts[i], owner, fd))
			return &firsts[i];
	return NULL;
}

static struct receipt_had table_get(const struct receipt_table *t, uint32_t file,
				    uint32_t owner, int32_t fd)
{
	if (file >= t->n_files)
		return (struct receipt_had){.hop = RECEIPT_NONE};
	const struct receipt_had *first = had_of_first(t, file, owner, fd);
	return first ? *first : slot_by_hash(t, file, owner, fd)->had;
}

/* At three quarters of its slots. */
static int slots_grow(struct receipt_table *t, bool by_fd)
{
	if (t->n < t->n_slots / 4 * 3)
		return 0;
	struct receipt_table grown = {.n_slots = t->n_slots ? t->n_slots * 2 : 256};
	grown.slots = malloc(grown.n_slots * sizeof(*grown.slots));
	if (!grown.slots)
		return -ENOMEM;
	for (size_t i = 0; i < grown.n_slots; i++)
		grown.slots[i].had.hop = RECEIPT_NONE;
	for (size_t i = 0; i < t->n_slots; i++) {
		const struct receipt_slot *s = &t->slots[i];
		if (s->had.hop != RECEIPT_NONE)
			*slot_by_hash(&grown, s->file, s->had.owner,
				      by_fd ? s->had.fd : ANY_FD) = *s;
	}
	free(t->slots);
	t->slots = grown.slots;
	t->n_slots = grown.n_slots;
	return 0;
}

static int firsts_grow(struct receipt_table *t, uint32_t file, int32_t fd)
{
	size_t n = firsts_of(fd);
	while (t->n_files <= file) {
		void *grown = array_grow(t->firsts, t->n_files, &t->capacity,
					 n * sizeof(*t->firsts));
		if (!grown)
			return -ENOMEM;
		t->firsts = grown;
		for (size_t i = 0; i < n; i++)
			t->firsts[t->n_files * n + i].hop = RECEIPT_NONE;
		t->n_files++;
	}
	return 0;
}

/* *beforep is what was in its place. */
static int table_set(struct receipt_table *t, uint32_t file, struct receipt_had had,
		     bool by_fd, struct receipt_had *beforep)
{
	int32_t fd = by_fd ? had.fd : ANY_FD;
	int err = firsts_grow(t, file, fd);
	if (!err)
		err = slots_grow(t, by_fd);
	if (err)
		return err;
	struct receipt_had *at = had_of_first(t, file, had.owner, fd);
	if (!at) {
		struct receipt_slot *slot = slot_by_hash(t, file, had.owner, fd);
		t->n += slot->had.hop == RECEIPT_NONE;
		slot->file = file;
		at = &slot->had;
	}
	*beforep = *at;
	*at = had;
	return 0;
}

static int receipt_count(struct receipts *r, const struct receipt *receipt)
{
	struct receipt_had before, had = {receipt->owner, receipt->fd, receipt->hop};
	int err = table_set(&r->last, receipt->file, had, false, &before);
	if (err || before.hop == RECEIPT_NONE || before.fd < 0 || before.fd == had.fd)
		return err;
	return table_set(&r->by_fd, receipt->file, before, true, &had);
}

static bool comes_before(const struct receipt *x, const struct receipt *y)
{
	return x->time_ns != y->time_ns ? x->time_ns < y->time_ns : x->hop < y->hop;
}

int receipts_add(struct receipts *r, const struct receipt *receipt)
{
	void *grown =
		array_grow(r->coming, r->n_coming, &r->capacity, sizeof(*r->coming));
	if (!grown)
		return -ENOMEM;
	r->coming = grown;
	size_t at = r->n_coming++;
	while (at && comes_before(receipt, &r->coming[(at - 1) / 2])) {
		r->coming[at] = r->coming[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	r->coming[at] = *receipt;
	return 0;
}

static void drop_first(struct receipts *r)
{
	struct receipt moved = r->coming[--r->n_coming];
	size_t at = 0, n = r->n_coming;
	for (size_t child = 1; child < n; child = 2 * at + 1) {
		child += child + 1 < n &&
			 comes_before(&r->coming[child + 1], &r->coming[child]);
		if (!comes_before(&r->coming[child], &moved))
			break;
		r->coming[at] = r->coming[child];
		at = child;
	}
	r->coming[at] = moved;
}

int receipts_advance(struct receipts *r, uint64_t time_ns)
{
	int err = 0;
	while (!err && r->n_coming && r->coming[0].time_ns <= time_ns) {
		err = receipt_count(r, &r->coming[0]);
		drop_first(r);
	}
	return err;
}

int receipts_own(struct receipts *r, uint32_t file, uint32_t owner, int32_t fd)
{
	struct receipt_had before, had = {owner, fd, RECEIPT_OWN};
	return fd < 0 ? 0 : table_set(&r->by_fd, file, had, true, &before);
}

uint32_t receipts_last(const struct receipts *r, uint32_t file, uint32_t owner)
{
	return table_get(&r->last, file, owner, ANY_FD).hop;
}

uint32_t receipts_last_fd(const struct receipts *r, uint32_t file, uint32_t owner,
			  int32_t fd)
{
	if (fd < 0)
		return RECEIPT_NONE;
	struct receipt_had last = table_get(&r->last, file, owner, ANY_FD);
	if (last.hop != RECEIPT_NONE && last.fd == fd)
		return last.hop;
	return table_get(&r->by_fd, file, owner, fd).hop;
}
