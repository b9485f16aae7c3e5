/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which hooks of a backend this kernel has, by its own description (BTF), and which of
 * them are wanted. Whether they attach is another matter: see probe.c.
 */
#pragma once

#include "backend.h"
#include "probe.h"

struct btf;

/*
 * Does the kernel let anyone attach in the way of the backend's first hook? Asked with a
 * program of two instructions: to find out with the real ones takes a hundred times as
 * long. Returns 0 (it may still refuse the real ones) or a negative errno.
 */
int hooks_try(const struct backend *b, const struct btf *btf);

void probe_hook_set(struct probe_hook *hook, enum probe_hook_state state,
		    const char *reason);

/*
 * Fills in the state of each hook of the backend; what is to be attached is refused until
 * it is. Returns NULL, or the name of a hook that the backend cannot do without.
 */
const char *hooks_choose(struct probe_hook *states, const struct backend *b,
			 const struct btf *btf, const struct probe_options *options);
