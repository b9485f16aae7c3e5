/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kept events: the sends or the receipts of a section, of which there may be millions, in
 * a quarter of what the format's structs take. What those of one connection have in
 * common is their route. What few events have - an error, large numbers - has no place
 * there: those that do are kept whole besides.
 */
#pragma once

#include <stdbool.h>

#include "pool.h"

struct kept_event {
	uint64_t time_ns;
	uint32_t message;
	uint32_t size; /* or result; kept whole: its place */
	uint32_t fds; /* place of its first descriptor: they end where the next's begin */
	uint32_t route; /* place, or KEPT_WHOLE */
};

#define KEPT_WHOLE UINT32_MAX

struct kept_route {
	uint32_t process, socket;
	uint32_t other; /* socket: the receiver of a send, the sender of a receipt */
	int32_t sockfd;
	uint16_t call, flags;
};

/* One that was not taken for long may be there twice. */
struct kept_routes {
	struct kept_route *items;
	size_t n, capacity;
	uint32_t *recent; /* places, by hash: those that are found again */
};

/* In halves, which need no padding. */
struct kept_descriptor {
	uint16_t file_low, file_high;
	uint16_t fd; /* counted from FDP_FD_UNKNOWN, FDP_FD_LOST, 0 on */
};

union kept_whole {
	struct fdp_send send;
	struct fdp_receive receive;
};

struct kept {
	struct kept_event *items;
	struct kept_descriptor *fds;
	union kept_whole *wholes;
	struct kept_routes routes;
	size_t n, capacity;
	size_t n_fds, fds_capacity;
	size_t n_wholes, wholes_capacity;
};

void kept_release(struct kept *k);

/* Bytes that it takes, about. */
size_t kept_size(const struct kept *k);

/* Descriptors of events that are kept whole are the pool's. */
int kept_add_send(struct kept *k, struct pool *pool, const struct fdp_send *send);
int kept_add_receive(struct kept *k, struct pool *pool,
		     const struct fdp_receive *receive);

/* The event as it was added. It points to room, or to what is kept. */
struct kept_room {
	struct fdp_descriptor fds[FDP_FDS_MAX];
};
struct fdp_send kept_send(const struct kept *k, size_t i, struct kept_room *room);
struct fdp_receive kept_receive(const struct kept *k, size_t i, struct kept_room *room);

uint64_t kept_send_message(const struct kept *k, size_t i);
uint64_t kept_receive_message(const struct kept *k, size_t i);
