// SPDX-License-Identifier: BSD-2-Clause
#include "chain.h"

#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "infer.h"
#include "receipt.h"
#include "shelf.h"

_Static_assert(sizeof(struct chain_hop) == 16, "there may be millions");

/* Generations of a process that are asked; deeper trees are not worth a hostile loop. */
#define ANCESTORS_MAX 32

/*
 * The processes of the trace by pid and start; those of one process have its number. The
 * items own the memory of all three.
 */
struct family {
	const struct fdp_process **items;
	uint32_t *numbers; /* by index of the definition in the trace */
	uint32_t *parents; /* the same: index of the parent's, TRACE_NONE: not known */
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

static int family_init(struct family *f, const struct trace *t)
{
	size_t room = t->processes.n + 1;
	f->n = t->processes.n;
	f->items = malloc(room * (sizeof(*f->items) + 2 * sizeof(*f->numbers)));
	if (!f->items)
		return -ENOMEM;
	f->numbers = (uint32_t *)(void *)(f->items + room);
	f->parents = f->numbers + room;
	for (size_t i = 0; i < f->n; i++)
		f->items[i] = &t->processes.items[i];
	qsort(f->items, f->n, sizeof(*f->items), family_compare);
	uint32_t number = 0;
	for (size_t i = 0; i < f->n; i++) {
		number += i > 0 && family_compare(&f->items[i - 1], &f->items[i]) != 0;
		f->numbers[f->items[i] - t->processes.items] = number;
	}
	for (size_t i = 0; i < f->n; i++) {
		const struct fdp_process *parent = parent_of(f, &t->processes.items[i]);
		f->parents[i] =
			parent ? (uint32_t)(parent - t->processes.items) : TRACE_NONE;
	}
	return 0;
}

static void family_release(struct family *f)
{
	free(f->items);
}

/* What making the hops fills. */
struct making {
	struct chains *chains;
	struct family family;
	struct index undefined; /* open files, to numbers behind those of the trace */
	struct receipts receipts;
	struct inference inference;
	/* Hops whose sender may have inherited the file. */
	uint32_t *orphans;
	size_t n_orphans, orphans_capacity;
};

static void making_release(struct making *making)
{
	family_release(&making->family);
	index_release(&making->undefined);
	receipts_release(&making->receipts);
	inference_release(&making->inference);
	free(making->orphans);
}

/* The number of its open file, which must have been taken: its place, if it has one. */
static uint32_t file_number(const struct making *m, const struct pass *pass)
{
	return pass->file_place != TRACE_NONE ? pass->file_place
					      : index_get(&m->undefined, pass->file);
}

static int file_take(struct making *m, const struct pass *pass, uint32_t *numberp)
{
	*numberp = file_number(m, pass);
	if (*numberp != INDEX_NONE)
		return 0;
	size_t number = m->chains->trace->files.n + m->undefined.n;
	if (number >= INDEX_NONE)
		return -EOVERFLOW;
	*numberp = (uint32_t)number;
	return index_set(&m->undefined, pass->file, *numberp);
}

/* Whether an ancestor of the sender has had the file by now. */
static bool may_inherit(const struct making *m, const struct pass *pass, uint32_t file)
{
	const struct family *f = &m->family;
	uint32_t process = f->parents[pass->from.process];
	for (size_t i = 0; i < ANCESTORS_MAX && process != TRACE_NONE; i++) {
		if (receipts_last(&m->receipts, file, f->numbers[process]) !=
		    RECEIPT_NONE)
			return true;
		process = f->parents[process];
	}
	return false;
}

/*
 * Hops come in the order of their times. Only earlier ones are looked at: this keeps what
 * comes out a tree, whatever times the trace has.
 */
static int link_hop(struct making *m, const struct pass *pass, uint32_t file,
		    uint32_t self)
{
	struct chain_hop *hop = &m->chains->hops[self];
	if (!pass->sent || pass->from.process == TRACE_NONE)
		return 0;
	int err = receipts_advance(&m->receipts, pass->from.time_ns);
	if (err)
		return err;
	uint32_t owner = m->family.numbers[pass->from.process];
	hop->link = CHAIN_SAME_FD;
	hop->before = receipts_last_fd(&m->receipts, file, owner, pass->from.fd);
	bool own = hop->before == RECEIPT_OWN;
	if (hop->before == TRACE_NONE) {
		hop->link = CHAIN_SAME_FILE;
		hop->before = receipts_last(&m->receipts, file, owner);
	}
	if (hop->before != TRACE_NONE && !own)
		return 0;
	hop->before = TRACE_NONE;
	hop->link = CHAIN_FIRST;
	err = own ? 0 : receipts_own(&m->receipts, file, owner, pass->from.fd);
	if (err)
		return err;
	if (!may_inherit(m, pass, file))
		return 0;
	void *grown = array_grow(m->orphans, m->n_orphans, &m->orphans_capacity,
				 sizeof(*m->orphans));
	if (!grown)
		return -ENOMEM;
	m->orphans = grown;
	m->orphans[m->n_orphans++] = self;
	return 0;
}

static int add_receipt(struct making *m, const struct pass *pass, uint32_t file,
		       uint32_t self)
{
	if (!pass_installed(pass) || pass->to.process == TRACE_NONE)
		return 0;
	const struct receipt receipt = {pass->to.time_ns, file,
					m->family.numbers[pass->to.process], pass->to.fd,
					self};
	return receipts_add(&m->receipts, &receipt);
}

/* Of a message, its descriptors are few: their index fits. */
static struct chain_hop hop_of(const struct pass *pass, const struct pass_source *source)
{
	bool transfer = pass_is_transfer(source);
	return (struct chain_hop){
		.send = transfer ? source->index : source->send,
		.receive = source->receive,
		.before = TRACE_NONE,
		.index = (uint8_t)(transfer ? 0 : source->index),
		.link = CHAIN_FIRST,
		.outcome = pass->outcome,
		.transfer = transfer,
	};
}

static int add_hop(void *ctx, const struct pass *pass, const struct pass_source *source)
{
	struct making *m = ctx;
	struct chains *c = m->chains;
	if (!pass->file)
		return 0;
	if (c->n >= TRACE_NONE)
		return -EOVERFLOW;
	void *grown = array_grow(c->hops, c->n, &c->capacity, sizeof(*c->hops));
	if (!grown)
		return -ENOMEM;
	c->hops = grown;
	uint32_t self = (uint32_t)c->n++, file;
	uint32_t flags = pass->file_place == TRACE_NONE
				 ? 0
				 : files_flags(&c->trace->files, pass->file_place);
	struct chain_hop *hop = &c->hops[self];
	*hop = hop_of(pass, source);
	hop->leaf = true;
	hop->proven = flags & FDP_FILE_EXACT;
	hop->inferred = flags & FDP_FILE_BY_NAME;
	int err = inference_add(&m->inference, pass, self);
	if (!err)
		err = file_take(m, pass, &file);
	if (!err)
		err = link_hop(m, pass, file, self);
	return err ? err : add_receipt(m, pass, file, self);
}

/* Inheriting is a matter of long ago: all receipts of each process, by their times. */
struct heritage {
	struct shelf by_owner; /* file and process */
	struct shelf by_fd;    /* the same, and descriptor number */
};

static void heritage_release(struct heritage *h)
{
	shelf_release(&h->by_owner);
	shelf_release(&h->by_fd);
}

/* A key of a shelf: of two numbers below 2^32. */
static uint64_t key_of(uint32_t high, uint32_t low)
{
	return (uint64_t)high << 32 | low;
}

static int heritage_add(struct heritage *h, const struct making *m, uint32_t hop)
{
	struct pass p;
	uint32_t owner;
	chain_pass(m->chains, &m->chains->hops[hop], &p);
	if (!pass_installed(&p) || p.to.process == TRACE_NONE)
		return 0;
	uint64_t key = key_of(file_number(m, &p), m->family.numbers[p.to.process]);
	int err = shelf_add(&h->by_owner, key, p.to.time_ns, hop, &owner);
	if (err || p.to.fd < 0)
		return err;
	return shelf_add(&h->by_fd, key_of(owner, (uint32_t)p.to.fd), p.to.time_ns, hop,
			 &owner);
}

static int heritage_init(struct heritage *h, const struct making *m)
{
	int err = 0;
	*h = (struct heritage){0};
	for (size_t i = 0; !err && i < m->chains->n; i++)
		err = heritage_add(h, m, (uint32_t)i);
	if (!err)
		err = shelf_sort(&h->by_owner);
	return err ? err : shelf_sort(&h->by_fd);
}

/* The hop before self that brought the file to that process by that time. */
static uint32_t heritage_find(const struct heritage *h, uint64_t key, int32_t fd,
			      uint64_t time_ns, uint32_t self)
{
	uint32_t owner = shelf_group(&h->by_owner, key);
	const struct shelf_item *found = NULL;
	if (owner == INDEX_NONE || !self)
		return TRACE_NONE;
	if (fd >= 0)
		found = shelf_find(&h->by_fd, key_of(owner, (uint32_t)fd), time_ns,
				   self - 1);
	if (!found || found->what >= self)
		found = shelf_find(&h->by_owner, key, time_ns, self - 1);
	return found && found->what < self ? found->what : TRACE_NONE;
}

/* What the sender's nearest ancestor had when the next one was forked off it. */
static void inherit(const struct heritage *h, const struct making *m, uint32_t self)
{
	const struct family *f = &m->family;
	const struct fdp_process *all = m->chains->trace->processes.items;
	struct chain_hop *hop = &m->chains->hops[self];
	struct pass pass;
	chain_pass(m->chains, hop, &pass);
	uint32_t file = file_number(m, &pass), child = pass.from.process;
	for (size_t i = 0; i < ANCESTORS_MAX && f->parents[child] != TRACE_NONE; i++) {
		uint64_t start_ns = all[child].start_ns;
		child = f->parents[child];
		hop->before = heritage_find(h, key_of(file, f->numbers[child]),
					    pass.from.fd, start_ns, self);
		if (hop->before != TRACE_NONE) {
			hop->link = CHAIN_INHERITED;
			return;
		}
	}
}

static int inherit_all(const struct making *m)
{
	struct heritage heritage;
	if (!m->n_orphans)
		return 0;
	int err = heritage_init(&heritage, m);
	for (size_t i = 0; !err && i < m->n_orphans; i++)
		inherit(&heritage, m, m->orphans[i]);
	heritage_release(&heritage);
	return err;
}

static void link_inferred(struct inference *f, const struct chains *c,
			  struct chain_hop *hop)
{
	enum chain_link link;
	struct pass pass;
	chain_pass(c, hop, &pass);
	hop->before = inference_find(f, c, &pass, (uint32_t)(hop - c->hops), &link);
	if (hop->before == TRACE_NONE)
		return;
	hop->link = link;
	hop->inferred = true;
}

/* Hops follow earlier ones, so that one way through them will do. */
static int grow_trees(struct chains *c, struct inference *f)
{
	c->places = calloc(c->n + 1, sizeof(*c->places));
	if (!c->places)
		return -ENOMEM;
	for (size_t i = 0; i < c->n; i++) {
		struct chain_hop *hop = &c->hops[i];
		c->places[i] = (struct chain_place){.root = (uint32_t)i, .depth = 1};
		if (hop->before == TRACE_NONE && (f->lacking || c->trace->origin))
			link_inferred(f, c, hop);
		hop->proven =
			!hop->inferred && (hop->link == CHAIN_FIRST ||
					   (hop->proven && hop->link != CHAIN_SAME_FILE));
		if (hop->before == TRACE_NONE)
			continue;
		c->places[i] = c->places[hop->before];
		c->places[i].depth++;
		c->hops[hop->before].leaf = false;
	}
	return 0;
}

/* A look at a message that the same process received after all ends no chain. */
static void hide_peeks(struct chains *c)
{
	struct pass_source real = {TRACE_NONE, TRACE_NONE, 0};
	for (size_t i = c->n; i-- > 0;) {
		struct chain_hop *hop = &c->hops[i];
		struct pass look, receipt;
		struct pass_source source = chain_source(hop);
		if (hop->outcome != OUTCOME_PEEKED) {
			real = source;
			continue;
		}
		if (source.send == TRACE_NONE || source.send != real.send ||
		    real.receive == TRACE_NONE)
			continue;
		chain_pass(c, hop, &look);
		pass_from_source(&receipt, c->trace, &real, OUTCOME_DELIVERED);
		if (look.to.process == receipt.to.process)
			hop->leaf = false;
	}
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
		err = inherit_all(&making);
	if (!err)
		err = inference_sort(&making.inference);
	receipts_release(&making.receipts);
	if (!err)
		err = grow_trees(c, &making.inference);
	if (!err)
		hide_peeks(c);
	making_release(&making);
	if (err)
		chains_release(c);
	return err;
}

void chains_release(struct chains *c)
{
	free(c->hops);
	free(c->places);
	*c = (struct chains){0};
}

struct chain_hop chain_hop_alone(const struct pass *pass,
				 const struct pass_source *source)
{
	struct chain_hop hop = hop_of(pass, source);
	hop.alone = true;
	return hop;
}

struct pass_source chain_source(const struct chain_hop *hop)
{
	if (hop->transfer)
		return (struct pass_source){TRACE_NONE, TRACE_NONE, hop->send};
	return (struct pass_source){hop->send, hop->receive, hop->index};
}

void chain_pass(const struct chains *c, const struct chain_hop *hop, struct pass *pass)
{
	struct pass_source source = chain_source(hop);
	pass_from_source(pass, c->trace, &source, (enum outcome)hop->outcome);
}

struct chain_place chain_place(const struct chains *c, const struct chain_hop *hop)
{
	return hop->alone ? (struct chain_place){TRACE_NONE, 1}
			  : c->places[hop - c->hops];
}

const char *chain_link_name(enum chain_link link)
{
	static const char *const names[] = {
		[CHAIN_FIRST] = "first",	 [CHAIN_SAME_FD] = "same-fd",
		[CHAIN_SAME_FILE] = "same-file", [CHAIN_INHERITED] = "inherited",
		[CHAIN_PEER] = "peer",		 [CHAIN_LOOK_ALIKE] = "look-alike",
		[CHAIN_SAME_NAME] = "same-name",
	};
	return names[link];
}

size_t chain_path(const struct chains *c, size_t leaf, uint32_t path[CHAIN_SHOWN_MAX])
{
	size_t n = c->places[leaf].depth;
	if (n > CHAIN_SHOWN_MAX)
		n = CHAIN_SHOWN_MAX;
	uint32_t at = (uint32_t)leaf;
	for (size_t i = n; i-- > 0; at = c->hops[at].before)
		path[i] = at;
	return n;
}
