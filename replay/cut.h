/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cuts: which records of a section belong to a part of its time. A message that was sent
 * in it is there as a whole, whenever it was received. Definitions are held back until an
 * event of their block is kept: what is not referred to is hardly there.
 */
#pragma once

#include "clock.h"
#include "index.h"
#include "pool.h"

/* FROM..TO, as --time shows them; either may be missing. */
struct cut_range {
	bool given;
	enum clock_mode mode; /* CLOCK_REL or CLOCK_BOOT */
	uint64_t from_ns, to_ns;
};

/* -EINVAL: not "FROM..TO" in seconds with up to nine decimals. */
int cut_range_parse(struct cut_range *range, const char *text);

typedef int (*cut_fn)(void *ctx, struct fdp_record *record);

struct cut {
	struct cut_range range;
	bool based; /* the section's second 0 is known */
	uint64_t base_ns;
	uint64_t block;
	struct index messages; /* that are kept */
	struct pool pool;      /* texts of what is held back */
	struct fdp_record *held;
	size_t n_held, capacity;
};

void cut_init(struct cut *c, const struct cut_range *range);
void cut_release(struct cut *c);

/* Another section begins. */
void cut_restart(struct cut *c);

/*
 * Calls keep for this record, and those held back for it, if they are to be kept: if it
 * is in the range and inside of what else bounds the part, or belongs to what was.
 */
int cut_add(struct cut *c, struct fdp_record *record, bool inside, cut_fn keep,
	    void *ctx);
