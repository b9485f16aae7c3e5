/* SPDX-License-Identifier: BSD-2-Clause */
/* Events: what the records that say that something happened have in common. */
#pragma once

#include "../format/fdp.h"

/* When, to be changed; NULL: the record is no event. */
uint64_t *event_time(struct fdp_record *record);

/* When; false: the record is no event. */
bool event_has_time(const struct fdp_record *record, uint64_t *time_nsp);

/*
 * Whether it is an event that views show: the first of these is second 0 of its section.
 * The end of a file, perhaps of one of an earlier section, is not.
 */
bool event_is_shown(const struct fdp_record *record);

/* Number of the message that it is about, 0 none. */
uint64_t event_message(const struct fdp_record *record);
