/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Redaction: what a record says of people and hosts is replaced by pseudonyms, so that
 * the trace can be shown to strangers. Who passed what to whom, when, and how it ended
 * stays as it was.
 */
#pragma once

#include "pseudonym.h"

struct redaction {
	struct pseudonyms names;
	bool shift;			 /* times too */
	bool shifting;			 /* the wall clock's shift is known */
	uint64_t boot_shift, real_shift; /* modulo 2^64 */
};

/* keep is lent. */
int redaction_init(struct redaction *r, const char *keep, bool shift_time);
void redaction_release(struct redaction *r);

/* The record's texts then live as long as the redaction. */
int redact_record(struct redaction *r, struct fdp_record *record);

/* What was replaced, and what anybody can still read in the trace. */
void redaction_report(const struct redaction *r, struct out *o);
