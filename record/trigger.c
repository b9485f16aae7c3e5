// SPDX-License-Identifier: BSD-2-Clause
/* Triggers: see trigger.h. */
#include "trigger.h"

#include <errno.h>
#include <string.h>

static const struct {
	const char *word;
	enum trigger trigger;
} words[] = {
	{"failed", TRIGGER_FAILED},	  {"toomanyrefs", TRIGGER_TOOMANYREFS},
	{"truncated", TRIGGER_TRUNCATED}, {"dropped", TRIGGER_DROPPED},
	{"discarded", TRIGGER_DISCARDED},
};

unsigned int trigger_of(const struct fdp_record *record)
{
	unsigned int triggers = 0;

	switch (record->type) {
	case FDP_SEND:
		if (record->send.error)
			triggers |= TRIGGER_FAILED;
		if (record->send.error == ETOOMANYREFS)
			triggers |= TRIGGER_TOOMANYREFS;
		return triggers;
	case FDP_RECEIVE:
		if (record->receive.flags & FDP_RECEIVE_TRUNCATED)
			triggers |= TRIGGER_TRUNCATED;
		if (record->receive.flags & FDP_RECEIVE_NO_CONTROL)
			triggers |= TRIGGER_DROPPED;
		return triggers;
	case FDP_END:
		return TRIGGER_DISCARDED;
	default:
		return 0;
	}
}

const char *trigger_word(size_t i)
{
	return i < sizeof(words) / sizeof(words[0]) ? words[i].word : NULL;
}

unsigned int trigger_find(const char *word, size_t len)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].word) == len && !memcmp(words[i].word, word, len))
			return words[i].trigger;
	}

	return 0;
}
