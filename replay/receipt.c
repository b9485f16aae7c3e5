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

static bool is_slot_of(const struct receipt_slot *slot, uint32_t file, uint32_t owner,
		       int32_t fd)
{
	return slot->hop == RECEIPT_NONE || (slot->file == file && slot->owner == owner &&
					     (fd == ANY_FD || slot->fd == fd));
}

static struct receipt_slot *slot_by_hash(const struct receipt_table *t, uint32_t file,
					 uint32_t owner, int32_t fd)
{
	/* Numbers are small and neighbours: each round spreads them over all bits. */
	uint64_t hash = ((uint64_t)file << 32 | owner) * UINT64_C(0x9e3779b97f4a7c15);
	hash = (hash ^ hash >> 32 ^ (uint32_t)fd) * UINT64_C(0xd6e8feb86659fd93);
	size_t at = (hash ^ hash >> 32) & (t->n_slots - 1);
	while (!is_slot_of(&t->slots[at], file, owner, fd))
		at = (at + 1) & (t->n_slots - 1);
	return &t->slots[at];
}

/* NULL: it is not, nor can it be, among the first ones of its file. */
static struct receipt_slot *slot_of_first(const struct receipt_table *t, uint32_t file,
					  uint32_t owner, int32_t fd)
{
	struct receipt_slot *firsts = t->firsts[file].slots;
	for (size_t i = 0; i < RECEIPT_FIRSTS; i++)
		if (is_slot_of(&firsts[i], file, owner, fd))
			return &firsts[i];
	return NULL;
}

static struct receipt_slot table_get(const struct receipt_table *t, uint32_t file,
				     uint32_t owner, int32_t fd)
{
	if (file >= t->n_files)
		return (struct receipt_slot){.hop = RECEIPT_NONE};
	const struct receipt_slot *first = slot_of_first(t, file, owner, fd);
	return first ? *first : *slot_by_hash(t, file, owner, fd);
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
		grown.slots[i].hop = RECEIPT_NONE;
	for (size_t i = 0; i < t->n_slots; i++) {
		const struct receipt_slot *s = &t->slots[i];
		if (s->hop != RECEIPT_NONE)
			*slot_by_hash(&grown, s->file, s->owner, by_fd ? s->fd : ANY_FD) =
				*s;
	}
	free(t->slots);
	t->slots = grown.slots;
	t->n_slots = grown.n_slots;
	return 0;
}

static int firsts_grow(struct receipt_table *t, uint32_t file)
{
	while (t->n_files <= file) {
		void *grown = array_grow(t->firsts, t->n_files, &t->capacity,
					 sizeof(*t->firsts));
		if (!grown)
			return -ENOMEM;
		t->firsts = grown;
		for (size_t i = 0; i < RECEIPT_FIRSTS; i++)
			t->firsts[t->n_files].slots[i].hop = RECEIPT_NONE;
		t->n_files++;
	}
	return 0;
}

/* *beforep is what was in its slot. */
static int table_set(struct receipt_table *t, struct receipt_slot slot, bool by_fd,
		     struct receipt_slot *beforep)
{
	int err = firsts_grow(t, slot.file);
	if (!err)
		err = slots_grow(t, by_fd);
	if (err)
		return err;
	int32_t fd = by_fd ? slot.fd : ANY_FD;
	struct receipt_slot *at = slot_of_first(t, slot.file, slot.owner, fd);
	if (!at) {
		at = slot_by_hash(t, slot.file, slot.owner, fd);
		t->n += at->hop == RECEIPT_NONE;
	}
	*beforep = *at;
	*at = slot;
	return 0;
}

static int receipt_count(struct receipts *r, const struct receipt *receipt)
{
	struct receipt_slot before,
		slot = {receipt->file, receipt->owner, receipt->fd, receipt->hop};
	int err = table_set(&r->last, slot, false, &before);
	if (err || before.hop == RECEIPT_NONE || before.fd < 0 || before.fd == slot.fd)
		return err;
	return table_set(&r->by_fd, before, true, &slot);
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
	struct receipt_slot before, slot = {file, owner, fd, RECEIPT_OWN};
	return fd < 0 ? 0 : table_set(&r->by_fd, slot, true, &before);
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
	struct receipt_slot last = table_get(&r->last, file, owner, ANY_FD);
	if (last.hop != RECEIPT_NONE && last.fd == fd)
		return last.hop;
	return table_get(&r->by_fd, file, owner, fd).hop;
}
