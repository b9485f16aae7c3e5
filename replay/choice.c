// SPDX-License-Identifier: BSD-2-Clause
#include "choice.h"

#include <errno.h>
#include <string.h>

#include "array.h"
#include "event.h"

void choice_release(struct choice *c)
{
	for (size_t i = 0; i < c->n; i++) {
		index_release(&c->sections[i].messages);
		index_release(&c->sections[i].files);
		index_release(&c->sections[i].unnumbered);
	}
	free(c->sections);
	*c = (struct choice){0};
}

int choice_section(struct choice *c)
{
	memset(c->seen, 0, sizeof(c->seen));
	if (c->at < c->n) {
		c->at++;
		return 0;
	}
	void *grown = array_grow(c->sections, c->n, &c->capacity, sizeof(*c->sections));
	if (!grown)
		return -ENOMEM;
	c->sections = grown;
	c->sections[c->n++] = (struct chosen){0};
	c->at = c->n;
	return 0;
}

void choice_rewind(struct choice *c)
{
	c->at = 0;
}

static uint64_t key_of(enum fdp_type type, uint32_t place)
{
	return (uint64_t)place * (FDP_TRANSFER + 1) + (uint64_t)type;
}

static int add_event(struct chosen *chosen, enum fdp_type type, uint32_t place)
{
	return place == TRACE_NONE
		       ? 0
		       : index_set(&chosen->unnumbered, key_of(type, place), 1);
}

static int add_unnumbered(struct chosen *chosen, const struct pass_source *source)
{
	if (pass_is_transfer(source))
		return add_event(chosen, FDP_TRANSFER, source->index);
	int err = add_event(chosen, FDP_SEND, source->send);
	return err ? err : add_event(chosen, FDP_RECEIVE, source->receive);
}

int choice_add(struct choice *c, const struct pass *pass,
	       const struct pass_source *source)
{
	struct chosen *chosen = &c->sections[c->at - 1];
	int err = pass->message ? index_set(&chosen->messages, pass->message, 1)
				: add_unnumbered(chosen, source);
	if (!err && pass->file)
		err = index_set(&chosen->files, pass->file, 1);
	return err;
}

bool choice_has(struct choice *c, const struct fdp_record *event)
{
	if (!c->n)
		return true;
	if (!c->at || event->type > FDP_TRANSFER)
		return false;
	const struct chosen *chosen = &c->sections[c->at - 1];
	uint32_t place = c->seen[event->type]++;
	uint64_t message = event_message(event);
	if (event->type == FDP_FILE_END)
		return index_get(&chosen->files, event->file_end.file) != INDEX_NONE;
	if (message)
		return index_get(&chosen->messages, message) != INDEX_NONE;
	return index_get(&chosen->unnumbered, key_of(event->type, place)) != INDEX_NONE;
}
