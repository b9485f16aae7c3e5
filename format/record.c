/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Record: see record.h. Fields are only ever appended to these tables, and none that is,
 * nor one of a new even type, is a FILE, TIME, MESSAGE or FDS: these are told as
 * differences, and who passes over one takes all that follow for others.
 */
#include "record.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "decode.h"
#include "encode.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define FIELD(record, member, how)                                                       \
	{                                                                                \
		.name = #member, .coding = CODING_##how,                                 \
		.offset = offsetof(struct fdp_record, record.member)                     \
	}
#define FIELD_FDS(record)                                                                \
	{                                                                                \
		.name = "fds", .coding = CODING_FDS,                                     \
		.offset = offsetof(struct fdp_record, record.fds),                       \
		.count = offsetof(struct fdp_record, record.n_fds)                       \
	}

static const struct field process_fields[] = {
	FIELD(process, id, U64),	 FIELD(process, flags, U32),
	FIELD(process, pid, U32),	 FIELD(process, tid, U32),
	FIELD(process, own_pid, U32),	 FIELD(process, ppid, U32),
	FIELD(process, start_ns, U64),	 FIELD(process, parent_start_ns, U64),
	FIELD(process, uid, U32),	 FIELD(process, gid, U32),
	FIELD(process, euid, U32),	 FIELD(process, egid, U32),
	FIELD(process, pid_ns, NS),	 FIELD(process, mnt_ns, NS),
	FIELD(process, user_ns, NS),	 FIELD(process, net_ns, NS),
	FIELD(process, cgroup_id, U64),	 FIELD(process, comm, TEXT),
	FIELD(process, main_comm, TEXT), FIELD(process, exe, TEXT),
	FIELD(process, cgroup, TEXT),	 FIELD(process, cmdline, TEXT),
};

static const struct field socket_fields[] = {
	FIELD(socket, id, U64),	   FIELD(socket, flags, U32),
	FIELD(socket, type, U32),  FIELD(socket, cookie, U64),
	FIELD(socket, ino, U64),   FIELD(socket, net_ns, NS),
	FIELD(socket, peer, U64),  FIELD(socket, peer_ino, U64),
	FIELD(socket, name, TEXT),
};

static const struct field file_fields[] = {
	FIELD(file, id, U64),	      FIELD(file, flags, U32),
	FIELD(file, kind, U32),	      FIELD(file, open_flags, U32),
	FIELD(file, mode, U32),	      FIELD(file, dev_major, U32),
	FIELD(file, dev_minor, U32),  FIELD(file, rdev_major, U32),
	FIELD(file, rdev_minor, U32), FIELD(file, ino, U64),
	FIELD(file, size, U64),	      FIELD(file, mnt_ns, NS),
	FIELD(file, target, U32),     FIELD(file, seals, U32),
	FIELD(file, family, U32),     FIELD(file, type, U32),
	FIELD(file, protocol, U32),   FIELD(file, state, U32),
	FIELD(file, socket, SOCKET),  FIELD(file, name, TEXT),
	FIELD(file, local, TEXT),     FIELD(file, remote, TEXT),
};

static const struct field send_fields[] = {
	FIELD(send, time_ns, TIME),    FIELD(send, message, MESSAGE),
	FIELD(send, process, PROCESS), FIELD(send, socket, SOCKET),
	FIELD(send, receiver, SOCKET), FIELD(send, size, U64),
	FIELD(send, sockfd, S32),      FIELD(send, call, U32),
	FIELD(send, flags, U32),       FIELD(send, error, U32),
	FIELD(send, error_index, S32), FIELD_FDS(send),
};

static const struct field queue_fields[] = {
	FIELD(queue, time_ns, TIME),
	FIELD(queue, message, MESSAGE),
	FIELD(queue, receiver, SOCKET),
};

static const struct field receive_fields[] = {
	FIELD(receive, time_ns, TIME),	  FIELD(receive, message, MESSAGE),
	FIELD(receive, process, PROCESS), FIELD(receive, socket, SOCKET),
	FIELD(receive, sender, SOCKET),	  FIELD(receive, result, S64),
	FIELD(receive, sockfd, S32),	  FIELD(receive, call, U32),
	FIELD(receive, flags, U32),	  FIELD_FDS(receive),
};

static const struct field end_fields[] = {
	FIELD(end, time_ns, TIME),
	FIELD(end, message, MESSAGE),
	FIELD(end, process, PROCESS),
	FIELD(end, reason, U32),
};

static const struct field file_end_fields[] = {
	FIELD(file_end, time_ns, TIME),
	FIELD(file_end, file, FILE),
};

static const struct field loss_fields[] = {
	FIELD(loss, from_ns, TIME), FIELD(loss, to_ns, TIME), FIELD(loss, cause, U32),
	FIELD(loss, what, U32),	    FIELD(loss, count, U64),
};

static const struct field clock_fields[] = {
	FIELD(clock, boot_ns, TIME),
	FIELD(clock, mono_ns, U64),
	FIELD(clock, real_ns, S64),
	FIELD(clock, error_ns, U64),
};

static const struct field holder_fields[] = {
	FIELD(holder, socket, SOCKET),
	FIELD(holder, process, PROCESS),
	FIELD(holder, fd, S32),
};

static const struct field snapshot_fields[] = {
	FIELD(snapshot, time_ns, TIME),	 FIELD(snapshot, n_processes, U64),
	FIELD(snapshot, n_sockets, U64), FIELD(snapshot, n_holders, U64),
	FIELD(snapshot, complete, BOOL),
};

static const struct field transfer_fields[] = {
	FIELD(transfer, time_ns, TIME),	 FIELD(transfer, way, U32),
	FIELD(transfer, flags, U32),	 FIELD(transfer, from, PROCESS),
	FIELD(transfer, to, PROCESS),	 FIELD(transfer, file, FILE),
	FIELD(transfer, socket, SOCKET), FIELD(transfer, from_fd, S32),
	FIELD(transfer, to_fd, S32),	 FIELD(transfer, error, U32),
};

static inline __attribute__((always_inline)) void
fields_visit(const struct fdp_record *rec, const struct field *fields, size_t n,
	     record_visit_fn visit, void *ctx)
{
#pragma GCC unroll 32
	for (size_t i = 0; i < n; i++) {
		const void *value = (const char *)rec + fields[i].offset;

		if (fields[i].coding == CODING_PROCESS)
			visit(ctx, FDP_PROCESS, *(const uint64_t *)value);
		if (fields[i].coding == CODING_SOCKET)
			visit(ctx, FDP_SOCKET, *(const uint64_t *)value);
		if (fields[i].coding == CODING_FILE)
			visit(ctx, FDP_FILE, *(const uint64_t *)value);
	}
}

/* The functions that each table is made into: see decode.h. */
#define FUNCTIONS(record)                                                                \
	static void record##_decode(struct fdp_record *rec, struct cursor *in,           \
				    struct codec *c)                                     \
	{                                                                                \
		fields_decode(rec, record##_fields, COUNT(record##_fields), in, c);      \
	}                                                                                \
	static int record##_encode(struct buffer *out, const struct fdp_record *rec,     \
				   struct codec *c)                                      \
	{                                                                                \
		return fields_encode(out, rec, record##_fields, COUNT(record##_fields),  \
				     c);                                                 \
	}                                                                                \
	static void record##_visit(const struct fdp_record *rec, record_visit_fn visit,  \
				   void *ctx)                                            \
	{                                                                                \
		fields_visit(rec, record##_fields, COUNT(record##_fields), visit, ctx);  \
	}

FUNCTIONS(process)
FUNCTIONS(socket)
FUNCTIONS(file)
FUNCTIONS(send)
FUNCTIONS(queue)
FUNCTIONS(receive)
FUNCTIONS(end)
FUNCTIONS(file_end)
FUNCTIONS(loss)
FUNCTIONS(clock)
FUNCTIONS(holder)
FUNCTIONS(snapshot)
FUNCTIONS(transfer)

#define ROW(record)                                                                      \
	.name = #record, .fields = record##_fields, .n_fields = COUNT(record##_fields),  \
	.decode = record##_decode, .encode = record##_encode, .visit = record##_visit

static const struct record_type types[] = {
	[FDP_PROCESS] = {ROW(process), .definition = true},
	[FDP_SOCKET] = {ROW(socket), .definition = true},
	[FDP_FILE] = {ROW(file), .definition = true},
	[FDP_SEND] = {ROW(send)},
	[FDP_QUEUE] = {ROW(queue)},
	[FDP_RECEIVE] = {ROW(receive)},
	[FDP_END] = {ROW(end)},
	[FDP_FILE_END] = {ROW(file_end)},
	[FDP_LOSS] = {ROW(loss)},
	[FDP_CLOCK] = {ROW(clock)},
	[FDP_HOLDER] = {ROW(holder)},
	[FDP_SNAPSHOT] = {ROW(snapshot)},
	[FDP_TRANSFER] = {ROW(transfer)},
};

_Static_assert(offsetof(struct fdp_record, process.id) ==
			       offsetof(struct fdp_record, socket.id) &&
		       offsetof(struct fdp_record, process.id) ==
			       offsetof(struct fdp_record, file.id),
	       "record_id() reads any of them");

const struct record_type *record_type_find(uint64_t type)
{
	return type < COUNT(types) && types[type].name ? &types[type] : NULL;
}

const char *fdp_type_name(uint32_t type)
{
	const struct record_type *row = record_type_find(type);

	if (type == FDP_HEADER)
		return "header";
	if (type == FDP_TRAILER)
		return "trailer";

	return row ? row->name : "unknown";
}

bool fdp_type_field(struct fdp_field *field, uint32_t type, size_t i)
{
	static const enum fdp_field_kind kinds[] = {
		[CODING_U32] = FDP_FIELD_U32,	  [CODING_U64] = FDP_FIELD_U64,
		[CODING_S32] = FDP_FIELD_S32,	  [CODING_S64] = FDP_FIELD_S64,
		[CODING_NS] = FDP_FIELD_U32,	  [CODING_BOOL] = FDP_FIELD_BOOL,
		[CODING_PROCESS] = FDP_FIELD_U64, [CODING_SOCKET] = FDP_FIELD_U64,
		[CODING_FILE] = FDP_FIELD_U64,	  [CODING_TIME] = FDP_FIELD_U64,
		[CODING_MESSAGE] = FDP_FIELD_U64, [CODING_TEXT] = FDP_FIELD_TEXT,
		[CODING_FDS] = FDP_FIELD_FDS,
	};
	const struct record_type *row = record_type_find(type);

	if (!row || i >= row->n_fields)
		return false;
	*field = (struct fdp_field){
		.name = row->fields[i].name,
		.kind = kinds[row->fields[i].coding],
		.offset = row->fields[i].offset,
		.count = row->fields[i].count,
	};

	return true;
}

uint64_t record_id(const struct fdp_record *rec)
{
	return rec->process.id;
}

/*
 * The length is known only after the body, for which one byte was left: most records are
 * that short. For a longer one, the body is moved.
 */
static void length_fill(struct buffer *out, size_t start)
{
	size_t len = out->len - start - 1;
	size_t more = varint_len(len) - 1;
	uint8_t *body = out->data + start + 1;

	if (more > out->cap - out->len) {
		out->full = true;
		return;
	}
	if (more)
		memmove(body + more, body, len);
	out->len = start;
	put_varint(out, len);
	out->len += len;
}

int record_encode(struct buffer *out, const struct fdp_record *rec, struct codec *c)
{
	const struct record_type *row = record_type_find(rec->type);
	struct codec before = *c;
	size_t start = out->len;
	int err;

	if (!row)
		return -EINVAL;
	put_varint(out, 0); /* for length_fill() */
	put_varint(out, rec->type);
	err = row->encode(out, rec, c);
	if (!err && !out->full)
		length_fill(out, start);
	if (!err && out->full)
		err = -ENOBUFS;
	if (err) {
		*c = before;
		out->len = start;
		out->full = false;
	}

	return err;
}

static int unknown_type(uint64_t type, struct failure *why)
{
	if (type <= FDP_TRAILER)
		return failure_set(why, -EBADMSG, "record type %" PRIu64 " in a block",
				   type);
	if (type & 1)
		return failure_set(why, -EPROTONOSUPPORT,
				   "record type %" PRIu64 " is newer than this reader",
				   type);

	return 0;
}

int record_take(struct record_frame *frame, struct cursor *in, struct failure *why)
{
	const uint8_t *start = in->at;
	uint64_t len = take_varint(in);
	struct cursor body = {.at = in->at};
	uint64_t type;

	if (in->bad || len > cursor_left(in))
		return failure_set(why, -EBADMSG, "record goes beyond its block");
	if (len > FDP_RECORD_MAX)
		return failure_set(why, -EBADMSG, "record length %" PRIu64 " exceeds %d",
				   len, FDP_RECORD_MAX);
	in->at += len;
	body.end = in->at;
	type = take_varint(&body);
	if (body.bad)
		return failure_set(why, -EBADMSG, "record without a type");
	*frame = (struct record_frame){start, type, record_type_find(type), body};

	return 0;
}

int record_fill(struct fdp_record *rec, const struct record_frame *frame, struct codec *c,
		struct failure *why)
{
	struct cursor in = frame->fields;

	if (!frame->row)
		return unknown_type(frame->type, why);
	rec->type = (enum fdp_type)frame->type;
	frame->row->decode(rec, &in, c);
	if (in.bad)
		return failure_set(why, -EBADMSG, "%s record is malformed",
				   frame->row->name);

	return 1;
}

int record_decode(struct fdp_record *rec, struct cursor *in, struct codec *c,
		  struct failure *why)
{
	struct record_frame frame = {0};
	int err = record_take(&frame, in, why);

	return err ? err : record_fill(rec, &frame, c, why);
}

void record_references(const struct fdp_record *rec, record_visit_fn visit, void *ctx)
{
	const struct record_type *row = record_type_find(rec->type);

	if (row)
		row->visit(rec, visit, ctx);
	if (rec->type == FDP_SEND)
		for (uint32_t i = 0; i < rec->send.n_fds; i++)
			visit(ctx, FDP_FILE, rec->send.fds[i].file);
	if (rec->type == FDP_RECEIVE)
		for (uint32_t i = 0; i < rec->receive.n_fds; i++)
			visit(ctx, FDP_FILE, rec->receive.fds[i].file);
}
