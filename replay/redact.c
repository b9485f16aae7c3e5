// SPDX-License-Identifier: BSD-2-Clause
#include "redact.h"

#include <errno.h>
#include <sys/random.h>

#include "event.h"

/* The wall clock of a shifted trace begins at 2000-01-01T00:00:00Z. */
#define REAL_BEGIN (946684800 * INT64_C(1000000000))

/* Uptimes are hidden by something between 0 and 2^55 ns, a year. */
#define BOOT_SHIFT_BITS 55

int redaction_init(struct redaction *r, const char *keep, bool shift_time)
{
	*r = (struct redaction){.shift = shift_time};
	int err = pseudonyms_init(&r->names, keep);
	if (err || !shift_time)
		return err;
	if (getrandom(&r->boot_shift, sizeof(r->boot_shift), 0) != sizeof(r->boot_shift))
		return -EIO;
	r->boot_shift >>= 64 - BOOT_SHIFT_BITS;
	return 0;
}

void redaction_release(struct redaction *r)
{
	pseudonyms_release(&r->names);
}

/* 0 is no time. */
static void shift_boot(const struct redaction *r, uint64_t *ns)
{
	if (*ns)
		*ns += r->boot_shift;
}

/* The first wall clock that is known becomes the beginning. */
static void shift_clock(struct redaction *r, struct fdp_clock *clock)
{
	shift_boot(r, &clock->boot_ns);
	shift_boot(r, &clock->mono_ns);
	if (!clock->real_ns)
		return;
	if (!r->shifting)
		r->real_shift = (uint64_t)REAL_BEGIN - (uint64_t)clock->real_ns;
	r->shifting = true;
	clock->real_ns = (int64_t)((uint64_t)clock->real_ns + r->real_shift);
}

static void shift_times(struct redaction *r, struct fdp_record *record)
{
	switch (record->type) {
	case FDP_HEADER:
		shift_clock(r, &record->header.clock);
		return;
	case FDP_TRAILER:
		shift_clock(r, &record->trailer.clock);
		return;
	case FDP_CLOCK:
		shift_clock(r, &record->clock);
		return;
	case FDP_PROCESS:
		shift_boot(r, &record->process.start_ns);
		shift_boot(r, &record->process.parent_start_ns);
		return;
	case FDP_LOSS:
		shift_boot(r, &record->loss.from_ns);
		shift_boot(r, &record->loss.to_ns);
		return;
	case FDP_SNAPSHOT:
		shift_boot(r, &record->snapshot.time_ns);
		return;
	default: {
		uint64_t *ns = event_time(record);
		if (ns)
			shift_boot(r, ns);
	}
	}
}

static int redact_header(struct redaction *r, struct fdp_header *header)
{
	/* A command line may hold anything. */
	header->options = (struct fdp_text){"", 0};
	header->flags &= ~(uint32_t)FDP_HEADER_CMDLINE;
	int err = pseudonym_word(&r->names, &header->hostname);
	if (!err)
		err = pseudonym_id(&r->names, &header->boot_id);
	return err ? err : pseudonym_id(&r->names, &header->capture);
}

static int redact_process(struct redaction *r, struct fdp_process *process)
{
	process->cmdline = (struct fdp_text){"", 0};
	uint32_t *const users[] = {&process->uid, &process->gid, &process->euid,
				   &process->egid};
	int err = 0;
	for (size_t i = 0; !err && i < sizeof(users) / sizeof(*users); i++)
		err = pseudonym_user(&r->names, users[i]);
	if (!err)
		err = pseudonym_word(&r->names, &process->comm);
	if (!err)
		err = pseudonym_word(&r->names, &process->main_comm);
	if (!err)
		err = pseudonym_path(&r->names, &process->exe);
	return err ? err : pseudonym_path(&r->names, &process->cgroup);
}

/* "TCP", "[eventfd]" and "pipe:[7]" are the kernel's own names. */
static bool name_is_kernels(const struct fdp_file *file)
{
	switch (file->kind) {
	case FDP_KIND_UNKNOWN:
	case FDP_KIND_REGULAR:
	case FDP_KIND_DIRECTORY:
	case FDP_KIND_CHR:
	case FDP_KIND_BLK:
	case FDP_KIND_FIFO:
	case FDP_KIND_SYMLINK:
	case FDP_KIND_MEMFD:
	case FDP_KIND_DMABUF:
	case FDP_KIND_TTY:
		return false;
	default:
		return !memchr(file->name.data, '/', file->name.len);
	}
}

static int redact_file(struct redaction *r, struct fdp_file *file)
{
	static const char memfd[] = "memfd:";
	const size_t len = sizeof(memfd) - 1;
	int err = 0;
	if (file->name.len > len && !memcmp(file->name.data, memfd, len)) {
		struct fdp_text name = {file->name.data + len, file->name.len - len};
		err = pseudonym_path(&r->names, &name);
		out_word(&r->names.scratch, memfd);
		out_bytes(&r->names.scratch, name.data, name.len);
		if (!err)
			err = pseudonym_take(&r->names, &file->name);
	} else if (!name_is_kernels(file)) {
		err = pseudonym_path(&r->names, &file->name);
	}
	if (!err)
		err = pseudonym_address(&r->names, &file->local);
	return err ? err : pseudonym_address(&r->names, &file->remote);
}

int redact_record(struct redaction *r, struct fdp_record *record)
{
	if (r->shift)
		shift_times(r, record);
	switch (record->type) {
	case FDP_HEADER:
		return redact_header(r, &record->header);
	case FDP_PROCESS:
		return redact_process(r, &record->process);
	case FDP_SOCKET:
		return pseudonym_path(&r->names, &record->socket.name);
	case FDP_FILE:
		return redact_file(r, &record->file);
	default:
		return 0;
	}
}

void redaction_report(const struct redaction *r, struct out *o)
{
	out_word(o, "replaced     ");
	out_u64(o, r->names.words);
	out_word(o, " names, ");
	out_u64(o, r->names.users.n);
	out_word(o,
		 " users and groups; removed: arguments, the recorder's command line\n");
	out_word(o, "still there  pids, numbers of descriptors, inodes, devices, sizes, "
		    "namespaces, ports,\n"
		    "             open flags, ");
	out_word(o, r->shift ? "time between events" : "times");
	out_word(o, ", kernel version, machine, names that the kernel gives\n");
	const struct out *kept = &r->names.kept_list;
	for (size_t at = 0; at < kept->len;) {
		const char *end = memchr(kept->data + at, '\n', kept->len - at);
		size_t len = (size_t)(end - kept->data) + 1 - at;
		out_word(o, at ? "             " : "kept         ");
		out_bytes(o, kept->data + at, len);
		at += len;
	}
}
