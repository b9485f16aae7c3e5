// SPDX-License-Identifier: BSD-2-Clause
#include "column.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "fact.h"
#include "shape.h"
#include "way.h"

#define PASSES (1 << VIEW_PASSES | 1 << VIEW_HOPS)
#define SENDS (1 << VIEW_SENDS)
#define RECEIVES (1 << VIEW_RECEIVES)
#define CHAINS (1 << VIEW_CHAINS)
#define HOPS (1 << VIEW_HOPS)
#define PROCESSES (1 << VIEW_PROCESSES)
#define SUMMARY (1 << VIEW_SUMMARY)
#define LEAKS (1 << VIEW_LEAKS)
#define TRANSFERS (1 << VIEW_TRANSFERS)
#define FROM (PASSES | SENDS | TRANSFERS)
#define TO (PASSES | RECEIVES | TRANSFERS)
#define MESSAGES (PASSES | SENDS | RECEIVES)
#define EVENTS (MESSAGES | TRANSFERS)
#define FILES (EVENTS | CHAINS)

#define PROCESS(name) offsetof(struct fdp_process, name)
#define END(name) offsetof(struct pass_end, name)
#define FILE_(name) offsetof(struct fdp_file, name)
#define TALLY(name) offsetof(struct process_tally, name)
#define LEAK(name) offsetof(struct leak_tally, name)
#define SUMMARY_(name) offsetof(struct summary_tally, name)

/* clang-format off */
static const struct column columns[] = {
	{"message", "MSG", CELL_NUMBER, MESSAGES, 0,
	 "number of the message in its section", .get = get_message},
	{"index", "INDEX", CELL_NUMBER, MESSAGES, 0,
	 "place of the descriptor in the message, from 0", .get = get_index},
	{"time", "TIME", CELL_TIME, EVENTS, 0,
	 "when it was sent or, not seen, received (RFC 3339, UTC)", .get = get_time, .spare = EVENTS},
	{"boot_ns", "BOOT_NS", CELL_LARGE, EVENTS, 0,
	 "the same in nanoseconds since boot", .get = get_boot_ns},

	{"host", "HOST", CELL_TEXT, EVENTS | PROCESSES, 0,
	 "name of the host, if it was recorded", .get = get_host},

	{"from", "FROM", CELL_SHOWN, FROM | LEAKS, "from.",
	 "the sender: process[pid]", .show = show_from, .tail = '['},
	{"from.pid", "PID", CELL_NUMBER, FROM | LEAKS, 0,
	 "process of the sender", .get = get_process_u32, .member = PROCESS(pid)},
	{"from.tid", "TID", CELL_NUMBER, FROM, 0,
	 "its thread", .get = get_process_u32, .member = PROCESS(tid)},
	{"from.comm", "COMM", CELL_TEXT, FROM | LEAKS, 0,
	 "name of the thread", .get = get_process_text, .member = PROCESS(comm)},
	{"from.exe", "EXE", CELL_TEXT, FROM | LEAKS, 0,
	 "path of its executable", .get = get_process_text, .member = PROCESS(exe)},
	{"from.cmdline", "CMDLINE", CELL_TEXT, FROM | LEAKS, 0,
	 "its arguments, if they were recorded (--cmdline)", .get = get_cmdline},
	{"from.uid", "UID", CELL_NUMBER, FROM | LEAKS, 0,
	 "real user id", .get = get_process_id, .member = PROCESS(uid)},
	{"from.gid", "GID", CELL_NUMBER, FROM, 0,
	 "real group id", .get = get_process_id, .member = PROCESS(gid)},
	{"from.euid", "EUID", CELL_NUMBER, FROM, 0,
	 "effective user id", .get = get_process_id, .member = PROCESS(euid)},
	{"from.ppid", "PPID", CELL_NUMBER, FROM, 0,
	 "its parent", .get = get_process_u32, .member = PROCESS(ppid)},
	{"from.parent", "PARENT", CELL_TEXT, FROM, 0,
	 "name of its parent", .get = get_parent},
	{"from.own_pid", "OWN_PID", CELL_NUMBER, FROM, 0,
	 "the process in its own pid namespace",
	 .get = get_process_u32, .member = PROCESS(own_pid)},
	{"from.mnt_ns", "MNT_NS", CELL_NUMBER, FROM, 0,
	 "its mount namespace",
	 .get = get_process_u32, .member = PROCESS(mnt_ns)},
	{"from.container", "CONTAINER", CELL_TEXT, FROM | LEAKS, 0,
	 "container that it runs in, after its cgroup", .get = get_container},
	{"from.process", "PROCESS", CELL_TEXT, FROM | LEAKS, 0,
	 "name of the process: of its first thread",
	 .get = get_process_name},
	{"from.sockfd", "SOCKFD", CELL_NUMBER, PASSES | SENDS, 0,
	 "number of the socket in the sender",
	 .get = get_end_fd, .member = END(sockfd), .spare = MESSAGES},
	{"from.socket_ino", "SOCKET_INO", CELL_NUMBER, MESSAGES, 0,
	 "inode of the sender's socket", .get = get_socket_ino, .spare = MESSAGES},
	{"from.fd", "FD", CELL_NUMBER, FROM, 0,
	 "number of the descriptor in the sender", .get = get_end_fd, .member = END(fd)},
	{"from.slot", "SLOT", CELL_NUMBER, TRANSFERS, 0,
	 "place in the registered files of its io_uring", .get = get_end_slot},

	{"to", "TO", CELL_SHOWN, TO | LEAKS, "to.",
	 "the receiver: process[pid]", .show = show_to, .tail = '['},
	{"to.pid", "PID", CELL_NUMBER, TO | LEAKS, 0,
	 "process of the receiver",
	 .get = get_process_u32, .to = true, .member = PROCESS(pid)},
	{"to.tid", "TID", CELL_NUMBER, TO, 0,
	 "its thread", .get = get_process_u32, .to = true, .member = PROCESS(tid)},
	{"to.comm", "COMM", CELL_TEXT, TO | LEAKS, 0,
	 "name of the thread",
	 .get = get_process_text, .to = true, .member = PROCESS(comm)},
	{"to.exe", "EXE", CELL_TEXT, TO | LEAKS, 0,
	 "path of its executable",
	 .get = get_process_text, .to = true, .member = PROCESS(exe)},
	{"to.cmdline", "CMDLINE", CELL_TEXT, TO | LEAKS, 0,
	 "its arguments, if they were recorded (--cmdline)", .get = get_cmdline, .to = true},
	{"to.uid", "UID", CELL_NUMBER, TO | LEAKS, 0,
	 "real user id", .get = get_process_id, .to = true, .member = PROCESS(uid)},
	{"to.gid", "GID", CELL_NUMBER, TO, 0,
	 "real group id", .get = get_process_id, .to = true, .member = PROCESS(gid)},
	{"to.euid", "EUID", CELL_NUMBER, TO, 0,
	 "effective user id", .get = get_process_id, .to = true, .member = PROCESS(euid)},
	{"to.ppid", "PPID", CELL_NUMBER, TO, 0,
	 "its parent", .get = get_process_u32, .to = true, .member = PROCESS(ppid)},
	{"to.parent", "PARENT", CELL_TEXT, TO, 0,
	 "name of its parent", .get = get_parent, .to = true},
	{"to.own_pid", "OWN_PID", CELL_NUMBER, TO, 0,
	 "the process in its own pid namespace",
	 .get = get_process_u32, .to = true, .member = PROCESS(own_pid)},
	{"to.mnt_ns", "MNT_NS", CELL_NUMBER, TO, 0,
	 "its mount namespace",
	 .get = get_process_u32, .to = true, .member = PROCESS(mnt_ns)},
	{"to.container", "CONTAINER", CELL_TEXT, TO | LEAKS, 0,
	 "container that it runs in, after its cgroup", .get = get_container, .to = true},
	{"to.process", "PROCESS", CELL_TEXT, TO | LEAKS, 0,
	 "name of the process: of its first thread",
	 .get = get_process_name, .to = true},
	{"to.sockfd", "SOCKFD", CELL_NUMBER, PASSES | RECEIVES, 0,
	 "number of the socket in the receiver",
	 .get = get_end_fd, .to = true, .member = END(sockfd), .spare = MESSAGES},
	{"to.socket_ino", "SOCKET_INO", CELL_NUMBER, PASSES | RECEIVES, 0,
	 "inode of the receiver's socket",
	 .get = get_socket_ino, .to = true, .spare = MESSAGES},
	{"to.fd", "FD", CELL_NUMBER, TO, 0,
	 "number of the descriptor in the receiver",
	 .get = get_end_fd, .to = true, .member = END(fd)},
	{"to.slot", "SLOT", CELL_NUMBER, TRANSFERS, 0,
	 "place in the registered files of its io_uring",
	 .get = get_end_slot, .to = true},
	{"to.boot_ns", "RECEIVED_NS", CELL_LARGE, PASSES, 0,
	 "when it was received, in nanoseconds since boot", .get = get_to_boot_ns},

	{"peer", "PEER", CELL_SHOWN, PASSES | SENDS, "peer.",
	 "not received: who held the other end at the start, process[pid]",
	 .show = show_peer, .tail = '['},
	{"peer.pid", "PID", CELL_NUMBER, PASSES | SENDS, 0,
	 "process that held the other end at the start",
	 .get = get_peer_u32, .member = PROCESS(pid)},
	{"peer.comm", "COMM", CELL_TEXT, PASSES | SENDS, 0,
	 "its name", .get = get_peer_name},

	{"object", "OBJECT", CELL_SHOWN, FILES, "file.",
	 "what was passed: kind and name", .show = show_object, .tint = TINT_FILE},
	{"file", "FILE", CELL_SHOWN, FILES, "file.",
	 "what was passed: its name", .show = show_file, .tint = TINT_FILE},
	{"file.id", "FILE_ID", CELL_NUMBER, FILES, 0,
	 "number of the open file in its section", .get = get_file_id},
	{"file.kind", "KIND", CELL_WORD, FILES | LEAKS, 0,
	 "regular, directory, chr, pipe, socket, memfd, eventfd ...",
	 .get = get_file_kind, .words = &words_kind},
	{"file.name", "NAME", CELL_TEXT, FILES, 0,
	 "path, or what the kernel calls it",
	 .get = get_file_text, .member = FILE_(name)},
	{"file.dev", "DEV", CELL_DEVICE, FILES, 0,
	 "device of its file system, MAJOR:MINOR", .get = get_file_dev},
	{"file.ino", "INO", CELL_LARGE, FILES, 0,
	 "inode", .get = get_file_ino},
	{"file.flags", "FLAGS", CELL_WORDS, FILES, 0,
	 "how it was opened: rdonly, wronly, rdwr, path, nonblock ...",
	 .get = get_file_flags, .words = &words_open_flags},
	{"file.deleted", "DELETED", CELL_BOOL, FILES, 0,
	 "whether it had no name any more",
	 .get = get_file_flag, .member = FDP_FILE_DELETED},
	{"file.cut", "CUT", CELL_BOOL, FILES, 0,
	 "whether the name lost its beginning",
	 .get = get_file_flag, .member = FDP_FILE_CUT | FDP_FILE_NO_PATH},
	{"file.exact", "EXACT", CELL_BOOL, FILES, 0,
	 "whether the number is proven to be one open file",
	 .get = get_file_flag, .member = FDP_FILE_EXACT},
	{"file.rdev", "RDEV", CELL_DEVICE, FILES, 0,
	 "of a device node: the device, MAJOR:MINOR", .get = get_file_rdev},
	{"file.size", "FILE_SIZE", CELL_NUMBER, FILES, 0,
	 "bytes, of regular files and memfds", .get = get_file_size},
	{"file.seals", "SEALS", CELL_WORDS, FILES, 0,
	 "of a memfd: seal, shrink, grow, write, future-write, exec",
	 .get = get_file_seals, .words = &words_seals},
	{"file.mnt_ns", "MNT_NS", CELL_NUMBER, FILES, 0,
	 "mount namespace of its mount", .get = get_file_u32, .member = FILE_(mnt_ns)},
	{"file.target", "TARGET", CELL_NUMBER, FILES, 0,
	 "of a pidfd: the process", .get = get_file_u32, .member = FILE_(target)},
	{"file.family", "FAMILY", CELL_WORD, FILES, 0,
	 "of a socket: unix, inet, inet6, netlink ...", .get = get_file_family, .words = &words_family},
	{"file.type", "TYPE", CELL_WORD, FILES, 0,
	 "of a socket: stream, dgram, seqpacket, raw", .get = get_file_type, .words = &words_type},
	{"file.state", "STATE", CELL_WORD, FILES, 0,
	 "of a socket: established, listen, close ...", .get = get_file_state, .words = &words_state},
	{"file.local", "LOCAL", CELL_TEXT, FILES, 0,
	 "of a socket: its address", .get = get_file_text, .member = FILE_(local)},
	{"file.remote", "REMOTE", CELL_TEXT, FILES, 0,
	 "of a socket: the address of its peer",
	 .get = get_file_text, .member = FILE_(remote)},

	{"via", "VIA", CELL_SHOWN, EVENTS, "via.",
	 "the way: type and name of the socket; of a transfer: its way",
	 .show = show_via, .spare = MESSAGES},
	{"via.type", "VIA_TYPE", CELL_WORD, EVENTS, 0,
	 "stream, dgram, seqpacket; of a transfer: its way",
	 .get = get_via_type, .words = &words_via},
	{"via.name", "VIA_NAME", CELL_TEXT, EVENTS, 0,
	 "address that one of its ends is bound to; abstract ones with @",
	 .get = get_via_name},

	{"size", "SIZE", CELL_NUMBER, MESSAGES, 0,
	 "bytes of data in the message; its send not seen: bytes received",
	 .get = get_size},
	{"outcome", "OUTCOME", CELL_WORD, EVENTS, 0,
	 "what became of the descriptor",
	 .get = get_outcome, .show = show_outcome, .words = &words_outcome,
	 .tint = TINT_BAD},
	{"errno", "ERRNO", CELL_WORD, EVENTS, 0,
	 "name of the error", .get = get_errno, .words = &words_errno},
	{"latency_ns", "LATENCY_NS", CELL_NUMBER, PASSES, 0,
	 "from send to receive, in nanoseconds", .get = get_latency, .duration = true},
	{"link", "LINK", CELL_WORD, HOPS, 0,
	 "of a hop: first, same-fd, same-file, inherited, peer, look-alike, same-name",
	 .get = get_link, .words = &words_link},
	{"proof", "PROOF", CELL_WORD, HOPS, 0,
	 "of a hop: proven, likely or inferred", .get = get_proof, .words = &words_proof},

	{"chain", "CHAIN", CELL_SHOWN, CHAINS, "text",
	 "the way, with processes and descriptor numbers", .show = show_chain},
	{"text", "WAY", CELL_TEXT, CHAINS, 0,
	 "the way in names: client → dbus-broker → server", .get = get_way},
	{"depth", "DEPTH", CELL_NUMBER, CHAINS, 0, "number of hops", .get = get_depth},
	{"hops", "HOPS", CELL_HOPS, CHAINS, 0,
	 "the passes, with link and proof (JSON alone)", .json_only = true},

	{"pid", "PID", CELL_NUMBER, PROCESSES, 0,
	 "process", .get = get_process_u32, .member = PROCESS(pid)},
	{"ppid", "PPID", CELL_NUMBER, PROCESSES, 0,
	 "its parent",
	 .get = get_process_u32, .member = PROCESS(ppid), .spare = PROCESSES},
	{"comm", "COMM", CELL_TEXT, PROCESSES, 0,
	 "its name: of its first thread",
	 .get = get_process_name},
	{"exe", "EXE", CELL_TEXT, PROCESSES, 0,
	 "path of its executable", .get = get_process_text, .member = PROCESS(exe)},
	{"cmdline", "CMDLINE", CELL_TEXT, PROCESSES, 0,
	 "its arguments, if they were recorded (--cmdline)", .get = get_cmdline},
	{"uid", "UID", CELL_NUMBER, PROCESSES, 0,
	 "real user id",
	 .get = get_process_id, .member = PROCESS(uid), .spare = PROCESSES},
	{"gid", "GID", CELL_NUMBER, PROCESSES, 0,
	 "real group id", .get = get_process_id, .member = PROCESS(gid)},
	{"own_pid", "OWN_PID", CELL_NUMBER, PROCESSES, 0,
	 "the process in its own pid namespace",
	 .get = get_process_u32, .member = PROCESS(own_pid)},
	{"mnt_ns", "MNT_NS", CELL_NUMBER, PROCESSES, 0,
	 "its mount namespace", .get = get_process_u32, .member = PROCESS(mnt_ns)},
	{"container", "CONTAINER", CELL_TEXT, PROCESSES, 0,
	 "container that it runs in, after its cgroup", .get = get_container},
	{"cgroup", "CGROUP", CELL_TEXT, PROCESSES, 0,
	 "cgroup v2 path", .get = get_process_text, .member = PROCESS(cgroup)},
	{"sent", "SENT", CELL_NUMBER, PROCESSES, 0,
	 "descriptors that it sent", .get = get_process_tally, .member = TALLY(sent)},
	{"failed", "FAILED", CELL_NUMBER, PROCESSES, 0,
	 "descriptors that it could not send",
	 .get = get_process_tally, .member = TALLY(failed)},
	{"received", "RECEIVED", CELL_NUMBER, PROCESSES, 0,
	 "descriptors that it received, looks at them included",
	 .get = get_process_tally, .member = TALLY(received)},
	{"missed", "MISSED", CELL_NUMBER, PROCESSES, 0,
	 "descriptors for it that were truncated or dropped, or not handed over",
	 .get = get_process_tally, .member = TALLY(missed)},

	{"group", "GROUP", CELL_WORD, SUMMARY, 0,
	 "what is counted: outcome, errno, kind, via, way, fds, queued",
	 .get = get_summary_group, .words = &words_group},
	{"name", "NAME", CELL_TEXT, SUMMARY, 0,
	 "and which of them", .get = get_summary_name},
	{"passes", "PASSES", CELL_NUMBER, SUMMARY, 0,
	 "how many passes", .get = get_summary_tally, .member = SUMMARY_(passes)},
	{"messages", "MESSAGES", CELL_NUMBER, SUMMARY, 0,
	 "in how many messages", .get = get_summary_tally, .member = SUMMARY_(messages)},

	{"held", "HELD", CELL_NUMBER, LEAKS, 0,
	 "descriptors that were received and not seen to go",
	 .get = get_leak_tally, .member = LEAK(held)},
	{"per_hour", "PER_HOUR", CELL_NUMBER, LEAKS, 0,
	 "as many in an hour, if it goes on so; of a minute at least",
	 .get = get_leak_tally, .member = LEAK(per_hour), .spare = LEAKS},
};
/* clang-format on */

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

_Static_assert(N_COLUMNS <= COLUMNS_MAX, "a selection has room for all");

const struct column *column_table(size_t *n)
{
	*n = N_COLUMNS;
	return columns;
}

/* The prefix that goes without saying in a view. */
static const char *view_prefix(enum view_id view)
{
	return view == VIEW_SENDS ? "from." : view == VIEW_RECEIVES ? "to." : "";
}

const char *column_name(const struct column *column, enum view_id view)
{
	const char *prefix = view_prefix(view);
	size_t len = strlen(prefix);
	return strncmp(column->path, prefix, len) == 0 ? column->path + len
						       : column->path;
}

static bool name_is(const char *name, const char *wanted, size_t len)
{
	return strlen(name) == len && memcmp(name, wanted, len) == 0;
}

const struct column *column_find(enum view_id view, const char *name, size_t len)
{
	for (size_t i = 0; i < N_COLUMNS; i++) {
		const struct column *column = &columns[i];
		if ((column->views & 1U << view) &&
		    (name_is(column->path, name, len) ||
		     name_is(column_name(column, view), name, len)))
			return column;
	}
	return NULL;
}

void column_near(enum view_id view, struct near *near)
{
	for (size_t i = 0; i < N_COLUMNS; i++)
		if (columns[i].views & 1U << view)
			near_try(near, column_name(&columns[i], view));
}

const char *column_type_name(const struct column *column)
{
	static const char *const names[] = {
		[CELL_NUMBER] = "number",  [CELL_LARGE] = "large",
		[CELL_BOOL] = "boolean",   [CELL_TIME] = "time",
		[CELL_WORD] = "word",	   [CELL_TEXT] = "text",
		[CELL_DEVICE] = "device",  [CELL_WORDS] = "words",
		[CELL_SHOWN] = "composed", [CELL_HOPS] = "list",
	};
	return names[column->type];
}

bool column_right(const struct column *column)
{
	return column->type == CELL_NUMBER || column->type == CELL_LARGE ||
	       column->type == CELL_TIME;
}

int selection_parse(struct selection *s, enum view_id view, const char *list,
		    struct fdp_text *unknownp)
{
	struct selection chosen = {.view = view, .chosen = true};
	for (const char *at = list;; at++) {
		size_t len = strcspn(at, ",");
		const struct column *column = column_find(view, at, len);
		if (!column || chosen.n == COLUMNS_MAX) {
			*unknownp = (struct fdp_text){at, len};
			return -EINVAL;
		}
		chosen.columns[chosen.n++] = column;
		at += len;
		if (!*at)
			break;
	}
	*s = chosen;
	return 0;
}

void selection_all(struct selection *s, enum view_id view, bool json)
{
	*s = (struct selection){.view = view};
	for (size_t i = 0; i < N_COLUMNS; i++)
		if ((columns[i].views & 1U << view) && columns[i].type != CELL_SHOWN &&
		    (json || !columns[i].json_only))
			s->columns[s->n++] = &columns[i];
}

static bool selection_covers(const struct selection *s, const struct column *column)
{
	for (size_t i = 0; i < s->n; i++) {
		const char *group = s->columns[i]->group;
		if (s->columns[i] == column ||
		    (group && strncmp(column->path, group, strlen(group)) == 0))
			return true;
	}
	return false;
}

void selection_expand(struct selection *s)
{
	struct selection all;
	selection_all(&all, s->view, true);
	size_t n = 0;
	for (size_t i = 0; i < all.n; i++)
		if (selection_covers(s, all.columns[i]))
			all.columns[n++] = all.columns[i];
	all.n = n;
	all.chosen = s->chosen;
	*s = all;
}

enum row_part row_part(const char *name, size_t len)
{
	if (name_is("to.", name, len))
		return PART_TO;
	return name_is("file.", name, len) ? PART_FILE : PART_ALWAYS;
}

bool row_lacks(const struct row *row, enum row_part part)
{
	if (!row->pass)
		return false;
	return (part == PART_TO && !row->pass->received) ||
	       (part == PART_FILE && !row->pass->file);
}
