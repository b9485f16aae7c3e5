// SPDX-License-Identifier: BSD-2-Clause
/* The host: see host.h. */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "clock.h"
#include "options.h"
#include "pid_namespace.h"

/* What is not seen without a hook, found by the end of its name. */
static const struct {
	const char *hook;
	const char *sentence;
} hook_blind_spots[] = {
	{"sk_data_ready", "a send is told from its receiver's side: without the "
			  "descriptor numbers of the sender"},
	{"skb_copy_datagram_iovec", "messages sent before the recording began, or whose "
				    "send was missed, are not seen when received"},
	{"sock_send_length", "sends that fail are not seen"},
	{"sock_recv_length", "the descriptor numbers of the receiver are not seen"},
	{"kfree_skb", "it is not seen when a message dies unread"},
};

/* What is not seen when none of these is attached, found in the same way. */
static const struct {
	const char *hooks[3];
	const char *sentence;
} transfer_blind_spots[] = {
	{{"pidfd_getfd"},
	 "what pidfd_getfd(2) takes is not seen (with the tracepoint backend, "
	 "--transfers "
	 "shows it)"},
	{{"_ioctl"},
	 "what a seccomp supervisor hands over is not seen (with the tracepoint backend, "
	 "--transfers shows it)"},
	{{"io_msg_ring", "io_msg_install_complete", "io_uring_complete"},
	 "what io_uring's MSG_RING hands over is not seen"},
	{{"io_install_fixed_fd", "io_uring_complete"},
	 "descriptors that io_uring makes of registered files are not seen"},
	{{"pidfd_prepare", "sock_recv_length"},
	 "the pidfds of SO_PASSPIDFD are not seen"},
};

static const char always_blind[] = "what binder and VDUSE hand over is not seen";
static const char inexact_blind[] =
	"without --exact-files, files that followed each other at one place of kernel "
	"memory can share a number";
static const char namespace_blind[] =
	"the recorder ran in a pid namespace of its own: processes outside of it have no "
	"pid in this trace";

static struct fdp_text text_of(const char *string)
{
	return (struct fdp_text){string, strlen(string)};
}

static void read_boot_id(struct host *h)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return;
	n = read(fd, h->boot_id, HOST_UUID_LEN);
	h->boot_id[n == HOST_UUID_LEN ? n : 0] = '\0';
	close(fd);
}

/* A random UUID, version 4 (RFC 9562). */
static int make_capture_id(struct host *h)
{
	unsigned char b[16];

	if (getrandom(b, sizeof(b), 0) != sizeof(b))
		return -EIO;
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	snprintf(h->capture, sizeof(h->capture),
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
		 b[12], b[13], b[14], b[15]);

	return 0;
}

static size_t copy_words(char *out, size_t at, char **words, size_t n)
{
	for (size_t i = 0; i < n && words[i]; i++) {
		size_t len = strlen(words[i]) + 1;

		if (len > FDP_STRING_MAX - at)
			break;
		memcpy(out + at, words[i], len);
		at += len;
	}

	return at;
}

static void copy_options(struct host *h, const struct options *o)
{
	size_t at = copy_words(h->options, 0, o->argv, o->argc);

	if (o->command)
		at = copy_words(h->options, at, o->command, o->cmdline ? SIZE_MAX : 1);
	h->header.options = (struct fdp_text){h->options, at};
}

static void copy_hooks(struct host *h, const struct probe_hook *hooks, size_t n_hooks)
{
	for (size_t i = 0; i < n_hooks; i++) {
		h->hooks[i] = hooks[i];
		h->header_hooks[i] = (struct fdp_hook){
			.state = hooks[i].state,
			.name = text_of(hooks[i].name),
			.reason = text_of(h->hooks[i].reason),
		};
	}
	h->header.n_hooks = n_hooks;
	h->header.hooks = h->header_hooks;
}

static bool ends_with(const char *string, const char *end)
{
	size_t len = strlen(string), end_len = strlen(end);

	return len >= end_len && strcmp(string + len - end_len, end) == 0;
}

/* A hook may be there under several names, one for each shape that kernels give it. */
static bool is_missing(const struct host *h, const char *hook)
{
	bool missing = false;

	for (size_t i = 0; i < h->header.n_hooks; i++) {
		if (!ends_with(h->hooks[i].name, hook))
			continue;
		if (h->hooks[i].state == PROBE_ATTACHED)
			return false;
		missing = h->hooks[i].state != PROBE_UNUSED;
	}

	return missing;
}

static bool is_attached(const struct host *h, const char *const hooks[3])
{
	for (size_t i = 0; i < h->header.n_hooks; i++) {
		for (size_t k = 0; k < 3 && hooks[k]; k++) {
			if (h->hooks[i].state == PROBE_ATTACHED &&
			    ends_with(h->hooks[i].name, hooks[k]))
				return true;
		}
	}

	return false;
}

static void add_blind_spot(struct host *h, const char *sentence)
{
	h->blind_spots[h->header.n_blind_spots++] = text_of(sentence);
}

static void list_blind_spots(struct host *h, const struct options *o,
			     const char *const *of_backend)
{
	h->header.blind_spots = h->blind_spots;
	add_blind_spot(h, always_blind);
	if (!o->exact_files)
		add_blind_spot(h, inexact_blind);
	if (!pid_namespace_is_initial())
		add_blind_spot(h, namespace_blind);
	while (*of_backend)
		add_blind_spot(h, *of_backend++);
	for (size_t i = 0; i < sizeof(hook_blind_spots) / sizeof(hook_blind_spots[0]);
	     i++) {
		if (is_missing(h, hook_blind_spots[i].hook))
			add_blind_spot(h, hook_blind_spots[i].sentence);
	}
	for (size_t i = 0;
	     i < sizeof(transfer_blind_spots) / sizeof(transfer_blind_spots[0]); i++) {
		if (!is_attached(h, transfer_blind_spots[i].hooks))
			add_blind_spot(h, transfer_blind_spots[i].sentence);
	}
}

static uint32_t flags_of(const struct options *o)
{
	uint32_t flags = 0;

	if (o->exact_files)
		flags |= FDP_HEADER_EXACT_FILES;
	if (options_filtered(o))
		flags |= FDP_HEADER_FILTERED;
	if (o->cmdline)
		flags |= FDP_HEADER_CMDLINE;

	return flags;
}

int host_describe(struct host *h, const struct options *options,
		  const struct host_probe *probe)
{
	int err;

	*h = (struct host){0};
	if (uname(&h->uname) < 0)
		return -errno;
	err = make_capture_id(h);
	if (err)
		return err;
	read_boot_id(h);
	h->header = (struct fdp_header){
		.flags = flags_of(options),
		.writer = text_of("fdpass-record " VERSION),
		.backend = text_of(probe->backend),
		.kernel = text_of(h->uname.release),
		.machine = text_of(h->uname.machine),
		.boot_id = text_of(h->boot_id),
		.capture = text_of(h->capture),
		.cpus = sysconf(_SC_NPROCESSORS_ONLN),
		.page_size = sysconf(_SC_PAGESIZE),
		.pid_ns = pid_namespace_inode(),
	};
	if (options->hostname)
		h->header.hostname = text_of(h->uname.nodename);
	copy_options(h, options);
	copy_hooks(h, probe->hooks, probe->n_hooks);
	list_blind_spots(h, options, probe->blind_spots);
	clock_read_all(&h->header.clock);

	return 0;
}
