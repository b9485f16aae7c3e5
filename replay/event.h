/* SPDX-License-Identifier: BSD-2-Clause */
/* Events: what the records that say that something happened have in common. */
#pragma once

#include "../format/fdp.h"

/* When; NULL: the record is no event. */
uint64_t *event_time(struct fdp_record *record);

/* Number of the message that it is about, 0 none. */
uint64_t event_message(const struct fdp_record *record);
