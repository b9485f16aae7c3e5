// SPDX-License-Identifier: BSD-2-Clause
#include "trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

void trace_init(struct trace *t, bool keep_events)
{
	*t = (struct trace){.keep_events = keep_events, .first_ns = UINT64_MAX};
	pool_init(&t->pool);
}

void trace_release(struct trace *t)
{
	index_release(&t->processes.index);
	index_release(&t->processes.named);
	index_release(&t->processes.parents);
	index_release(&t->sockets.index);
	index_release(&t->holders);
	free(t->processes.items);
	free(t->sockets.items);
	files_release(&t->files);
	kept_release(&t->sends);
	kept_release(&t->receives);
	free(t->ends);
	free(t->transfers);
	free(t->file_ends);
	index_release(&t->file_end_index);
	free(t->clocks);
	pool_release(&t->pool);
	uint64_t changes = t->changes + 1;
	trace_init(t, t->keep_events);
	t->changes = changes;
}

size_t trace_size(const struct trace *t)
{
	return t->pool.size + t->processes.n * sizeof(*t->processes.items) +
	       t->sockets.n * sizeof(*t->sockets.items) + files_size(&t->files) +
	       index_size(&t->processes.index) + index_size(&t->sockets.index) +
	       index_size(&t->holders) + kept_size(&t->sends) + kept_size(&t->receives) +
	       t->n_ends * sizeof(*t->ends);
}

void trace_take_definitions(struct trace *t, struct trace *other)
{
	struct trace before = *t;
	t->pool = other->pool;
	t->header = other->header;
	t->processes = other->processes;
	t->sockets = other->sockets;
	t->files = other->files;
	other->pool = before.pool;
	other->processes = before.processes;
	other->sockets = before.sockets;
	other->files = before.files;
	t->changes++;
}

static int intern_all(struct pool *p, struct fdp_text *const texts[], size_t n)
{
	int err = 0;
	for (size_t i = 0; i < n && !err; i++)
		err = pool_intern(p, texts[i]);
	return err;
}

#define INTERN(pool, ...)                                                                \
	intern_all(pool, (struct fdp_text *const[]){__VA_ARGS__},                        \
		   sizeof((struct fdp_text *const[]){__VA_ARGS__}) / sizeof(void *))

/* Addresses are kept as people write them: abstract ones with an @ for the first NUL. */
static int intern_address(struct pool *p, struct fdp_text *address)
{
	char name[FDP_STRING_MAX];
	if (!address->len || address->len > sizeof(name))
		return pool_intern(p, address);
	struct fdp_text text = {name, address->len};
	memcpy(name, address->data, address->len);
	if (!name[0])
		name[0] = '@';
	else if (!name[address->len - 1])
		text.len--; /* bind(2) may count the NUL behind a path */
	int err = pool_intern(p, &text);
	*address = text;
	return err;
}

/* The place of the number's definition: where it was, or a new one at the end. */
static int place_take(uint32_t *placep, struct index *index, uint64_t id, size_t n)
{
	*placep = index_get(index, id);
	if (*placep != INDEX_NONE)
		return 0;
	if (n >= INDEX_NONE)
		return -EOVERFLOW;
	*placep = (uint32_t)n;
	return index_set(index, id, *placep);
}

/* Under start 0 stands the last one of that pid, whenever it started. */
static int name_process(struct trace_processes *all, const struct fdp_process *process,
			uint32_t place)
{
	if (!process->main_comm.len)
		return 0;
	int err = index_set(&all->named, trace_process_key(process->pid, 0), place);
	if (!err && process->start_ns)
		err = index_set(&all->named,
				trace_process_key(process->pid, process->start_ns),
				place);
	return err;
}

/* Of equal texts there is one copy. */
static bool is_same_field(const void *x, const void *y, enum fdp_field_kind kind)
{
	static const size_t sizes[] = {
		[FDP_FIELD_U32] = 4,
		[FDP_FIELD_U64] = 8,
		[FDP_FIELD_S32] = 4,
		[FDP_FIELD_S64] = 8,
		[FDP_FIELD_BOOL] = sizeof(bool),
	};
	if (kind != FDP_FIELD_TEXT)
		return memcmp(x, y, sizes[kind]) == 0;
	const struct fdp_text *a = x, *b = y;
	return a->len == b->len && (!a->len || a->data == b->data);
}

/* Two definitions of that type. */
static bool is_same(enum fdp_type type, const void *x, const void *y)
{
	struct fdp_field f;
	for (size_t i = 0; fdp_type_field(&f, type, i); i++) {
		size_t at = f.offset - offsetof(struct fdp_record, process);
		if (!is_same_field((const char *)x + at, (const char *)y + at, f.kind))
			return false;
	}
	return true;
}

static int add_process(struct trace *t, struct fdp_process process)
{
	struct trace_processes *all = &t->processes;
	int err = INTERN(&t->pool, &process.comm, &process.main_comm, &process.exe,
			 &process.cgroup, &process.cmdline);
	if (err)
		return err;
	void *grown = array_grow(all->items, all->n, &all->capacity, sizeof(process));
	if (!grown)
		return -ENOMEM;
	all->items = grown;
	uint32_t place;
	err = place_take(&place, &all->index, process.id, all->n);
	if (err)
		return err;
	bool is_new = place == all->n;
	t->changes += is_new ? index_get(&all->parents, process.pid) != INDEX_NONE
			     : !is_same(FDP_PROCESS, &all->items[place], &process);
	all->items[place] = process;
	all->n += is_new;
	err = process.ppid ? index_set(&all->parents, process.ppid, 0) : 0;
	return err ? err : name_process(all, &process, place);
}

static int add_socket(struct trace *t, struct fdp_socket socket)
{
	struct trace_sockets *all = &t->sockets;
	int err = intern_address(&t->pool, &socket.name);
	if (err)
		return err;
	void *grown = array_grow(all->items, all->n, &all->capacity, sizeof(socket));
	if (!grown)
		return -ENOMEM;
	all->items = grown;
	uint32_t place;
	err = place_take(&place, &all->index, socket.id, all->n);
	if (err)
		return err;
	t->changes += place < all->n && !is_same(FDP_SOCKET, &all->items[place], &socket);
	all->items[place] = socket;
	all->n += place == all->n;
	return 0;
}

/* Names of files differ, but a definition may come again. */
static int copy_name(struct trace *t, struct fdp_file *file, const struct fdp_file *known)
{
	if (!known)
		return pool_copy(&t->pool, &file->name);
	const struct fdp_text *name = &known->name;
	if (name->len != file->name.len ||
	    (name->len && memcmp(name->data, file->name.data, name->len) != 0))
		return pool_copy(&t->pool, &file->name);
	file->name = *name;
	return 0;
}

static int add_file(struct trace *t, struct fdp_file file)
{
	uint32_t place = index_get(&t->files.index, file.id);
	const struct fdp_file *known =
		place == INDEX_NONE ? NULL : files_peek(&t->files, place);
	int err = copy_name(t, &file, known);
	if (!err)
		err = intern_address(&t->pool, &file.local);
	if (!err)
		err = intern_address(&t->pool, &file.remote);
	if (err)
		return err;
	t->changes += known && !is_same(FDP_FILE, known, &file);
	return files_set(&t->files, &file);
}

void trace_see_time(struct trace *t, uint64_t time_ns)
{
	if (time_ns < t->first_ns)
		t->first_ns = time_ns;
	if (time_ns > t->last_ns)
		t->last_ns = time_ns;
}

static int add_send(struct trace *t, const struct fdp_send *send)
{
	t->sends_seen++;
	t->descriptors_seen += send->n_fds;
	trace_see_time(t, send->time_ns);
	return t->keep_events ? kept_add_send(&t->sends, &t->pool, send) : 0;
}

static int add_receive(struct trace *t, const struct fdp_receive *receive)
{
	t->receives_seen++;
	trace_see_time(t, receive->time_ns);
	return t->keep_events ? kept_add_receive(&t->receives, &t->pool, receive) : 0;
}

static int add_end(struct trace *t, const struct fdp_end *end)
{
	trace_see_time(t, end->time_ns);
	if (!t->keep_events)
		return 0;
	void *grown = array_grow(t->ends, t->n_ends, &t->ends_capacity, sizeof(*end));
	if (!grown)
		return -ENOMEM;
	t->ends = grown;
	t->ends[t->n_ends++] = *end;
	return 0;
}

static int add_transfer(struct trace *t, const struct fdp_transfer *transfer)
{
	t->transfers_seen++;
	trace_see_time(t, transfer->time_ns);
	if (!t->keep_events)
		return 0;
	void *grown = array_grow(t->transfers, t->n_transfers, &t->transfers_capacity,
				 sizeof(*transfer));
	if (!grown)
		return -ENOMEM;
	t->transfers = grown;
	t->transfers[t->n_transfers++] = *transfer;
	return 0;
}

static int add_file_end(struct trace *t, const struct fdp_file_end *end)
{
	if (!t->keep_events || t->n_file_ends >= INDEX_NONE)
		return 0;
	void *grown = array_grow(t->file_ends, t->n_file_ends, &t->file_ends_capacity,
				 sizeof(*end));
	if (!grown)
		return -ENOMEM;
	t->file_ends = grown;
	t->file_ends[t->n_file_ends] = *end;
	return index_set(&t->file_end_index, end->file, (uint32_t)t->n_file_ends++);
}

static int add_clock(struct trace *t, const struct fdp_clock *clock)
{
	if (!clock->boot_ns && !clock->real_ns)
		return 0;
	void *grown =
		array_grow(t->clocks, t->n_clocks, &t->clocks_capacity, sizeof(*clock));
	if (!grown)
		return -ENOMEM;
	t->clocks = grown;
	t->clocks[t->n_clocks++] = *clock;
	return 0;
}

static int add_hooks(struct trace *t, struct fdp_header *header)
{
	size_t n = header->n_hooks;
	struct fdp_hook *hooks = n ? pool_take(&t->pool, n * sizeof(*hooks)) : NULL;
	if (n && !hooks)
		return -ENOMEM;
	int err = 0;
	for (size_t i = 0; i < n && !err; i++) {
		hooks[i] = header->hooks[i];
		err = INTERN(&t->pool, &hooks[i].name, &hooks[i].reason);
	}
	header->hooks = hooks;
	return err;
}

static int add_blind_spots(struct trace *t, struct fdp_header *header)
{
	size_t n = header->n_blind_spots;
	struct fdp_text *spots = n ? pool_take(&t->pool, n * sizeof(*spots)) : NULL;
	if (n && !spots)
		return -ENOMEM;
	int err = 0;
	for (size_t i = 0; i < n && !err; i++) {
		spots[i] = header->blind_spots[i];
		err = pool_intern(&t->pool, &spots[i]);
	}
	header->blind_spots = spots;
	return err;
}

static int add_header(struct trace *t, struct fdp_header header)
{
	trace_release(t);
	int err = INTERN(&t->pool, &header.writer, &header.options, &header.backend,
			 &header.kernel, &header.machine, &header.hostname,
			 &header.boot_id, &header.capture);
	if (!err)
		err = add_hooks(t, &header);
	if (!err)
		err = add_blind_spots(t, &header);
	if (!err)
		err = add_clock(t, &header.clock);
	t->header = header;
	t->has_header = !err;
	return err;
}

static int add_trailer(struct trace *t, const struct fdp_trailer *trailer)
{
	t->trailer = *trailer;
	t->has_trailer = true;
	return 0;
}

/* Of several the last: a service is told after the manager that gave it its socket. */
static int add_holder(struct trace *t, const struct fdp_holder *holder)
{
	if (!holder->process || holder->process >= TRACE_NONE)
		return 0;
	return index_set(&t->holders, holder->socket, (uint32_t)holder->process);
}

/* Of what no counter can hold, something was lost all the same. */
static uint64_t sum(uint64_t a, uint64_t b)
{
	return a <= UINT64_MAX - b ? a + b : UINT64_MAX;
}

static int add_loss(struct trace *t, const struct fdp_loss *loss)
{
	/* A cause or kind that a later version knows is still a loss. */
	size_t cause = loss->cause < FDP_CAUSE_COUNT ? loss->cause : FDP_CAUSE_MISSED;
	size_t what = loss->what < FDP_LOST_COUNT ? loss->what : FDP_LOST_SEND;
	t->lost[cause][what] = sum(t->lost[cause][what], loss->count);
	return 0;
}

int trace_add(struct trace *t, const struct fdp_record *record)
{
	switch (record->type) {
	case FDP_HEADER:
		return add_header(t, record->header);
	case FDP_TRAILER:
		return add_trailer(t, &record->trailer);
	case FDP_PROCESS:
		return add_process(t, record->process);
	case FDP_SOCKET:
		return add_socket(t, record->socket);
	case FDP_FILE:
		return add_file(t, record->file);
	case FDP_SEND:
		return add_send(t, &record->send);
	case FDP_RECEIVE:
		return add_receive(t, &record->receive);
	case FDP_END:
		return add_end(t, &record->end);
	case FDP_TRANSFER:
		return add_transfer(t, &record->transfer);
	case FDP_FILE_END:
		return add_file_end(t, &record->file_end);
	case FDP_HOLDER:
		return add_holder(t, &record->holder);
	case FDP_LOSS:
		return add_loss(t, &record->loss);
	case FDP_CLOCK:
		return add_clock(t, &record->clock);
	default:
		return 0;
	}
}

uint32_t trace_holder(const struct trace *t, uint32_t socket)
{
	if (socket == TRACE_NONE)
		return TRACE_NONE;
	uint32_t process = index_get(&t->holders, t->sockets.items[socket].id);
	return process == INDEX_NONE ? TRACE_NONE : trace_process(t, process);
}

struct fdp_text trace_process_name(const struct fdp_process *process)
{
	/* What it calls itself now, though it was called otherwise when it was described.
	 */
	bool first = process->pid && process->tid == process->pid && process->comm.len;
	return first || !process->main_comm.len ? process->comm : process->main_comm;
}

const struct fdp_process *trace_parent(const struct trace *t,
				       const struct fdp_process *child)
{
	uint64_t key = trace_process_key(child->ppid, child->parent_start_ns);
	uint32_t place = child->ppid ? index_get(&t->processes.named, key) : INDEX_NONE;
	if (place == INDEX_NONE)
		return NULL;
	const struct fdp_process *parent = &t->processes.items[place];
	bool right =
		parent->pid == child->ppid &&
		(!child->parent_start_ns || parent->start_ns == child->parent_start_ns);
	return right ? parent : NULL;
}

struct fdp_text trace_host(const struct trace *t, uint32_t process)
{
	if (!t->origin || t->origin->n_hosts < 2)
		return t->header.hostname;
	return process == TRACE_NONE
		       ? (struct fdp_text){"", 0}
		       : t->origin->hosts[t->origin->process_hosts[process]];
}

uint64_t trace_file_end(const struct trace *t, uint64_t id)
{
	uint32_t place = index_get(&t->file_end_index, id);
	return place == INDEX_NONE ? UINT64_MAX : t->file_ends[place].time_ns;
}

/* Both tell the same in a whole trace; a part may have only one of them. */
static uint64_t lost_cell(const struct trace *t, size_t cause, size_t what)
{
	uint64_t told = t->lost[cause][what];
	uint64_t total = t->has_trailer ? t->trailer.lost[cause][what] : 0;
	return told > total ? told : total;
}

uint64_t trace_lost(const struct trace *t, enum fdp_lost what)
{
	uint64_t total = 0;
	for (size_t cause = 0; cause < FDP_CAUSE_COUNT; cause++)
		total = sum(total, lost_cell(t, cause, what));
	return total;
}

uint64_t trace_lost_by(const struct trace *t, enum fdp_cause cause)
{
	uint64_t total = 0;
	for (size_t what = 0; what < FDP_LOST_COUNT; what++)
		total = sum(total, lost_cell(t, cause, what));
	return total;
}

uint64_t trace_lost_total(const struct trace *t)
{
	uint64_t total = 0;
	for (size_t cause = 0; cause < FDP_CAUSE_COUNT; cause++)
		total = sum(total, trace_lost_by(t, (enum fdp_cause)cause));
	return total;
}
