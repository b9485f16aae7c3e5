/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the parts of a merged trace come from: see merge.h. */
#pragma once

#include "../format/fdp.h"

struct origin {
	const struct fdp_text *hosts; /* what they are called */
	uint32_t n_hosts;
	/* By index of the definition in the merged trace. */
	const uint32_t *process_hosts;
	const uint32_t *file_parts;
};
