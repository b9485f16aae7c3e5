// SPDX-License-Identifier: BSD-2-Clause
/*
 * Open files: kind, name and addresses out of an event_file.
 *
 * The kind is decided by the file system first, because anonymous inodes, pipes and
 * sockets have no type, or one that says nothing; then by the name, which the kernel
 * gives to its internal files; then by the mode.
 */
#include "file.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* Not in all versions of linux/magic.h. */
#define MAGIC_PIDFS 0x50494446
#define MAGIC_GUEST_MEMFD 0x474d454d
#define MAGIC_DMABUF 0x444d4142
#define MAGIC_SECRETMEM 0x5345434d

#define MAJOR_TTY 4    /* virtual consoles and serial lines */
#define MAJOR_TTYAUX 5 /* tty, console, ptmx */
#define MAJOR_PTS_FIRST 136
#define MAJOR_PTS_LAST 143

struct name_kind {
	const char *name;
	enum fdp_kind kind;
};

/* memfd_secret(2) and KVM's guest memory are memfds that only their holder can map. */
static const struct {
	uint64_t magic;
	enum fdp_kind kind;
} file_systems[] = {
	{SOCKFS_MAGIC, FDP_KIND_SOCKET},     {PIPEFS_MAGIC, FDP_KIND_PIPE},
	{NSFS_MAGIC, FDP_KIND_NAMESPACE},    {MAGIC_PIDFS, FDP_KIND_PIDFD},
	{MAGIC_DMABUF, FDP_KIND_DMABUF},     {MAGIC_SECRETMEM, FDP_KIND_MEMFD},
	{MAGIC_GUEST_MEMFD, FDP_KIND_MEMFD},
};

/* Names of anonymous inodes, without the brackets that most of them have. */
static const struct name_kind anon_names[] = {
	{"eventfd", FDP_KIND_EVENTFD},
	{"eventpoll", FDP_KIND_EPOLL},
	{"timerfd", FDP_KIND_TIMERFD},
	{"signalfd", FDP_KIND_SIGNALFD},
	{"inotify", FDP_KIND_INOTIFY},
	{"fanotify", FDP_KIND_FANOTIFY},
	{"pidfd", FDP_KIND_PIDFD},
	{"io_uring", FDP_KIND_IO_URING},
	{"perf_event", FDP_KIND_PERF},
	{"seccomp notify", FDP_KIND_SECCOMP},
	{"userfaultfd", FDP_KIND_USERFAULTFD},
	{"btf", FDP_KIND_BPF},
};

static const struct {
	uint32_t format;
	enum fdp_kind kind;
} modes[] = {
	{S_IFREG, FDP_KIND_REGULAR}, {S_IFDIR, FDP_KIND_DIRECTORY},
	{S_IFCHR, FDP_KIND_CHR},     {S_IFBLK, FDP_KIND_BLK},
	{S_IFIFO, FDP_KIND_FIFO},    {S_IFLNK, FDP_KIND_SYMLINK},
	{S_IFSOCK, FDP_KIND_SOCKET},
};

static uint32_t dev_major(uint32_t dev)
{
	return dev >> 20;
}

static uint32_t dev_minor(uint32_t dev)
{
	return dev & 0xfffff;
}

static struct fdp_text leaf_of(const struct event_file *event)
{
	return (struct fdp_text){event->path, strnlen(event->path, event->path_len)};
}

static bool text_starts(struct fdp_text text, const char *start)
{
	size_t len = strlen(start);

	return text.len >= len && memcmp(text.data, start, len) == 0;
}

static enum fdp_kind anon_kind(struct fdp_text name)
{
	if (name.len >= 2 && name.data[0] == '[' && name.data[name.len - 1] == ']') {
		name.data++;
		name.len -= 2;
	}
	for (size_t i = 0; i < sizeof(anon_names) / sizeof(anon_names[0]); i++) {
		if (strlen(anon_names[i].name) == name.len &&
		    text_starts(name, anon_names[i].name))
			return anon_names[i].kind;
	}
	/* bpf-map, bpf-prog, bpf_link, bpf_iter, bpf-token ... */
	if (text_starts(name, "bpf-") || text_starts(name, "bpf_"))
		return FDP_KIND_BPF;

	return FDP_KIND_ANON;
}

static bool is_tty(const struct event_file *event)
{
	uint32_t major = dev_major(event->rdev);

	return event->flags & EVENT_FILE_TTY || major == MAJOR_TTY ||
	       major == MAJOR_TTYAUX ||
	       (major >= MAJOR_PTS_FIRST && major <= MAJOR_PTS_LAST);
}

static enum fdp_kind mode_kind(const struct event_file *event)
{
	if (S_ISCHR(event->mode) && is_tty(event))
		return FDP_KIND_TTY;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if ((event->mode & S_IFMT) == modes[i].format)
			return modes[i].kind;
	}

	return FDP_KIND_UNKNOWN;
}

static enum fdp_kind kind_of(const struct event_file *event)
{
	for (size_t i = 0; i < sizeof(file_systems) / sizeof(file_systems[0]); i++) {
		if (event->magic == file_systems[i].magic)
			return file_systems[i].kind;
	}
	if (event->magic == ANON_INODE_FS_MAGIC)
		return anon_kind(leaf_of(event));
	/* Its file system is tmpfs or hugetlbfs, mounted where no user can see it. */
	if (event->flags & EVENT_FILE_INTERNAL && text_starts(leaf_of(event), "memfd:"))
		return FDP_KIND_MEMFD;

	return mode_kind(event);
}

size_t path_join(char *out, const char *names, size_t len, bool absolute)
{
	size_t at = 0, end = len;

	if (end && names[end - 1] == '\0')
		end--;
	if (end == 0 && absolute)
		out[at++] = '/';
	while (end > 0) {
		size_t start = end;

		while (start > 0 && names[start - 1] != '\0')
			start--;
		if (absolute || at)
			out[at++] = '/';
		memcpy(out + at, names + start, end - start);
		at += end - start;
		end = start ? start - 1 : 0;
	}

	return at < EVENT_PATH_MAX ? at : EVENT_PATH_MAX;
}

static size_t leaf_copy(char *out, const struct event_file *event)
{
	struct fdp_text leaf = leaf_of(event);

	memcpy(out, leaf.data, leaf.len);

	return leaf.len;
}

static bool is_internal(const struct event_file *event)
{
	return event->flags & EVENT_FILE_INTERNAL || event->magic == SOCKFS_MAGIC ||
	       event->magic == ANON_INODE_FS_MAGIC;
}

static size_t name_of(char *out, size_t size, const struct event_file *event,
		      enum fdp_kind kind)
{
	const char *type = event->ns_name[0] ? event->ns_name : "ns";

	switch (kind) {
	case FDP_KIND_PIPE:
		return snprintf(out, size, "pipe:[%" PRIu64 "]", (uint64_t)event->ino);
	case FDP_KIND_NAMESPACE:
		return snprintf(out, size, "%.*s:[%" PRIu64 "]",
				(int)sizeof(event->ns_name), type, (uint64_t)event->ino);
	case FDP_KIND_PIDFD:
		return snprintf(out, size, "[pidfd]");
	default:
		break;
	}
	if (is_internal(event) || event->flags & EVENT_FILE_NO_PATH)
		return leaf_copy(out, event);

	return path_join(out, event->path, event->path_len,
			 !(event->flags & EVENT_FILE_PATH_CUT));
}

size_t sun_path_length(const void *sun_path, size_t len)
{
	const char *path = sun_path;

	return len && path[0] != '\0' ? strnlen(path, len) : len;
}

/* "127.0.0.1:80", "[::1]:80"; nothing when neither an address nor a port was set. */
static size_t inet_text(char *out, size_t size, int family, const void *address,
			uint16_t port)
{
	static const unsigned char none[16];
	size_t len = family == AF_INET ? 4 : 16;
	char text[INET6_ADDRSTRLEN];

	if (port == 0 && memcmp(address, none, len) == 0)
		return 0;
	if (!inet_ntop(family, address, text, sizeof(text)))
		return 0;

	return snprintf(out, size, family == AF_INET ? "%s:%u" : "[%s]:%u", text, port);
}

static void describe_socket(struct fdp_file *file, struct file_texts *texts,
			    const struct event_file *event)
{
	size_t local = 0, remote = 0;

	file->family = event->family;
	file->type = event->sock_type;
	file->protocol = event->protocol;
	file->state = event->state;
	if (event->family == AF_INET || event->family == AF_INET6) {
		local = inet_text(texts->local, sizeof(texts->local), event->family,
				  event->local, event->local_port);
		remote = inet_text(texts->remote, sizeof(texts->remote), event->family,
				   event->remote, event->remote_port);
	} else if (event->family == AF_UNIX) {
		size_t len = event->local_len;

		if (len > sizeof(event->local))
			len = sizeof(event->local);
		local = sun_path_length(event->local, len);
		memcpy(texts->local, event->local, local);
	}
	file->local = (struct fdp_text){texts->local, local};
	file->remote = (struct fdp_text){texts->remote, remote};
}

static uint32_t flags_of(const struct event_file *event)
{
	uint32_t flags = 0;

	if (event->flags & EVENT_FILE_DELETED)
		flags |= FDP_FILE_DELETED;
	if (event->flags & EVENT_FILE_PATH_CUT)
		flags |= FDP_FILE_CUT;
	if (event->flags & EVENT_FILE_NO_PATH)
		flags |= FDP_FILE_NO_PATH;
	if (event->flags & EVENT_FILE_EXACT)
		flags |= FDP_FILE_EXACT;

	return flags;
}

void file_describe(struct fdp_file *file, struct file_texts *texts,
		   const struct event_file *event)
{
	enum fdp_kind kind = kind_of(event);

	*file = (struct fdp_file){
		.id = event->file,
		.flags = flags_of(event),
		.kind = kind,
		.open_flags = event->open_flags,
		.mode = event->mode,
		.dev_major = dev_major(event->dev),
		.dev_minor = dev_minor(event->dev),
		.rdev_major = dev_major(event->rdev),
		.rdev_minor = dev_minor(event->rdev),
		.ino = event->ino,
		.size = event->size,
		.mnt_ns = event->mnt_ns,
		.target = event->target,
		.seals = event->seals,
	};
	file->name.len = name_of(texts->name, sizeof(texts->name), event, kind);
	file->name.data = texts->name;
	if (kind == FDP_KIND_SOCKET)
		describe_socket(file, texts, event);
}
