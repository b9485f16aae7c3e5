// SPDX-License-Identifier: BSD-2-Clause
#include "infer.h"

#include <errno.h>
#include <stdlib.h>

#define USERS_SEVERAL (TRACE_NONE - 1)

static void see_user(struct inference *f, uint64_t socket, uint64_t process)
{
	uint32_t place = trace_socket(f->trace, socket);
	uint32_t user = trace_process(f->trace, process);
	if (place == TRACE_NONE || user == TRACE_NONE)
		return;
	user = f->processes[user];
	if (f->users[place] == TRACE_NONE)
		f->users[place] = user;
	else if (f->users[place] != user)
		f->users[place] = USERS_SEVERAL;
}

int inference_init(struct inference *f, const struct trace *t, const uint32_t *processes)
{
	*f = (struct inference){.trace = t, .processes = processes};
	f->lacking = (t->header.flags & FDP_HEADER_SENDERS) ||
		     trace_lost(t, FDP_LOST_RECEIVE);
	f->users = malloc((t->sockets.n + 1) * sizeof(*f->users));
	if (!f->users)
		return -ENOMEM;
	for (size_t i = 0; i < t->sockets.n; i++)
		f->users[i] = TRACE_NONE;
	for (size_t i = 0; f->lacking && i < t->n_sends; i++)
		see_user(f, t->sends[i].socket, t->sends[i].process);
	for (size_t i = 0; f->lacking && i < t->n_receives; i++)
		see_user(f, t->receives[i].socket, t->receives[i].process);
	return 0;
}

void inference_release(struct inference *f)
{
	free(f->users);
	shelf_release(&f->by_peer);
	shelf_release(&f->by_name);
	*f = (struct inference){0};
}

static uint64_t peer_key(uint32_t file, uint32_t process)
{
	return (uint64_t)file << 32 | process;
}

/* Who must have received it, if anybody did. */
static uint32_t presumed_receiver(const struct inference *f, const struct pass *p)
{
	uint32_t socket = p->queue;
	if (socket == TRACE_NONE && p->from.socket != TRACE_NONE)
		socket = trace_socket(f->trace,
				      f->trace->sockets.items[p->from.socket].peer);
	if (socket == TRACE_NONE || f->users[socket] == USERS_SEVERAL)
		return TRACE_NONE;
	return f->users[socket];
}

static bool is_by_name(const struct inference *f, const struct pass *p)
{
	return f->trace->files.items[p->file_place].flags & FDP_FILE_BY_NAME;
}

int inference_add(struct inference *f, const struct pass *p, uint32_t hop)
{
	uint32_t group;
	if (!f->lacking || p->file_place == TRACE_NONE || p->received || !p->sent ||
	    (p->outcome != OUTCOME_SENT && p->outcome != OUTCOME_QUEUED))
		return 0;
	uint32_t receiver = presumed_receiver(f, p);
	int err = 0;
	if (receiver != TRACE_NONE)
		err = shelf_add(&f->by_peer, peer_key(p->file_place, receiver),
				p->from.time_ns, hop, &group);
	if (!err && is_by_name(f, p))
		err = shelf_add(&f->by_name, p->file_place, p->from.time_ns, hop, &group);
	return err;
}

int inference_sort(struct inference *f)
{
	int err = shelf_sort(&f->by_peer);
	return err ? err : shelf_sort(&f->by_name);
}

static bool same_sender(const struct inference *f, const struct chains *c, uint32_t hop,
			const struct pass *p)
{
	struct pass other;
	chain_pass(c, &c->hops[hop], &other);
	return other.from.process != TRACE_NONE &&
	       f->processes[other.from.process] == f->processes[p->from.process];
}

static uint32_t find_name(const struct inference *f, const struct chains *c,
			  const struct pass *p, uint32_t self)
{
	const struct shelf_item *found =
		shelf_find(&f->by_name, p->file_place, p->from.time_ns, self - 1);
	if (!found || found->what >= self ||
	    p->from.time_ns - found->time_ns > INFER_NAME_NS)
		return TRACE_NONE;
	if (!same_sender(f, c, found->what, p))
		return found->what;
	const struct chain_hop *sibling = &c->hops[found->what];
	return sibling->link == CHAIN_SAME_NAME ? sibling->before : TRACE_NONE;
}

uint32_t inference_find(const struct inference *f, const struct chains *c,
			const struct pass *p, uint32_t self, enum chain_link *linkp)
{
	if (!self || p->file_place == TRACE_NONE || !p->sent ||
	    p->from.process == TRACE_NONE)
		return TRACE_NONE;
	uint64_t key = peer_key(p->file_place, f->processes[p->from.process]);
	const struct shelf_item *found =
		shelf_find(&f->by_peer, key, p->from.time_ns, self - 1);
	*linkp = CHAIN_PEER;
	if (found && found->what < self)
		return found->what;
	*linkp = CHAIN_SAME_NAME;
	return is_by_name(f, p) ? find_name(f, c, p, self) : TRACE_NONE;
}
