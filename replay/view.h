/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Views: what becomes of the records of a trace on their way to a printer. The views of
 * one side print each event as it comes and keep none; the others wait for the end of
 * the section, and match it first.
 */
#pragma once

#include "follow.h"
#include "info.h"
#include "options.h"
#include "print.h"
#include "rewrite.h"
#include "twin.h"

struct view {
	enum view_id id;
	bool info; /* instead of rows: what the trace says of itself */
	enum print_format format;
	struct trace trace;
	struct clock clock;
	struct out *out;
	struct printer *printer; /* NULL with info and when rewriting */
	struct twin twin;	 /* with PRINT_TWIN, instead of rows */
	bool following;		 /* passes are printed as they come */
	struct follow follow;
	bool rewriting; /* instead of rows, too */
	struct rewrite rewrite;
	struct info_source source;
	bool any; /* there was a section */
	/* Over the sections since view_begin(): what main says in the end. */
	uint64_t lost[FDP_LOST_COUNT];
};

/* The columns that the options ask for. -EINVAL: *unknownp is not one of them. */
int view_columns(struct selection *s, const struct options *options,
		 struct fdp_text *unknownp);

int view_init(struct view *v, const struct options *options,
	      const struct selection *selection, struct out *out);
void view_release(struct view *v);

/* A file of that name and size (0 unknown) begins. The name is lent until its end. */
void view_begin(struct view *v, const char *name, uint64_t size);
int view_add(struct view *v, const struct fdp_record *record);
/* The reader failed in the section that is being read. */
void view_damage(struct view *v, int err);
/* No more can be read just now: what is known is to be seen. */
int view_idle(struct view *v);
/* The file is at its end, and so is its last section. */
int view_end(struct view *v);

/* No file follows. Without a single section nothing at all is printed. */
int view_finish(struct view *v);
