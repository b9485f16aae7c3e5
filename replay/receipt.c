// SPDX-License-Identifier: BSD-2-Clause
#include "receipt.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "array.h"

#define ANY_FD (-1)

void receipts_release(struct receipts *r)
{
	free(r->coming);
	free(r->firsts);
	free(r->last.slots);
	free(r->by_fd.slots);
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

static struct receipt_had table_get(const struct receipt_table *t, uint32_t file,
				    uint32_t owner, int32_t fd)
{
	return t->n ? slot_by_hash(t, file, owner, fd)->had
		    : (struct receipt_had){.hop = RECEIPT_NONE};
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

/* *beforep is what was in its place. */
static int table_set(struct receipt_table *t, uint32_t file, struct receipt_had had,
		     bool by_fd, struct receipt_had *beforep)
{
	int err = slots_grow(t, by_fd);
	if (err)
		return err;
	struct receipt_slot *slot =
		slot_by_hash(t, file, had.owner, by_fd ? had.fd : ANY_FD);
	t->n += slot->had.hop == RECEIPT_NONE;
	*beforep = slot->had;
	*slot = (struct receipt_slot){file, had};
	return 0;
}

/* One process has it at first, as a rule, and two receive it. */
#define FIRSTS 3

/* NULL: it is not, nor can it be, among the first ones of its file. */
static struct receipt_had *first_of(const struct receipts *r, uint32_t file,
				    uint32_t owner)
{
	struct receipt_had *firsts = &r->firsts[(size_t)file * FIRSTS];
	for (size_t i = 0; i < FIRSTS; i++)
		if (firsts[i].hop == RECEIPT_NONE || firsts[i].owner == owner)
			return &firsts[i];
	return NULL;
}

static int firsts_grow(struct receipts *r, uint32_t file)
{
	while (r->n_files <= file) {
		void *grown = array_grow(r->firsts, r->n_files, &r->files_capacity,
					 FIRSTS * sizeof(*r->firsts));
		if (!grown)
			return -ENOMEM;
		r->firsts = grown;
		for (size_t i = 0; i < FIRSTS; i++)
			r->firsts[r->n_files * FIRSTS + i].hop = RECEIPT_NONE;
		r->n_files++;
	}
	return 0;
}

static struct receipt_had last_of(const struct receipts *r, uint32_t file, uint32_t owner)
{
	if (file >= r->n_files)
		return (struct receipt_had){.hop = RECEIPT_NONE};
	const struct receipt_had *first = first_of(r, file, owner);
	return first ? *first : table_get(&r->last, file, owner, ANY_FD);
}

static int last_set(struct receipts *r, uint32_t file, struct receipt_had had)
{
	int err = firsts_grow(r, file);
	if (err)
		return err;
	struct receipt_had *first = first_of(r, file, had.owner), before;
	if (first) {
		before = *first;
		*first = had;
	} else {
		err = table_set(&r->last, file, had, false, &before);
	}
	if (err || before.hop == RECEIPT_NONE || before.fd < 0 || before.fd == had.fd)
		return err;
	return table_set(&r->by_fd, file, before, true, &had);
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
		const struct receipt *next = &r->coming[0];
		struct receipt_had had = {next->owner, next->fd, next->hop};
		err = last_set(r, next->file, had);
		drop_first(r);
	}
	return err;
}

int receipts_own(struct receipts *r, uint32_t file, uint32_t owner, int32_t fd)
{
	struct receipt_had had = {owner, fd, RECEIPT_OWN};
	return fd < 0 ? 0 : last_set(r, file, had);
}

uint32_t receipts_last(const struct receipts *r, uint32_t file, uint32_t owner)
{
	uint32_t hop = last_of(r, file, owner).hop;
	return hop == RECEIPT_OWN ? RECEIPT_NONE : hop;
}

uint32_t receipts_last_fd(const struct receipts *r, uint32_t file, uint32_t owner,
			  int32_t fd)
{
	struct receipt_had last = last_of(r, file, owner);
	if (last.hop == RECEIPT_NONE || fd < 0)
		return RECEIPT_NONE;
	return last.fd == fd ? last.hop : table_get(&r->by_fd, file, owner, fd).hop;
}
