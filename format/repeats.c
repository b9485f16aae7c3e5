/* SPDX-License-Identifier: BSD-2-Clause */
/* Repeats: see repeats.h. */
#include "repeats.h"

#include <string.h>

#include "fdp.h"

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

bool repeats_pass(struct repeats *r, struct cursor *records)
{
	struct cursor in = *records;
	uint64_t body = take_varint(&in), left = cursor_left(&in);
	uint64_t type = take_varint(&in), id;
	const uint8_t *start = records->at;
	struct repeat *slot;
	bool same;
	size_t len;

	if (type != FDP_PROCESS && type != FDP_SOCKET && type != FDP_FILE)
		return false;
	id = take_varint(&in);
	if (in.bad || body > left || body > FDP_RECORD_MAX)
		return false;
	len = cursor_left(records) - left + body;
	slot = slot_of(r, type, id);
	same = slot->at && slot->block >= r->first && slot->block + 1 >= r->block &&
	       slot->len == len && !memcmp(slot->at, start, len);
	slot->at = start;
	slot->len = (uint32_t)len;
	slot->block = r->block;
	if (same)
		records->at += len;

	return same;
}
