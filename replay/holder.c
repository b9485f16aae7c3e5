// SPDX-License-Identifier: BSD-2-Clause
#include "holder.h"

#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "glob.h"

int holders_init(struct holders *h, const struct trace *trace, uint64_t until_ns)
{
	*h = (struct holders){.trace = trace, .until_ns = until_ns};
	return processes_init(&h->processes, trace);
}

void holders_release(struct holders *h)
{
	processes_release(&h->processes);
	free(h->items);
	index_release(&h->index);
	*h = (struct holders){0};
}

/* The pass as its end "to" has it. */
static int hold(struct holders *h, const struct pass *pass)
{
	const struct pass_end *to = &pass->to;
	if (to->process == TRACE_NONE || to->fd < 0 || to->time_ns > h->until_ns)
		return 0;
	uint64_t key =
		(uint64_t)h->processes.places[to->process] << 32 | (uint32_t)to->fd;
	uint32_t place = index_get(&h->index, key);
	if (place != INDEX_NONE) {
		/* Sending it on tells nothing new of what was received. */
		bool same = h->items[place].pass.file == pass->file;
		if (!same || pass->outcome != OUTCOME_SENT)
			h->items[place].pass = *pass;
		return 0;
	}
	if (h->n >= INDEX_NONE)
		return -EOVERFLOW;
	void *grown = array_grow(h->items, h->n, &h->capacity, sizeof(*h->items));
	if (!grown)
		return -ENOMEM;
	h->items = grown;
	h->items[h->n] = (struct holder){.pass = *pass};
	return index_set(&h->index, key, (uint32_t)h->n++);
}

int holders_add(void *ctx, const struct pass *pass, const struct pass_source *source)
{
	(void)source;
	struct holders *h = ctx;
	int err = 0;
	if (pass->sent && pass->file) {
		struct pass sender = *pass;
		sender.to = pass->from;
		sender.sent = false;
		sender.received = true;
		sender.outcome = OUTCOME_SENT;
		sender.error = 0;
		err = hold(h, &sender);
	}
	if (!err && pass_installed(pass))
		err = hold(h, pass);
	return err;
}

/*
 * Another process has its pid by then. On another host that means nothing, and 0 is the
 * pid of all that are outside of the recorder's namespace.
 */
static bool process_ended(const struct holders *h, uint32_t process)
{
	const struct processes *all = &h->processes;
	size_t place = all->places[process];
	if (place + 1 == all->n || (h->trace->origin && h->trace->origin->n_hosts > 1))
		return false;
	const struct fdp_process *own = all->items[place].process,
				 *next = all->items[place + 1].process;
	return own->pid && own->pid == next->pid && own->start_ns &&
	       next->start_ns <= h->until_ns;
}

void holders_end(struct holders *h)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct pass *pass = &h->items[i].pass;
		uint64_t end_ns = trace_file_end(h->trace, pass->file);
		h->items[i].gone = (end_ns != UINT64_MAX && end_ns <= h->until_ns &&
				    end_ns >= pass->to.time_ns) ||
				   process_ended(h, pass->to.process);
	}
}

static bool is_number(struct fdp_text text, uint64_t *numberp)
{
	*numberp = 0;
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] < '0' || text.data[i] > '9' ||
		    __builtin_mul_overflow(*numberp, 10, numberp) ||
		    __builtin_add_overflow(*numberp, text.data[i] - '0', numberp))
			return false;
	return text.len > 0;
}

bool holder_has(const struct holders *h, const struct holder *holder,
		struct fdp_text wanted)
{
	uint64_t number;
	if (holder->gone)
		return false;
	if (is_number(wanted, &number))
		return holder->pass.file == number;
	return holder->pass.file_place != TRACE_NONE &&
	       glob_matches(wanted,
			    files_peek(&h->trace->files, holder->pass.file_place)->name);
}
