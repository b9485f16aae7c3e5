// SPDX-License-Identifier: BSD-2-Clause
#include <criterion/criterion.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "../../record/file.h"

#define PIDFS 0x50494446
#define DMABUF 0x444d4142
#define EXT4 0xef53
#define RDEV(major, minor) ((uint32_t)(major) << 20 | (minor))
#define INTERNAL EVENT_FILE_INTERNAL

struct described {
	struct fdp_file file;
	struct file_texts texts;
};

/* names: leaf first, a '/' where the probe has a NUL. */
static struct event_file *event_of(struct event_file fixed, const char *names)
{
	size_t len = strlen(names);
	struct event_file *event = malloc(sizeof(*event) + len + 1);

	cr_assert_not_null(event);
	*event = fixed;
	event->path_len = len;
	memcpy(event->path, names, len);
	for (size_t i = 0; i < len; i++) {
		if (event->path[i] == '/')
			event->path[i] = '\0';
	}

	return event;
}

static void describe(struct described *d, struct event_file fixed, const char *names)
{
	struct event_file *event = event_of(fixed, names);

	file_describe(&d->file, &d->texts, event);
	free(event);
}

#define expect_text(text, expected)                                                      \
	do {                                                                             \
		cr_expect_eq((text).len, strlen(expected), "%.*s is not %s",             \
			     (int)(text).len, (text).data, expected);                    \
		cr_expect(memcmp((text).data, expected, strlen(expected)) == 0,          \
			  "%.*s is not %s", (int)(text).len, (text).data, expected);     \
	} while (0)

static const struct {
	const char *names;
	uint64_t magic;
	uint32_t mode, rdev, flags;
	enum fdp_kind kind;
	const char *name;
} kinds[] = {
	{"null/dev/", TMPFS_MAGIC, S_IFCHR, RDEV(1, 3), 0, FDP_KIND_CHR, "/dev/null"},
	{"a.txt/home/", EXT4, S_IFREG, 0, 0, FDP_KIND_REGULAR, "/home/a.txt"},
	{"home/", EXT4, S_IFDIR, 0, 0, FDP_KIND_DIRECTORY, "/home"},
	{"", EXT4, S_IFDIR, 0, 0, FDP_KIND_DIRECTORY, "/"},
	{"sda/dev/", TMPFS_MAGIC, S_IFBLK, RDEV(8, 0), 0, FDP_KIND_BLK, "/dev/sda"},
	{"f/tmp/", TMPFS_MAGIC, S_IFIFO, 0, 0, FDP_KIND_FIFO, "/tmp/f"},
	{"/", PIPEFS_MAGIC, S_IFIFO, 0, INTERNAL, FDP_KIND_PIPE, "pipe:[77]"},
	{"link/tmp/", EXT4, S_IFLNK, 0, 0, FDP_KIND_SYMLINK, "/tmp/link"},
	{"TCP/", SOCKFS_MAGIC, S_IFSOCK, 0, INTERNAL, FDP_KIND_SOCKET, "TCP"},
	{"RFCOMM/", SOCKFS_MAGIC, S_IFSOCK, 0, 0, FDP_KIND_SOCKET, "RFCOMM"},
	{"bus/run/", TMPFS_MAGIC, S_IFSOCK, 0, 0, FDP_KIND_SOCKET, "/run/bus"},
	{"memfd:pw/", TMPFS_MAGIC, S_IFREG, 0, INTERNAL, FDP_KIND_MEMFD, "memfd:pw"},
	{"memfd:big/", HUGETLBFS_MAGIC, S_IFREG, 0, INTERNAL, FDP_KIND_MEMFD,
	 "memfd:big"},
	{"memfd:a/tmp/", TMPFS_MAGIC, S_IFREG, 0, 0, FDP_KIND_REGULAR, "/tmp/memfd:a"},
	{"secretmem/", 0x5345434d, S_IFREG, 0, INTERNAL, FDP_KIND_MEMFD, "secretmem"},
	{"SYSV00000001/", TMPFS_MAGIC, S_IFREG, 0, INTERNAL, FDP_KIND_REGULAR,
	 "SYSV00000001"},
	{"/", PIDFS, S_IFREG, 0, INTERNAL, FDP_KIND_PIDFD, "[pidfd]"},
	{"dmabuf/", DMABUF, S_IFREG, 0, INTERNAL, FDP_KIND_DMABUF, "dmabuf"},
	{"tty1/dev/", TMPFS_MAGIC, S_IFCHR, RDEV(4, 1), 0, FDP_KIND_TTY, "/dev/tty1"},
	{"ptmx/pts/dev/", DEVPTS_SUPER_MAGIC, S_IFCHR, RDEV(5, 2), 0, FDP_KIND_TTY,
	 "/dev/pts/ptmx"},
	{"3/pts/dev/", DEVPTS_SUPER_MAGIC, S_IFCHR, RDEV(136, 3), 0, FDP_KIND_TTY,
	 "/dev/pts/3"},
	{"ttyUSB0/dev/", TMPFS_MAGIC, S_IFCHR, RDEV(188, 0), EVENT_FILE_TTY, FDP_KIND_TTY,
	 "/dev/ttyUSB0"},
	{"ttyUSB0/dev/", TMPFS_MAGIC, S_IFCHR, RDEV(188, 0), 0, FDP_KIND_CHR,
	 "/dev/ttyUSB0"},
	{"x/", EXT4, 0, 0, 0, FDP_KIND_UNKNOWN, "/x"},
};

Test(file, kind_and_name_come_from_file_system_name_and_mode)
{
	struct described d;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct event_file fixed = {
			.ino = 77,
			.magic = kinds[i].magic,
			.mode = kinds[i].mode | 0600,
			.rdev = kinds[i].rdev,
			.flags = kinds[i].flags,
		};

		describe(&d, fixed, kinds[i].names);
		cr_expect_eq(d.file.kind, kinds[i].kind, "%s: kind %u is not %u",
			     kinds[i].name, d.file.kind, kinds[i].kind);
		expect_text(d.file.name, kinds[i].name);
	}
}

static const struct {
	const char *name;
	enum fdp_kind kind;
} anons[] = {
	{"[eventfd]", FDP_KIND_EVENTFD},
	{"[eventpoll]", FDP_KIND_EPOLL},
	{"[timerfd]", FDP_KIND_TIMERFD},
	{"[signalfd]", FDP_KIND_SIGNALFD},
	{"inotify", FDP_KIND_INOTIFY},
	{"[fanotify]", FDP_KIND_FANOTIFY},
	{"[pidfd]", FDP_KIND_PIDFD},
	{"bpf-map", FDP_KIND_BPF},
	{"bpf-prog", FDP_KIND_BPF},
	{"bpf_link", FDP_KIND_BPF},
	{"btf", FDP_KIND_BPF},
	{"[io_uring]", FDP_KIND_IO_URING},
	{"seccomp notify", FDP_KIND_SECCOMP},
	{"[userfaultfd]", FDP_KIND_USERFAULTFD},
	{"[perf_event]", FDP_KIND_PERF},
	{"kvm-vm", FDP_KIND_ANON},
	{"[eventfdx]", FDP_KIND_ANON},
	{"sync_file", FDP_KIND_ANON},
};

Test(file, anonymous_inodes_are_told_apart_by_name_and_keep_it)
{
	const struct event_file fixed = {.magic = ANON_INODE_FS_MAGIC, .mode = 0600};
	struct described d;

	for (size_t i = 0; i < sizeof(anons) / sizeof(anons[0]); i++) {
		describe(&d, fixed, anons[i].name);
		cr_expect_eq(d.file.kind, anons[i].kind, "%s", anons[i].name);
		expect_text(d.file.name, anons[i].name);
	}
}

Test(file, a_namespace_is_named_by_its_type_and_inode)
{
	const struct event_file fixed = {
		.magic = NSFS_MAGIC, .ino = 4026531840, .ns_name = "net"};
	struct described d;

	describe(&d, fixed, "/");
	cr_expect_eq(d.file.kind, FDP_KIND_NAMESPACE);
	expect_text(d.file.name, "net:[4026531840]");
}

Test(file, a_path_that_lost_its_beginning_is_marked_and_relative)
{
	const struct event_file fixed = {
		.magic = EXT4, .mode = S_IFREG, .flags = EVENT_FILE_PATH_CUT};
	struct described d;

	describe(&d, fixed, "leaf/parent/");
	cr_expect_eq(d.file.flags, FDP_FILE_CUT);
	expect_text(d.file.name, "parent/leaf");
}

Test(file, without_a_path_only_the_leaf_is_the_name)
{
	const struct event_file fixed = {.magic = EXT4,
					 .mode = S_IFREG,
					 .flags = EVENT_FILE_NO_PATH |
						  EVENT_FILE_DELETED | EVENT_FILE_EXACT};
	struct described d;

	describe(&d, fixed, "leaf/");
	cr_expect_eq(d.file.flags, FDP_FILE_NO_PATH | FDP_FILE_DELETED | FDP_FILE_EXACT);
	expect_text(d.file.name, "leaf");
}

Test(file, the_longest_path_is_whole)
{
	struct event_file fixed = {.magic = EXT4, .mode = S_IFREG};
	char names[EVENT_PATH_MAX + 1];
	struct described d;

	for (size_t i = 0; i < EVENT_PATH_MAX; i++)
		names[i] = i % 2 ? '/' : 'a' + i % 25;
	names[EVENT_PATH_MAX] = '\0';
	describe(&d, fixed, names);
	cr_expect_eq(d.file.name.len, EVENT_PATH_MAX);
	cr_expect_eq(d.file.name.data[0], '/');
	cr_expect_eq(d.file.name.data[EVENT_PATH_MAX - 1], 'a');
}

Test(file, a_path_whose_last_name_has_no_end_stays_within_the_limit)
{
	struct event_file fixed = {.magic = EXT4, .mode = S_IFREG};
	char names[EVENT_PATH_MAX + 1];
	struct described d;

	memset(names, 'x', EVENT_PATH_MAX);
	names[EVENT_PATH_MAX] = '\0';
	describe(&d, fixed, names);
	cr_expect_eq(d.file.name.len, EVENT_PATH_MAX);
}

Test(file, internet_addresses_have_their_port)
{
	struct event_file fixed = {
		.magic = SOCKFS_MAGIC,
		.mode = S_IFSOCK,
		.family = AF_INET,
		.sock_type = SOCK_STREAM,
		.protocol = 6,
		.state = 1,
		.local_len = 4,
		.remote_len = 4,
		.local_port = 80,
		.remote_port = 40000,
		.local = {127, 0, 0, 1},
		.remote = {10, 0, 0, 2},
	};
	struct described d;

	describe(&d, fixed, "TCP/");
	expect_text(d.file.local, "127.0.0.1:80");
	expect_text(d.file.remote, "10.0.0.2:40000");
	cr_expect_eq(d.file.family, AF_INET);
	cr_expect_eq(d.file.type, SOCK_STREAM);
	cr_expect_eq(d.file.protocol, 6);
	cr_expect_eq(d.file.state, 1);

	fixed.family = AF_INET6;
	memset(fixed.local, 0, sizeof(fixed.local));
	fixed.local[15] = 1;
	memset(fixed.remote, 0, sizeof(fixed.remote));
	fixed.remote_port = 0;
	describe(&d, fixed, "TCPv6/");
	expect_text(d.file.local, "[::1]:80");
	cr_expect_eq(d.file.remote.len, 0);
}

Test(file, unix_names_are_raw_and_lose_only_the_final_nul)
{
	struct event_file fixed = {.magic = SOCKFS_MAGIC,
				   .mode = S_IFSOCK,
				   .family = AF_UNIX,
				   .local_len = 9};
	struct described d;

	memcpy(fixed.local, "/run/bus\0", 9);
	describe(&d, fixed, "UNIX-STREAM/");
	expect_text(d.file.local, "/run/bus");

	memcpy(fixed.local, "\0abc\0d", 6);
	fixed.local_len = 6;
	describe(&d, fixed, "UNIX/");
	cr_expect_eq(d.file.local.len, 6);
	cr_expect(memcmp(d.file.local.data, "\0abc\0d", 6) == 0);
}

Test(file, numbers_pass_through_and_devices_are_split)
{
	const struct event_file fixed = {
		.file = 9,
		.ino = 8,
		.size = 7,
		.magic = EXT4,
		.dev = RDEV(253, 0xabcde),
		.rdev = RDEV(10, 200),
		.open_flags = O_RDWR | O_PATH,
		.mode = S_IFCHR | 0620,
		.mnt_ns = 6,
		.target = 5,
		.seals = 4,
	};
	struct described d;

	describe(&d, fixed, "tun/net/dev/");
	cr_expect_eq(d.file.id, 9);
	cr_expect_eq(d.file.ino, 8);
	cr_expect_eq(d.file.size, 7);
	cr_expect_eq(d.file.dev_major, 253);
	cr_expect_eq(d.file.dev_minor, 0xabcde);
	cr_expect_eq(d.file.rdev_major, 10);
	cr_expect_eq(d.file.rdev_minor, 200);
	cr_expect_eq(d.file.open_flags, O_RDWR | O_PATH);
	cr_expect_eq(d.file.mode, S_IFCHR | 0620);
	cr_expect_eq(d.file.mnt_ns, 6);
	cr_expect_eq(d.file.target, 5);
	cr_expect_eq(d.file.seals, 4);
}
