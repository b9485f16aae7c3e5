// SPDX-License-Identifier: BSD-2-Clause
#include "kept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

_Static_assert(sizeof(struct kept_event) == 24, "there may be millions");

/* A result that is not known; the others that have room here are greater. */
#define RESULT_UNKNOWN INT32_MIN

void kept_release(struct kept *k)
{
	free(k->items);
	free(k->fds);
	free(k->wholes);
	free(k->routes.items);
	free(k->routes.recent);
	*k = (struct kept){0};
}

size_t kept_size(const struct kept *k)
{
	return k->n * sizeof(*k->items) + k->n_fds * sizeof(*k->fds) +
	       k->n_wholes * sizeof(*k->wholes) + k->routes.n * sizeof(*k->routes.items);
}

static bool fits(uint64_t number)
{
	return number <= UINT32_MAX;
}

_Static_assert(sizeof(struct kept_descriptor) == 6, "there may be millions");

/* Numbers below 0 that stand for none, in front of those that are descriptors. */
#define FDS_NONE 2

static bool fd_fits(int32_t fd)
{
	return fd == FDP_FD_UNKNOWN || fd == FDP_FD_LOST ||
	       (fd >= 0 && fd <= UINT16_MAX - FDS_NONE);
}

static struct kept_descriptor descriptor_of(const struct fdp_descriptor *fd)
{
	int32_t number = fd->fd < 0 ? fd->fd - FDP_FD_UNKNOWN : fd->fd + FDS_NONE;
	return (struct kept_descriptor){
		.file_low = (uint16_t)fd->file,
		.file_high = (uint16_t)(fd->file >> 16),
		.fd = (uint16_t)number,
	};
}

static struct fdp_descriptor descriptor_was(struct kept_descriptor fd)
{
	return (struct fdp_descriptor){
		.file = (uint32_t)fd.file_high << 16 | fd.file_low,
		.fd = fd.fd < FDS_NONE ? FDP_FD_UNKNOWN + fd.fd : fd.fd - FDS_NONE,
	};
}

static bool fds_fit(const struct kept *k, const struct fdp_descriptor *fds, uint32_t n)
{
	bool fit = n <= FDP_FDS_MAX && fits(k->n_fds + n);
	for (uint32_t i = 0; fit && i < n; i++)
		fit = fits(fds[i].file) && fd_fits(fds[i].fd);
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
		k->fds[k->n_fds++] = descriptor_of(&fds[i]);
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
	event->route = KEPT_WHOLE;
	event->size = (uint32_t)k->n_wholes;
	k->wholes[k->n_wholes++] = *whole;
	return 0;
}

#define RECENT_BITS 12

/* Its numbers have no padding between them. */
_Static_assert(sizeof(struct kept_route) == 20, "compared as bytes");

/* Where its place is remembered. */
static uint32_t *route_recent(const struct kept_routes *r, const struct kept_route *route)
{
	uint64_t hash = ((uint64_t)route->socket << 32 | route->process) *
			UINT64_C(0x9e3779b97f4a7c15);
	hash ^= (uint64_t)route->other << 32 | (uint32_t)route->sockfd;
	return &r->recent[hash * UINT64_C(0xd6e8feb86659fd93) >> (64 - RECENT_BITS)];
}

static int add_route(struct kept_routes *r, const struct kept_route *route,
		     uint32_t *placep)
{
	if (!r->recent)
		r->recent = calloc(1 << RECENT_BITS, sizeof(*r->recent));
	if (!r->recent)
		return -ENOMEM;
	uint32_t *recent = route_recent(r, route);
	bool known =
		*recent < r->n && memcmp(&r->items[*recent], route, sizeof(*route)) == 0;
	*placep = *recent;
	if (known)
		return 0;
	if (r->n >= KEPT_WHOLE)
		return -EOVERFLOW;
	void *grown = array_grow(r->items, r->n, &r->capacity, sizeof(*r->items));
	if (!grown)
		return -ENOMEM;
	r->items = grown;
	*placep = *recent = (uint32_t)r->n;
	r->items[r->n++] = *route;
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
	       send->error_index == -1 && send->call <= UINT16_MAX &&
	       send->flags <= UINT16_MAX && fds_fit(k, send->fds, send->n_fds);
}

int kept_add_send(struct kept *k, struct pool *pool, const struct fdp_send *send)
{
	struct kept_event event = {
		.time_ns = send->time_ns,
		.message = (uint32_t)send->message,
		.size = (uint32_t)send->size,
		.fds = (uint32_t)k->n_fds,
	};
	struct kept_route route = {
		.process = (uint32_t)send->process,
		.socket = (uint32_t)send->socket,
		.other = (uint32_t)send->receiver,
		.sockfd = send->sockfd,
		.call = (uint16_t)send->call,
		.flags = (uint16_t)send->flags,
	};
	union kept_whole whole = {.send = *send};
	bool small = send_fits(k, send);
	int err = small ? add_fds(k, send->fds, send->n_fds)
			: pool_copy_fds(pool, &whole.send.fds, send->n_fds);
	if (!err)
		err = small ? add_route(&k->routes, &route, &event.route)
			    : add_whole(k, &event, &whole);
	return err ? err : add_event(k, &event);
}

static bool receive_fits(const struct kept *k, const struct fdp_receive *receive)
{
	bool result = receive->result == FDP_RESULT_UNKNOWN ||
		      (receive->result > RESULT_UNKNOWN && receive->result <= INT32_MAX);
	return result && fits(receive->message) && fits(receive->process) &&
	       fits(receive->socket) && fits(receive->sender) &&
	       receive->call <= UINT16_MAX && receive->flags <= UINT16_MAX &&
	       fds_fit(k, receive->fds, receive->n_fds);
}

int kept_add_receive(struct kept *k, struct pool *pool, const struct fdp_receive *receive)
{
	bool known = receive->result != FDP_RESULT_UNKNOWN;
	struct kept_event event = {
		.time_ns = receive->time_ns,
		.message = (uint32_t)receive->message,
		.size = (uint32_t)(known ? receive->result : RESULT_UNKNOWN),
		.fds = (uint32_t)k->n_fds,
	};
	struct kept_route route = {
		.process = (uint32_t)receive->process,
		.socket = (uint32_t)receive->socket,
		.other = (uint32_t)receive->sender,
		.sockfd = receive->sockfd,
		.call = (uint16_t)receive->call,
		.flags = (uint16_t)receive->flags,
	};
	union kept_whole whole = {.receive = *receive};
	bool small = receive_fits(k, receive);
	int err = small ? add_fds(k, receive->fds, receive->n_fds)
			: pool_copy_fds(pool, &whole.receive.fds, receive->n_fds);
	if (!err)
		err = small ? add_route(&k->routes, &route, &event.route)
			    : add_whole(k, &event, &whole);
	return err ? err : add_event(k, &event);
}

/* The descriptors of event i; returns how many. */
static uint32_t fill_room(struct kept_room *room, const struct kept *k, size_t i)
{
	size_t end = i + 1 < k->n ? k->items[i + 1].fds : k->n_fds;
	const struct kept_descriptor *fds = k->fds + k->items[i].fds;
	uint32_t n = (uint32_t)(end - k->items[i].fds);
	for (uint32_t at = 0; at < n; at++)
		room->fds[at] = descriptor_was(fds[at]);
	return n;
}

struct fdp_send kept_send(const struct kept *k, size_t i, struct kept_room *room)
{
	const struct kept_event *event = &k->items[i];
	if (event->route == KEPT_WHOLE)
		return k->wholes[event->size].send;
	const struct kept_route *route = &k->routes.items[event->route];
	uint32_t n_fds = fill_room(room, k, i);
	return (struct fdp_send){
		.message = event->message,
		.time_ns = event->time_ns,
		.process = route->process,
		.socket = route->socket,
		.receiver = route->other,
		.size = event->size,
		.sockfd = route->sockfd,
		.call = route->call,
		.flags = route->flags,
		.error_index = -1,
		.n_fds = n_fds,
		.fds = n_fds ? room->fds : NULL,
	};
}

struct fdp_receive kept_receive(const struct kept *k, size_t i, struct kept_room *room)
{
	const struct kept_event *event = &k->items[i];
	if (event->route == KEPT_WHOLE)
		return k->wholes[event->size].receive;
	const struct kept_route *route = &k->routes.items[event->route];
	uint32_t n_fds = fill_room(room, k, i);
	int32_t result = (int32_t)event->size;
	return (struct fdp_receive){
		.message = event->message,
		.time_ns = event->time_ns,
		.process = route->process,
		.socket = route->socket,
		.sender = route->other,
		.result = result == RESULT_UNKNOWN ? FDP_RESULT_UNKNOWN : result,
		.sockfd = route->sockfd,
		.call = route->call,
		.flags = route->flags,
		.n_fds = n_fds,
		.fds = n_fds ? room->fds : NULL,
	};
}

uint64_t kept_send_message(const struct kept *k, size_t i)
{
	const struct kept_event *event = &k->items[i];
	return event->route == KEPT_WHOLE ? k->wholes[event->size].send.message
					  : event->message;
}

uint64_t kept_receive_message(const struct kept *k, size_t i)
{
	const struct kept_event *event = &k->items[i];
	return event->route == KEPT_WHOLE ? k->wholes[event->size].receive.message
					  : event->message;
}
