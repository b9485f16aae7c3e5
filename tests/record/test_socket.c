// SPDX-License-Identifier: BSD-2-Clause
#include "played.h"

Test(socket, a_socket_that_got_a_name_is_defined_again)
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

Test(socket, a_peer_has_a_number_before_it_has_a_definition)
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

Test(socket, an_accepted_connection_keeps_its_number_under_both_keys)
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
