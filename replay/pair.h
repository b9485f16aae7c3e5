/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pairing: what two recorders on one host saw of the same message. They tell the same
 * process, socket (by its inode) and descriptor numbers, and times that differ by what
 * lies between their probes; of several in a row, the nearest times belong together.
 */
#pragma once

#include "merge.h"

#define PAIR_NS 1000000

/*
 * Marks what is known from an earlier part of the same host, and joins the numbers of its
 * message and its open files.
 */
int pair_parts(struct merge *m);
