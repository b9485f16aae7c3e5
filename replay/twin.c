// SPDX-License-Identifier: BSD-2-Clause
#include "twin.h"

#include <stddef.h>

#include "text.h"

#define HEADER(member, as)                                                               \
	{                                                                                \
#member, FDP_FIELD_##as, offsetof(struct fdp_record, header.member), 0   \
	}
#define TRAILER(member, as)                                                              \
	{                                                                                \
#member, FDP_FIELD_##as, offsetof(struct fdp_record, trailer.member), 0  \
	}
#define HOOK(member, as)                                                                 \
	{                                                                                \
#member, FDP_FIELD_##as, offsetof(struct fdp_hook, member), 0            \
	}

static const struct fdp_field header_fields[] = {
	HEADER(flags, U32),	    HEADER(writer, TEXT),
	HEADER(options, TEXT),	    HEADER(backend, TEXT),
	HEADER(kernel, TEXT),	    HEADER(machine, TEXT),
	HEADER(hostname, TEXT),	    HEADER(boot_id, TEXT),
	HEADER(capture, TEXT),	    HEADER(cpus, U32),
	HEADER(page_size, U32),	    HEADER(pid_ns, U32),
	HEADER(clock.boot_ns, U64), HEADER(clock.mono_ns, U64),
	HEADER(clock.real_ns, S64), HEADER(clock.error_ns, U64),
};

static const struct fdp_field trailer_fields[] = {
	TRAILER(stop, U32),	     TRAILER(messages, U64),
	TRAILER(descriptors, U64),   TRAILER(receives, U64),
	TRAILER(clock.boot_ns, U64), TRAILER(clock.mono_ns, U64),
	TRAILER(clock.real_ns, S64), TRAILER(clock.error_ns, U64),
};

static const struct fdp_field hook_fields[] = {
	HOOK(state, U32),
	HOOK(name, TEXT),
	HOOK(reason, TEXT),
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool pick(struct fdp_field *field, const struct fdp_field *fields, size_t n,
		 size_t i)
{
	if (i < n)
		*field = fields[i];
	return i < n;
}

bool twin_field(struct fdp_field *field, uint32_t line, size_t i)
{
	switch (line) {
	case FDP_HEADER:
		return pick(field, header_fields, COUNT(header_fields), i);
	case FDP_TRAILER:
		return pick(field, trailer_fields, COUNT(trailer_fields), i);
	case TWIN_HOOK:
		return pick(field, hook_fields, COUNT(hook_fields), i);
	case TWIN_BLIND_SPOT: /* a text of the same place */
		return pick(field, hook_fields + 1, 1, i);
	case TWIN_LOST:
		return fdp_type_field(field, FDP_LOSS, i);
	default:
		return fdp_type_field(field, line, i);
	}
}

const char *twin_line_name(uint32_t line)
{
	static const char *const names[] = {"hook", "blind-spot", "lost", "block"};
	if (line >= TWIN_HOOK)
		return line < TWIN_LINES ? names[line - TWIN_HOOK] : NULL;
	const char *name = fdp_type_name(line);
	return strcmp(name, "unknown") == 0 ? NULL : name;
}

twin_word_fn twin_words(uint32_t line, const char *field)
{
	static const struct {
		uint32_t line;
		const char *field;
		twin_word_fn words;
	} enumerations[] = {
		{FDP_FILE, "kind", fdp_kind_name},
		{FDP_SEND, "call", fdp_call_name},
		{FDP_RECEIVE, "call", fdp_call_name},
		{FDP_END, "reason", fdp_end_reason_name},
		{FDP_TRANSFER, "way", fdp_way_name},
		{FDP_LOSS, "cause", fdp_cause_name},
		{FDP_LOSS, "what", fdp_lost_name},
		{TWIN_LOST, "cause", fdp_cause_name},
		{TWIN_LOST, "what", fdp_lost_name},
		{FDP_TRAILER, "stop", fdp_stop_name},
		{TWIN_HOOK, "state", fdp_hook_state_name},
	};
	for (size_t i = 0; i < COUNT(enumerations); i++)
		if (enumerations[i].line == line &&
		    strcmp(enumerations[i].field, field) == 0)
			return enumerations[i].words;
	return NULL;
}

static void put_name(struct out *o, const char *name)
{
	out_char(o, ' ');
	out_word(o, name);
	out_char(o, '=');
}

static void put_u32(struct out *o, uint32_t line, const struct fdp_field *f,
		    uint32_t number)
{
	twin_word_fn words = twin_words(line, f->name);
	const char *word = words ? words(number) : "unknown";
	if (!number && strcmp(word, "unknown") == 0)
		return;
	put_name(o, f->name);
	if (strcmp(word, "unknown") != 0)
		out_word(o, word);
	else
		out_u64(o, number);
}

static void put_fds(struct out *o, const struct fdp_field *f,
		    const struct fdp_descriptor *fds, uint32_t n)
{
	if (n)
		put_name(o, f->name);
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			out_char(o, ',');
		out_u64(o, fds[i].file);
		out_char(o, ':');
		if (fds[i].fd == FDP_FD_UNKNOWN)
			out_char(o, '?');
		else if (fds[i].fd == FDP_FD_LOST)
			out_word(o, "lost");
		else
			out_i64(o, fds[i].fd);
	}
}

static void put_i64(struct out *o, const struct fdp_field *f, int64_t number)
{
	if (!number)
		return;
	put_name(o, f->name);
	out_i64(o, number);
}

static void put_u64(struct out *o, const struct fdp_field *f, uint64_t number)
{
	if (!number)
		return;
	put_name(o, f->name);
	out_u64(o, number);
}

static void put_text(struct out *o, const struct fdp_field *f, struct fdp_text text)
{
	if (!text.len)
		return;
	put_name(o, f->name);
	text_quoted(o, text);
}

static void put_field(struct out *o, uint32_t line, const struct fdp_field *f,
		      const char *record)
{
	const void *value = record + f->offset, *count = record + f->count;
	switch (f->kind) {
	case FDP_FIELD_U32:
		put_u32(o, line, f, *(const uint32_t *)value);
		break;
	case FDP_FIELD_U64:
		put_u64(o, f, *(const uint64_t *)value);
		break;
	case FDP_FIELD_S32:
		put_i64(o, f, *(const int32_t *)value);
		break;
	case FDP_FIELD_S64:
		put_i64(o, f, *(const int64_t *)value);
		break;
	case FDP_FIELD_BOOL:
		put_u64(o, f, *(const bool *)value);
		break;
	case FDP_FIELD_TEXT:
		put_text(o, f, *(const struct fdp_text *)value);
		break;
	case FDP_FIELD_FDS:
		put_fds(o, f, *(const struct fdp_descriptor *const *)value,
			*(const uint32_t *)count);
		break;
	}
}

static void put_line(struct out *o, uint32_t line, const void *record)
{
	struct fdp_field field;
	out_word(o, twin_line_name(line));
	for (size_t i = 0; twin_field(&field, line, i); i++)
		put_field(o, line, &field, record);
	out_char(o, '\n');
}

static void put_header_lists(struct out *o, const struct fdp_header *header)
{
	for (uint32_t i = 0; i < header->n_hooks; i++)
		put_line(o, TWIN_HOOK, &header->hooks[i]);
	for (uint32_t i = 0; i < header->n_blind_spots; i++) {
		struct fdp_hook spot = {.name = header->blind_spots[i]};
		put_line(o, TWIN_BLIND_SPOT, &spot);
	}
}

static void put_lost(struct out *o, const struct fdp_trailer *trailer)
{
	for (uint32_t cause = 0; cause < FDP_CAUSE_COUNT; cause++)
		for (uint32_t what = 0; what < FDP_LOST_COUNT; what++) {
			struct fdp_record lost = {
				.loss = {.cause = cause,
					 .what = what,
					 .count = trailer->lost[cause][what]}};
			if (lost.loss.count)
				put_line(o, TWIN_LOST, &lost);
		}
}

void twin_put(struct twin *t, const struct fdp_record *record)
{
	bool frame = record->type == FDP_HEADER || record->type == FDP_TRAILER;
	if (t->begun && !frame && record->block != t->block)
		out_word(t->out, "block\n");
	if (record->type == FDP_HEADER && t->any)
		out_char(t->out, '\n');
	t->any = true;
	t->begun = !frame;
	t->block = record->block;
	put_line(t->out, record->type, record);
	if (record->type == FDP_HEADER)
		put_header_lists(t->out, &record->header);
	if (record->type == FDP_TRAILER)
		put_lost(t->out, &record->trailer);
}

void twin_damage(struct twin *t)
{
	out_word(t->out, "# damaged or cut short here\n");
}
