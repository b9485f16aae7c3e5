// SPDX-License-Identifier: BSD-2-Clause
#include "memo.h"

#include <errno.h>
#include <stdlib.h>

#include "fact.h"
#include "shape.h"

/* So many bytes of text, then it starts afresh. */
#define MEMO_TEXT_MAX (4 * 1024 * 1024)

int memo_init(struct memo *memo, size_t n_runs)
{
	*memo = (struct memo){.age = 1};
	/* Most runs there could be are not: their pages are never touched. */
	memo->slots = calloc(n_runs * MEMO_SLOTS, sizeof(*memo->slots));
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
	static const struct {
		void (*get)(const struct row *row, const struct column *column,
			    struct cell *cell);
		enum memo_source source;
	} getters[] = {
		{get_process_u32, SOURCE_FROM},	 {get_process_id, SOURCE_FROM},
		{get_process_text, SOURCE_FROM}, {get_process_name, SOURCE_FROM},
		{get_container, SOURCE_FROM},	 {get_parent, SOURCE_FROM},
		{get_file_kind, SOURCE_FILE},	 {get_file_text, SOURCE_FILE},
		{get_file_dev, SOURCE_FILE},	 {get_file_rdev, SOURCE_FILE},
		{get_file_u32, SOURCE_FILE},	 {get_file_ino, SOURCE_FILE},
		{get_file_flags, SOURCE_FILE},	 {get_file_flag, SOURCE_FILE},
		{get_file_size, SOURCE_FILE},	 {get_file_seals, SOURCE_FILE},
		{get_file_family, SOURCE_FILE},	 {get_file_type, SOURCE_FILE},
		{get_file_state, SOURCE_FILE},	 {get_via_type, SOURCE_VIA},
		{get_via_name, SOURCE_VIA},
	};
	static const struct {
		bool (*show)(const struct row *row, struct out *o);
		enum memo_source source;
	} shows[] = {
		{show_from, SOURCE_FROM},     {show_to, SOURCE_TO},
		{show_object, SOURCE_OBJECT}, {show_file, SOURCE_FILE},
		{show_via, SOURCE_VIA},
	};
	for (size_t i = 0; column->show && i < sizeof(shows) / sizeof(shows[0]); i++)
		if (shows[i].show == column->show)
			return shows[i].source;
	for (size_t i = 0; !column->show && i < sizeof(getters) / sizeof(getters[0]); i++)
		if (getters[i].get == column->get)
			return getters[i].source == SOURCE_FROM && column->to
				       ? SOURCE_TO
				       : getters[i].source;
	return SOURCE_NONE;
}

bool memo_key(struct memo_key *key, enum memo_source source, const struct row *row)
{
	const struct pass *pass = row->pass;
	if (!pass || row->process)
		return false;
	switch (source) {
	case SOURCE_FROM:
		*key = (struct memo_key){.a = pass->from.process};
		return key->a != TRACE_NONE;
	case SOURCE_TO:
		*key = (struct memo_key){.a = pass->to.process};
		return key->a != TRACE_NONE;
	case SOURCE_FILE:
		*key = (struct memo_key){.a = pass->file_place};
		return key->a != TRACE_NONE;
	case SOURCE_OBJECT:
		*key = (struct memo_key){.a = pass->file_place,
					 .b = object_is_foreign(row)};
		return key->a != TRACE_NONE;
	case SOURCE_VIA:
		/* What a peer is called may be known only later. */
		*key = (struct memo_key){pass->from.socket, pass->to.socket, pass->queue};
		return !pass->way && socket_own_name(row->trace, pass).len;
	default:
		return false;
	}
}

struct memo_slot *memo_slot(struct memo *memo, const struct row *row, uint32_t run,
			    const struct memo_key *key)
{
	if (memo->changes != row->trace->changes || memo->text.len > MEMO_TEXT_MAX) {
		memo->age++;
		memo->text.len = 0;
		memo->changes = row->trace->changes;
	}
	/* Places count up: neighbours in time have slots of their own. */
	uint32_t hash = key->a + key->b * 0x9e3779b1u + key->c * 0x85ebca6bu;
	return &memo->slots[(size_t)run * MEMO_SLOTS + hash % MEMO_SLOTS];
}

void memo_keep(const struct memo *memo, struct memo_slot *slot,
	       const struct memo_key *key, size_t start)
{
	*slot = (struct memo_slot){
		.age = memo->text.err ? 0 : memo->age,
		.key = *key,
		.at = (uint32_t)start,
		.len = (uint32_t)(memo->text.len - start),
	};
}
