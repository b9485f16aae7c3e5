/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The self-test of a backend: this process passes descriptors to itself in every way that
 * matters (delivered, peeked, truncated, died unread), and what the probe tells must be
 * exactly that. A symbol that is there is not yet one that is called.
 */
#pragma once

#include <stddef.h>

struct self_test; /* what was done, and what was told so far */

struct self_test *self_test_new(void);
void self_test_free(struct self_test *t);

/* Passes the descriptors. Returns 0 or a negative errno. */
int self_test_pass(struct self_test *t);

/* Takes an event of the probe; those of other processes do not count. Always 0. */
int self_test_event(void *t, const void *event, size_t size);

/* NULL: all was told. Otherwise the first thing that was not, in words. */
const char *self_test_verdict(const struct self_test *t);
