/* SPDX-License-Identifier: BSD-2-Clause */
/* Repeats: see repeats.h. */
#include "repeats.h"

#include <string.h>

void repeats_block(struct repeats *r)
{
	r->block++;
}

void repeats_forget(struct repeats *r)
{
	r->first = r->block + 1;
}

/* The slot of the definition or, if it has none, the one that is taken for it. */
static struct repeat *slot_of(struct repeats *r, uint64_t type, uint64_t id)
{
	/* Types are odd and below 8. Fibonacci hashing: the high bits are the mixed ones.
	 */
	uint64_t key = id << 3 | type;
	uint64_t hash = key * UINT64_C(0x9e3779b97f4a7c15) >> 32;
	struct repeat *one = &r->slots[hash & (REPEATS_SLOTS - 2)], *other = one + 1;

	if (one->key == key)
		return one;
	if (other->key != key && one->block < other->block)
		other = one;
	if (other->key != key)
		*other = (struct repeat){.key = key};

	return other;
}

bool repeats_has(struct repeats *r, const struct record_frame *definition)
{
	struct cursor in = definition->fields;
	uint64_t id = take_varint(&in);
	const uint8_t *start = definition->start;
	size_t len = (size_t)(in.end - start);
	struct repeat *slot;
	bool same;

	if (in.bad)
		return false;
	slot = slot_of(r, definition->type, id);
	same = slot->at && slot->block >= r->first && slot->block + 1 >= r->block &&
	       slot->len == len && !memcmp(slot->at, start, len);
	slot->at = start;
	slot->len = (uint32_t)len;
	slot->block = r->block;

	return same;
}
