// SPDX-License-Identifier: BSD-2-Clause
#include <sys/stat.h>

#include "played.h"

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

static struct event_transfer transfer_of(uint32_t from, uint32_t to)
{
	return (struct event_transfer){
		.event = {EVENT_TRANSFER, sizeof(struct event_transfer), 101},
		.from = from ? task_of(from, "giver") : (struct event_task){0},
		.to = to ? task_of(to, "taker") : (struct event_task){0},
		.file = 40,
		.from_fd = 3,
		.to_fd = 7,
		.way = FDP_WAY_PIDFD_GETFD,
	};
}

Test(translate, definitions_precede_the_transfer_that_uses_them)
{
	static const enum fdp_type types[] = {FDP_PROCESS, FDP_PROCESS, FDP_FILE,
					      FDP_TRANSFER};
	struct out *out = out_new();
	const struct event_transfer event = transfer_of(10, 20);
	const struct fdp_transfer *transfer = &out->records[3].transfer;

	play_file(out, 40);
	cr_assert_eq(translate_event(out->t, &event, sizeof(event)), 0);
	expect_types(out, types, 4);
	cr_expect_eq(transfer->from, out->records[0].process.id);
	cr_expect_eq(transfer->to, out->records[1].process.id);
	cr_expect_eq(transfer->file, out->records[2].file.id);
	cr_expect_eq(transfer->time_ns, 101);
	cr_expect_eq(transfer->way, FDP_WAY_PIDFD_GETFD);
	cr_expect_eq(transfer->from_fd, 3);
	cr_expect_eq(transfer->to_fd, 7);
	out_free(out);
}

Test(translate, an_unknown_end_of_a_transfer_is_nobody)
{
	struct out *out = out_new();
	const struct event_transfer event = transfer_of(0, 20);

	cr_assert_eq(translate_event(out->t, &event, sizeof(event)), 0);
	cr_assert_eq(count_type(out, FDP_PROCESS), 1);
	cr_expect_eq(out->records[1].transfer.from, 0);
	cr_expect_neq(out->records[1].transfer.to, 0);
	out_free(out);
}
