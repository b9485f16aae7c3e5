/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends kept back: their sender does not match the filters, but a receiver may. Each
 * waits under its message's number until the message is received or dies; the oldest
 * fall out, and their numbers are remembered for longer, so that a send which turns out
 * to have been wanted is known to be lost.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../bpf/event.h"

#define HELD_MAX 4096	 /* sends */
#define FALLEN_MAX 65536 /* numbers of those that fell out */

struct held;

int held_new(struct held **heldp);
void held_free(struct held *h);

/* Keeps a copy. */
int held_add(struct held *h, const struct event_send *send);

/* The send of this message, for the caller to free(3), or NULL. */
struct event_send *held_take(struct held *h, uint64_t message);

/* Whether it was kept and fell out; true at most once for each message. */
bool held_fell_out(struct held *h, uint64_t message);
