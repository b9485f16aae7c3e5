/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Record: a length, a type and fields in a fixed order. One table row per type says
 * everything the rest of format/ needs to know of it.
 *
 * The length counts what follows it, so that a reader can pass over types it does not
 * know and over fields that were appended later.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "failure.h"
#include "fdp.h"
#include "field.h"

/* Is called for each number that a record refers to and its block must define. */
typedef void (*record_visit_fn)(void *ctx, enum fdp_type type, uint64_t id);

struct record_type {
	const char *name;
	const struct field *fields;
	size_t n_fields;
	/* Made of the fields; what encode.h, decode.h and record_references() say. */
	int (*encode)(struct buffer *out, const struct fdp_record *rec, struct codec *c);
	void (*decode)(struct fdp_record *rec, struct cursor *in, struct codec *c);
	void (*visit)(const struct fdp_record *rec, record_visit_fn visit, void *ctx);
	bool definition;
};

/* NULL: no record of this version. */
const struct record_type *record_type_find(uint64_t type);

/* What a definition defines; the id is the first member of each of them. */
uint64_t record_id(const struct fdp_record *rec);

/*
 * Appends. -EINVAL: the type is none of ours, or something exceeds a limit; -ENOBUFS: it
 * does not fit. out and codec are then as before.
 */
int record_encode(struct buffer *out, const struct fdp_record *rec, struct codec *c);

/* A record in its block: what is known of it before its fields are. */
struct record_frame {
	const uint8_t *start; /* of its length */
	uint64_t type;
	const struct record_type *row; /* NULL: none of ours */
	struct cursor fields;
};

/* Takes one record: 0, or -EBADMSG. */
int record_take(struct record_frame *frame, struct cursor *in, struct failure *why);

/*
 * Its fields: 1 filled (texts point into the frame's bytes, descriptors to c->fds), 0 a
 * type this version does not know and may pass over, -EPROTONOSUPPORT one that it must
 * not, -EBADMSG malformed. rec->block is left alone.
 */
int record_fill(struct fdp_record *rec, const struct record_frame *frame, struct codec *c,
		struct failure *why);

/* Both. */
int record_decode(struct fdp_record *rec, struct cursor *in, struct codec *c,
		  struct failure *why);

/* Calls visit for each number that the record, or a descriptor of it, refers to. */
void record_references(const struct fdp_record *rec, record_visit_fn visit, void *ctx);
