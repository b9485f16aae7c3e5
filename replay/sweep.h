/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sweeping: what keeps the definitions of a stream from piling up. Every block has all
 * that its events refer to, so between two blocks no more is needed than the messages on
 * their way refer to, if the reader hands out repeats again from the next block on.
 */
#pragma once

#include "follow.h"

struct sweep {
	size_t least;	/* bytes of definitions that are worth a sweep */
	bool wanted;	/* from the next block on */
	uint64_t block; /* the one that is being read */
};

void sweep_init(struct sweep *s);

/*
 * To be called before each record is added. When a block begins, what is not needed any
 * more may be forgotten: places of definitions are others then. 1: from the next block
 * on, repeats are to be handed out.
 */
int sweep_before(struct sweep *s, struct trace *t, const struct follow *f,
		 const struct fdp_record *record);
