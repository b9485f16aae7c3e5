// SPDX-License-Identifier: BSD-2-Clause
#include "summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "fact.h"

/* In this order they are shown. */
enum group {
	GROUP_OUTCOME,
	GROUP_ERRNO,
	GROUP_KIND,
	GROUP_VIA,
	GROUP_WAY,
	GROUP_FDS,
	GROUP_QUEUED
};

static const char *const groups[SUMMARY_GROUPS] = {"outcome", "errno", "kind",	"via",
						   "way",     "fds",   "queued"};

const char *summary_group_name(size_t i)
{
	return groups[i];
}

int summary_init(struct summary *s, const struct trace *trace)
{
	*s = (struct summary){.trace = trace};
	pool_init(&s->names);
	return out_init(&s->scratch, -1);
}

void summary_clear(struct summary *s)
{
	struct out scratch = s->scratch;
	free(s->items);
	index_release(&s->index);
	pool_release(&s->names);
	*s = (struct summary){.trace = s->trace, .scratch = scratch};
}

void summary_release(struct summary *s)
{
	summary_clear(s);
	out_release(&s->scratch);
}

/*
 * A name is kept once in the pool, so that its address and the group are the key; the
 * groups differ in low bits that an aligned address has not.
 */
static int find(struct summary *s, uint32_t *tallyp, enum group group,
		struct fdp_text name)
{
	int err = pool_intern(&s->names, &name);
	if (err)
		return err;
	uint64_t key = (uint64_t)(uintptr_t)name.data + group;
	uint32_t place = index_get(&s->index, key);
	if (place != INDEX_NONE) {
		*tallyp = place + 1;
		return 0;
	}
	void *grown = array_grow(s->items, s->n, &s->capacity, sizeof(*s->items));
	if (!grown)
		return -ENOMEM;
	s->items = grown;
	err = index_set(&s->index, key, (uint32_t)s->n);
	if (err)
		return err;
	s->items[s->n++] = (struct summary_tally){.group = groups[group], .name = name};
	*tallyp = (uint32_t)s->n;
	return 0;
}

static void count(struct summary *s, uint32_t tally, const struct pass *pass)
{
	struct summary_tally *t = &s->items[tally - 1];
	t->passes++;
	t->messages += t->last != pass->nth;
	t->last = pass->nth;
}

static int count_text(struct summary *s, enum group group, struct fdp_text name,
		      const struct pass *pass)
{
	uint32_t tally;
	int err = find(s, &tally, group, name);
	if (!err)
		count(s, tally, pass);
	return err;
}

/* Of a group whose names go by a small number; *tallyp remembers that one's tally. */
static int count_word(struct summary *s, uint32_t *tallyp, enum group group,
		      const char *word, const struct pass *pass)
{
	int err = *tallyp ? 0
			  : find(s, tallyp, group, (struct fdp_text){word, strlen(word)});
	if (!err)
		count(s, *tallyp, pass);
	return err;
}

static int count_errno(struct summary *s, const struct row *row)
{
	struct cell cell = {.type = CELL_NULL};
	get_errno(row, NULL, &cell);
	return cell.type == CELL_NULL ? 0
				      : count_text(s, GROUP_ERRNO, cell.text, row->pass);
}

static int count_kind(struct summary *s, const struct pass *pass)
{
	uint32_t kind = pass->file_place == TRACE_NONE
				? FDP_KIND_UNKNOWN
				: files_kind(&s->trace->files, pass->file_place);
	uint32_t none = 0;
	return count_word(s, kind < SUMMARY_KINDS ? &s->kinds[kind] : &none, GROUP_KIND,
			  fdp_kind_name(kind), pass);
}

static struct fdp_text scratch_text(const struct summary *s)
{
	return (struct fdp_text){s->scratch.data, s->scratch.len};
}

static void put_via(struct summary *s, const struct row *row)
{
	struct cell cell = {.type = CELL_NULL};
	get_via_type(row, NULL, &cell);
	if (cell.type == CELL_NULL) {
		out_word(&s->scratch, "unknown");
		return;
	}
	struct fdp_text name = socket_name(s->trace, row->pass);
	out_bytes(&s->scratch, cell.text.data, cell.text.len);
	if (name.len)
		out_char(&s->scratch, ' ');
	out_bytes(&s->scratch, name.data, name.len);
}

static void put_comm(struct summary *s, const struct pass_end *end)
{
	if (end->process == TRACE_NONE) {
		out_char(&s->scratch, '?');
		return;
	}
	text_raw_apart(&s->scratch,
		       trace_process_name(&s->trace->processes.items[end->process]));
}

static void put_way(struct summary *s, const struct pass *pass)
{
	put_comm(s, &pass->from);
	out_word(&s->scratch, " → ");
	if (pass->received)
		put_comm(s, &pass->to);
	else
		out_char(&s->scratch, '-');
}

/* The slot for these numbers; if it is not theirs, it is taken for them. */
static struct summary_known *known_slot(struct summary_known *all, uint32_t a, uint32_t b,
					uint32_t c, uint32_t d)
{
	uint32_t hash = a * 0x9e3779b1u + b * 0x85ebca6bu + c * 0xc2b2ae35u + d;
	struct summary_known *slot = &all[hash >> 20];
	if (slot->a != a || slot->b != b || slot->c != c || slot->d != d)
		*slot = (struct summary_known){a, b, c, d, 0};
	return slot;
}

_Static_assert(SUMMARY_KNOWN == 1 << 12, "twelve bits of the hash choose the slot");

static int count_way(struct summary *s, const struct pass *pass)
{
	struct summary_known *slot = known_slot(s->ways, pass->from.process,
						pass->to.process, pass->received, 0);
	int err = 0;
	if (!slot->tally) {
		s->scratch.len = 0;
		put_way(s, pass);
		err = find(s, &slot->tally, GROUP_WAY, scratch_text(s));
	}
	if (!err)
		count(s, slot->tally, pass);
	return err;
}

static int count_via(struct summary *s, const struct row *row)
{
	const struct pass *pass = row->pass;
	struct summary_known *slot = known_slot(s->vias, pass->from.socket,
						pass->to.socket, pass->queue, pass->way);
	int err = 0;
	/* What a peer is called may be known only later. */
	if (!slot->tally || !socket_own_name(s->trace, pass).len) {
		s->scratch.len = 0;
		put_via(s, row);
		err = find(s, &slot->tally, GROUP_VIA, scratch_text(s));
	}
	if (!err)
		count(s, slot->tally, pass);
	return err;
}

/* How many descriptors the message of the pass carries. */
static int count_fds(struct summary *s, const struct pass *pass)
{
	uint32_t *tally = &s->fds[pass->n_fds];
	if (pass->way)
		return 0;
	if (*tally) {
		count(s, *tally, pass);
		return 0;
	}
	s->scratch.len = 0;
	out_u64(&s->scratch, pass->n_fds);
	int err = find(s, tally, GROUP_FDS, scratch_text(s));
	if (!err)
		count(s, *tally, pass);
	return err;
}

/* Who sent it, and where it waits. */
static int count_queued(struct summary *s, const struct row *row)
{
	if (row->pass->outcome != OUTCOME_QUEUED)
		return 0;
	s->scratch.len = 0;
	put_comm(s, &row->pass->from);
	out_word(&s->scratch, " → ");
	put_via(s, row);
	return count_text(s, GROUP_QUEUED, scratch_text(s), row->pass);
}

int summary_add(void *ctx, const struct pass *pass, const struct pass_source *source)
{
	(void)source;
	struct summary *s = ctx;
	struct row row = {.trace = s->trace, .pass = pass};
	if (s->changes != s->trace->changes) {
		memset(s->ways, 0, sizeof(s->ways));
		memset(s->vias, 0, sizeof(s->vias));
		s->changes = s->trace->changes;
	}
	int err = count_word(s, &s->outcomes[pass->outcome], GROUP_OUTCOME,
			     outcome_name(pass->outcome), pass);
	if (!err && pass->error)
		err = count_errno(s, &row);
	if (!err)
		err = count_kind(s, pass);
	if (!err)
		err = count_via(s, &row);
	if (!err)
		err = count_way(s, pass);
	if (!err)
		err = count_fds(s, pass);
	if (!err)
		err = count_queued(s, &row);
	return err ? err : s->scratch.err;
}

static size_t group_place(const char *group)
{
	size_t i = 0;
	while (groups[i] != group)
		i++;
	return i;
}

/* The largest first; how many descriptors is a scale, and keeps its order. */
static int tally_compare(const void *a, const void *b)
{
	const struct summary_tally *x = a, *y = b;
	if (x->group != y->group)
		return group_place(x->group) < group_place(y->group) ? -1 : 1;
	if (x->group == groups[GROUP_FDS] && x->name.len != y->name.len)
		return x->name.len < y->name.len ? -1 : 1;
	if (x->group != groups[GROUP_FDS] && x->passes != y->passes)
		return x->passes > y->passes ? -1 : 1;
	return text_order(x->name, y->name);
}

void summary_sort(struct summary *s)
{
	if (s->n)
		qsort(s->items, s->n, sizeof(*s->items), tally_compare);
}
