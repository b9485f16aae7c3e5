/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends kept back: their sender does not match the filters, but a receiver may. Each
 * waits under its message's number until the message is received or dies; the oldest
 * fall out, and their numbers are remembered for longer, so that a send which turns out
 * to have been wanted is known to be lost.
 *
 * And receipts kept back: of a receiver that does not match, and was quicker than the
 * sender, whose event says whether it does.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../bpf/event.h"

#define HELD_MAX 4096	 /* sends, and receipts */
#define FALLEN_MAX 65536 /* numbers of those that fell out, and of those told */

struct held;

int held_new(struct held **heldp);
void held_free(struct held *h);

/* Keeps a copy. */
int held_add(struct held *h, const struct event_send *send);

/* The send of this message, for the caller to free(3), or NULL. */
struct event_send *held_take(struct held *h, uint64_t message);

/* Keeps a copy, of each message one. */
int held_add_receive(struct held *h, const struct event_receive *receive);

/* The receipt of this message, for the caller to free(3), or NULL. */
struct event_receive *held_take_receive(struct held *h, uint64_t message);

/* The send of this message is told or will be, as its receipts; of the last of them. */
int held_tell(struct held *h, uint64_t message);
bool held_was_told(struct held *h, uint64_t message);

/* Whether it was kept and fell out; true at most once for each message. */
bool held_fell_out(struct held *h, uint64_t message);
