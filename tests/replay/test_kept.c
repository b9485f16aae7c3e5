/* SPDX-License-Identifier: BSD-2-Clause */
/* Kept events: what was added comes back, however large it is. */
#include <criterion/criterion.h>
#include <errno.h>

#include "../../replay/kept.h"

static const struct fdp_descriptor few[] = {
	{7, 3}, {UINT32_MAX, FDP_FD_LOST}, {0, FDP_FD_UNKNOWN}, {0x10000, 0}, {1, 65533}};
static const struct fdp_descriptor large[] = {{UINT32_MAX + 1ull, 3}};

static struct fdp_send usual_send(void)
{
	return (struct fdp_send){
		.message = UINT32_MAX,
		.time_ns = UINT64_MAX,
		.process = 2,
		.socket = 3,
		.receiver = 4,
		.size = 5,
		.sockfd = FDP_FD_UNKNOWN,
		.call = FDP_CALL_MMSG,
		.flags = FDP_SEND_LATE,
		.error_index = -1,
		.n_fds = 5,
		.fds = few,
	};
}

static struct fdp_receive usual_receive(void)
{
	return (struct fdp_receive){
		.message = 1,
		.time_ns = 2,
		.process = 3,
		.socket = 4,
		.sender = 5,
		.result = -EFAULT,
		.sockfd = 6,
		.call = FDP_CALL_OTHER,
		.flags = FDP_RECEIVE_CLOEXEC,
		.n_fds = 1,
		.fds = few,
	};
}

static void expect_fds(const struct fdp_descriptor *x, uint32_t n,
		       const struct fdp_descriptor *y, uint32_t m)
{
	cr_assert_eq(n, m);
	for (uint32_t i = 0; i < n; i++)
		cr_assert(x[i].file == y[i].file && x[i].fd == y[i].fd);
}

static void expect_send(const struct fdp_send *x, bool whole)
{
	struct kept kept = {0};
	struct kept_room room;
	struct pool pool;
	pool_init(&pool);
	cr_assert_eq(kept_add_send(&kept, &pool, x), 0);
	cr_assert_eq(kept.items[0].route == KEPT_WHOLE, whole);
	cr_assert_eq(kept_send_message(&kept, 0), x->message);
	struct fdp_send y = kept_send(&kept, 0, &room);
	cr_assert(x->message == y.message && x->time_ns == y.time_ns &&
		  x->process == y.process && x->socket == y.socket &&
		  x->receiver == y.receiver && x->size == y.size);
	cr_assert(x->sockfd == y.sockfd && x->call == y.call && x->flags == y.flags &&
		  x->error == y.error && x->error_index == y.error_index);
	expect_fds(x->fds, x->n_fds, y.fds, y.n_fds);
	kept_release(&kept);
	pool_release(&pool);
}

static void expect_receive(const struct fdp_receive *x, bool whole)
{
	struct kept kept = {0};
	struct kept_room room;
	struct pool pool;
	pool_init(&pool);
	cr_assert_eq(kept_add_receive(&kept, &pool, x), 0);
	cr_assert_eq(kept.items[0].route == KEPT_WHOLE, whole);
	cr_assert_eq(kept_receive_message(&kept, 0), x->message);
	struct fdp_receive y = kept_receive(&kept, 0, &room);
	cr_assert(x->message == y.message && x->time_ns == y.time_ns &&
		  x->process == y.process && x->socket == y.socket &&
		  x->sender == y.sender && x->result == y.result);
	cr_assert(x->sockfd == y.sockfd && x->call == y.call && x->flags == y.flags);
	expect_fds(x->fds, x->n_fds, y.fds, y.n_fds);
	kept_release(&kept);
	pool_release(&pool);
}

Test(kept, a_usual_send_is_small)
{
	struct fdp_send send = usual_send();
	expect_send(&send, false);
}

Test(kept, a_send_with_something_unusual_is_kept_whole)
{
	for (size_t i = 0; i < 8; i++) {
		struct fdp_send send = usual_send();
		uint64_t *const numbers[] = {&send.message, &send.process, &send.socket,
					     &send.receiver, &send.size};
		if (i < 5)
			*numbers[i] = UINT32_MAX + 1ull;
		else if (i == 5)
			send.error = EPIPE;
		else if (i == 6)
			send.error_index = 0;
		else
			send = (struct fdp_send){
				.error_index = -1, .n_fds = 1, .fds = large};
		expect_send(&send, true);
	}
}

Test(kept, a_send_of_an_unusual_descriptor_is_kept_whole)
{
	static const int32_t numbers[] = {-EMFILE, 65534, INT32_MAX, FDP_FD_LOST + 1};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct fdp_descriptor fd = {1, numbers[i]};
		struct fdp_send send = usual_send();
		send.n_fds = 1;
		send.fds = &fd;
		expect_send(&send, true);
	}
}

Test(kept, a_usual_receipt_is_small)
{
	static const int64_t results[] = {
		0, 1, -EFAULT, INT32_MAX, INT32_MIN + 1, FDP_RESULT_UNKNOWN};
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		struct fdp_receive receive = usual_receive();
		receive.result = results[i];
		expect_receive(&receive, false);
	}
}

Test(kept, a_receipt_with_something_unusual_is_kept_whole)
{
	static const int64_t results[] = {INT32_MAX + 1ll, INT32_MIN, INT64_MAX};
	for (size_t i = 0; i < 8; i++) {
		struct fdp_receive receive = usual_receive();
		uint64_t *const numbers[] = {&receive.message, &receive.process,
					     &receive.socket, &receive.sender};
		if (i < 4)
			*numbers[i] = UINT32_MAX + 1ull;
		else if (i < 7)
			receive.result = results[i - 4];
		else
			receive.fds = large;
		expect_receive(&receive, true);
	}
}

Test(kept, events_keep_their_order_and_their_descriptors)
{
	struct kept kept = {0};
	struct kept_room room;
	struct pool pool;
	pool_init(&pool);
	for (uint64_t i = 0; i < 1000; i++) {
		struct fdp_descriptor fds[3] = {{i, 1}, {i + 1, 2}, {i + 2, 3}};
		struct fdp_send send = {
			.message = i % 7 ? i : UINT32_MAX + i,
			.error_index = -1,
			.n_fds = (uint32_t)i % 4,
			.fds = fds,
		};
		cr_assert_eq(kept_add_send(&kept, &pool, &send), 0);
	}
	for (uint64_t i = 0; i < 1000; i++) {
		struct fdp_send send = kept_send(&kept, i, &room);
		cr_assert_eq(send.message, i % 7 ? i : UINT32_MAX + i);
		cr_assert_eq(send.n_fds, i % 4);
		for (uint32_t k = 0; k < send.n_fds; k++)
			cr_assert_eq(send.fds[k].file, i + k);
	}
	kept_release(&kept);
	pool_release(&pool);
}

static void add_on_route(struct kept *kept, struct pool *pool, uint64_t number)
{
	struct fdp_send send = usual_send();
	send.process = number % 3;
	send.socket = number;
	send.sockfd = (int32_t)number % 7;
	cr_assert_eq(kept_add_send(kept, pool, &send), 0);
}

Test(kept, events_of_one_connection_have_one_route)
{
	struct kept kept = {0};
	struct pool pool;
	pool_init(&pool);
	for (uint64_t i = 0; i < 1000; i++)
		add_on_route(&kept, &pool, 7);
	cr_assert_eq(kept.routes.n, 1);
	kept_release(&kept);
	pool_release(&pool);
}

Test(kept, each_of_more_routes_than_are_remembered_comes_back)
{
	struct kept kept = {0};
	struct kept_room room;
	struct pool pool;
	pool_init(&pool);
	for (uint64_t i = 0; i < 30000; i++)
		add_on_route(&kept, &pool, i % 15000);
	for (uint64_t i = 0; i < 30000; i++) {
		struct fdp_send send = kept_send(&kept, i, &room);
		cr_assert(send.socket == i % 15000 && send.process == i % 15000 % 3 &&
			  send.sockfd == (int32_t)(i % 15000 % 7));
	}
	kept_release(&kept);
	pool_release(&pool);
}
