/* SPDX-License-Identifier: BSD-2-Clause */
/* Definitions: see definitions.h. */
#include "definitions.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 1024

static size_t definition_size(const struct definition *def)
{
	return sizeof(*def) + def->len;
}

/* Numbers are counters: a multiplication spreads them over the upper bits. */
static size_t slot_home(const struct definitions *d, enum fdp_type type, uint64_t id)
{
	uint64_t key = id * 8 + (uint64_t)type;

	return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (d->n_slots - 1);
}

/* The slot that has it, or the free one where it would go. */
static size_t slot_find(const struct definitions *d, enum fdp_type type, uint64_t id)
{
	size_t i = slot_home(d, type, id);

	while (d->slots[i] && (d->slots[i]->id != id || d->slots[i]->type != type))
		i = (i + 1) & (d->n_slots - 1);

	return i;
}

/* Closes the gap: whatever could no longer be found across it moves into it. */
static void slot_clear(struct definitions *d, size_t gap)
{
	size_t mask = d->n_slots - 1;

	for (size_t i = (gap + 1) & mask; d->slots[i]; i = (i + 1) & mask) {
		size_t home = slot_home(d, d->slots[i]->type, d->slots[i]->id);

		if (((i - home) & mask) < ((i - gap) & mask))
			continue;
		d->slots[gap] = d->slots[i];
		gap = i;
	}
	d->slots[gap] = NULL;
}

/* At most half of the slots are taken, so that probes stay short. */
static bool slots_grow(struct definitions *d)
{
	struct definitions bigger = *d;

	if (d->n_slots && d->n < d->n_slots / 2)
		return true;
	bigger.n_slots = d->n_slots ? 2 * d->n_slots : SLOTS_FIRST;
	bigger.slots = calloc(bigger.n_slots, sizeof(struct definition *));
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < d->n_slots; i++) {
		struct definition *def = d->slots[i];

		if (def)
			bigger.slots[slot_find(&bigger, def->type, def->id)] = def;
	}
	free(d->slots);
	*d = bigger;

	return true;
}

static void age_unlink(struct definitions *d, struct definition *def)
{
	*(def->older ? &def->older->newer : &d->oldest) = def->newer;
	*(def->newer ? &def->newer->older : &d->newest) = def->older;
}

static void age_append(struct definitions *d, struct definition *def)
{
	def->older = d->newest;
	def->newer = NULL;
	*(d->newest ? &d->newest->newer : &d->oldest) = def;
	d->newest = def;
}

static void definition_drop(struct definitions *d, size_t slot)
{
	struct definition *def = d->slots[slot];

	slot_clear(d, slot);
	age_unlink(d, def);
	d->bytes -= definition_size(def);
	d->n--;
	free(def);
}

void definitions_release(struct definitions *d)
{
	while (d->oldest) {
		struct definition *def = d->oldest;

		d->oldest = def->newer;
		free(def);
	}
	free(d->slots);
	*d = (struct definitions){0};
}

struct definition *definitions_set(struct definitions *d, enum fdp_type type, uint64_t id,
				   const void *bytes, uint32_t len)
{
	struct definition *def = malloc(sizeof(*def) + len);
	size_t slot;

	if (!def || !slots_grow(d)) {
		free(def);
		return NULL;
	}
	*def = (struct definition){.id = id, .len = len, .type = type};
	memcpy(def->bytes, bytes, len);
	slot = slot_find(d, type, id);
	if (d->slots[slot]) {
		definition_drop(d, slot);
		slot = slot_find(d, type, id);
	}
	d->slots[slot] = def;
	d->bytes += definition_size(def);
	d->n++;
	age_append(d, def);
	while (d->bytes > DEFINITIONS_BYTES_MAX)
		definitions_forget(d, d->oldest->type, d->oldest->id);

	return def;
}

struct definition *definitions_use(struct definitions *d, enum fdp_type type, uint64_t id)
{
	struct definition *def = d->n ? d->slots[slot_find(d, type, id)] : NULL;

	if (def) {
		age_unlink(d, def);
		age_append(d, def);
	}

	return def;
}

void definitions_forget(struct definitions *d, enum fdp_type type, uint64_t id)
{
	size_t slot = d->n ? slot_find(d, type, id) : 0;

	if (d->n && d->slots[slot])
		definition_drop(d, slot);
}
