// SPDX-License-Identifier: BSD-2-Clause
#include "cast.h"

#include "shape.h"

void cast_init(struct cast *c)
{
	*c = (struct cast){.n = CAST_FIRST};
}

void cast_release(struct cast *c)
{
	index_release(&c->index);
}

void cast_restart(struct cast *c)
{
	index_release(&c->index);
}

static int cast_process(struct cast *c, const struct fdp_process *process,
			uint32_t *numberp, bool *newp)
{
	/* Two processes of one pid never have one start; outsiders have none but theirs.
	 */
	uint32_t pid = process->pid ? process->pid : process->own_pid;
	uint64_t key = process->start_ns ^ (uint64_t)pid << 40;
	*numberp = index_get(&c->index, key);
	*newp = *numberp == INDEX_NONE;
	if (!*newp)
		return 0;
	*numberp = c->n++;
	return index_set(&c->index, key, *numberp);
}

static void cast_stranger(uint32_t number, bool *met, uint32_t *numberp, bool *newp)
{
	*numberp = number;
	*newp = !*met;
	*met = true;
}

int cast_sender(struct cast *c, const struct row *row, uint32_t *numberp, bool *newp)
{
	uint32_t place = row->pass->from.process;
	if (place != TRACE_NONE)
		return cast_process(c, &row->trace->processes.items[place], numberp,
				    newp);
	cast_stranger(CAST_UNKNOWN, &c->unknown, numberp, newp);
	return 0;
}

int cast_receiver(struct cast *c, const struct row *row, uint32_t *numberp, bool *newp)
{
	uint32_t place = row->pass->to.process;
	if (place != TRACE_NONE)
		return cast_process(c, &row->trace->processes.items[place], numberp,
				    newp);
	if (row->pass->received || row->pass->outcome == OUTCOME_SENT)
		cast_stranger(CAST_UNKNOWN, &c->unknown, numberp, newp);
	else
		cast_stranger(CAST_NOBODY, &c->nobody, numberp, newp);
	return 0;
}

void cast_show(struct out *o, const struct row *row, const struct pass_end *end,
	       uint32_t number)
{
	if (number < CAST_FIRST) {
		out_word(o, number == CAST_NOBODY ? "nobody" : "unknown");
		return;
	}
	show_end(row, end, o);
}
