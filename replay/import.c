// SPDX-License-Identifier: BSD-2-Clause
#include "import.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define TEXT(literal) ((struct fdp_text){literal, sizeof(literal) - 1})
#define NOTHING TEXT("")

int importer_init(struct importer *i, fdp_sink_fn sink, void *ctx)
{
	*i = (struct importer){.sink = sink, .ctx = ctx};
	pool_init(&i->pool);
	ig_prepare();
	int err = out_init(&i->part, -1);
	if (!err)
		err = out_init(&i->path, -1);
	return err ? err : out_init(&i->key, -1);
}

void importer_release(struct importer *i)
{
	fdp_writer_free(i->writer);
	i->writer = NULL;
	out_release(&i->part);
	out_release(&i->key);
	out_release(&i->path);
	index_release(&i->numbers);
	index_release(&i->parents);
	pool_release(&i->pool);
}

static int refuse(struct importer *i, const char *phrase)
{
	snprintf(i->phrase, sizeof(i->phrase), "%s", phrase);
	return -EINVAL;
}

/* The writer's own -EINVAL is about a limit. */
static int written(struct importer *i, int err)
{
	return err == -EINVAL ? refuse(i, "it exceeds a limit of the format") : err;
}

/* What tells two things of one type apart, with a text: zeros where there is nothing. */
struct key {
	uint32_t type;
	uint32_t numbers[7];
	uint64_t ino;
};

/* Texts are numbered as well, under FDP_HEADER. */
enum { PARENT_NAME, CONTAINER };

/* The number of a thing by all that is known of it. */
static int number_of(struct importer *i, const struct key *key, struct fdp_text text,
		     uint64_t *numberp, bool *newp)
{
	i->key.len = 0;
	out_bytes(&i->key, key, sizeof(*key));
	out_bytes(&i->key, text.data, text.len);
	struct fdp_text whole = {i->key.data, i->key.len};
	int err = i->key.err ? i->key.err : pool_intern(&i->pool, &whole);
	if (err)
		return err;
	uint64_t address = (uintptr_t)whole.data;
	uint32_t number = index_get(&i->numbers, address);
	*newp = number == INDEX_NONE;
	if (*newp && i->n_numbers[key->type] >= INDEX_NONE - 1)
		return -EOVERFLOW;
	if (*newp) {
		number = ++i->n_numbers[key->type];
		err = index_set(&i->numbers, address, number);
	}
	*numberp = number;
	return err;
}

static int add(struct importer *i, const struct fdp_record *record)
{
	return written(i, fdp_writer_add(i->writer, record));
}

/* Each name that the parent has had in turn is the one that counts from there on. */
static int define_parent(struct importer *i, const struct ig_event *e)
{
	struct key key = {.type = FDP_PROCESS, .numbers = {e->ppid}};
	struct fdp_text comm = e->parent_comm;
	uint64_t number, name;
	bool unknown, new_name;
	if (!e->ppid)
		return 0;
	int err = number_of(i, &key, NOTHING, &number, &unknown);
	key.type = FDP_HEADER;
	key.numbers[0] = PARENT_NAME;
	if (!err)
		err = number_of(i, &key, comm, &name, &new_name);
	if (err || index_get(&i->parents, number) == (uint32_t)name)
		return err;
	struct fdp_record record = {
		.type = FDP_PROCESS,
		.process = {.id = number,
			    .pid = e->ppid,
			    .tid = e->ppid,
			    .comm = comm,
			    .main_comm = comm},
	};
	err = index_set(&i->parents, number, (uint32_t)name);
	return err ? err : add(i, &record);
}

/* Its number, 0 for none; *pathp is a path for it, lent until the next. */
static int define_container(struct importer *i, const struct ig_event *e,
			    uint64_t *numberp, struct fdp_text *pathp)
{
	const struct key key = {.type = FDP_HEADER, .numbers = {CONTAINER}};
	bool unknown;
	*numberp = 0;
	*pathp = NOTHING;
	if (!e->container.len)
		return 0;
	int err = number_of(i, &key, e->container, numberp, &unknown);
	i->path.len = 0;
	out_char(&i->path, '/');
	out_bytes(&i->path, e->container.data, e->container.len);
	*pathp = (struct fdp_text){i->path.data, i->path.len};
	return err ? err : i->path.err;
}

static int define_process(struct importer *i, const struct ig_event *e, uint64_t *numberp)
{
	struct key key = {
		.type = FDP_PROCESS,
		.numbers = {e->pid, e->tid, e->ppid, e->uid, e->gid, e->mnt_ns, 1},
	};
	struct fdp_text cgroup;
	bool first = e->tid == e->pid || !e->tid, unknown = false;
	int err = define_container(i, e, &key.ino, &cgroup);
	if (!err)
		err = number_of(i, &key, e->comm, numberp, &unknown);
	if (err || !unknown)
		return err;
	struct fdp_record record = {
		.type = FDP_PROCESS,
		.process = {.id = *numberp,
			    .pid = e->pid,
			    .tid = e->tid,
			    .ppid = e->ppid,
			    .uid = e->uid,
			    .gid = e->gid,
			    .euid = e->uid,
			    .egid = e->gid,
			    .mnt_ns = e->mnt_ns,
			    .comm = e->comm,
			    .cgroup = cgroup,
			    .main_comm = first ? e->comm : NOTHING},
	};
	return add(i, &record);
}

static int define_socket(struct importer *i, const struct ig_event *e, uint64_t *numberp)
{
	struct key key = {.type = FDP_SOCKET, .ino = e->socket_ino};
	bool unknown;
	if (!e->socket_ino)
		return 0;
	int err = number_of(i, &key, NOTHING, numberp, &unknown);
	if (err || !unknown)
		return err;
	struct fdp_record record = {
		.type = FDP_SOCKET,
		.socket = {.id = *numberp, .ino = e->socket_ino},
	};
	return add(i, &record);
}

/* What has no name is nothing that could be met again. */
static int define_file(struct importer *i, const struct ig_event *e, uint64_t *numberp)
{
	struct key key = {.type = FDP_FILE};
	bool unknown;
	if (!e->file.len)
		return 0;
	int err = number_of(i, &key, e->file, numberp, &unknown);
	if (err || !unknown)
		return err;
	struct fdp_record record = {
		.type = FDP_FILE,
		.file = {.id = *numberp, .flags = FDP_FILE_BY_NAME, .name = e->file},
	};
	return add(i, &record);
}

static struct fdp_clock clock_at(uint64_t real_ns)
{
	return (struct fdp_clock){
		.boot_ns = real_ns,
		.mono_ns = real_ns,
		.real_ns = (int64_t)real_ns,
	};
}

static int begin(struct importer *i, const struct ig_event *e)
{
	static const struct fdp_text spots[] = {
		TEXT("who received, and whether anything arrived, was not recorded"),
		TEXT("which descriptors were of one message is not known"),
		TEXT("open files are told by their names alone, and so are chains"),
		TEXT("the time of boot is not known: the wall clock stands for it"),
		TEXT("of cgroups the container's number alone is known"),
		TEXT("effective user ids are not known: the real ones stand for them"),
	};
	struct fdp_header header = {
		.flags = FDP_HEADER_FILTERED | FDP_HEADER_SENDERS,
		.writer = TEXT("fdpass-replay " VERSION),
		.backend = TEXT("ig"),
		.hostname = e->node,
		.clock = clock_at(e->real_ns),
		.n_blind_spots = sizeof(spots) / sizeof(spots[0]),
		.blind_spots = spots,
	};
	i->node = e->node;
	int err = pool_intern(&i->pool, &i->node);
	if (!err)
		err = fdp_writer_new(&i->writer, &header, i->sink, i->ctx);
	return written(i, err);
}

static int add_event(struct importer *i, const struct ig_event *e)
{
	struct fdp_descriptor descriptor = {.fd = (int32_t)e->fd};
	struct fdp_record record = {
		.type = FDP_SEND,
		.send = {.message = i->line,
			 .time_ns = e->real_ns,
			 .sockfd = (int32_t)e->sockfd,
			 .error_index = -1,
			 .n_fds = 1,
			 .fds = &descriptor},
	};
	int err = i->writer ? 0 : begin(i, e);
	if (err)
		return err;
	/* Pids of two hosts must not meet. */
	if (e->node.len != i->node.len || memcmp(e->node.data, i->node.data, e->node.len))
		return refuse(i, "it is of another node than the first: each needs a "
				 "trace of its own");
	err = define_parent(i, e);
	if (!err)
		err = define_process(i, e, &record.send.process);
	if (!err)
		err = define_socket(i, e, &record.send.socket);
	if (!err)
		err = define_file(i, e, &descriptor.file);
	i->last_ns = e->real_ns;
	return err ? err : add(i, &record);
}

static int add_line(struct importer *i, struct fdp_text line)
{
	struct ig_event event;
	i->line++;
	size_t blank = 0;
	while (blank < line.len && strchr(" \t\r", line.data[blank]) && line.data[blank])
		blank++;
	if (blank == line.len)
		return 0;
	if (line.len > IMPORT_LINE_MAX)
		return refuse(i, "the line is longer than 65536 bytes");
	int err = ig_event_init(&event, line, i->phrase);
	if (err)
		return err;
	err = add_event(i, &event);
	ig_event_release(&event);
	return err;
}

/* What came in parts. */
static int add_part(struct importer *i)
{
	int err = i->part.err;
	if (!err)
		err = add_line(i, (struct fdp_text){i->part.data, i->part.len});
	i->part.len = 0;
	return err;
}

int importer_add(struct importer *i, const char *data, size_t len)
{
	int err = 0;
	while (!err && len) {
		const char *end = memchr(data, '\n', len);
		size_t n = end ? (size_t)(end - data) : len;
		bool whole = end && !i->part.len;
		if (whole)
			err = add_line(i, (struct fdp_text){data, n});
		else
			out_bytes(&i->part, data, n);
		if (!whole && (end || i->part.len > IMPORT_LINE_MAX))
			err = add_part(i);
		n += end != NULL;
		data += n;
		len -= n;
	}
	return err;
}

int importer_finish(struct importer *i)
{
	struct fdp_trailer trailer = {.clock = clock_at(i->last_ns)};
	int err = i->part.len ? add_part(i) : i->part.err;
	if (!err && !i->writer)
		err = refuse(i, "there is no event in it");
	if (err)
		return err;
	fdp_writer_totals(i->writer, &trailer);
	return written(i, fdp_writer_finish(i->writer, &trailer));
}
