/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One event of Inspektor Gadget's gadget fdpass, read from the JSON line that it prints
 * with `-o json`: a descriptor that somebody was to send. Members that are not known here
 * are passed over, and of those that are only a few must be there.
 */
#pragma once

#include "../format/fdp.h"

#define IG_PHRASE_MAX 128

struct ig_event {
	uint64_t real_ns; /* since 1970-01-01 UTC, not 0 */
	uint32_t pid, tid, ppid;
	uint32_t uid, gid;
	uint32_t mnt_ns;
	uint32_t fd, sockfd;
	uint64_t socket_ino;
	/* Lent by the event; empty: not said. */
	struct fdp_text comm, parent_comm, file, node, container, time;
	void *json;
};

/* Once, before the process is confined: what the parser wants of the system. */
void ig_prepare(void);

/* -EINVAL: the phrase says what is wrong with the line. */
int ig_event_init(struct ig_event *e, struct fdp_text line, char phrase[IG_PHRASE_MAX]);
void ig_event_release(struct ig_event *e);
