/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The open files of a capture. What the probe said of one is kept until a record refers
 * to it: with filters, most files belong to messages that nobody asked for, and are
 * nobody's business.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../bpf/event.h"
#include "../format/fdp.h"

struct file_table;

/* forget: of a number that was defined and had to make room. */
int file_table_new(struct file_table **tablep, void (*forget)(void *ctx, uint64_t id),
		   void *ctx);
void file_table_free(struct file_table *t);

/* Keeps a copy of the event, whose length has been checked. */
int file_table_learn(struct file_table *t, const struct event_file *event);

/*
 * 1: the file is to be defined: definition has all but its socket, whose key is in
 * *socketp; its texts are lent until the next call. 0: it was, or is not described.
 */
int file_table_define(struct fdp_file *definition, uint64_t *socketp,
		      struct file_table *t, uint64_t number);

/* The file is no more. True: it was defined. */
bool file_table_end(struct file_table *t, uint64_t number);
