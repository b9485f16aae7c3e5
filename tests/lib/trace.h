/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traces for tests: sample records of every type, made from the same table of fields that
 * writes them, a sink into memory, and comparison.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../format/fdp.h"

/* A sink that keeps everything, up to a limit after which it returns -ENOSPC. */
struct memory_sink {
	uint8_t *data;
	size_t len, cap, limit;
};

void memory_sink_init(struct memory_sink *s);
void memory_sink_release(struct memory_sink *s);
int memory_sink_write(void *ctx, const void *data, size_t len);

/* Types of records, definitions first. */
extern const enum fdp_type sample_types[];
extern const size_t n_sample_types;

enum sample {
	SAMPLE_ZERO,
	SAMPLE_LEAST,
	SAMPLE_GREATEST,
	SAMPLE_COUNTED, /* every number and text differs from the others */
	SAMPLE_COUNT
};

/* Texts and descriptors of a sample live in this. */
struct sample_space {
	struct fdp_descriptor fds[FDP_FDS_MAX];
	char text[FDP_STRING_MAX];
};

void sample_record(struct fdp_record *rec, enum fdp_type type, enum sample sample,
		   struct sample_space *space);

/* All members equal, texts and descriptors by content; block is not looked at. */
bool records_equal(const struct fdp_record *a, const struct fdp_record *b);

/* A header with every member set, and a trailer. */
void sample_header(struct fdp_header *header);
void sample_trailer(struct fdp_trailer *trailer);
bool headers_equal(const struct fdp_header *a, const struct fdp_header *b);

/*
 * A small trace of one section: a few definitions and, for each block, n events that
 * refer to them. With n_blocks blocks; ended or not.
 */
void sample_trace(struct memory_sink *sink, size_t n_blocks, size_t n_events, bool ended);
