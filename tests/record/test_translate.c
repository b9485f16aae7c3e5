// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../../record/held.h"
#include "../../record/process.h"
#include "../../record/translate.h"

#define RECORDS_MAX 64

/* What came out; texts are copied as C strings, for they are only lent. */
struct out {
	struct translate *t;
	size_t n;
	struct fdp_record records[RECORDS_MAX];
	char texts[RECORDS_MAX][64];
	struct fdp_descriptor fds[RECORDS_MAX][4];
	unsigned int forgotten, enriched;
	uint64_t total;
	int error;
};

static void keep_text(struct out *out, struct fdp_text text)
{
	snprintf(out->texts[out->n], sizeof(out->texts[0]), "%.*s", (int)text.len,
		 text.data);
}

static void keep_fds(struct out *out, const struct fdp_descriptor *fds, uint32_t n)
{
	for (uint32_t i = 0; i < n && i < 4; i++)
		out->fds[out->n][i] = fds[i];
}

static int keep(void *ctx, const struct fdp_record *record)
{
	struct out *out = ctx;

	out->total++;
	if (out->error)
		return out->error;
	if (out->n == RECORDS_MAX)
		return 0;
	out->records[out->n] = *record;
	if (record->type == FDP_PROCESS)
		keep_text(out, record->process.exe);
	if (record->type == FDP_SOCKET)
		keep_text(out, record->socket.name);
	if (record->type == FDP_FILE)
		keep_text(out, record->file.name);
	if (record->type == FDP_SEND)
		keep_fds(out, record->send.fds, record->send.n_fds);
	if (record->type == FDP_RECEIVE)
		keep_fds(out, record->receive.fds, record->receive.n_fds);
	out->n++;

	return 0;
}

static void forget(void *ctx, enum fdp_type type, uint64_t id)
{
	struct out *out = ctx;

	(void)type;
	cr_expect_neq(id, 0);
	out->forgotten++;
}

static void enrich(void *ctx, struct process_facts *facts)
{
	struct out *out = ctx;

	cr_expect_neq(facts->pid, 0);
	out->enriched++;
}

static struct out *out_new(void)
{
	struct out *out = calloc(1, sizeof(*out));
	const struct translate_ops ops = {keep, forget, enrich, out};

	cr_assert_not_null(out);
	cr_assert_eq(translate_new(&out->t, &ops), 0);

	return out;
}

static void out_free(struct out *out)
{
	translate_free(out->t);
	free(out);
}

static struct event_task task_of(uint32_t pid, const char *comm)
{
	struct event_task task = {.pid = pid, .tid = pid, .start = pid * 1000ULL};

	memcpy(task.comm, comm, strlen(comm));

	return task;
}

struct send {
	struct event_send head;
	struct event_fd fds[EVENT_FDS_MAX];
};

struct receive {
	struct event_receive head;
	struct event_fd fds[EVENT_FDS_MAX];
};

static size_t send_size(const struct send *s)
{
	return sizeof(s->head) + s->head.n_fds * sizeof(s->fds[0]);
}

static struct send send_of(uint64_t message, uint32_t n_fds)
{
	struct send s = {.head = {
				 .event = {.type = EVENT_SEND, .time = 100 + message},
				 .task = task_of(10, "client"),
				 .message = message,
				 .socket = 501,
				 .receiver = 502,
				 .size = 1,
				 .sockfd = 3,
				 .call = EVENT_CALL_MSG,
				 .error_index = -1,
				 .n_fds = n_fds,
			 }};

	for (uint32_t i = 0; i < n_fds; i++)
		s.fds[i] = (struct event_fd){.file = 40 + i, .fd = 7 + i};
	s.head.event.size = send_size(&s);

	return s;
}

static struct receive receive_of(uint64_t message, uint32_t n_fds)
{
	struct receive r = {
		.head = {
			.event = {.type = EVENT_RECEIVE, .time = 200 + message},
			.task = task_of(20, "server"),
			.message = message,
			.socket = 502,
			.sender = 501,
			.result = 1,
			.sockfd = 4,
			.flags = EVENT_RECEIVE_CLOEXEC | EVENT_RECEIVE_PEEK,
			.n_fds = n_fds,
		}};

	for (uint32_t i = 0; i < n_fds; i++)
		r.fds[i] = (struct event_fd){.file = 40 + i, .fd = 70 + i};
	r.head.event.size = sizeof(r.head) + n_fds * sizeof(r.fds[0]);

	return r;
}

static int play_send(struct out *out, struct send s)
{
	return translate_event(out->t, &s, send_size(&s));
}

static int play_receive(struct out *out, struct receive r)
{
	return translate_event(out->t, &r, r.head.event.size);
}

static int play_process(struct out *out, struct event_task task, uint32_t flags)
{
	static const char exe[] = "bus\0bin\0";
	struct event_process *e = calloc(1, sizeof(*e) + sizeof(exe));
	int err;

	cr_assert_not_null(e);
	e->event =
		(struct event){.type = EVENT_PROCESS, .size = sizeof(*e) + 8, .time = 1};
	e->task = task;
	e->ppid = 1;
	e->cgroup = 33;
	e->flags = flags;
	e->path_len = 8;
	memcpy(e->path, exe, 8);
	err = translate_event(out->t, e, sizeof(*e) + 8);
	free(e);

	return err;
}

static int play_socket(struct out *out, struct event_socket e)
{
	e.event = (struct event){.type = EVENT_SOCKET, .size = sizeof(e), .time = 1};

	return translate_event(out->t, &e, sizeof(e));
}

static size_t count_type(const struct out *out, enum fdp_type type)
{
	size_t n = 0;

	for (size_t i = 0; i < out->n; i++)
		n += out->records[i].type == type;

	return n;
}

static void expect_types(const struct out *out, const enum fdp_type *types, size_t n)
{
	cr_assert_eq(out->n, n, "%zu records, not %zu", out->n, n);
	for (size_t i = 0; i < n; i++)
		cr_expect_eq(out->records[i].type, types[i], "record %zu is a %s", i,
			     fdp_type_name(out->records[i].type));
}

Test(translate, definitions_precede_the_send_that_uses_them)
{
	static const enum fdp_type types[] = {FDP_PROCESS, FDP_SOCKET, FDP_SOCKET,
					      FDP_SEND};
	struct out *out = out_new();
	const struct fdp_send *send = &out->records[3].send;

	cr_assert_eq(play_process(out, task_of(10, "client"), 0), 0);
	cr_assert_eq(play_send(out, send_of(1, 2)), 0);
	expect_types(out, types, 4);
	cr_expect_str_eq(out->texts[0], "/bin/bus");
	cr_expect_eq(out->records[0].process.id, send->process);
	cr_expect_eq(out->records[0].process.ppid, 1);
	cr_expect_eq(out->records[0].process.cgroup_id, 33);
	cr_expect_eq(out->records[1].socket.id, send->socket);
	cr_expect_eq(out->records[1].socket.ino, 501);
	cr_expect_eq(out->records[2].socket.id, send->receiver);
	cr_expect_eq(send->message, 1);
	cr_expect_eq(send->time_ns, 101);
	cr_expect_eq(send->sockfd, 3);
	cr_expect_eq(send->call, FDP_CALL_MSG);
	cr_expect_eq(send->error_index, -1);
	cr_expect_eq(send->n_fds, 2);
	cr_expect_eq(out->fds[3][1].file, 41);
	cr_expect_eq(out->fds[3][1].fd, 8);
	cr_expect_eq(translate_totals(out->t)->messages, 1);
	cr_expect_eq(translate_totals(out->t)->descriptors, 2);
	out_free(out);
}

Test(translate, what_was_defined_is_not_defined_again)
{
	struct out *out = out_new();

	play_send(out, send_of(1, 1));
	play_receive(out, receive_of(1, 1));
	play_send(out, send_of(2, 1));
	play_receive(out, receive_of(2, 1));
	cr_expect_eq(count_type(out, FDP_PROCESS), 2);
	cr_expect_eq(count_type(out, FDP_SOCKET), 2);
	cr_expect_eq(count_type(out, FDP_RECEIVE), 2);
	cr_expect_eq(out->enriched, 2);
	cr_expect_eq(translate_totals(out->t)->receives, 2);
	out_free(out);
}

Test(translate, a_receive_carries_its_flags_and_numbers)
{
	struct out *out = out_new();
	const struct fdp_receive *receive;

	play_receive(out, receive_of(5, 1));
	receive = &out->records[out->n - 1].receive;
	cr_expect_eq(receive->message, 5);
	cr_expect_eq(receive->flags, FDP_RECEIVE_CLOEXEC | FDP_RECEIVE_PEEK);
	cr_expect_eq(receive->result, 1);
	cr_expect_eq(receive->sockfd, 4);
	cr_expect_eq(receive->n_fds, 1);
	cr_expect_eq(out->fds[out->n - 1][0].fd, 70);
	cr_expect_neq(receive->socket, receive->sender);
	out_free(out);
}

Test(translate, another_name_or_id_or_program_is_another_definition)
{
	struct out *out = out_new();
	struct send s = send_of(1, 0);

	play_send(out, s);
	s.head.task.comm[0] = 'C';
	play_send(out, s);
	s.head.task.euid = 5;
	play_send(out, s);
	s.head.task.exec_id = 2;
	play_send(out, s);
	s.head.task.tid = 11;
	play_send(out, s);
	cr_expect_eq(count_type(out, FDP_PROCESS), 5);
	out_free(out);
}

Test(translate, facts_belong_to_one_program_of_one_process)
{
	struct out *out = out_new();
	struct send s = send_of(1, 0);

	play_process(out, s.head.task, 0);
	s.head.task.exec_id = 1;
	play_send(out, s);
	cr_expect_eq(count_type(out, FDP_PROCESS), 1);
	cr_expect_str_eq(out->texts[0], "");
	cr_expect_eq(out->records[0].process.ppid, 0);
	out_free(out);
}

Test(translate, processes_of_the_snapshot_are_defined_at_once)
{
	struct out *out = out_new();

	play_process(out, task_of(10, "client"), EVENT_PROCESS_SNAPSHOT);
	cr_assert_eq(out->n, 1);
	cr_expect_eq(out->records[0].process.flags, FDP_PROCESS_SNAPSHOT);
	cr_expect_eq(translate_totals(out->t)->processes, 1);
	play_send(out, send_of(1, 0));
	cr_expect_eq(count_type(out, FDP_PROCESS), 1);
	out_free(out);
}

Test(translate, no_task_is_process_zero)
{
	struct out *out = out_new();
	struct send s = send_of(1, 0);

	memset(&s.head.task, 0, sizeof(s.head.task));
	s.head.receiver = 0;
	play_send(out, s);
	cr_expect_eq(count_type(out, FDP_PROCESS), 0);
	cr_expect_eq(out->records[out->n - 1].send.process, 0);
	cr_expect_eq(out->records[out->n - 1].send.receiver, 0);
	out_free(out);
}

Test(translate, a_socket_that_got_a_name_is_defined_again)
{
	struct out *out = out_new();
	struct event_socket e = {.key = 501, .type = 1, .flags = EVENT_SOCKET_SNAPSHOT};

	play_socket(out, e);
	play_socket(out, e);
	cr_assert_eq(out->n, 1);
	memcpy(e.name, "/run/bus\0", 9);
	e.name_len = 9;
	play_socket(out, e);
	cr_assert_eq(out->n, 2);
	cr_expect_eq(out->records[0].socket.id, out->records[1].socket.id);
	cr_expect_str_eq(out->texts[1], "/run/bus");
	e.name_len = 0;
	play_socket(out, e);
	cr_expect_eq(out->n, 2, "what is known is not unlearnt");
	out_free(out);
}

Test(translate, a_peer_has_a_number_before_it_has_a_definition)
{
	struct out *out = out_new();

	play_socket(out, (struct event_socket){.key = 501,
					       .peer = 502,
					       .flags = EVENT_SOCKET_SNAPSHOT});
	cr_assert_eq(out->n, 1);
	play_socket(out, (struct event_socket){.key = 502,
					       .peer = 501,
					       .flags = EVENT_SOCKET_SNAPSHOT});
	cr_assert_eq(out->n, 2);
	cr_expect_eq(out->records[0].socket.peer, out->records[1].socket.id);
	cr_expect_eq(out->records[0].socket.peer_ino, 502);
	cr_expect_eq(out->records[1].socket.peer, out->records[0].socket.id);
	out_free(out);
}

Test(translate, an_accepted_connection_keeps_its_number_under_both_keys)
{
	const uint64_t embryo = EVENT_SOCKET_EMBRYO | 9;
	struct out *out = out_new();
	struct send s = send_of(1, 0);
	uint64_t id;

	s.head.receiver = embryo;
	play_send(out, s);
	id = out->records[out->n - 1].send.receiver;
	cr_expect_eq(out->records[out->n - 2].socket.ino, 0);
	play_socket(out, (struct event_socket){.key = 502, .former = embryo});
	cr_expect_eq(out->records[out->n - 1].socket.id, id);
	cr_expect_eq(out->records[out->n - 1].socket.ino, 502);
	play_receive(out, receive_of(1, 0));
	cr_expect_eq(out->records[out->n - 1].receive.socket, id);
	s.head.message = 2;
	play_send(out, s);
	cr_expect_eq(out->records[out->n - 1].send.receiver, id);
	out_free(out);
}

Test(translate, an_unwanted_send_waits_for_a_receiver_that_is_wanted)
{
	struct out *out = out_new();
	struct send s = send_of(1, 1);

	s.head.flags = EVENT_SEND_UNWANTED | EVENT_SEND_COMPAT;
	play_send(out, s);
	cr_assert_eq(out->n, 0);
	play_receive(out, receive_of(1, 1));
	cr_assert_eq(count_type(out, FDP_SEND), 1);
	cr_expect_eq(out->records[out->n - 1].type, FDP_RECEIVE);
	for (size_t i = 0; i < out->n; i++) {
		if (out->records[i].type == FDP_SEND)
			cr_expect_eq(out->records[i].send.flags, FDP_SEND_COMPAT);
	}
	play_receive(out, receive_of(1, 1));
	cr_expect_eq(count_type(out, FDP_SEND), 1);
	out_free(out);
}

Test(translate, an_unwanted_send_is_told_when_its_message_dies)
{
	struct out *out = out_new();
	struct send s = send_of(4, 0);
	const struct event_end end = {
		.event = {EVENT_END, sizeof(end), 9},
		.message = 4,
		.reason = FDP_END_COLLECTED,
	};

	s.head.flags = EVENT_SEND_UNWANTED;
	play_send(out, s);
	cr_assert_eq(translate_event(out->t, &end, sizeof(end)), 0);
	cr_expect_eq(count_type(out, FDP_SEND), 1);
	cr_expect_eq(out->records[out->n - 1].type, FDP_END);
	cr_expect_eq(out->records[out->n - 1].end.reason, FDP_END_COLLECTED);
	out_free(out);
}

Test(translate, a_kept_send_that_fell_out_is_a_loss_only_if_it_was_wanted)
{
	struct out *out = out_new();
	struct send s = send_of(1, 0);
	const struct losses *losses = translate_losses(out->t);

	s.head.flags = EVENT_SEND_UNWANTED;
	for (uint64_t message = 1; message <= HELD_MAX + 2; message++) {
		s.head.message = message;
		play_send(out, s);
	}
	cr_expect_eq(losses->count[FDP_CAUSE_MAP][FDP_LOST_SEND], 0);
	play_receive(out, receive_of(1, 0));
	play_receive(out, receive_of(1, 0));
	play_receive(out, receive_of(3, 0));
	cr_expect_eq(losses->count[FDP_CAUSE_MAP][FDP_LOST_SEND], 1);
	cr_expect_eq(count_type(out, FDP_SEND), 1);
	out_free(out);
}

Test(translate, after_the_limit_only_earlier_messages_are_told)
{
	struct out *out = out_new();

	translate_limit(out->t, 2);
	play_send(out, send_of(1, 1));
	play_send(out, send_of(2, 1));
	play_send(out, send_of(3, 1));
	play_receive(out, receive_of(3, 1));
	cr_expect_eq(count_type(out, FDP_SEND), 2);
	cr_expect_eq(count_type(out, FDP_RECEIVE), 0);
	play_receive(out, receive_of(2, 1));
	cr_expect_eq(count_type(out, FDP_RECEIVE), 1);
	out_free(out);
}

static int play_file(struct out *out, uint64_t number)
{
	static const char names[] = "null\0dev";
	char bytes[sizeof(struct event_file) + sizeof(names)];
	const struct event_file e = {
		.event = {EVENT_FILE, sizeof(bytes), 5},
		.file = number,
		.mode = S_IFCHR,
		.rdev = 1 << 20 | 3,
		.path_len = sizeof(names),
	};

	memcpy(bytes, &e, sizeof(e));
	memcpy(bytes + sizeof(e), names, sizeof(names));

	return translate_event(out->t, bytes, sizeof(bytes));
}

static int play_file_end(struct out *out, uint64_t number)
{
	const struct event_file_end end = {{EVENT_FILE_END, sizeof(end), 6}, number};

	return translate_event(out->t, &end, sizeof(end));
}

Test(translate, a_file_is_defined_once_when_a_message_has_it)
{
	struct out *out = out_new();

	cr_assert_eq(play_file(out, 40), 0);
	cr_expect_eq(out->n, 0, "nobody has referred to it yet");
	play_send(out, send_of(1, 1));
	play_send(out, send_of(2, 1));
	cr_assert_eq(count_type(out, FDP_FILE), 1);
	for (size_t i = 0; i < out->n; i++) {
		if (out->records[i].type == FDP_FILE) {
			cr_expect_eq(out->records[i].file.id, 40);
			cr_expect_str_eq(out->texts[i], "/dev/null");
			cr_expect_eq(out->records[i + 1].type, FDP_SEND);
		}
	}
	out_free(out);
}

Test(translate, a_file_ends_and_is_forgotten)
{
	struct out *out = out_new();

	play_file(out, 40);
	play_send(out, send_of(1, 1));
	cr_assert_eq(play_file_end(out, 40), 0);
	cr_expect_eq(out->records[out->n - 1].type, FDP_FILE_END);
	cr_expect_eq(out->records[out->n - 1].file_end.file, 40);
	cr_expect_eq(out->records[out->n - 1].file_end.time_ns, 6);
	cr_expect_eq(out->forgotten, 1);
	out_free(out);
}

Test(translate, of_messages_that_nobody_asked_for_nothing_is_told)
{
	struct out *out = out_new();
	struct send s = send_of(1, 1);

	s.head.flags = EVENT_SEND_UNWANTED;
	play_process(out, s.head.task, 0);
	play_socket(out, (struct event_socket){.key = 501});
	play_file(out, 40);
	play_send(out, s);
	play_file_end(out, 40);
	cr_expect_eq(out->n, 0);
	out_free(out);
}

Test(translate, a_holder_names_process_and_socket)
{
	struct out *out = out_new();
	const struct event_holder e = {
		.event = {EVENT_HOLDER, sizeof(e), 5},
		.task = task_of(10, "x"),
		.socket = 501,
		.fd = 8,
	};

	cr_assert_eq(translate_event(out->t, &e, sizeof(e)), 0);
	cr_assert_eq(out->n, 3);
	cr_expect_eq(out->records[2].holder.process, out->records[0].process.id);
	cr_expect_eq(out->records[2].holder.socket, out->records[1].socket.id);
	cr_expect_eq(out->records[2].holder.fd, 8);
	out_free(out);
}

Test(translate, every_truncation_of_an_event_is_a_counted_loss)
{
	struct out *out = out_new();
	const struct send s = send_of(1, 3);
	uint64_t lost = 0;

	for (size_t size = 0; size < send_size(&s); size++) {
		char *exact = malloc(size + 1);

		memcpy(exact, &s, size);
		cr_expect_eq(translate_event(out->t, exact, size), 0);
		free(exact);
		for (uint32_t what = 0; what < LOSS_KINDS; what++)
			lost += translate_losses(out->t)->count[FDP_CAUSE_FAULT][what];
		cr_expect_eq(lost, size + 1);
		lost = 0;
	}
	cr_expect_eq(out->n, 0);
	out_free(out);
}

Test(translate, counts_beyond_the_limits_are_losses)
{
	struct out *out = out_new();
	struct send s = send_of(1, 0);
	struct event_socket e = {.event = {EVENT_SOCKET, sizeof(e), 1},
				 .key = 1,
				 .name_len = EVENT_SUN_LEN + 1};
	const struct losses *losses = translate_losses(out->t);

	s.head.n_fds = EVENT_FDS_MAX + 1;
	s.head.event.size = sizeof(s);
	cr_expect_eq(translate_event(out->t, &s, sizeof(s)), 0);
	cr_expect_eq(losses->count[FDP_CAUSE_FAULT][FDP_LOST_SEND], 1);
	cr_expect_eq(translate_event(out->t, &e, sizeof(e)), 0);
	cr_expect_eq(losses->count[FDP_CAUSE_FAULT][FDP_LOST_DEFINITION], 1);
	e.event.type = 99;
	cr_expect_eq(translate_event(out->t, &e, sizeof(e)), 0);
	cr_expect_eq(losses->count[FDP_CAUSE_FAULT][FDP_LOST_DEFINITION], 2);
	cr_expect_eq(out->n, 0);
	out_free(out);
}

Test(translate, an_error_of_the_output_comes_back)
{
	struct out *out = out_new();

	out->error = -28;
	cr_expect_eq(play_send(out, send_of(1, 1)), -28);
	out_free(out);
}

Test(translate, endless_processes_are_forgotten)
{
	struct out *out = out_new();
	struct send s = send_of(1, 0);

	for (uint32_t pid = 1; pid <= 40000; pid++) {
		s.head.task.pid = s.head.task.tid = pid;
		cr_assert_eq(play_send(out, s), 0);
	}
	cr_expect_eq(out->forgotten, 40000 - 32768);
	out_free(out);
}
