// SPDX-License-Identifier: BSD-2-Clause
/*
 * Inspektor Gadget's JSON lines, as its gadget fdpass prints them: an object for each
 * descriptor that was to be sent, keys sorted at every level, all of them there. What a
 * trace cannot know (containers, names of users) is as the gadget has it for a process of
 * the host.
 */
#include "printer.h"

#include <stddef.h>

static void put_text(struct out *o, const char *key, struct fdp_text text)
{
	out_word(o, key);
	out_char(o, '"');
	text_json(o, text);
	out_char(o, '"');
}

static void put_number(struct out *o, const char *key, uint64_t number)
{
	out_word(o, key);
	out_u64(o, number);
}

/* Nobody's user database is at hand: as the gadget writes an unknown one. */
static void put_id(struct out *o, const char *key, const char *kind, uint32_t id)
{
	out_word(o, key);
	out_char(o, '"');
	out_word(o, kind);
	out_u64(o, id);
	out_char(o, '"');
}

static void put_process(struct out *o, const struct trace *t, const struct pass_end *from)
{
	static const struct fdp_process nobody = {.comm = {"", 0}};
	const struct fdp_process *p = from->process == TRACE_NONE
					      ? &nobody
					      : &t->processes.items[from->process];
	const struct fdp_process *parent = trace_parent(t, p);
	put_text(o, ",\"proc\":{\"comm\":", p->comm);
	put_number(o, ",\"creds\":{\"gid\":", p->gid);
	put_id(o, ",\"group\":", "gid:", p->gid);
	put_number(o, ",\"uid\":", p->uid);
	put_id(o, ",\"user\":", "uid:", p->uid);
	put_number(o, "},\"mntns_id\":", p->mnt_ns);
	put_text(o, ",\"parent\":{\"comm\":",
		 parent ? trace_process_name(parent) : nobody.comm);
	put_number(o, ",\"pid\":", p->ppid);
	put_number(o, ",\"tid\":", p->ppid);
	put_number(o, "},\"pid\":", p->pid);
	put_number(o, ",\"tid\":", p->tid);
	out_char(o, '}');
}

static void put_times(struct printer *p, const struct row *row)
{
	struct out *o = p->out;
	int64_t real = 0;
	uint64_t boot_ns = row->pass->from.time_ns;
	out_word(o, ",\"timestamp\":\"");
	clock_put(o, p->clock, CLOCK_LOCAL, row->trace, boot_ns);
	out_word(o, "\",\"timestamp_raw\":");
	out_i64(o, clock_real(row->trace, boot_ns, &real) ? real : 0);
}

static int ig_row(struct printer *p, const struct row *row)
{
	const struct trace *t = row->trace;
	const struct pass *pass = row->pass;
	const struct pass_end *from = &pass->from;
	struct out *o = p->out;
	struct fdp_text name = {"", 0};
	/* The gadget prints descriptors: of a send without any, nothing. */
	if (from->fd < 0)
		return 0;
	if (pass->file_place != TRACE_NONE)
		name = files_peek(&t->files, pass->file_place)->name;
	put_number(o, "{\"fd\":", (uint64_t)from->fd);
	put_text(o, ",\"file\":", name);
	out_word(o, ",\"k8s\":{\"containerName\":\"\",\"hostnetwork\":false,"
		    "\"namespace\":\"\",\"node\":\"\",\"owner\":{\"kind\":\"\","
		    "\"name\":\"\"},\"podLabels\":\"\",\"podName\":\"\"}");
	put_process(o, t, from);
	out_word(o, ",\"runtime\":{\"containerId\":\"\",\"containerImageDigest\":\"\","
		    "\"containerImageName\":\"\",\"containerName\":\"\","
		    "\"containerPid\":0,\"containerStartedAt\":0,\"runtimeName\":\"\"}");
	put_number(o, ",\"socket_ino\":",
		   from->socket == TRACE_NONE ? 0 : t->sockets.items[from->socket].ino);
	put_number(o, ",\"sockfd\":", from->sockfd < 0 ? 0 : (uint64_t)from->sockfd);
	put_times(p, row);
	out_word(o, "}\n");
	return 0;
}

static int ig_finish(struct printer *p)
{
	return p->out->err;
}

const struct printer_ops print_ig_ops = {
	.row = ig_row,
	.finish = ig_finish,
};
