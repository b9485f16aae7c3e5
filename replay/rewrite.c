// SPDX-License-Identifier: BSD-2-Clause
#include "rewrite.h"

#include <string.h>
#include <unistd.h>

/* Generations of a process that are told. */
#define ANCESTORS_MAX 32

int rewrite_init(struct rewrite *w, const struct rewrite_options *options,
		 const struct trace *trace, struct out *out)
{
	*w = (struct rewrite){.options = *options, .trace = trace, .out = out};
	cut_init(&w->cut, &options->cut);
	return redaction_init(&w->redaction, options->keep, options->shift_time);
}

void rewrite_release(struct rewrite *w)
{
	fdp_writer_free(w->writer);
	w->writer = NULL;
	redaction_release(&w->redaction);
	cut_release(&w->cut);
	index_release(&w->families);
	index_release(&w->held);
	index_release(&w->peers);
}

static int write_out(void *ctx, const void *data, size_t len)
{
	struct out *out = ctx;
	out_bytes(out, data, len);
	return out->err;
}

/* Without a trailer: whoever reads it is told that it was cut short. */
static int section_end(struct rewrite *w)
{
	if (!w->writer)
		return 0;
	int err = fdp_writer_flush(w->writer);
	fdp_writer_free(w->writer);
	w->writer = NULL;
	return err;
}

static int section_begin(struct rewrite *w, struct fdp_header *header)
{
	int err = section_end(w);
	cut_restart(&w->cut);
	index_release(&w->families);
	index_release(&w->held);
	index_release(&w->peers);
	w->trailer = (struct fdp_trailer){0};
	w->damaged = false;
	if (w->options.cut.given)
		header->flags |= FDP_HEADER_FILTERED;
	return err ? err : fdp_writer_new(&w->writer, header, write_out, w->out);
}

static int write_trailer(struct rewrite *w, const struct fdp_trailer *read)
{
	struct fdp_trailer trailer = *read;
	if (!w->writer || w->damaged)
		return section_end(w);
	trailer.messages = w->trailer.messages;
	trailer.descriptors = w->trailer.descriptors;
	trailer.receives = w->trailer.receives;
	int err = fdp_writer_finish(w->writer, &trailer);
	fdp_writer_free(w->writer);
	w->writer = NULL;
	return err;
}

static int keep(void *ctx, struct fdp_record *record)
{
	struct rewrite *w = ctx;
	if (!w->writer) /* its header was damaged */
		return 0;
	if (record->type == FDP_SEND) {
		w->trailer.messages++;
		w->trailer.descriptors += record->send.n_fds;
	}
	w->trailer.receives += record->type == FDP_RECEIVE;
	int err = w->options.redact ? redact_record(&w->redaction, record) : 0;
	return err ? err : fdp_writer_add(w->writer, record);
}

static int keep_process(struct rewrite *w, const struct fdp_process *process)
{
	struct fdp_record record = {.type = FDP_PROCESS, .process = *process};
	return keep(w, &record);
}

/* Who has a parent is shown with it, and inherits from those before. */
static int keep_ancestors(struct rewrite *w, uint64_t id)
{
	const struct trace *t = w->trace;
	uint32_t place = trace_process(t, id);
	int err = 0;
	for (size_t i = 0; !err && i < ANCESTORS_MAX && place != TRACE_NONE; i++) {
		const struct fdp_process *process = &t->processes.items[place];
		const struct fdp_process *parent = trace_parent(t, process);
		if (index_get(&w->families, process->id) != INDEX_NONE)
			return 0;
		err = index_set(&w->families, process->id, 1);
		if (!err && parent)
			err = keep_process(w, parent);
		place = parent ? (uint32_t)(parent - t->processes.items) : TRACE_NONE;
	}
	return err;
}

/* Longer names than the kernel's sun_path can be abstract in no trace of ours. */
#define ABSTRACT_MAX 128

static int keep_socket(struct rewrite *w, struct fdp_socket socket)
{
	char name[ABSTRACT_MAX] = "";
	/* The model writes an @ for the NUL of an abstract name. */
	if (socket.name.len && socket.name.len <= sizeof(name) &&
	    socket.name.data[0] == '@') {
		memcpy(name + 1, socket.name.data + 1, socket.name.len - 1);
		socket.name.data = name;
	}
	struct fdp_record record = {.type = FDP_SOCKET, .socket = socket};
	return keep(w, &record);
}

/* Who held the other end when the recording began would have received it. */
static int keep_holder(struct rewrite *w, uint32_t socket)
{
	const struct trace *t = w->trace;
	uint32_t holder = trace_holder(t, socket);
	if (holder == TRACE_NONE)
		return 0;
	uint64_t id = t->sockets.items[socket].id;
	if (index_get(&w->held, id) != INDEX_NONE)
		return 0;
	const struct fdp_process *process = &t->processes.items[holder];
	int err = index_set(&w->held, id, 1);
	if (!err)
		err = keep_process(w, process);
	struct fdp_record record = {.type = FDP_HOLDER,
				    .holder = {id, process->id, FDP_FD_UNKNOWN}};
	return err ? err : keep(w, &record);
}

/* A sender's peer, with its name. */
static int keep_peer(struct rewrite *w, uint32_t socket)
{
	if (socket == TRACE_NONE)
		return 0;
	const struct fdp_socket *peer = &w->trace->sockets.items[socket];
	if (index_get(&w->peers, peer->id) != INDEX_NONE)
		return 0;
	int err = index_set(&w->peers, peer->id, 1);
	return err ? err : keep_socket(w, *peer);
}

/* Where it was to be received: of what was not sent, at the sender's peer. */
static int keep_other_end(struct rewrite *w, const struct fdp_send *send)
{
	const struct trace *t = w->trace;
	uint32_t socket = trace_socket(t, send->receiver);
	uint32_t own = trace_socket(t, send->socket);
	int err = 0;
	if (socket == TRACE_NONE && own != TRACE_NONE) {
		socket = trace_socket(t, t->sockets.items[own].peer);
		err = keep_peer(w, socket);
	}
	return err ? err : keep_holder(w, socket);
}

/* An event of a part, and what is shown with it that its block may not have. */
static int keep_event(void *ctx, struct fdp_record *record)
{
	struct rewrite *w = ctx;
	int err = 0;
	switch (record->type) {
	case FDP_SEND:
		err = keep_other_end(w, &record->send);
		if (!err)
			err = keep_ancestors(w, record->send.process);
		break;
	case FDP_RECEIVE:
		err = keep_ancestors(w, record->receive.process);
		break;
	case FDP_TRANSFER:
		err = keep_ancestors(w, record->transfer.from);
		if (!err)
			err = keep_ancestors(w, record->transfer.to);
		break;
	default:
		break;
	}
	return err ? err : keep(w, record);
}

int rewrite_add(struct rewrite *w, const struct fdp_record *record, bool inside)
{
	struct fdp_record copy = *record;
	bool frame = record->type == FDP_HEADER || record->type == FDP_TRAILER;
	int err = frame && w->options.redact ? redact_record(&w->redaction, &copy) : 0;
	if (err)
		return err;
	if (record->type == FDP_HEADER)
		return section_begin(w, &copy.header);
	if (record->type == FDP_TRAILER)
		return write_trailer(w, &copy.trailer);
	if (w->options.cut.given)
		return cut_add(&w->cut, &copy, inside, keep_event, w);
	return keep(w, &copy);
}

void rewrite_damage(struct rewrite *w)
{
	w->damaged = true;
}

int rewrite_tell(struct rewrite *w)
{
	struct out report;
	bool taken = w->out->fd == STDOUT_FILENO;
	int err = out_init(&report, taken ? STDERR_FILENO : STDOUT_FILENO);
	if (!err && w->options.redact)
		redaction_report(&w->redaction, &report);
	if (!err)
		err = out_finish(&report);
	if (!err)
		err = section_end(w);
	out_release(&report);
	return err ? err : out_finish(w->out);
}
