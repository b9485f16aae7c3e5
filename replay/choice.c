// SPDX-License-Identifier: BSD-2-Clause
#include "choice.h"

#include <errno.h>

#include "array.h"
#include "event.h"

void choice_release(struct choice *c)
{
	for (size_t i = 0; i < c->n; i++) {
		index_release(&c->sections[i].messages);
		index_release(&c->sections[i].files);
	}
	free(c->sections);
	*c = (struct choice){0};
}

int choice_section(struct choice *c)
{
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

int choice_add(struct choice *c, const struct pass *pass)
{
	struct chosen *chosen = &c->sections[c->at - 1];
	int err = index_set(&chosen->messages, pass->message, 1);
	if (!err && pass->file)
		err = index_set(&chosen->files, pass->file, 1);
	return err;
}

bool choice_has(const struct choice *c, const struct fdp_record *event)
{
	if (!c->n)
		return true;
	if (!c->at)
		return false;
	const struct chosen *chosen = &c->sections[c->at - 1];
	if (event->type == FDP_FILE_END)
		return index_get(&chosen->files, event->file_end.file) != INDEX_NONE;
	return index_get(&chosen->messages, event_message(event)) != INDEX_NONE;
}
