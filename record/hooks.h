/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which hooks of a backend this kernel has, by its own description (BTF), and which of
 * them are wanted. Whether they attach is another matter: see probe.c.
 */
#pragma once

#include "backend.h"
#include "probe.h"

struct btf;

void probe_hook_set(struct probe_hook *hook, enum probe_hook_state state,
		    const char *reason);

/*
 * Fills in the state of each hook of the backend; what is to be attached is refused until
 * it is. Returns NULL, or the name of a hook that the backend cannot do without.
 */
const char *hooks_choose(struct probe_hook *states, const struct backend *b,
			 const struct btf *btf, const struct probe_options *options);
