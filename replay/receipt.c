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
	free(r->last.slots);
	free(r->by_fd.slots);
	*r = (struct receipts){0};
}

static struct receipt_slot *slot_of(const struct receipt_table *t, uint32_t file,
				    uint32_t owner, int32_t fd)
{
	/* Files count up, and owners are few: neighbours in time lie together. */
	uint64_t hash = file + owner * UINT64_C(0x9e3779b97f4a7c15) +
			(uint64_t)(uint32_t)fd * UINT64_C(0xc2b2ae3d27d4eb4f);
	size_t at = (hash ^ hash >> 32) * UINT64_C(0xd6e8feb86659fd93) >> 20 &
		    (t->n_slots - 1);
	while (t->slots[at].hop != RECEIPT_NONE &&
	       (t->slots[at].file != file || t->slots[at].owner != owner ||
		(fd != ANY_FD && t->slots[at].fd != fd)))
		at = (at + 1) & (t->n_slots - 1);
	return &t->slots[at];
}

/* At three quarters of its slots. */
static int table_grow(struct receipt_table *t, bool by_fd)
{
	struct receipt_table grown = {.n = t->n};
	grown.n_slots = t->n_slots ? t->n_slots * 2 : 256;
	grown.slots = malloc(grown.n_slots * sizeof(*grown.slots));
	if (!grown.slots)
		return -ENOMEM;
	for (size_t i = 0; i < grown.n_slots; i++)
		grown.slots[i].hop = RECEIPT_NONE;
	for (size_t i = 0; i < t->n_slots; i++) {
		const struct receipt_slot *s = &t->slots[i];
		if (s->hop != RECEIPT_NONE)
			*slot_of(&grown, s->file, s->owner, by_fd ? s->fd : ANY_FD) = *s;
	}
	free(t->slots);
	*t = grown;
	return 0;
}

/* *beforep is what was in its slot. */
static int table_set(struct receipt_table *t, struct receipt_slot slot, bool by_fd,
		     struct receipt_slot *beforep)
{
	if (t->n >= t->n_slots / 4 * 3) {
		int err = table_grow(t, by_fd);
		if (err)
			return err;
	}
	struct receipt_slot *at =
		slot_of(t, slot.file, slot.owner, by_fd ? slot.fd : ANY_FD);
	t->n += at->hop == RECEIPT_NONE;
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
	return r->last.n ? slot_of(&r->last, file, owner, ANY_FD)->hop : RECEIPT_NONE;
}

uint32_t receipts_last_fd(const struct receipts *r, uint32_t file, uint32_t owner,
			  int32_t fd)
{
	if (fd < 0)
		return RECEIPT_NONE;
	if (r->last.n) {
		const struct receipt_slot *last = slot_of(&r->last, file, owner, ANY_FD);
		if (last->hop != RECEIPT_NONE && last->fd == fd)
			return last->hop;
	}
	return r->by_fd.n ? slot_of(&r->by_fd, file, owner, fd)->hop : RECEIPT_NONE;
}
