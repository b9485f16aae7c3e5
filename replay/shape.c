// SPDX-License-Identifier: BSD-2-Clause
#include "shape.h"

#include <string.h>

#include "fact.h"

static void put_process(struct out *o, const struct fdp_process *process)
{
	struct fdp_text name = trace_process_name(process);
	if (name.len)
		text_apart(o, name);
	else
		out_char(o, '?');
	out_char(o, '[');
	if (process->pid)
		out_u64(o, process->pid);
	else
		out_char(o, '-');
	out_char(o, ']');
}

void show_host(const struct trace *t, uint32_t process, struct out *o)
{
	if (!t->origin || t->origin->n_hosts < 2)
		return;
	out_char(o, '@');
	text_apart(o, trace_host(t, process));
}

bool show_end(const struct row *row, const struct pass_end *end, struct out *o)
{
	if (end->process == TRACE_NONE)
		return false;
	put_process(o, &row->trace->processes.items[end->process]);
	show_host(row->trace, end->process, o);
	return true;
}

bool show_from(const struct row *row, struct out *o)
{
	return show_end(row, &row->pass->from, o);
}

static struct pass_end peer_end(const struct row *row)
{
	return (struct pass_end){.process = pass_peer(row->trace, row->pass)};
}

bool show_peer(const struct row *row, struct out *o)
{
	const struct pass_end peer = peer_end(row);
	return show_end(row, &peer, o);
}

/* Who would have received it, in parentheses. */
bool show_to(const struct row *row, struct out *o)
{
	if (show_end(row, &row->pass->to, o))
		return true;
	const struct pass_end peer = peer_end(row);
	if (peer.process == TRACE_NONE)
		return false;
	out_char(o, '(');
	show_end(row, &peer, o);
	out_char(o, ')');
	return true;
}

static const struct fdp_file *pass_file(const struct row *row)
{
	uint32_t place = row->pass->file_place;
	return place == TRACE_NONE ? NULL : files_peek(&row->trace->files, place);
}

/* One path of 4096 bytes must not make every line of a table that long. */
#define BRIEF_MAX 60

/* The end of a name says most. */
static void put_brief(struct out *o, const struct row *row, struct fdp_text name)
{
	if (row->brief && name.len > BRIEF_MAX) {
		size_t cut = name.len - BRIEF_MAX;
		while (cut < name.len && (name.data[cut] & 0xc0) == 0x80)
			cut++;
		out_word(o, "…");
		name = (struct fdp_text){name.data + cut, name.len - cut};
	}
	text_terminal(o, name);
}

/* A path that lost its beginning when it was recorded starts with …/ */
static void put_lost_beginning(struct out *o, const struct fdp_file *file)
{
	if (file->flags & (FDP_FILE_CUT | FDP_FILE_NO_PATH))
		out_word(o, "…/");
}

bool show_file(const struct row *row, struct out *o)
{
	const struct fdp_file *file = pass_file(row);
	if (!file)
		return false;
	if (!file->name.len) {
		out_word(o, fdp_kind_name(file->kind));
		return true;
	}
	put_lost_beginning(o, file);
	text_terminal(o, file->name);
	return true;
}

/* As lsof(8) has them: a socket's own and, where it is connected, the other end's. */
static void put_addresses(struct out *o, const struct row *row,
			  const struct fdp_file *file)
{
	if (file->local.len || file->remote.len)
		out_char(o, ' ');
	put_brief(o, row, file->local);
	if (file->remote.len)
		out_word(o, "->");
	put_brief(o, row, file->remote);
}

bool show_file_addressed(const struct row *row, struct out *o)
{
	if (!show_file(row, o))
		return false;
	put_addresses(o, row, pass_file(row));
	return true;
}

/* "memfd:x", "[eventfd]", "pipe:[7]" and "inotify" say what they are. */
static bool name_tells_kind(struct fdp_text name, const char *kind)
{
	size_t len = strlen(kind);
	if (name.len && name.data[0] == '[')
		return true;
	return name.len >= len && memcmp(name.data, kind, len) == 0 &&
	       (name.len == len || name.data[len] == ':');
}

static bool other_mounts(const struct row *row, const struct pass_end *end, uint32_t ns)
{
	if (end->process == TRACE_NONE)
		return false;
	uint32_t own = row->trace->processes.items[end->process].mnt_ns;
	return own && own != ns;
}

/*
 * A path means something else, or nothing, to an end that lives among other mounts. A
 * device is the same one everywhere: services with mounts of their own pass /dev/null.
 */
bool object_is_foreign(const struct row *row)
{
	const struct fdp_file *file = pass_file(row);
	return file && file->mnt_ns && file->kind != FDP_KIND_CHR &&
	       file->kind != FDP_KIND_BLK &&
	       (other_mounts(row, &row->pass->from, file->mnt_ns) ||
		other_mounts(row, &row->pass->to, file->mnt_ns));
}

static void put_foreign(struct out *o, const struct row *row, const struct fdp_file *file)
{
	if (!object_is_foreign(row))
		return;
	out_word(o, " (mnt ");
	out_u64(o, file->mnt_ns);
	out_char(o, ')');
}

bool show_object(const struct row *row, struct out *o)
{
	const struct fdp_file *file = pass_file(row);
	if (!file)
		return false;
	const char *kind = fdp_kind_name(file->kind);
	bool told = name_tells_kind(file->name, kind) ||
		    (file->kind == FDP_KIND_UNKNOWN && file->name.len);
	if (!told)
		out_word(o, kind);
	if (!told && file->name.len)
		out_char(o, ' ');
	if (!row->brief || file->name.len <= BRIEF_MAX)
		put_lost_beginning(o, file);
	put_brief(o, row, file->name);
	put_addresses(o, row, file);
	if ((file->flags & FDP_FILE_DELETED) && file->kind == FDP_KIND_REGULAR)
		out_word(o, " (deleted)");
	put_foreign(o, row, file);
	return true;
}

void show_arrow(const struct pass *pass, struct out *o)
{
	out_word(o, " →");
	if (pass->way) {
		out_word(o, fdp_way_name(pass->way));
		out_word(o, "→");
	}
	out_char(o, ' ');
}

bool show_via(const struct row *row, struct out *o)
{
	struct cell cell = {.type = CELL_NULL};
	get_via_type(row, NULL, &cell);
	if (cell.type == CELL_NULL)
		return false;
	out_bytes(o, cell.text.data, cell.text.len);
	struct fdp_text name = socket_name(row->trace, row->pass);
	if (!name.len)
		return true;
	out_char(o, ' ');
	put_brief(o, row, name);
	return true;
}

bool show_outcome(const struct row *row, struct out *o)
{
	out_word(o, outcome_name(row->pass->outcome));
	struct cell cell = {.type = CELL_NULL};
	get_errno(row, NULL, &cell);
	if (cell.type == CELL_NULL)
		return true;
	out_char(o, ' ');
	out_bytes(o, cell.text.data, cell.text.len);
	return true;
}

enum tint outcome_tint(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_FAILED:
	case OUTCOME_TRUNCATED:
	case OUTCOME_DISCARDED:
	case OUTCOME_DROPPED:
		return TINT_BAD;
	case OUTCOME_QUEUED:
		return TINT_OPEN;
	default:
		return TINT_NONE;
	}
}
