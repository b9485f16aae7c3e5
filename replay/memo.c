// SPDX-License-Identifier: BSD-2-Clause
#include "memo.h"

#include <errno.h>
#include <stdlib.h>

#include "fact.h"

/* So many bytes of text, then it starts afresh. */
#define MEMO_TEXT_MAX (4 * 1024 * 1024)

int memo_init(struct memo *memo)
{
	*memo = (struct memo){0};
	memo->slots = calloc(MEMO_SLOTS, sizeof(*memo->slots));
	return memo->slots ? out_init(&memo->text, -1) : -ENOMEM;
}

void memo_release(struct memo *memo)
{
	free(memo->slots);
	out_release(&memo->text);
	*memo = (struct memo){0};
}

enum memo_source memo_source(const struct column *column)
{
	if (column->get == get_process_u32 || column->get == get_process_id ||
	    column->get == get_process_text || column->get == get_parent)
		return column->to ? SOURCE_TO : SOURCE_FROM;
	if (column->get == get_file_kind || column->get == get_file_text ||
	    column->get == get_file_dev || column->get == get_file_rdev ||
	    column->get == get_file_u32 || column->get == get_file_u64 ||
	    column->get == get_file_flags || column->get == get_file_flag ||
	    column->get == get_file_size || column->get == get_file_seals ||
	    column->get == get_file_family || column->get == get_file_type ||
	    column->get == get_file_state)
		return SOURCE_FILE;
	return SOURCE_NONE;
}

uint32_t memo_place(enum memo_source source, const struct row *row)
{
	if (!row->pass || row->process)
		return TRACE_NONE;
	switch (source) {
	case SOURCE_FROM:
		return row->pass->from.process;
	case SOURCE_TO:
		return row->pass->to.process;
	case SOURCE_FILE:
		return row->pass->file_place;
	default:
		return TRACE_NONE;
	}
}

struct memo_slot *memo_slot(struct memo *memo, const struct row *row, uint32_t run,
			    uint32_t place)
{
	if (memo->changes != row->trace->changes || memo->text.len > MEMO_TEXT_MAX) {
		memset(memo->slots, 0, MEMO_SLOTS * sizeof(*memo->slots));
		memo->text.len = 0;
		memo->changes = row->trace->changes;
	}
	return &memo->slots[(place * 16 + run) % MEMO_SLOTS];
}

void memo_keep(struct memo *memo, struct memo_slot *slot, uint32_t run, uint32_t place,
	       size_t start)
{
	*slot = (struct memo_slot){
		.used = !memo->text.err,
		.run = run,
		.place = place,
		.at = start,
		.len = memo->text.len - start,
	};
}
