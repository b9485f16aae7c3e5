// SPDX-License-Identifier: BSD-2-Clause
#include "fact.h"

#include <string.h>

#include "container.h"
#include "word.h"

#define UNUSED __attribute__((unused))

static void set_number(struct cell *cell, uint64_t number)
{
	cell->type = CELL_NUMBER;
	cell->number = number;
}

static void set_known(struct cell *cell, uint64_t number)
{
	if (number)
		set_number(cell, number);
}

static void set_text(struct cell *cell, struct fdp_text text)
{
	if (!text.len)
		return;
	cell->type = CELL_TEXT;
	cell->text = text;
}

static void set_word(struct cell *cell, const char *word)
{
	if (!word)
		return;
	cell->type = CELL_WORD;
	cell->text = (struct fdp_text){word, strlen(word)};
}

static void set_device(struct cell *cell, uint64_t major, uint64_t minor)
{
	if (!major && !minor)
		return;
	cell->type = CELL_DEVICE;
	cell->number = major;
	cell->minor = minor;
}

static uint32_t read_u32(const void *base, size_t offset)
{
	uint32_t value;
	memcpy(&value, (const char *)base + offset, sizeof(value));
	return value;
}

static uint64_t read_u64(const void *base, size_t offset)
{
	uint64_t value;
	memcpy(&value, (const char *)base + offset, sizeof(value));
	return value;
}

static struct fdp_text read_text(const void *base, size_t offset)
{
	struct fdp_text text;
	memcpy(&text, (const char *)base + offset, sizeof(text));
	return text;
}

/* Of the pass. */

void get_message(const struct row *row, const struct column *column UNUSED,
		 struct cell *cell)
{
	set_known(cell, row->pass->message);
}

void get_index(const struct row *row, const struct column *column UNUSED,
	       struct cell *cell)
{
	if (row->pass->file || row->pass->received || row->pass->from.fd >= 0)
		set_number(cell, row->pass->index);
}

void get_time(const struct row *row, const struct column *column UNUSED,
	      struct cell *cell)
{
	cell->type = CELL_TIME;
	cell->number = pass_time(row->pass);
}

void get_boot_ns(const struct row *row, const struct column *column UNUSED,
		 struct cell *cell)
{
	cell->type = CELL_LARGE;
	cell->number = pass_time(row->pass);
}

void get_to_boot_ns(const struct row *row, const struct column *column UNUSED,
		    struct cell *cell)
{
	if (!row->pass->received)
		return;
	cell->type = CELL_LARGE;
	cell->number = row->pass->to.time_ns;
}

void get_size(const struct row *row, const struct column *column UNUSED,
	      struct cell *cell)
{
	if (row->pass->size != PASS_SIZE_UNKNOWN)
		set_number(cell, row->pass->size);
}

void get_outcome(const struct row *row, const struct column *column UNUSED,
		 struct cell *cell)
{
	set_word(cell, outcome_name(row->pass->outcome));
}

void get_errno(const struct row *row, const struct column *column UNUSED,
	       struct cell *cell)
{
	if (row->pass->error)
		set_word(cell, word_errno(row->pass->error));
}

void get_latency(const struct row *row, const struct column *column UNUSED,
		 struct cell *cell)
{
	const struct pass *p = row->pass;
	if (p->sent && p->received && !p->late && !p->way &&
	    p->to.time_ns >= p->from.time_ns)
		set_number(cell, p->to.time_ns - p->from.time_ns);
}

/* Of its two ends. */

static const struct pass_end *row_end(const struct row *row, const struct column *column)
{
	return column->to ? &row->pass->to : &row->pass->from;
}

static const struct fdp_process *row_process(const struct row *row,
					     const struct column *column)
{
	if (row->process)
		return row->process->process;
	uint32_t place = row_end(row, column)->process;
	return place == TRACE_NONE ? NULL : &row->trace->processes.items[place];
}

void get_parent(const struct row *row, const struct column *column, struct cell *cell)
{
	const struct fdp_process *process = row_process(row, column);
	const struct fdp_process *parent =
		process ? trace_parent(row->trace, process) : NULL;
	if (parent)
		set_text(cell, trace_process_name(parent));
}

void get_host(const struct row *row, const struct column *column UNUSED,
	      struct cell *cell)
{
	const struct trace *t = row->trace;
	uint32_t place = TRACE_NONE;
	if (row->process)
		place = (uint32_t)(row->process->process - t->processes.items);
	else if (row->pass->from.process != TRACE_NONE)
		place = row->pass->from.process;
	else
		place = row->pass->to.process;
	set_text(cell, trace_host(t, place));
}

void get_process_u32(const struct row *row, const struct column *column,
		     struct cell *cell)
{
	const struct fdp_process *process = row_process(row, column);
	if (process)
		set_known(cell, read_u32(process, column->member));
}

/* User and group ids: 0 is one of them. */
void get_process_id(const struct row *row, const struct column *column, struct cell *cell)
{
	const struct fdp_process *process = row_process(row, column);
	if (process)
		set_number(cell, read_u32(process, column->member));
}

void get_process_text(const struct row *row, const struct column *column,
		      struct cell *cell)
{
	const struct fdp_process *process = row_process(row, column);
	if (process)
		set_text(cell, read_text(process, column->member));
}

void get_process_name(const struct row *row, const struct column *column,
		      struct cell *cell)
{
	const struct fdp_process *process = row_process(row, column);
	if (process)
		set_text(cell, trace_process_name(process));
}

/* As ps(1) shows them: a space for each NUL, but for those at the end. */
void get_cmdline(const struct row *row, const struct column *column, struct cell *cell)
{
	const struct fdp_process *process = row_process(row, column);
	struct fdp_text line = process ? process->cmdline : (struct fdp_text){0};
	while (line.len && !line.data[line.len - 1])
		line.len--;
	if (!line.len)
		return;
	row->scratch->len = 0;
	for (size_t i = 0; i < line.len; i++)
		out_char(row->scratch, line.data[i] ? line.data[i] : ' ');
	set_text(cell, (struct fdp_text){row->scratch->data, row->scratch->len});
}

void get_container(const struct row *row, const struct column *column, struct cell *cell)
{
	const struct fdp_process *process = row_process(row, column);
	uint32_t host = row->trace->header.pid_ns;
	if (process)
		set_text(cell,
			 container_name(process->cgroup,
					host && process->pid_ns &&
						process->pid_ns != FDP_PID_NS_INITIAL &&
						process->pid_ns != host));
}

static const struct fdp_process *row_peer(const struct row *row)
{
	uint32_t place = pass_peer(row->trace, row->pass);
	return place == TRACE_NONE ? NULL : &row->trace->processes.items[place];
}

void get_peer_u32(const struct row *row, const struct column *column, struct cell *cell)
{
	const struct fdp_process *peer = row_peer(row);
	if (peer)
		set_known(cell, read_u32(peer, column->member));
}

void get_peer_name(const struct row *row, const struct column *column UNUSED,
		   struct cell *cell)
{
	const struct fdp_process *peer = row_peer(row);
	if (peer)
		set_text(cell, trace_process_name(peer));
}

void get_end_fd(const struct row *row, const struct column *column, struct cell *cell)
{
	int32_t fd = (int32_t)read_u32(row_end(row, column), column->member);
	if (fd >= 0)
		set_number(cell, (uint64_t)fd);
}

void get_end_slot(const struct row *row, const struct column *column, struct cell *cell)
{
	int32_t slot = row_end(row, column)->slot;
	if (slot >= 0)
		set_number(cell, (uint64_t)slot);
}

void get_socket_ino(const struct row *row, const struct column *column, struct cell *cell)
{
	uint32_t place = row_end(row, column)->socket;
	if (place != TRACE_NONE)
		set_known(cell, row->trace->sockets.items[place].ino);
}

/* Of the open file. */

static const struct fdp_file *row_file(const struct row *row)
{
	uint32_t place = row->pass->file_place;
	return place == TRACE_NONE ? NULL : files_peek(&row->trace->files, place);
}

void get_file_id(const struct row *row, const struct column *column UNUSED,
		 struct cell *cell)
{
	set_known(cell, row->pass->file);
}

void get_file_kind(const struct row *row, const struct column *column UNUSED,
		   struct cell *cell)
{
	const struct fdp_file *file = row_file(row);
	if (file && file->kind != FDP_KIND_UNKNOWN)
		set_word(cell, fdp_kind_name(file->kind));
}

void get_file_text(const struct row *row, const struct column *column, struct cell *cell)
{
	const struct fdp_file *file = row_file(row);
	if (file)
		set_text(cell, read_text(file, column->member));
}

void get_file_u32(const struct row *row, const struct column *column, struct cell *cell)
{
	const struct fdp_file *file = row_file(row);
	if (file)
		set_known(cell, read_u32(file, column->member));
}

void get_file_ino(const struct row *row, const struct column *column UNUSED,
		  struct cell *cell)
{
	const struct fdp_file *file = row_file(row);
	if (!file || !file->ino)
		return;
	cell->type = CELL_LARGE;
	cell->number = file->ino;
}

void get_file_dev(const struct row *row, const struct column *column UNUSED,
		  struct cell *cell)
{
	const struct fdp_file *file = row_file(row);
	if (file)
		set_device(cell, file->dev_major, file->dev_minor);
}

void get_file_rdev(const struct row *row, const struct column *column UNUSED,
		   struct cell *cell)
{
	const struct fdp_file *file = row_file(row);
	if (file)
		set_device(cell, file->rdev_major, file->rdev_minor);
}

void get_file_size(const struct row *row, const struct column *column UNUSED,
		   struct cell *cell)
{
	const struct fdp_file *file = row_file(row);
	if (file && (file->kind == FDP_KIND_REGULAR || file->kind == FDP_KIND_MEMFD))
		set_number(cell, file->size);
}

void get_file_flag(const struct row *row, const struct column *column, struct cell *cell)
{
	const struct fdp_file *file = row_file(row);
	if (!file)
		return;
	cell->type = CELL_BOOL;
	cell->number = (file->flags & column->member) != 0;
}

void get_file_flags(const struct row *row, const struct column *column UNUSED,
		    struct cell *cell)
{
	const struct fdp_file *file = row_file(row);
	if (!file)
		return;
	cell->type = CELL_WORDS;
	cell->n_words = word_open_flags(cell->words, file->open_flags);
}

void get_file_seals(const struct row *row, const struct column *column UNUSED,
		    struct cell *cell)
{
	const struct fdp_file *file = row_file(row);
	if (!file || file->kind != FDP_KIND_MEMFD)
		return;
	cell->type = CELL_WORDS;
	cell->n_words = word_seals(cell->words, file->seals);
}

static const struct fdp_file *row_socket_file(const struct row *row)
{
	const struct fdp_file *file = row_file(row);
	return file && file->kind == FDP_KIND_SOCKET ? file : NULL;
}

void get_file_family(const struct row *row, const struct column *column UNUSED,
		     struct cell *cell)
{
	const struct fdp_file *file = row_socket_file(row);
	if (file)
		set_word(cell, word_family(file->family));
}

void get_file_type(const struct row *row, const struct column *column UNUSED,
		   struct cell *cell)
{
	const struct fdp_file *file = row_socket_file(row);
	if (file)
		set_word(cell, word_socket_type(file->type));
}

void get_file_state(const struct row *row, const struct column *column UNUSED,
		    struct cell *cell)
{
	const struct fdp_file *file = row_socket_file(row);
	if (file)
		set_word(cell, word_state(file->state));
}

/* Of the way. */

static struct fdp_text name_of(const struct trace *t, uint32_t place)
{
	if (place == TRACE_NONE)
		return (struct fdp_text){"", 0};
	return t->sockets.items[place].name;
}

struct fdp_text socket_own_name(const struct trace *t, const struct pass *p)
{
	/* A listener's name is that of the sockets it accepts: one end has it. */
	struct fdp_text name = name_of(t, p->to.socket);
	if (!name.len)
		name = name_of(t, p->queue);
	return name.len ? name : name_of(t, p->from.socket);
}

struct fdp_text socket_name(const struct trace *t, const struct pass *p)
{
	struct fdp_text name = socket_own_name(t, p);
	if (!name.len && p->from.socket != TRACE_NONE)
		name = name_of(t, trace_socket(t, t->sockets.items[p->from.socket].peer));
	return name;
}

void get_via_type(const struct row *row, const struct column *column UNUSED,
		  struct cell *cell)
{
	const struct pass *p = row->pass;
	if (p->way) {
		set_word(cell, fdp_way_name(p->way));
		return;
	}
	uint32_t place = p->from.socket != TRACE_NONE ? p->from.socket : p->to.socket;
	if (place != TRACE_NONE)
		set_word(cell, word_socket_type(row->trace->sockets.items[place].type));
}

void get_via_name(const struct row *row, const struct column *column UNUSED,
		  struct cell *cell)
{
	set_text(cell, socket_name(row->trace, row->pass));
}

/* Of hops and chains. */

void get_link(const struct row *row, const struct column *column UNUSED,
	      struct cell *cell)
{
	set_word(cell, chain_link_name(row->hop->link));
}

void get_proof(const struct row *row, const struct column *column UNUSED,
	       struct cell *cell)
{
	set_word(cell, word_proof(row->hop->proven, row->hop->inferred));
}

void get_depth(const struct row *row, const struct column *column UNUSED,
	       struct cell *cell)
{
	set_number(cell, chain_place(row->chains, row->hop).depth);
}

/* Of counts. */

void get_process_tally(const struct row *row, const struct column *column,
		       struct cell *cell)
{
	set_number(cell, read_u64(row->process, column->member));
}

void get_leak_tally(const struct row *row, const struct column *column, struct cell *cell)
{
	uint64_t number = read_u64(row->leak, column->member);
	if (number != LEAK_RATE_UNKNOWN)
		set_number(cell, number);
}

void get_summary_group(const struct row *row, const struct column *column UNUSED,
		       struct cell *cell)
{
	set_word(cell, row->summary->group);
}

void get_summary_name(const struct row *row, const struct column *column UNUSED,
		      struct cell *cell)
{
	set_text(cell, row->summary->name);
}

void get_summary_tally(const struct row *row, const struct column *column,
		       struct cell *cell)
{
	set_number(cell, read_u64(row->summary, column->member));
}
