// SPDX-License-Identifier: BSD-2-Clause
#include "chain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

/* Generations of a process that are asked; deeper trees are not worth a hostile loop. */
#define ANCESTORS_MAX 32

/* Someone had the open file from then on: sorted, so that the latest can be looked up. */
struct receipt {
	uint64_t file;
	uint32_t pid;
	int32_t fd;
	uint64_t start_ns;
	uint64_t time_ns;
	uint32_t hop;
};

struct receipts {
	struct receipt *by_fd;	 /* file, process, fd, time */
	struct receipt *by_time; /* file, process, time */
	size_t n;
};

/* The processes of the trace by pid and start, one definition of each. */
struct family {
	const struct fdp_process **items;
	size_t n;
};

static int compare_u64(uint64_t x, uint64_t y)
{
	return (x > y) - (x < y);
}

static int receipt_compare(const struct receipt *x, const struct receipt *y, bool with_fd)
{
	int order = compare_u64(x->file, y->file);
	if (!order)
		order = compare_u64(x->pid, y->pid);
	if (!order)
		order = compare_u64(x->start_ns, y->start_ns);
	if (!order && with_fd)
		order = (x->fd > y->fd) - (x->fd < y->fd);
	if (!order)
		order = compare_u64(x->time_ns, y->time_ns);
	return order ? order : compare_u64(x->hop, y->hop);
}

static int by_fd_compare(const void *a, const void *b)
{
	return receipt_compare(a, b, true);
}

static int by_time_compare(const void *a, const void *b)
{
	return receipt_compare(a, b, false);
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
	if (!f->items)
		return -ENOMEM;
	for (size_t i = 0; i < f->n; i++)
		f->items[i] = &t->processes.items[i];
	qsort(f->items, f->n, sizeof(*f->items), family_compare);
	return 0;
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

static const struct fdp_process *end_process(const struct trace *t,
					     const struct pass_end *end)
{
	return end->process == TRACE_NONE ? NULL : &t->processes.items[end->process];
}

static bool is_receipt(const struct trace *t, const struct pass *p)
{
	return p->file && pass_installed(p) && end_process(t, &p->to);
}

static int receipts_init(struct receipts *r, const struct chains *c)
{
	*r = (struct receipts){0};
	r->by_fd = malloc((c->n + 1) * sizeof(*r->by_fd));
	r->by_time = malloc((c->n + 1) * sizeof(*r->by_time));
	if (!r->by_fd || !r->by_time)
		return -ENOMEM;
	for (size_t i = 0; i < c->n; i++) {
		const struct pass *p = &c->hops[i].pass;
		if (!is_receipt(c->trace, p))
			continue;
		const struct fdp_process *to = end_process(c->trace, &p->to);
		r->by_fd[r->n++] = (struct receipt){
			.file = p->file,
			.pid = to->pid,
			.start_ns = to->start_ns,
			.fd = p->to.fd,
			.time_ns = p->to.time_ns,
			.hop = (uint32_t)i,
		};
	}
	memcpy(r->by_time, r->by_fd, r->n * sizeof(*r->by_fd));
	qsort(r->by_fd, r->n, sizeof(*r->by_fd), by_fd_compare);
	qsort(r->by_time, r->n, sizeof(*r->by_time), by_time_compare);
	return 0;
}

static void receipts_release(struct receipts *r)
{
	free(r->by_fd);
	free(r->by_time);
}

/* The last receipt not after the key, of the same file and process (and fd). */
static const struct receipt *receipt_find(const struct receipt *items, size_t n,
					  const struct receipt *key, bool with_fd)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (receipt_compare(&items[middle], key, with_fd) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	const struct receipt *found = low ? &items[low - 1] : NULL;
	if (!found || found->file != key->file || found->pid != key->pid ||
	    found->start_ns != key->start_ns || (with_fd && found->fd != key->fd))
		return NULL;
	return found;
}

/* Whether the process had the file at that time; which receipt gave it the number. */
static bool link_to(struct chain_hop *hop, const struct receipts *r,
		    const struct fdp_process *who, uint64_t time_ns, uint32_t self)
{
	struct receipt key = {
		.file = hop->pass.file,
		.pid = who->pid,
		.start_ns = who->start_ns,
		.fd = hop->pass.from.fd,
		.time_ns = time_ns,
		/* Only earlier passes: this keeps what follows a tree. */
		.hop = self ? self - 1 : 0,
	};
	const struct receipt *found = NULL;
	if (key.fd != FDP_FD_UNKNOWN)
		found = receipt_find(r->by_fd, r->n, &key, true);
	hop->link = CHAIN_SAME_FD;
	if (!found || found->hop >= self) {
		found = receipt_find(r->by_time, r->n, &key, false);
		hop->link = CHAIN_SAME_FILE;
	}
	if (!found || found->hop >= self) {
		hop->link = CHAIN_FIRST;
		return false;
	}
	hop->before = found->hop;
	return true;
}

static void link_inherited(struct chain_hop *hop, const struct receipts *r,
			   const struct family *f, const struct fdp_process *child,
			   uint32_t self)
{
	for (size_t i = 0; i < ANCESTORS_MAX; i++) {
		const struct fdp_process *parent = parent_of(f, child);
		if (!parent)
			return;
		if (link_to(hop, r, parent, child->start_ns, self)) {
			hop->link = CHAIN_INHERITED;
			return;
		}
		child = parent;
	}
}

static void link_hop(struct chains *c, const struct receipts *r, const struct family *f,
		     uint32_t self)
{
	struct chain_hop *hop = &c->hops[self];
	const struct fdp_process *from = end_process(c->trace, &hop->pass.from);
	if (from && hop->pass.sent && hop->pass.file &&
	    !link_to(hop, r, from, hop->pass.from.time_ns, self))
		link_inherited(hop, r, f, from, self);
	uint32_t place = hop->pass.file_place;
	bool exact = place != TRACE_NONE &&
		     (c->trace->files.items[place].flags & FDP_FILE_EXACT);
	hop->proven = hop->link == CHAIN_FIRST || exact;
	if (hop->before == TRACE_NONE)
		return;
	hop->depth = c->hops[hop->before].depth + 1;
	c->hops[hop->before].leaf = false;
}

/* A look at a message that was received after all ends no chain: its receipt does. */
static void hide_peeks(struct chains *c)
{
	const struct pass *real = NULL;
	for (size_t i = c->n; i-- > 0;) {
		const struct pass *p = &c->hops[i].pass;
		if (p->outcome != OUTCOME_PEEKED)
			real = p;
		else if (real && p->message && real->message == p->message &&
			 real->to.process == p->to.process)
			c->hops[i].leaf = false;
	}
}

static int add_hop(void *ctx, const struct pass *pass)
{
	struct chains *c = ctx;
	if (!pass->file)
		return 0;
	if (c->n >= TRACE_NONE)
		return -EOVERFLOW;
	void *grown = array_grow(c->hops, c->n, &c->capacity, sizeof(*c->hops));
	if (!grown)
		return -ENOMEM;
	c->hops = grown;
	c->hops[c->n++] = (struct chain_hop){
		.pass = *pass, .before = TRACE_NONE, .depth = 1, .leaf = true};
	return 0;
}

int chains_init(struct chains *c, const struct match *m)
{
	struct receipts receipts = {0};
	struct family family = {0};
	*c = (struct chains){.trace = m->trace};
	int err = match_all_passes(m, add_hop, c);
	if (!err)
		err = receipts_init(&receipts, c);
	if (!err)
		err = family_init(&family, m->trace);
	for (uint32_t i = 0; !err && i < c->n; i++)
		link_hop(c, &receipts, &family, i);
	hide_peeks(c);
	free(family.items);
	receipts_release(&receipts);
	if (err)
		chains_release(c);
	return err;
}

void chains_release(struct chains *c)
{
	free(c->hops);
	*c = (struct chains){0};
}

const char *chain_link_name(enum chain_link link)
{
	static const char *const names[] = {
		[CHAIN_FIRST] = "first",
		[CHAIN_SAME_FD] = "same-fd",
		[CHAIN_SAME_FILE] = "same-file",
		[CHAIN_INHERITED] = "inherited",
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
