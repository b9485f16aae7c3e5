/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kept events: the sends or the receipts of a section, of which there may be millions, in
 * less than half of what the format's structs take. What few events have - an error,
 * large numbers - has no place there: those that do are kept whole besides.
 */
#pragma once

#include <stdbool.h>

#include "pool.h"

struct kept_event {
	uint64_t time_ns;
	uint32_t message, process, socket;
	uint32_t other; /* socket: the receiver of a send, the sender of a receipt */
	uint32_t size;	/* or result */
	int32_t sockfd;
	uint32_t place; /* of its first descriptor or, kept whole, of the event */
	uint8_t n_fds, call, flags;
	bool whole;
};

struct kept_descriptor {
	uint32_t file;
	int32_t fd;
};

union kept_whole {
	struct fdp_send send;
	struct fdp_receive receive;
};

struct kept {
	struct kept_event *items;
	struct kept_descriptor *fds;
	union kept_whole *wholes;
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
