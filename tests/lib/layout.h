/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layout: a record as lines of text, one for each field, in the order of the disk: its
 * name, how it is coded, what it holds. What fixtures/frozen/ has of old traces.
 */
#pragma once

#include <stdio.h>

#include "../../format/fdp.h"

void layout_put(FILE *out, const struct fdp_record *rec);

/* A trace of this version: two of every type of record, all fields in use in one. */
struct memory_sink;
void layout_trace(struct memory_sink *sink);
