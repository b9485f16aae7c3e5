/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assembling: a trace made of its text twin (twin.h). Any text is either taken or refused
 * with the line where it is wrong; a section without a trailer stays without one.
 */
#pragma once

#include "pool.h"

struct assembler {
	fdp_sink_fn sink;
	void *ctx;
	struct fdp_writer *writer;
	struct pool pool;     /* texts of the line, or of the header with its lists */
	bool heading, ending; /* a header, a trailer is being put together */
	struct fdp_header header;
	struct fdp_hook hooks[FDP_HOOKS_MAX];
	struct fdp_text spots[FDP_BLIND_SPOTS_MAX];
	struct fdp_trailer trailer;
	struct fdp_descriptor fds[FDP_FDS_MAX];
	uint64_t line;	    /* number of the one in hand */
	const char *phrase; /* what is wrong with it */
};

void assembler_init(struct assembler *a, fdp_sink_fn sink, void *ctx);
void assembler_release(struct assembler *a);

/* -EINVAL: line and phrase say why; otherwise what the sink returned. */
int assembler_run(struct assembler *a, const char *text, size_t len);
