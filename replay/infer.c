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

static void see_users(struct inference *f)
{
	const struct trace *t = f->trace;
	struct kept_room room;
	for (size_t i = 0; i < t->sends.n; i++) {
		struct fdp_send send = kept_send(&t->sends, i, &room);
		see_user(f, send.socket, send.process);
	}
	for (size_t i = 0; i < t->receives.n; i++) {
		struct fdp_receive receive = kept_receive(&t->receives, i, &room);
		see_user(f, receive.socket, receive.process);
	}
}

int inference_init(struct inference *f, const struct trace *t, const uint32_t *processes)
{
	*f = (struct inference){.trace = t, .processes = processes};
	pool_init(&f->looks);
	if (out_init(&f->look, -1))
		return -ENOMEM;
	f->lacking =
		(t->header.flags & FDP_HEADER_SENDERS) || trace_lost(t, FDP_LOST_RECEIVE);
	f->users = malloc((t->sockets.n + 1) * sizeof(*f->users));
	if (!f->users)
		return -ENOMEM;
	for (size_t i = 0; i < t->sockets.n; i++)
		f->users[i] = TRACE_NONE;
	if (f->lacking)
		see_users(f);
	return 0;
}

void inference_release(struct inference *f)
{
	free(f->users);
	shelf_release(&f->by_peer);
	shelf_release(&f->by_name);
	shelf_release(&f->by_look);
	pool_release(&f->looks);
	out_release(&f->look);
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
	return files_flags(&f->trace->files, p->file_place) & FDP_FILE_BY_NAME;
}

/* Equal ones have one key; false: it looks like nothing in particular. */
static bool look_key(struct inference *f, const struct pass *p,
		     const struct pass_end *end, uint64_t *keyp)
{
	if (!f->trace->origin || p->file_place == TRACE_NONE ||
	    end->process == TRACE_NONE || end->fd < 0)
		return false;
	const struct fdp_file *file = files_peek(&f->trace->files, p->file_place);
	const uint32_t numbers[] = {
		file->kind,	 file->open_flags,	     file->dev_major,
		file->dev_minor, f->processes[end->process], (uint32_t)end->fd,
	};
	f->look.len = 0;
	out_bytes(&f->look, numbers, sizeof(numbers));
	out_bytes(&f->look, &file->ino, sizeof(file->ino));
	out_bytes(&f->look, file->name.data, file->name.len);
	struct fdp_text text = {f->look.data, f->look.len};
	if (f->look.err || pool_intern(&f->looks, &text))
		return false;
	*keyp = (uintptr_t)text.data;
	return true;
}

static int add_look(struct inference *f, const struct pass *p, uint32_t hop)
{
	uint64_t key;
	uint32_t group;
	if (!pass_installed(p) || !look_key(f, p, &p->to, &key))
		return 0;
	return shelf_add(&f->by_look, key, p->to.time_ns, hop, &group);
}

static int add_unread(struct inference *f, const struct pass *p, uint32_t hop)
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

int inference_add(struct inference *f, const struct pass *p, uint32_t hop)
{
	int err = add_look(f, p, hop);
	return err ? err : add_unread(f, p, hop);
}

int inference_sort(struct inference *f)
{
	int err = shelf_sort(&f->by_peer);
	if (!err)
		err = shelf_sort(&f->by_look);
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

static uint32_t find_look(struct inference *f, const struct chains *c,
			  const struct pass *p, uint32_t self)
{
	uint64_t key;
	struct pass other;
	const struct shelf_item *found = NULL;
	if (look_key(f, p, &p->from, &key))
		found = shelf_find(&f->by_look, key, p->from.time_ns, self - 1);
	if (!found || found->what >= self)
		return TRACE_NONE;
	chain_pass(c, &c->hops[found->what], &other);
	const uint32_t *parts = f->trace->origin->file_parts;
	return parts[other.file_place] == parts[p->file_place] ? TRACE_NONE : found->what;
}

uint32_t inference_find(struct inference *f, const struct chains *c, const struct pass *p,
			uint32_t self, enum chain_link *linkp)
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
	uint32_t other = find_look(f, c, p, self);
	*linkp = CHAIN_LOOK_ALIKE;
	if (other != TRACE_NONE)
		return other;
	*linkp = CHAIN_SAME_NAME;
	return is_by_name(f, p) ? find_name(f, c, p, self) : TRACE_NONE;
}
