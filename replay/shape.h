/* SPDX-License-Identifier: BSD-2-Clause */
/* Shapes: how the composed columns of tables look, made of several facts of a pass. */
#pragma once

#include "column.h"

bool show_from(const struct row *row, struct out *o);
bool show_peer(const struct row *row, struct out *o);
bool show_to(const struct row *row, struct out *o);
bool show_object(const struct row *row, struct out *o);
bool show_file(const struct row *row, struct out *o);
/* The same and, of a socket, its addresses. */
bool show_file_addressed(const struct row *row, struct out *o);
bool show_via(const struct row *row, struct out *o);
bool show_outcome(const struct row *row, struct out *o);

/* "@host", where there are several; prints nothing otherwise. */
void show_host(const struct trace *t, uint32_t process, struct out *o);

/* Of what was passed: a path of other mounts than one of its ends has. */
bool object_is_foreign(const struct row *row);

enum tint outcome_tint(enum outcome outcome);

/* process[pid]; false and nothing if the process is not known. */
bool show_end(const struct row *row, const struct pass_end *end, struct out *o);

/* The arrow of a pass; one of a transfer has its way in it: →pidfd_getfd→ */
void show_arrow(const struct pass *pass, struct out *o);
