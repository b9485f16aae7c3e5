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

/* What the probe says of itself. */
struct host_probe {
	const char *backend;
	const char *const *blind_spots; /* NULL at the end */
	const struct probe_hook *hooks; /* at most PROBE_HOOKS_MAX; are copied */
	size_t n_hooks;
};

int host_describe(struct host *h, const struct options *options,
		  const struct host_probe *probe);
