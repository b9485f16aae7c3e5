// SPDX-License-Identifier: BSD-2-Clause
/*
 * Translation: one function per event type, in the table at the end. Each first makes
 * sure of the definitions that its record refers to, then adds the record.
 */
#include "translate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file_table.h"
#include "held.h"
#include "socket.h"
#include "thread.h"

struct translate {
	struct translate_ops ops;
	struct file_table *files;
	struct thread_table *threads;
	struct socket_table *sockets;
	struct held *held;
	uint64_t limit;
	struct translate_totals totals;
	struct losses losses;
	struct fdp_descriptor fds[EVENT_FDS_MAX];
};

static void file_forget(void *ctx, uint64_t id)
{
	struct translate *t = ctx;

	t->ops.forget(t->ops.ctx, FDP_FILE, id);
}

static void process_forget(void *ctx, uint64_t id)
{
	struct translate *t = ctx;

	t->ops.forget(t->ops.ctx, FDP_PROCESS, id);
}

static void process_complete(void *ctx, struct process_facts *facts)
{
	struct translate *t = ctx;

	t->ops.enrich(t->ops.ctx, facts);
}

static void socket_forget(void *ctx, uint64_t id)
{
	struct translate *t = ctx;

	t->ops.forget(t->ops.ctx, FDP_SOCKET, id);
}

static int tables_new(struct translate *t)
{
	const struct thread_ops threads = {
		.forget = process_forget,
		.enrich = t->ops.enrich ? process_complete : NULL,
		.ctx = t,
	};
	int err;

	err = file_table_new(&t->files, file_forget, t);
	if (!err)
		err = thread_table_new(&t->threads, &threads);
	if (!err)
		err = socket_table_new(&t->sockets, socket_forget, t);
	if (!err)
		err = held_new(&t->held);

	return err;
}

int translate_new(struct translate **tp, const struct translate_ops *ops)
{
	struct translate *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return -ENOMEM;
	t->ops = *ops;
	err = tables_new(t);
	if (err) {
		translate_free(t);
		return err;
	}
	*tp = t;

	return 0;
}

void translate_free(struct translate *t)
{
	if (!t)
		return;
	held_free(t->held);
	socket_table_free(t->sockets);
	thread_table_free(t->threads);
	file_table_free(t->files);
	free(t);
}

void translate_limit(struct translate *t, uint64_t messages)
{
	t->limit = messages;
}

static int add(struct translate *t, const struct fdp_record *record)
{
	return t->ops.add(t->ops.ctx, record);
}

/* The number of a thread; 0 for none. Its definition precedes what comes next. */
static int thread_number(uint64_t *id, struct translate *t, const struct event_task *task)
{
	struct fdp_record record;
	int is_new = thread_get(&record.process, t->threads, task);

	if (is_new < 0)
		return is_new;
	*id = record.process.id;
	record.type = FDP_PROCESS;

	return is_new ? add(t, &record) : 0;
}

static int socket_define(struct translate *t, struct socket *s)
{
	struct fdp_record record = {.type = FDP_SOCKET};

	s->due = false;
	s->written = true;
	record.socket = socket_definition(s);

	return add(t, &record);
}

/* The number of a socket; 0 for none. Its definition precedes what comes next. */
static int socket_number(uint64_t *id, struct translate *t, uint64_t key)
{
	struct socket *s;
	int err;

	*id = 0;
	if (!key)
		return 0;
	err = socket_get(&s, t->sockets, key);
	if (err)
		return err;
	*id = s->known.id;

	return s->due ? socket_define(t, s) : 0;
}

/*
 * A thread of the snapshot is defined at once; another one when it first does something,
 * under the name and the ids that it has then.
 */
static int translate_process(struct translate *t, const void *data)
{
	const struct event_process *event = data;
	uint64_t id;
	int err = thread_table_learn(t->threads, event);

	if (err)
		return err;
	if (!(event->flags & EVENT_PROCESS_SNAPSHOT))
		return 0;
	t->totals.processes++;

	return thread_number(&id, t, &event->task);
}

static int translate_cgroup(struct translate *t, const void *data)
{
	if (t->ops.cgroup)
		t->ops.cgroup(t->ops.ctx, data);

	return 0;
}

static int translate_socket(struct translate *t, const void *data)
{
	const struct event_socket *event = data;
	struct socket *s;
	int err;

	if (event->name_len > EVENT_SUN_LEN) {
		t->losses.count[FDP_CAUSE_FAULT][FDP_LOST_DEFINITION]++;
		return 0;
	}
	err = socket_learn(&s, t->sockets, event);

	if (err)
		return err;
	if (event->flags & EVENT_SOCKET_SNAPSHOT)
		t->totals.sockets++;
	else if (!s->written)
		return 0;

	return s->due ? socket_define(t, s) : 0;
}

static int translate_file(struct translate *t, const void *data)
{
	return file_table_learn(t->files, data);
}

/* Defines the file, unless that was done, or the probe did not describe it. */
static int file_refer(struct translate *t, uint64_t number)
{
	struct fdp_record record;
	uint64_t socket;
	int err;

	if (!file_table_define(&record.file, &socket, t->files, number))
		return 0;
	record.type = FDP_FILE;
	err = socket_number(&record.file.socket, t, socket);

	return err ? err : add(t, &record);
}

static int descriptors_copy(struct translate *t, const struct event_fd *fds, uint32_t n)
{
	int err = 0;

	for (uint32_t i = 0; i < n && !err; i++) {
		err = file_refer(t, fds[i].file);
		t->fds[i] = (struct fdp_descriptor){fds[i].file, fds[i].fd};
	}

	return err;
}

#define SEND_FLAGS (FDP_SEND_COMPAT | FDP_SEND_NOTHING | FDP_SEND_FAILED)
#define RECEIVE_FLAGS                                                                    \
	(FDP_RECEIVE_COMPAT | FDP_RECEIVE_PEEK | FDP_RECEIVE_TRUNCATED |                 \
	 FDP_RECEIVE_NO_CONTROL | FDP_RECEIVE_CLOEXEC)

/* The wire and the trace number their flags alike: of the last ones, of all. */
_Static_assert((int)EVENT_SEND_FAILED == (int)FDP_SEND_FAILED, "flags of a send");
_Static_assert((int)EVENT_RECEIVE_CLOEXEC == (int)FDP_RECEIVE_CLOEXEC,
	       "flags of a receive");

static int send_add(struct translate *t, const struct event_send *event)
{
	struct fdp_record record;
	struct fdp_send *send = &record.send;
	int err;

	record.type = FDP_SEND;
	*send = (struct fdp_send){
		.message = event->message,
		.time_ns = event->event.time,
		.size = event->size,
		.sockfd = event->sockfd,
		.call = event->call,
		.flags = event->flags & SEND_FLAGS,
		.error = event->error,
		.error_index = event->error_index,
		.n_fds = event->n_fds,
		.fds = t->fds,
	};
	err = thread_number(&send->process, t, &event->task);
	if (!err)
		err = socket_number(&send->socket, t, event->socket);
	if (!err)
		err = socket_number(&send->receiver, t, event->receiver);
	if (!err)
		err = descriptors_copy(t, event->fds, event->n_fds);
	if (err)
		return err;
	t->totals.messages++;
	t->totals.descriptors += event->n_fds;
	if (t->limit || event->flags & (EVENT_SEND_WANTED | EVENT_SEND_UNWANTED))
		err = held_tell(t->held, event->message);

	return err ? err : add(t, &record);
}

static bool limit_reached(const struct translate *t)
{
	return t->limit && t->totals.messages >= t->limit;
}

/*
 * The send of a message that turns out to be wanted. 1: the message is beyond the limit,
 * and not to be told.
 */
static int held_release(struct translate *t, uint64_t message)
{
	struct event_send *send;
	int err = 0;

	if (limit_reached(t) && !held_was_told(t->held, message))
		return 1;
	send = held_take(t->held, message);
	if (send && limit_reached(t))
		err = 1;
	else if (send)
		err = send_add(t, send);
	else if (held_fell_out(t->held, message))
		t->losses.count[FDP_CAUSE_MAP][FDP_LOST_SEND]++;
	free(send);

	return err;
}

static int receive_add(struct translate *t, const struct event_receive *event)
{
	struct fdp_record record;
	struct fdp_receive *receive = &record.receive;
	int err = held_release(t, event->message);

	if (err)
		return err < 0 ? err : 0;
	record.type = FDP_RECEIVE;
	*receive = (struct fdp_receive){
		.message = event->message,
		.time_ns = event->event.time,
		.result = event->result, /* the same value is unknown */
		.sockfd = event->sockfd,
		.call = event->call,
		.flags = event->flags & RECEIVE_FLAGS,
		.n_fds = event->n_fds,
		.fds = t->fds,
	};
	err = thread_number(&receive->process, t, &event->task);
	if (!err)
		err = socket_number(&receive->socket, t, event->socket);
	if (!err)
		err = socket_number(&receive->sender, t, event->sender);
	if (!err)
		err = descriptors_copy(t, event->fds, event->n_fds);
	if (err)
		return err;
	t->totals.receives++;
	/* Its send comes yet, and is wanted whoever sent it. */
	if (event->flags & EVENT_RECEIVE_UNSENT)
		err = held_tell(t->held, event->message);

	return err ? err : add(t, &record);
}

static int translate_receive(struct translate *t, const void *data)
{
	const struct event_receive *event = data;

	if (event->flags & EVENT_RECEIVE_UNDECIDED &&
	    !held_was_told(t->held, event->message))
		return held_add_receive(t->held, event);

	return receive_add(t, event);
}

static int translate_send(struct translate *t, const void *data)
{
	const struct event_send *event = data;
	bool unwanted = event->flags & EVENT_SEND_UNWANTED &&
			!held_was_told(t->held, event->message);
	struct event_receive *receive;
	int err;

	if (limit_reached(t))
		return 0;
	receive = held_take_receive(t->held, event->message);
	err = unwanted ? held_add(t->held, event) : send_add(t, event);
	if (!err && receive && !unwanted)
		err = receive_add(t, receive);
	free(receive);

	return err;
}

static int translate_end(struct translate *t, const void *data)
{
	const struct event_end *event = data;
	struct fdp_record record = {.type = FDP_END};
	int err = held_release(t, event->message);

	if (err)
		return err < 0 ? err : 0;
	record.end = (struct fdp_end){
		.message = event->message,
		.time_ns = event->event.time,
		.reason = event->reason,
	};
	err = thread_number(&record.end.process, t, &event->task);
	if (err)
		return err;

	return add(t, &record);
}

static int translate_transfer(struct translate *t, const void *data)
{
	const struct event_transfer *event = data;
	struct fdp_record record = {.type = FDP_TRANSFER};
	struct fdp_transfer *transfer = &record.transfer;
	int err;

	if (limit_reached(t))
		return 0;
	*transfer = (struct fdp_transfer){
		.time_ns = event->event.time,
		.way = event->way,
		.flags = event->flags,
		.file = event->file,
		.from_fd = event->from_fd,
		.to_fd = event->to_fd,
		.error = event->error,
	};
	err = thread_number(&transfer->from, t, &event->from);
	if (!err)
		err = thread_number(&transfer->to, t, &event->to);
	if (!err)
		err = socket_number(&transfer->socket, t, event->socket);
	if (!err)
		err = file_refer(t, event->file);
	if (err)
		return err;
	t->totals.transfers++;

	return add(t, &record);
}

static int translate_file_end(struct translate *t, const void *data)
{
	const struct event_file_end *event = data;
	const struct fdp_record record = {
		.type = FDP_FILE_END,
		.file_end = {event->file, event->event.time},
	};
	int err;

	if (!file_table_end(t->files, event->file))
		return 0;
	err = add(t, &record);
	t->ops.forget(t->ops.ctx, FDP_FILE, event->file);

	return err;
}

static int translate_holder(struct translate *t, const void *data)
{
	const struct event_holder *event = data;
	struct fdp_record record = {.type = FDP_HOLDER, .holder = {.fd = event->fd}};
	int err = thread_number(&record.holder.process, t, &event->task);

	if (!err)
		err = socket_number(&record.holder.socket, t, event->socket);
	if (err)
		return err;
	t->totals.holders++;

	return add(t, &record);
}

/* The bytes behind the event: so many things, as a field of it says. */
#define TAIL(type, field, max, unit) offsetof(struct type, field), max, unit

static const struct {
	size_t size;
	size_t counter, max, unit; /* 0: nothing follows */
	int (*translate)(struct translate *t, const void *data);
	enum fdp_lost lost; /* what is lost when it cannot be read */
} types[] = {
	[EVENT_PROCESS] = {sizeof(struct event_process),
			   TAIL(event_process, path_len, EVENT_PATH_MAX, 1),
			   translate_process, FDP_LOST_DEFINITION},
	[EVENT_CGROUP] = {sizeof(struct event_cgroup),
			  TAIL(event_cgroup, path_len, EVENT_PATH_MAX, 1),
			  translate_cgroup, FDP_LOST_DEFINITION},
	[EVENT_SOCKET] = {sizeof(struct event_socket), 0, 0, 0, translate_socket,
			  FDP_LOST_DEFINITION},
	[EVENT_FILE] = {sizeof(struct event_file),
			TAIL(event_file, path_len, EVENT_PATH_MAX, 1), translate_file,
			FDP_LOST_DEFINITION},
	[EVENT_SEND] = {sizeof(struct event_send),
			TAIL(event_send, n_fds, EVENT_FDS_MAX, sizeof(struct event_fd)),
			translate_send, FDP_LOST_SEND},
	[EVENT_RECEIVE] = {sizeof(struct event_receive),
			   TAIL(event_receive, n_fds, EVENT_FDS_MAX,
				sizeof(struct event_fd)),
			   translate_receive, FDP_LOST_RECEIVE},
	[EVENT_END] = {sizeof(struct event_end), 0, 0, 0, translate_end, FDP_LOST_END},
	[EVENT_FILE_END] = {sizeof(struct event_file_end), 0, 0, 0, translate_file_end,
			    FDP_LOST_DEFINITION},
	[EVENT_HOLDER] = {sizeof(struct event_holder), 0, 0, 0, translate_holder,
			  FDP_LOST_DEFINITION},
	[EVENT_TRANSFER] = {sizeof(struct event_transfer), 0, 0, 0, translate_transfer,
			    FDP_LOST_TRANSFER},
};

/* Does all of what the event says that it holds lie within its size? */
static bool is_whole(const struct event *event, size_t size)
{
	size_t room = event->size - types[event->type].size;
	size_t counter = types[event->type].counter;
	uint32_t n = 0;

	if (event->size > size || event->size < types[event->type].size)
		return false;
	if (counter)
		memcpy(&n, (const char *)event + counter, sizeof(n));

	return n <= types[event->type].max && n * types[event->type].unit <= room;
}

int translate_event(struct translate *t, const void *data, size_t size)
{
	const struct event *event = data;
	enum fdp_lost lost = FDP_LOST_DEFINITION;
	uint32_t type;

	if (size < sizeof(*event))
		goto malformed;
	type = event->type;
	if (type >= sizeof(types) / sizeof(types[0]) || !types[type].translate)
		goto malformed;
	lost = types[type].lost;
	if (!is_whole(event, size))
		goto malformed;

	return types[type].translate(t, data);

malformed:
	t->losses.count[FDP_CAUSE_FAULT][lost]++;

	return 0;
}

const struct translate_totals *translate_totals(const struct translate *t)
{
	return &t->totals;
}

const struct losses *translate_losses(const struct translate *t)
{
	return &t->losses;
}
