// SPDX-License-Identifier: BSD-2-Clause
#include "event.h"

#include <stddef.h>

#define AT(event) offsetof(struct fdp_record, event.time_ns)

static const struct {
	size_t time; /* where, 0: the record is no event */
	bool shown;
} events[] = {
	[FDP_SEND] = {AT(send), true},	       [FDP_QUEUE] = {AT(queue), false},
	[FDP_RECEIVE] = {AT(receive), true},   [FDP_END] = {AT(end), true},
	[FDP_TRANSFER] = {AT(transfer), true}, [FDP_FILE_END] = {AT(file_end), false},
};

static bool is_event(const struct fdp_record *record)
{
	return record->type < sizeof(events) / sizeof(events[0]) &&
	       events[record->type].time;
}

uint64_t *event_time(struct fdp_record *record)
{
	return is_event(record)
		       ? (uint64_t *)(void *)((char *)record + events[record->type].time)
		       : NULL;
}

bool event_has_time(const struct fdp_record *record, uint64_t *time_nsp)
{
	if (!is_event(record))
		return false;
	*time_nsp = *(const uint64_t *)(const void *)((const char *)record +
						      events[record->type].time);
	return true;
}

bool event_is_shown(const struct fdp_record *record)
{
	return is_event(record) && events[record->type].shown;
}

uint64_t event_message(const struct fdp_record *record)
{
	switch (record->type) {
	case FDP_SEND:
		return record->send.message;
	case FDP_QUEUE:
		return record->queue.message;
	case FDP_RECEIVE:
		return record->receive.message;
	case FDP_END:
		return record->end.message;
	default:
		return 0;
	}
}
