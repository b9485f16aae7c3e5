/* SPDX-License-Identifier: BSD-2-Clause */
/* Kind: the words for what an open file is. */
#include "fdp.h"

static const char *const kinds[] = {
	[FDP_KIND_REGULAR] = "regular",
	[FDP_KIND_DIRECTORY] = "directory",
	[FDP_KIND_CHR] = "chr",
	[FDP_KIND_BLK] = "blk",
	[FDP_KIND_FIFO] = "fifo",
	[FDP_KIND_PIPE] = "pipe",
	[FDP_KIND_SYMLINK] = "symlink",
	[FDP_KIND_SOCKET] = "socket",
	[FDP_KIND_MEMFD] = "memfd",
	[FDP_KIND_EVENTFD] = "eventfd",
	[FDP_KIND_EPOLL] = "epoll",
	[FDP_KIND_TIMERFD] = "timerfd",
	[FDP_KIND_SIGNALFD] = "signalfd",
	[FDP_KIND_INOTIFY] = "inotify",
	[FDP_KIND_FANOTIFY] = "fanotify",
	[FDP_KIND_PIDFD] = "pidfd",
	[FDP_KIND_NAMESPACE] = "namespace",
	[FDP_KIND_DMABUF] = "dmabuf",
	[FDP_KIND_BPF] = "bpf",
	[FDP_KIND_IO_URING] = "io_uring",
	[FDP_KIND_TTY] = "tty",
	[FDP_KIND_SECCOMP] = "seccomp",
	[FDP_KIND_USERFAULTFD] = "userfaultfd",
	[FDP_KIND_PERF] = "perf",
	[FDP_KIND_ANON] = "anon",
};

const char *fdp_kind_name(uint32_t kind)
{
	if (kind >= sizeof(kinds) / sizeof(*kinds) || !kinds[kind])
		return "unknown";

	return kinds[kind];
}
