/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Importing: a trace made of what another tool has printed, Inspektor Gadget's JSON lines
 * (ig.h). Such a trace has senders alone, and open files by name alone; its header and
 * its files say so. Boot time is unknown: the wall clock stands for it.
 */
#pragma once

#include "ig.h"
#include "index.h"
#include "out.h"
#include "pool.h"

#define IMPORT_LINE_MAX (64 * 1024)

struct importer {
	fdp_sink_fn sink;
	void *ctx;
	struct fdp_writer *writer; /* NULL until the first event */
	struct out part;	   /* in memory: of a line that is not whole yet */
	struct pool pool;
	struct index numbers; /* of definitions, by their address in the pool */
	struct out path;      /* in memory: of a container */
	struct index parents; /* by number: the name that it was given, in the pool */
	uint32_t n_numbers[FDP_FILE + 1]; /* by type */
	struct out key;			  /* in memory: what is looked for there */
	struct fdp_text node;		  /* from which all of it comes */
	uint64_t last_ns;
	uint64_t line; /* number of the one in hand */
	char phrase[IG_PHRASE_MAX];
};

int importer_init(struct importer *i, fdp_sink_fn sink, void *ctx);
void importer_release(struct importer *i);

/*
 * The next part of the input, of any length. -EINVAL: line and phrase say why; otherwise
 * what the sink returned.
 */
int importer_add(struct importer *i, const char *data, size_t len);

/* The input is at its end. */
int importer_finish(struct importer *i);
