// SPDX-License-Identifier: BSD-2-Clause
#include "event.h"

uint64_t *event_time(struct fdp_record *record)
{
	switch (record->type) {
	case FDP_SEND:
		return &record->send.time_ns;
	case FDP_QUEUE:
		return &record->queue.time_ns;
	case FDP_RECEIVE:
		return &record->receive.time_ns;
	case FDP_END:
		return &record->end.time_ns;
	case FDP_TRANSFER:
		return &record->transfer.time_ns;
	case FDP_FILE_END:
		return &record->file_end.time_ns;
	default:
		return NULL;
	}
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
