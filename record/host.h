/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a trace says of the machine and of the recorder: the header. It names no host
 * unless asked to, and of COMMAND's arguments nothing unless command lines are recorded.
 */
#pragma once

#include <stddef.h>
#include <sys/utsname.h>

#include "../format/fdp.h"
#include "probe.h"

struct options;

#define HOST_BLIND_SPOTS_MAX 16
#define HOST_UUID_LEN 36

/* The header points into the rest. */
struct host {
	struct fdp_header header;
	struct utsname uname;
	char boot_id[HOST_UUID_LEN + 1];
	char capture[HOST_UUID_LEN + 1];
	char options[FDP_STRING_MAX];
	struct probe_hook hooks[PROBE_HOOKS_MAX];
	struct fdp_hook header_hooks[PROBE_HOOKS_MAX];
	struct fdp_text blind_spots[HOST_BLIND_SPOTS_MAX];
};

/* n_hooks is at most PROBE_HOOKS_MAX; copies them. */
int host_describe(struct host *h, const struct options *options,
		  const struct probe_hook *hooks, size_t n_hooks);
