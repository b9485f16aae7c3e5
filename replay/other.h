/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other one of --diff: a trace, or a text that --normalize has printed and somebody
 * keeps, which is told by how it begins. Of a trace nothing more is read here.
 */
#pragma once

#include "diff.h"

struct other {
	int fd; /* -1: it is the text */
	char head[4096];
	size_t n_head;	  /* bytes of the trace that were read already */
	struct heap heap; /* the lines of the text, without P1, S1 and F1 */
	bool passes;	  /* they are of passes, not of chains */
};

/*
 * "-" is standard input. Negative errno; -EBADMSG: *linep is one that is none of the
 * text's.
 */
int other_open(struct other *o, const char *name, uint64_t *linep);
void other_close(struct other *o);
