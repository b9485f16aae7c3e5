/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rewriting: a trace made of another one, redacted or cut. What was lost stays lost, and
 * what was cut short or damaged is cut short in the new one.
 */
#pragma once

#include "cut.h"
#include "out.h"
#include "redact.h"

struct rewrite_options {
	bool redact, shift_time;
	const char *keep; /* NULL: nothing */
	struct cut_range cut;
};

struct rewrite {
	struct rewrite_options options;
	const struct trace *trace; /* definitions of the section; must outlive it */
	struct index families;	   /* of a cut: processes told with their ancestors */
	struct index held;	   /* and sockets told with their holder */
	struct redaction redaction;
	struct cut cut;
	struct out *out;
	struct fdp_writer *writer;  /* NULL between sections */
	struct fdp_trailer trailer; /* counts of this section */
	bool damaged;
};

static inline bool rewrite_wanted(const struct rewrite_options *options)
{
	return options->redact || options->cut.given;
}

/* Each record is added to the trace first. */
int rewrite_init(struct rewrite *w, const struct rewrite_options *options,
		 const struct trace *trace, struct out *out);
void rewrite_release(struct rewrite *w);

/* inside: an event is in the part that is asked for, as far as others know. */
int rewrite_add(struct rewrite *w, const struct fdp_record *record, bool inside);
/* The section that is being read is not whole. */
void rewrite_damage(struct rewrite *w);
/* No section follows; says on standard output what the new trace still tells. */
int rewrite_tell(struct rewrite *w);
