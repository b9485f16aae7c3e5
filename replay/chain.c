// SPDX-License-Identifier: BSD-2-Clause
#include "chain.h"

#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "infer.h"
#include "shelf.h"

/* Generations of a process that are asked; deeper trees are not worth a hostile loop. */
#define ANCESTORS_MAX 32

/* Who received what, and when; what is kept of each is its hop. */
struct receipts {
	struct index files;    /* number of an open file to a smaller one */
	struct shelf by_owner; /* file and process */
	struct shelf by_fd;    /* file, process and descriptor number */
};

/* The processes of the trace by pid and start; those of one process have its number. */
struct family {
	const struct fdp_process **items;
	uint32_t *numbers; /* by index of the definition in the trace */
	size_t n;
};

static int compare_u64(uint64_t x, uint64_t y)
{
	return (x > y) - (x < y);
}

static int family_compare(const void *a, const void *b)
{
	const struct fdp_process *x = *(const struct fdp_process *const *)a;
	const struct fdp_process *y = *(const struct fdp_process *const *)b;
	int order = compare_u64(x->pid, y->pid);
	return order ? order : compare_u64(x->start_ns, y->start_ns);
}

static int family_init(struct family *f, const struct trace *t)
{
	f->n = t->processes.n;
	f->items = malloc((f->n + 1) * sizeof(*f->items));
	f->numbers = malloc((f->n + 1) * sizeof(*f->numbers));
	if (!f->items || !f->numbers)
		return -ENOMEM;
	for (size_t i = 0; i < f->n; i++)
		f->items[i] = &t->processes.items[i];
	qsort(f->items, f->n, sizeof(*f->items), family_compare);
	uint32_t number = 0;
	for (size_t i = 0; i < f->n; i++) {
		number += i > 0 && family_compare(&f->items[i - 1], &f->items[i]) != 0;
		f->numbers[f->items[i] - t->processes.items] = number;
	}
	return 0;
}

static void family_release(struct family *f)
{
	free(f->items);
	free(f->numbers);
}

/* The last process of that pid that had started at the time. */
static const struct fdp_process *family_find(const struct family *f, uint32_t pid,
					     uint64_t start_ns)
{
	size_t low = 0, high = f->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct fdp_process *p = f->items[middle];
		if (p->pid < pid || (p->pid == pid && p->start_ns <= start_ns))
			low = middle + 1;
		else
			high = middle;
	}
	return low && f->items[low - 1]->pid == pid ? f->items[low - 1] : NULL;
}

static const struct fdp_process *parent_of(const struct family *f,
					   const struct fdp_process *child)
{
	if (!child->ppid)
		return NULL;
	uint64_t start =
		child->parent_start_ns ? child->parent_start_ns : child->start_ns;
	const struct fdp_process *parent = family_find(f, child->ppid, start);
	if (!parent || (child->parent_start_ns && parent->start_ns != start))
		return NULL;
	return parent;
}

/* A key of a shelf: of two numbers below 2^32. */
static uint64_t key_of(uint32_t high, uint32_t low)
{
	return (uint64_t)high << 32 | low;
}

static int file_number(struct receipts *r, uint64_t file, uint32_t *numberp)
{
	*numberp = index_get(&r->files, file);
	if (*numberp != INDEX_NONE)
		return 0;
	*numberp = (uint32_t)r->files.n;
	return index_set(&r->files, file, *numberp);
}

static int receipts_add(struct receipts *r, const struct family *f, const struct pass *p,
			uint32_t hop)
{
	uint32_t file, owner;
	if (!pass_installed(p) || p->to.process == TRACE_NONE)
		return 0;
	int err = file_number(r, p->file, &file);
	if (!err)
		err = shelf_add(&r->by_owner, key_of(file, f->numbers[p->to.process]),
				p->to.time_ns, hop, &owner);
	if (err || p->to.fd < 0)
		return err;
	return shelf_add(&r->by_fd, key_of(owner, (uint32_t)p->to.fd), p->to.time_ns, hop,
			 &owner);
}

static int receipts_sort(struct receipts *r)
{
	int err = shelf_sort(&r->by_owner);
	return err ? err : shelf_sort(&r->by_fd);
}

static void receipts_release(struct receipts *r)
{
	index_release(&r->files);
	shelf_release(&r->by_owner);
	shelf_release(&r->by_fd);
}

/* What is being linked: hop self, whose pass is p. */
struct linking {
	const struct receipts *receipts;
	const struct family *family;
	const struct trace *trace;
	const struct pass *p;
	struct chain_hop *hop;
	uint32_t self;
};

/*
 * Whether that process had the file at that time. Only earlier hops are looked at: this
 * keeps what comes out a tree, whatever times the trace has.
 */
static bool link_to(const struct linking *l, uint32_t process, uint64_t time_ns)
{
	const struct receipts *r = l->receipts;
	uint32_t file = index_get(&r->files, l->p->file);
	if (file == INDEX_NONE || !l->self)
		return false;
	uint64_t key = key_of(file, l->family->numbers[process]);
	uint32_t owner = shelf_group(&r->by_owner, key);
	if (owner == INDEX_NONE)
		return false;
	const struct shelf_item *found = NULL;
	if (l->p->from.fd >= 0)
		found = shelf_find(&r->by_fd, key_of(owner, (uint32_t)l->p->from.fd),
				   time_ns, l->self - 1);
	enum chain_link link = CHAIN_SAME_FD;
	if (!found || found->what >= l->self) {
		found = shelf_find(&r->by_owner, key, time_ns, l->self - 1);
		link = CHAIN_SAME_FILE;
	}
	if (!found || found->what >= l->self)
		return false;
	l->hop->before = found->what;
	l->hop->link = link;
	return true;
}

static void link_inherited(const struct linking *l)
{
	const struct fdp_process *all = l->trace->processes.items;
	const struct fdp_process *child = &all[l->p->from.process];
	for (size_t i = 0; i < ANCESTORS_MAX; i++) {
		const struct fdp_process *parent = parent_of(l->family, child);
		if (!parent)
			return;
		if (link_to(l, (uint32_t)(parent - all), child->start_ns)) {
			l->hop->link = CHAIN_INHERITED;
			return;
		}
		child = parent;
	}
}

static void link_inferred(const struct chains *c, struct inference *f,
			  const struct pass *pass, struct chain_hop *hop, uint32_t self)
{
	enum chain_link link;
	hop->before = inference_find(f, c, pass, self, &link);
	if (hop->before != TRACE_NONE)
		hop->link = link;
}

/* What making the hops fills. */
struct making {
	struct chains *chains;
	struct receipts receipts;
	struct family family;
	struct inference inference;
};

static void link_hop(struct making *m, uint32_t self)
{
	struct pass pass;
	struct chains *c = m->chains;
	struct chain_hop *hop = &c->hops[self];
	chain_pass(c, hop, &pass);
	struct linking linking = {&m->receipts, &m->family, c->trace, &pass, hop, self};
	if (pass.sent && pass.from.process != TRACE_NONE &&
	    !link_to(&linking, pass.from.process, pass.from.time_ns))
		link_inherited(&linking);
	if (hop->before == TRACE_NONE)
		link_inferred(c, &m->inference, &pass, hop, self);
	uint32_t flags = pass.file_place == TRACE_NONE
				 ? 0
				 : c->trace->files.items[pass.file_place].flags;
	hop->inferred = hop->link >= CHAIN_PEER || (flags & FDP_FILE_BY_NAME);
	hop->proven =
		!hop->inferred && (hop->link == CHAIN_FIRST || (flags & FDP_FILE_EXACT));
	if (hop->before == TRACE_NONE)
		return;
	hop->depth = c->hops[hop->before].depth + 1;
	hop->root = c->hops[hop->before].root;
	c->hops[hop->before].leaf = false;
}

/* A look at a message that the same process received after all ends no chain. */
static void hide_peeks(struct chains *c)
{
	struct pass_source real = {TRACE_NONE, TRACE_NONE, 0};
	for (size_t i = c->n; i-- > 0;) {
		struct chain_hop *hop = &c->hops[i];
		struct pass look, receipt;
		if (hop->outcome != OUTCOME_PEEKED) {
			real = hop->source;
			continue;
		}
		if (hop->source.send == TRACE_NONE || hop->source.send != real.send ||
		    real.receive == TRACE_NONE)
			continue;
		chain_pass(c, hop, &look);
		pass_from_source(&receipt, c->trace, &real, OUTCOME_DELIVERED);
		if (look.to.process == receipt.to.process)
			hop->leaf = false;
	}
}

static int add_hop(void *ctx, const struct pass *pass, const struct pass_source *source)
{
	struct making *making = ctx;
	struct chains *c = making->chains;
	if (!pass->file)
		return 0;
	if (c->n >= TRACE_NONE)
		return -EOVERFLOW;
	void *grown = array_grow(c->hops, c->n, &c->capacity, sizeof(*c->hops));
	if (!grown)
		return -ENOMEM;
	c->hops = grown;
	c->hops[c->n] = (struct chain_hop){
		.source = *source,
		.before = TRACE_NONE,
		.root = (uint32_t)c->n,
		.depth = 1,
		.link = CHAIN_FIRST,
		.outcome = pass->outcome,
		.leaf = true,
	};
	uint32_t self = (uint32_t)c->n++;
	int err = inference_add(&making->inference, pass, self);
	return err ? err : receipts_add(&making->receipts, &making->family, pass, self);
}

int chains_init(struct chains *c, const struct match *m)
{
	struct making making = {.chains = c};
	*c = (struct chains){.trace = m->trace};
	int err = family_init(&making.family, m->trace);
	if (!err)
		err = inference_init(&making.inference, m->trace, making.family.numbers);
	if (!err)
		err = match_all_passes(m, add_hop, &making);
	if (!err)
		err = receipts_sort(&making.receipts);
	if (!err)
		err = inference_sort(&making.inference);
	for (uint32_t i = 0; !err && i < c->n; i++)
		link_hop(&making, i);
	hide_peeks(c);
	inference_release(&making.inference);
	family_release(&making.family);
	receipts_release(&making.receipts);
	if (err)
		chains_release(c);
	return err;
}

void chains_release(struct chains *c)
{
	free(c->hops);
	*c = (struct chains){0};
}

void chain_pass(const struct chains *c, const struct chain_hop *hop, struct pass *pass)
{
	pass_from_source(pass, c->trace, &hop->source, (enum outcome)hop->outcome);
}

const struct chain_hop *chain_find(const struct chains *c, uint32_t pid, int32_t fd,
				   uint64_t until_ns, struct pass *pass)
{
	const struct chain_hop *found = NULL;
	uint64_t found_ns = 0;
	for (size_t i = 0; i < c->n; i++) {
		chain_pass(c, &c->hops[i], pass);
		const struct pass_end *to = &pass->to;
		if (!pass_installed(pass) || to->process == TRACE_NONE || to->fd != fd ||
		    to->time_ns > until_ns || to->time_ns < found_ns ||
		    c->trace->processes.items[to->process].pid != pid)
			continue;
		found = &c->hops[i];
		found_ns = to->time_ns;
	}
	if (found)
		chain_pass(c, found, pass);
	return found;
}

const char *chain_link_name(enum chain_link link)
{
	static const char *const names[] = {
		[CHAIN_FIRST] = "first",	 [CHAIN_SAME_FD] = "same-fd",
		[CHAIN_SAME_FILE] = "same-file", [CHAIN_INHERITED] = "inherited",
		[CHAIN_PEER] = "peer",		 [CHAIN_SAME_NAME] = "same-name",
	};
	return names[link];
}

size_t chain_path(const struct chains *c, size_t leaf, uint32_t path[CHAIN_SHOWN_MAX])
{
	size_t n = c->hops[leaf].depth;
	if (n > CHAIN_SHOWN_MAX)
		n = CHAIN_SHOWN_MAX;
	uint32_t at = (uint32_t)leaf;
	for (size_t i = n; i-- > 0; at = c->hops[at].before)
		path[i] = at;
	return n;
}
