// SPDX-License-Identifier: BSD-2-Clause
#include "tree.h"

#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "index.h"
#include "process.h"
#include "way.h"

/* Branches of branches beyond that are not moved further to the right. */
#define LEVELS_SHOWN_MAX 24

enum { WANTED = 1, HEAD = 2 };

struct tree {
	const struct chains *chains;
	struct processes processes;
	struct index files; /* number of an open file to a smaller one */
	struct index heads; /* process and file to the first of the roots there */
	uint32_t *child;    /* of each hop the first that follows it */
	uint32_t *sibling;  /* and the next that follows the same, or has the same head */
	uint8_t *flags;
	uint32_t *levels; /* while drawing: the hop that is next on each */
	size_t n_levels, capacity;
	struct out line; /* in memory */
	struct out *out;
};

static int tree_init(struct tree *t, const struct chains *chains, struct out *o)
{
	size_t n = chains->n + 1;
	*t = (struct tree){.chains = chains, .out = o};
	t->child = malloc(n * sizeof(*t->child));
	t->sibling = malloc(n * sizeof(*t->sibling));
	t->flags = calloc(n, sizeof(*t->flags));
	if (!t->child || !t->sibling || !t->flags)
		return -ENOMEM;
	memset(t->child, 0xff, n * sizeof(*t->child));
	memset(t->sibling, 0xff, n * sizeof(*t->sibling));
	int err = out_init(&t->line, -1);
	t->line.look = o->look;
	return err ? err : processes_init(&t->processes, chains->trace);
}

static void tree_release(struct tree *t)
{
	processes_release(&t->processes);
	index_release(&t->files);
	index_release(&t->heads);
	free(t->child);
	free(t->sibling);
	free(t->flags);
	free(t->levels);
	out_release(&t->line);
}

/* A hop as a row, with its pass. */
static struct row hop_row(const struct tree *t, uint32_t hop, struct pass *pass)
{
	const struct chains *c = t->chains;
	chain_pass(c, &c->hops[hop], pass);
	return (struct row){
		.trace = c->trace,
		.pass = pass,
		.chains = c,
		.hop = &c->hops[hop],
		.tinted = t->out->look.color,
	};
}

static void mark_wanted(struct tree *t, tree_choice_fn wants, void *ctx)
{
	for (uint32_t i = 0; i < t->chains->n; i++) {
		struct pass pass;
		struct row row = hop_row(t, i, &pass);
		if (!row.hop->leaf || !wants(ctx, &row))
			continue;
		for (uint32_t at = i; at != TRACE_NONE && !(t->flags[at] & WANTED);
		     at = t->chains->hops[at].before)
			t->flags[at] |= WANTED;
	}
}

/* Roots of one process and one open file have one head: the first of them. */
static int join_root(struct tree *t, uint32_t root)
{
	struct pass pass;
	chain_pass(t->chains, &t->chains->hops[root], &pass);
	t->flags[root] |= HEAD;
	if (pass.from.process == TRACE_NONE)
		return 0;
	uint32_t file = index_get(&t->files, pass.file);
	int err = 0;
	if (file == INDEX_NONE) {
		file = (uint32_t)t->files.n;
		err = index_set(&t->files, pass.file, file);
	}
	uint64_t key = (uint64_t)t->processes.places[pass.from.process] << 32 | file;
	uint32_t later = index_get(&t->heads, key);
	if (later != INDEX_NONE) {
		t->sibling[root] = later;
		t->flags[later] &= (uint8_t)~HEAD;
	}
	return err ? err : index_set(&t->heads, key, root);
}

/* From the last to the first, so that each is put in front of those that come later. */
static int link_hops(struct tree *t)
{
	int err = 0;
	for (uint32_t i = (uint32_t)t->chains->n; !err && i-- > 0;) {
		uint32_t before = t->chains->hops[i].before;
		if (!(t->flags[i] & WANTED))
			continue;
		if (before == TRACE_NONE) {
			err = join_root(t, i);
			continue;
		}
		t->sibling[i] = t->child[before];
		t->child[before] = i;
	}
	return err;
}

/* The one hop that goes on from there; TRACE_NONE: there is none, or there are several.
 */
static uint32_t next_of(const struct tree *t, uint32_t hop)
{
	uint32_t next = t->child[hop];
	return next == TRACE_NONE || t->sibling[next] != TRACE_NONE ? TRACE_NONE : next;
}

/* Follows the hop as long as there is one way on; returns where that ends. */
static uint32_t put_run(struct tree *t, uint32_t hop)
{
	size_t left = 0, first = 0;
	for (uint32_t at = hop; at != TRACE_NONE; at = next_of(t, at))
		left++;
	if (left > CHAIN_SHOWN_MAX)
		first = left - CHAIN_SHOWN_MAX;
	int32_t received = FDP_FD_UNKNOWN;
	uint32_t last = hop;
	for (size_t i = 0; i < left; i++, hop = next_of(t, hop)) {
		struct pass pass;
		struct row row = hop_row(t, hop, &pass);
		if (i == first && first)
			out_word(&t->line, " …");
		if (i >= first)
			way_put_hop(&row, i ? &received : NULL, &t->line);
		received = pass.to.fd;
		last = hop;
	}
	return last;
}

static void end_line(struct tree *t)
{
	if (t->out->look.ascii)
		text_ascii(t->out, t->line.data, t->line.len);
	else
		out_bytes(t->out, t->line.data, t->line.len);
	out_char(t->out, '\n');
	t->line.len = 0;
}

static int push_level(struct tree *t, uint32_t hop)
{
	void *grown =
		array_grow(t->levels, t->n_levels, &t->capacity, sizeof(*t->levels));
	if (!grown)
		return -ENOMEM;
	t->levels = grown;
	t->levels[t->n_levels++] = hop;
	return 0;
}

static void put_branches(struct tree *t)
{
	size_t n = t->n_levels - 1;
	for (size_t i = 0; i < n && i < LEVELS_SHOWN_MAX; i++)
		out_word(&t->line, t->levels[i] == TRACE_NONE ? "   " : "│  ");
	if (n > LEVELS_SHOWN_MAX)
		out_word(&t->line, "… ");
	out_word(&t->line, t->levels[n] == TRACE_NONE ? "└─ " : "├─ ");
}

/* What is below the last line: levels from the first one on are still to be drawn. */
static int draw_branches(struct tree *t)
{
	int err = 0;
	while (!err && t->n_levels) {
		uint32_t *level = &t->levels[t->n_levels - 1], hop = *level;
		struct pass pass;
		if (hop == TRACE_NONE) {
			t->n_levels--;
			continue;
		}
		*level = t->sibling[hop];
		put_branches(t);
		struct row row = hop_row(t, hop, &pass);
		way_put_branch(&row, &t->line);
		uint32_t last = put_run(t, hop);
		end_line(t);
		if (t->child[last] != TRACE_NONE)
			err = push_level(t, t->child[last]);
	}
	return err;
}

static int draw_tree(struct tree *t, uint32_t head)
{
	struct pass pass;
	struct row row = hop_row(t, head, &pass);
	bool forks = t->sibling[head] != TRACE_NONE;
	way_put_start(&row, !forks, &t->line);
	uint32_t below = forks ? head : t->child[put_run(t, head)];
	way_put_file(&row, &t->line);
	end_line(t);
	int err = below == TRACE_NONE ? 0 : push_level(t, below);
	return err ? err : draw_branches(t);
}

int tree_print(struct out *o, const struct chains *chains, tree_choice_fn wants,
	       void *ctx)
{
	struct tree t;
	int err = tree_init(&t, chains, o);
	if (!err) {
		mark_wanted(&t, wants, ctx);
		err = link_hops(&t);
	}
	for (uint32_t i = 0; !err && i < chains->n; i++) {
		if (t.flags[i] & HEAD)
			err = draw_tree(&t, i);
		err = err ? err : o->err;
	}
	tree_release(&t);
	return err;
}
