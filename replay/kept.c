// SPDX-License-Identifier: BSD-2-Clause
#include "kept.h"

#include <errno.h>
#include <stdlib.h>

#include "array.h"

_Static_assert(sizeof(struct kept_event) == 40, "there may be millions");

/* A result that is not known; the others that have room here are greater. */
#define RESULT_UNKNOWN INT32_MIN

void kept_release(struct kept *k)
{
	free(k->items);
	free(k->fds);
	free(k->wholes);
	*k = (struct kept){0};
}

size_t kept_size(const struct kept *k)
{
	return k->n * sizeof(*k->items) + k->n_fds * sizeof(*k->fds) +
	       k->n_wholes * sizeof(*k->wholes);
}

static bool fits(uint64_t number)
{
	return number <= UINT32_MAX;
}

static bool fds_fit(const struct kept *k, const struct fdp_descriptor *fds, uint32_t n)
{
	bool fit = n <= FDP_FDS_MAX && fits(k->n_fds + n);
	for (uint32_t i = 0; fit && i < n; i++)
		fit = fits(fds[i].file);
	return fit;
}

static int add_fds(struct kept *k, const struct fdp_descriptor *fds, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		void *grown =
			array_grow(k->fds, k->n_fds, &k->fds_capacity, sizeof(*k->fds));
		if (!grown)
			return -ENOMEM;
		k->fds = grown;
		k->fds[k->n_fds++] =
			(struct kept_descriptor){(uint32_t)fds[i].file, fds[i].fd};
	}
	return 0;
}

static int add_whole(struct kept *k, struct kept_event *event,
		     const union kept_whole *whole)
{
	if (!fits(k->n_wholes))
		return -EOVERFLOW;
	void *grown = array_grow(k->wholes, k->n_wholes, &k->wholes_capacity,
				 sizeof(*k->wholes));
	if (!grown)
		return -ENOMEM;
	k->wholes = grown;
	event->whole = true;
	event->place = (uint32_t)k->n_wholes;
	k->wholes[k->n_wholes++] = *whole;
	return 0;
}

static int add_event(struct kept *k, const struct kept_event *event)
{
	void *grown = array_grow(k->items, k->n, &k->capacity, sizeof(*k->items));
	if (!grown)
		return -ENOMEM;
	k->items = grown;
	k->items[k->n++] = *event;
	return 0;
}

static bool send_fits(const struct kept *k, const struct fdp_send *send)
{
	return fits(send->message) && fits(send->process) && fits(send->socket) &&
	       fits(send->receiver) && fits(send->size) && !send->error &&
	       send->error_index == -1 && send->call <= UINT8_MAX &&
	       send->flags <= UINT8_MAX && fds_fit(k, send->fds, send->n_fds);
}

int kept_add_send(struct kept *k, struct pool *pool, const struct fdp_send *send)
{
	struct kept_event event = {
		.time_ns = send->time_ns,
		.message = (uint32_t)send->message,
		.process = (uint32_t)send->process,
		.socket = (uint32_t)send->socket,
		.other = (uint32_t)send->receiver,
		.size = (uint32_t)send->size,
		.sockfd = send->sockfd,
		.place = (uint32_t)k->n_fds,
		.n_fds = (uint8_t)send->n_fds,
		.call = (uint8_t)send->call,
		.flags = (uint8_t)send->flags,
	};
	union kept_whole whole = {.send = *send};
	bool small = send_fits(k, send);
	int err = small ? add_fds(k, send->fds, send->n_fds)
			: pool_copy_fds(pool, &whole.send.fds, send->n_fds);
	if (!err && !small)
		err = add_whole(k, &event, &whole);
	return err ? err : add_event(k, &event);
}

static bool receive_fits(const struct kept *k, const struct fdp_receive *receive)
{
	bool result = receive->result == FDP_RESULT_UNKNOWN ||
		      (receive->result > RESULT_UNKNOWN && receive->result <= INT32_MAX);
	return result && fits(receive->message) && fits(receive->process) &&
	       fits(receive->socket) && fits(receive->sender) &&
	       receive->call <= UINT8_MAX && receive->flags <= UINT8_MAX &&
	       fds_fit(k, receive->fds, receive->n_fds);
}

int kept_add_receive(struct kept *k, struct pool *pool, const struct fdp_receive *receive)
{
	bool known = receive->result != FDP_RESULT_UNKNOWN;
	struct kept_event event = {
		.time_ns = receive->time_ns,
		.message = (uint32_t)receive->message,
		.process = (uint32_t)receive->process,
		.socket = (uint32_t)receive->socket,
		.other = (uint32_t)receive->sender,
		.size = (uint32_t)(known ? receive->result : RESULT_UNKNOWN),
		.sockfd = receive->sockfd,
		.place = (uint32_t)k->n_fds,
		.n_fds = (uint8_t)receive->n_fds,
		.call = (uint8_t)receive->call,
		.flags = (uint8_t)receive->flags,
	};
	union kept_whole whole = {.receive = *receive};
	bool small = receive_fits(k, receive);
	int err = small ? add_fds(k, receive->fds, receive->n_fds)
			: pool_copy_fds(pool, &whole.receive.fds, receive->n_fds);
	if (!err && !small)
		err = add_whole(k, &event, &whole);
	return err ? err : add_event(k, &event);
}

static const struct fdp_descriptor *
fill_room(struct kept_room *room, const struct kept *k, const struct kept_event *event)
{
	const struct kept_descriptor *fds = k->fds + event->place;
	for (uint32_t i = 0; i < event->n_fds; i++)
		room->fds[i] = (struct fdp_descriptor){fds[i].file, fds[i].fd};
	return event->n_fds ? room->fds : NULL;
}

struct fdp_send kept_send(const struct kept *k, size_t i, struct kept_room *room)
{
	const struct kept_event *event = &k->items[i];
	if (event->whole)
		return k->wholes[event->place].send;
	return (struct fdp_send){
		.message = event->message,
		.time_ns = event->time_ns,
		.process = event->process,
		.socket = event->socket,
		.receiver = event->other,
		.size = event->size,
		.sockfd = event->sockfd,
		.call = event->call,
		.flags = event->flags,
		.error_index = -1,
		.n_fds = event->n_fds,
		.fds = fill_room(room, k, event),
	};
}

struct fdp_receive kept_receive(const struct kept *k, size_t i, struct kept_room *room)
{
	const struct kept_event *event = &k->items[i];
	if (event->whole)
		return k->wholes[event->place].receive;
	int32_t result = (int32_t)event->size;
	return (struct fdp_receive){
		.message = event->message,
		.time_ns = event->time_ns,
		.process = event->process,
		.socket = event->socket,
		.sender = event->other,
		.result = result == RESULT_UNKNOWN ? FDP_RESULT_UNKNOWN : result,
		.sockfd = event->sockfd,
		.call = event->call,
		.flags = event->flags,
		.n_fds = event->n_fds,
		.fds = fill_room(room, k, event),
	};
}

uint64_t kept_send_message(const struct kept *k, size_t i)
{
	const struct kept_event *event = &k->items[i];
	return event->whole ? k->wholes[event->place].send.message : event->message;
}

uint64_t kept_receive_message(const struct kept *k, size_t i)
{
	const struct kept_event *event = &k->items[i];
	return event->whole ? k->wholes[event->place].receive.message : event->message;
}
