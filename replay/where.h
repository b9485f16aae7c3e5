/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where from: the question by which way a process came by a descriptor. The process is
 * named by its pid or by its name, a glob, which must then mean one process of those that
 * got a descriptor of that number.
 */
#pragma once

#include "chain.h"

struct where {
	struct fdp_text name; /* lent; empty: by pid */
	uint32_t pid;
	int32_t fd;
};

/* PID:FD or NAME:FD; -EINVAL: it is neither. */
int where_parse(struct where *w, const char *text);

/* The pids that were found, so many at most; one more was: n is greater. */
#define WHERE_PIDS_MAX 8

struct where_pids {
	uint32_t items[WHERE_PIDS_MAX];
	size_t n;
};

/*
 * *hopp is the last hop by that time that gave the process the descriptor, and pass its
 * pass; NULL if there is none, or there are several such processes.
 */
int where_find(const struct chain_hop **hopp, struct pass *pass, struct where_pids *pids,
	       const struct where *w, const struct chains *c, uint64_t time_ns);
