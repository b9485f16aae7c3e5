/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts: one about a row each, for the table in column.c. A fact that is not known leaves
 * the cell at CELL_NULL. Those that take a member find it by its offset in the column.
 */
#pragma once

#include "column.h"

/* The address that one end of the way is bound to; empty if none is known. */
struct fdp_text socket_own_name(const struct trace *t, const struct pass *p);
/* The same or, without one, that of the sender's peer. */
struct fdp_text socket_name(const struct trace *t, const struct pass *p);

void get_message(const struct row *row, const struct column *column, struct cell *cell);
void get_index(const struct row *row, const struct column *column, struct cell *cell);
void get_time(const struct row *row, const struct column *column, struct cell *cell);
void get_boot_ns(const struct row *row, const struct column *column, struct cell *cell);
void get_parent(const struct row *row, const struct column *column, struct cell *cell);
void get_host(const struct row *row, const struct column *column, struct cell *cell);
void get_process_u32(const struct row *row, const struct column *column,
		     struct cell *cell);
void get_process_id(const struct row *row, const struct column *column,
		    struct cell *cell);
void get_process_text(const struct row *row, const struct column *column,
		      struct cell *cell);
void get_process_name(const struct row *row, const struct column *column,
		      struct cell *cell);
void get_cmdline(const struct row *row, const struct column *column, struct cell *cell);
void get_container(const struct row *row, const struct column *column, struct cell *cell);
void get_peer_u32(const struct row *row, const struct column *column, struct cell *cell);
void get_peer_name(const struct row *row, const struct column *column, struct cell *cell);
void get_end_fd(const struct row *row, const struct column *column, struct cell *cell);
void get_end_slot(const struct row *row, const struct column *column, struct cell *cell);
void get_socket_ino(const struct row *row, const struct column *column,
		    struct cell *cell);
void get_to_boot_ns(const struct row *row, const struct column *column,
		    struct cell *cell);
void get_file_id(const struct row *row, const struct column *column, struct cell *cell);
void get_file_kind(const struct row *row, const struct column *column, struct cell *cell);
void get_file_text(const struct row *row, const struct column *column, struct cell *cell);
void get_file_dev(const struct row *row, const struct column *column, struct cell *cell);
void get_file_ino(const struct row *row, const struct column *column, struct cell *cell);
void get_file_u32(const struct row *row, const struct column *column, struct cell *cell);
void get_file_flags(const struct row *row, const struct column *column,
		    struct cell *cell);
void get_file_flag(const struct row *row, const struct column *column, struct cell *cell);
void get_file_rdev(const struct row *row, const struct column *column, struct cell *cell);
void get_file_size(const struct row *row, const struct column *column, struct cell *cell);
void get_file_seals(const struct row *row, const struct column *column,
		    struct cell *cell);
void get_file_family(const struct row *row, const struct column *column,
		     struct cell *cell);
void get_file_type(const struct row *row, const struct column *column, struct cell *cell);
void get_file_state(const struct row *row, const struct column *column,
		    struct cell *cell);
void get_via_type(const struct row *row, const struct column *column, struct cell *cell);
void get_via_name(const struct row *row, const struct column *column, struct cell *cell);
void get_size(const struct row *row, const struct column *column, struct cell *cell);
void get_outcome(const struct row *row, const struct column *column, struct cell *cell);
void get_errno(const struct row *row, const struct column *column, struct cell *cell);
void get_latency(const struct row *row, const struct column *column, struct cell *cell);
void get_link(const struct row *row, const struct column *column, struct cell *cell);
void get_proof(const struct row *row, const struct column *column, struct cell *cell);
void get_depth(const struct row *row, const struct column *column, struct cell *cell);
void get_process_tally(const struct row *row, const struct column *column,
		       struct cell *cell);
void get_leak_tally(const struct row *row, const struct column *column,
		    struct cell *cell);
void get_summary_group(const struct row *row, const struct column *column,
		       struct cell *cell);
void get_summary_name(const struct row *row, const struct column *column,
		      struct cell *cell);
void get_summary_tally(const struct row *row, const struct column *column,
		       struct cell *cell);
