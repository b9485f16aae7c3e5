/* SPDX-License-Identifier: BSD-2-Clause */
/* Triggers: what makes a flight recorder write what it has (--dump-on). */
#pragma once

#include "../format/fdp.h"

enum trigger {
	TRIGGER_FAILED = 1 << 0,      /* a send failed */
	TRIGGER_TOOMANYREFS = 1 << 1, /* because too many descriptors are in flight */
	TRIGGER_TRUNCATED = 1 << 2,   /* the receiver got fewer than were sent */
	TRIGGER_DROPPED = 1 << 3,     /* it offered no room for any */
	TRIGGER_DISCARDED = 1 << 4,   /* the message died unread */
};

/* The triggers that a record is, or 0. */
unsigned int trigger_of(const struct fdp_record *record);

/* The words of --dump-on; NULL behind the last. */
const char *trigger_word(size_t i);

/* The bit of such a word; 0: it is none. */
unsigned int trigger_find(const char *word, size_t len);
