// SPDX-License-Identifier: BSD-2-Clause
#include "normal.h"

#include <errno.h>

#include "fact.h"
#include "hops.h"
#include "shape.h"

/* What is written, and how names are given. */
struct telling {
	struct normal *normal; /* NULL: things have no names of ours */
	const struct trace *trace;
	struct out *out;
	int err;
};

int normal_init(struct normal *n, const struct trace *trace)
{
	*n = (struct normal){0};
	return processes_init(&n->processes, trace);
}

void normal_release(struct normal *n)
{
	processes_release(&n->processes);
	index_release(&n->process_names);
	index_release(&n->socket_names);
	index_release(&n->file_names);
}

/* The name of a thing by its number: the one that it has, or the next one. */
static void put_name(struct telling *t, char letter, struct index *names, uint64_t key)
{
	uint32_t place = index_get(names, key);
	if (place == INDEX_NONE) {
		place = (uint32_t)names->n + 1;
		t->err = t->err ? t->err : index_set(names, key, place);
	}
	out_char(t->out, letter);
	out_u64(t->out, place);
	out_char(t->out, ' ');
}

static size_t digits_at(struct fdp_text text, size_t at)
{
	size_t n = 0;
	while (at + n < text.len && text.data[at + n] >= '0' && text.data[at + n] <= '9')
		n++;
	return n;
}

static bool starts_with(struct fdp_text text, const char *start)
{
	size_t len = strlen(start);
	return text.len >= len && memcmp(text.data, start, len) == 0;
}

/* @0000a: five digits that the kernel chose for a socket bound to no name. */
static bool is_autobound(struct fdp_text name)
{
	return name.len == 6 && name.data[0] == '@' &&
	       strspn(name.data + 1, "0123456789abcdef") >= 5;
}

/* Of pipe:[7] and net:[7] the number goes, of /proc/7/fd too. */
static void put_stable(struct out *o, struct fdp_text name)
{
	static const char proc[] = "/proc/";
	size_t at = starts_with(name, proc) ? strlen(proc) : 0;
	if (!at) {
		const char *bracket = memchr(name.data, '[', name.len);
		at = bracket && bracket > name.data && bracket[-1] == ':'
			     ? (size_t)(bracket - name.data) + 1
			     : name.len;
	}
	size_t digits = digits_at(name, at);
	text_apart(o, (struct fdp_text){name.data, at});
	if (digits)
		out_char(o, 'N');
	at += digits;
	text_apart(o, (struct fdp_text){name.data + at, name.len - at});
}

/* What could be taken for an outcome in brackets, for somebody unknown or for nobody. */
static bool is_sign(struct fdp_text name, size_t at)
{
	bool begins = !at || name.data[at - 1] == ' ';
	return (begins && name.data[at] == '[') ||
	       (name.len == 1 && memchr("?-", name.data[at], 2));
}

static void put_title(struct out *o, struct fdp_text name)
{
	size_t done = 0;
	for (size_t at = 0; at < name.len; at++) {
		if (!is_sign(name, at))
			continue;
		text_apart(o, (struct fdp_text){name.data + done, at - done});
		text_hex(o, (struct fdp_text){name.data + at, 1});
		done = at + 1;
	}
	text_apart(o, (struct fdp_text){name.data + done, name.len - done});
}

static void put_process(struct telling *t, const struct pass_end *end)
{
	if (end->process == TRACE_NONE) {
		out_char(t->out, '?');
		return;
	}
	if (t->normal)
		put_name(t, 'P', &t->normal->process_names,
			 t->normal->processes.places[end->process]);
	struct fdp_text name =
		trace_process_name(&t->trace->processes.items[end->process]);
	if (name.len)
		put_title(t->out, name);
	else
		out_char(t->out, '?');
}

static void put_file(struct telling *t, const struct pass *pass)
{
	if (!pass->file) {
		out_char(t->out, '?');
		return;
	}
	if (t->normal)
		put_name(t, 'F', &t->normal->file_names, pass->file);
	if (pass->file_place == TRACE_NONE) {
		out_char(t->out, '?');
		return;
	}
	const struct fdp_file *file = files_peek(&t->trace->files, pass->file_place);
	out_word(t->out, fdp_kind_name(file->kind));
	if (!file->name.len)
		return;
	out_char(t->out, ' ');
	put_stable(t->out, file->name);
}

/* The socket on whose queue it was, or from which it came: one for all of a connection's
 * messages in that direction.
 */
static void put_via(struct telling *t, const struct row *row)
{
	const struct pass *pass = row->pass;
	uint32_t place =
		pass->from.socket != TRACE_NONE ? pass->from.socket : pass->to.socket;
	struct cell type = {.type = CELL_NULL};
	get_via_type(row, NULL, &type);
	if (type.type == CELL_NULL) {
		out_char(t->out, '?');
		return;
	}
	if (t->normal && place != TRACE_NONE)
		put_name(t, 'S', &t->normal->socket_names, place);
	out_bytes(t->out, type.text.data, type.text.len);
	struct fdp_text name = socket_name(t->trace, pass);
	if (!name.len || is_autobound(name))
		return;
	out_char(t->out, ' ');
	put_stable(t->out, name);
}

static void put_outcome(struct telling *t, const struct row *row)
{
	out_char(t->out, '[');
	show_outcome(row, t->out);
	out_char(t->out, ']');
}

static int end_line(struct telling *t)
{
	out_char(t->out, '\n');
	return t->err ? t->err : t->out->err;
}

int normal_put_pass(struct normal *n, const struct row *row, struct out *o)
{
	struct telling t = {n, row->trace, o, 0};
	put_process(&t, &row->pass->from);
	out_word(o, " → ");
	if (row->pass->received)
		put_process(&t, &row->pass->to);
	else
		out_char(o, '-');
	out_word(o, "   ");
	put_via(&t, row);
	out_word(o, "   ");
	put_file(&t, row->pass);
	out_word(o, "   ");
	show_outcome(row, o);
	return end_line(&t);
}

static void put_hop(struct telling *t, const struct row *row)
{
	show_arrow(row->pass, t->out);
	if (row->pass->received)
		put_process(t, &row->pass->to);
	if (row->pass->outcome == OUTCOME_DELIVERED)
		return;
	if (row->pass->received)
		out_char(t->out, ' ');
	put_outcome(t, row);
}

/* What lies between a hop and the one before it. */
static void put_joint(struct telling *t, const struct row *hop)
{
	enum chain_link link = (enum chain_link)hop->hop->link;
	if (link == CHAIN_LOOK_ALIKE) {
		out_word(t->out, " [inferred]");
	} else if (link == CHAIN_INHERITED || link >= CHAIN_PEER) {
		out_word(t->out, link == CHAIN_INHERITED ? " ⇢ " : " ⇢ [inferred] ");
		put_process(t, &hop->pass->from);
	}
}

int normal_put_chain(struct normal *n, const struct row *row, struct out *o)
{
	struct telling t = {n, row->trace, o, 0};
	struct hops hops;
	hops_begin(&hops, row);
	for (const struct row *hop; (hop = hops_next(&hops));) {
		if (hops.next == 1)
			put_process(&t, &hop->pass->from);
		else
			put_joint(&t, hop);
		put_hop(&t, hop);
	}
	out_word(o, "   ");
	put_file(&t, row->pass);
	return end_line(&t);
}

/* Length of "P1 ", "S1 " or "F1 " at that place. */
static size_t name_at(struct fdp_text line, size_t at)
{
	if (at >= line.len || !memchr("PSF", line.data[at], 3))
		return 0;
	size_t digits = digits_at(line, at + 1), end = at + 1 + digits;
	return digits && end < line.len && line.data[end] == ' ' ? digits + 2 : 0;
}

static bool has_at(struct fdp_text line, size_t at, const char *sign)
{
	size_t len = strlen(sign);
	return len <= line.len - at && memcmp(line.data + at, sign, len) == 0;
}

/*
 * Things are at the start, behind what separates the fields and behind arrows: those that
 * are not doubled, as a name's own are.
 */
enum normal_line normal_read(struct fdp_text line, struct out *o)
{
	enum { FIELD = 2, SIGNS = 6 };
	static const char *const signs[SIGNS] = {
		"→→", "⇢⇢", [FIELD] = "   ", "→ ", "⇢ [inferred] ", "⇢ ",
	};
	size_t fields = 1, arrows = 0, at = name_at(line, 0);
	while (at < line.len) {
		size_t sign = 0;
		while (sign < SIGNS && !has_at(line, at, signs[sign]))
			sign++;
		size_t len = sign < SIGNS ? strlen(signs[sign]) : 1;
		bool named = sign >= FIELD && sign < SIGNS;
		fields += sign == FIELD;
		arrows += named && sign != FIELD;
		out_bytes(o, line.data + at, len);
		at += len;
		at += named ? name_at(line, at) : 0;
	}
	out_char(o, '\n');
	if (!arrows || fields < 2)
		return NORMAL_NONE;
	return fields == 2 ? NORMAL_CHAIN : NORMAL_PASS;
}
