/* SPDX-License-Identifier: BSD-2-Clause */
/* The JSON schema (draft 2020-12) of a row of --format jsonl, from the table of columns.
 */
#pragma once

#include "column.h"

void schema_print(struct out *o, const struct selection *selection);
