/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Normal form: passes and chains told in names that are the same each time that the same
 * is done. Processes, sockets and open files are P1, S1 and F1 in the order in which they
 * take part; there are no pids, inodes, times, addresses or descriptor numbers, and
 * numbers that the kernel made up are left out of names (pipe:[7], /proc/7, @0000a).
 */
#pragma once

#include "column.h"
#include "process.h"

/* The names that were given in a section. */
struct normal {
	struct processes processes;
	struct index process_names, socket_names, file_names;
};

int normal_init(struct normal *n, const struct trace *trace);
void normal_release(struct normal *n);

/* One line. Without normal, things have no P1, S1 and F1. */
int normal_put_pass(struct normal *n, const struct row *row, struct out *o);
enum normal_line { NORMAL_NONE, NORMAL_PASS, NORMAL_CHAIN };

/* A line that was put with normal, as it is without; NORMAL_NONE: it was not. */
enum normal_line normal_read(struct fdp_text line, struct out *o);

/* The row's hop is the leaf. */
int normal_put_chain(struct normal *n, const struct row *row, struct out *o);
