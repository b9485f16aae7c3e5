// SPDX-License-Identifier: BSD-2-Clause
/*
 * Processes: facts from the kernel, completed from /proc.
 *
 * The folder /proc/PID is opened once and everything is read through it: it belongs to
 * that process for ever, and gives ESRCH when the process is gone, whoever has its pid
 * then.
 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "table.h"

#define CGROUPS_MAX 4096
#define STAT_MAX 1024
#define STATUS_MAX 256 /* of /proc/PID/status: the name, and a few lines behind it */

/* Fields of /proc/PID/stat (proc(5)). */
#define STAT_STATE 3
#define STAT_PPID 4
#define STAT_START 22

/* What /proc/PID/stat says that we need. */
struct process_stat {
	char comm[EVENT_COMM_LEN + 1];
	uint32_t ppid;
	uint64_t start_ticks;
};

static int text_copy(struct fdp_text *out, const void *data, size_t len)
{
	char *copy;

	if (len == 0)
		return 0;
	if (len > FDP_STRING_MAX)
		len = FDP_STRING_MAX;
	copy = malloc(len);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, data, len);
	out->data = copy;
	out->len = len;

	return 0;
}

static void text_free(struct fdp_text *text)
{
	free((void *)(uintptr_t)text->data);
	*text = (struct fdp_text){0};
}

static uint32_t flags_of(uint32_t event_flags)
{
	uint32_t flags = 0;

	if (event_flags & EVENT_PROCESS_SNAPSHOT)
		flags |= FDP_PROCESS_SNAPSHOT;
	if (event_flags & EVENT_PROCESS_KERNEL)
		flags |= FDP_PROCESS_KERNEL;

	return flags;
}

static int exe_copy(struct process_facts *facts, const struct event_process *event)
{
	char path[EVENT_PATH_MAX + 1];

	if (event->path_len == 0)
		return 0;

	return text_copy(&facts->exe, path,
			 path_join(path, event->path, event->path_len,
				   !(event->flags & EVENT_PROCESS_PATH_CUT)));
}

int process_facts_init(struct process_facts *facts, const struct event_process *event)
{
	*facts = (struct process_facts){
		.pid = event->task.pid,
		.start_ns = event->task.start,
		.told = true,
		.flags = flags_of(event->flags),
		.ppid = event->ppid,
		.own_pid = event->own_pid,
		.parent_start_ns = event->parent_start,
		.cgroup_id = event->cgroup,
		.pid_ns = event->pid_ns,
		.mnt_ns = event->mnt_ns,
		.user_ns = event->user_ns,
		.net_ns = event->net_ns,
	};
	memcpy(facts->main_comm, event->task.comm, EVENT_COMM_LEN);

	return exe_copy(facts, event);
}

void process_facts_release(struct process_facts *facts)
{
	text_free(&facts->exe);
	text_free(&facts->cgroup);
	text_free(&facts->cmdline);
}

size_t process_facts_weight(const struct process_facts *facts)
{
	return facts->exe.len + facts->cgroup.len + facts->cmdline.len;
}

static void cgroup_drop(void *ctx, const void *key, void *value, bool evicted)
{
	(void)ctx;
	(void)key;
	(void)evicted;
	text_free(value);
}

int process_source_open(struct process_source *source, const char *path, bool cmdline)
{
	const struct table_shape shape = {
		.key_size = sizeof(uint64_t),
		.value_size = sizeof(struct fdp_text),
		.max_entries = CGROUPS_MAX,
		.drop = cgroup_drop,
	};
	int err;

	*source = (struct process_source){.proc = -1, .cmdline = cmdline};
	err = table_new(&source->cgroups, &shape);
	if (err)
		return err;
	source->proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (source->proc < 0) {
		err = -errno;
		table_free(source->cgroups);
		source->cgroups = NULL;
	}

	return err;
}

void process_source_close(struct process_source *source)
{
	if (source->proc >= 0)
		close(source->proc);
	table_free(source->cgroups);
}

/* Reads up to size bytes; returns how many, or a negative errno. */
static ssize_t read_at(int dir, const char *name, char *out, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	size_t at = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	do {
		n = read(fd, out + at, size - at);
		if (n > 0)
			at += n;
	} while (at < size && (n > 0 || (n < 0 && errno == EINTR)));
	n = n < 0 ? -errno : (ssize_t)at;
	close(fd);

	return n;
}

/* proc(5) counts the fields from 1; text begins before field number first. */
static int field_number(uint64_t *value, const char *text, int first, int field)
{
	char *end;

	for (; first < field && text; first++)
		text = strchr(text + 1, ' ');
	if (!text)
		return -EBADMSG;
	errno = 0;
	*value = strtoull(text, &end, 10);

	return errno || end == text ? -EBADMSG : 0;
}

/* "PID (comm) S PPID ...": comm may hold anything, parentheses and blanks included. */
static int stat_read(struct process_stat *stat, int dir)
{
	char text[STAT_MAX + 1];
	char *comm, *end;
	ssize_t n = read_at(dir, "stat", text, STAT_MAX);
	uint64_t ppid;

	if (n < 0)
		return n;
	text[n] = '\0';
	comm = strchr(text, '(');
	end = strrchr(text, ')');
	if (!comm || !end || end < comm ||
	    field_number(&ppid, end + 1, STAT_STATE, STAT_PPID) ||
	    field_number(&stat->start_ticks, end + 1, STAT_STATE, STAT_START))
		return -EBADMSG;
	*end = '\0';
	snprintf(stat->comm, sizeof(stat->comm), "%s", comm + 1);
	stat->ppid = ppid;

	return 0;
}

static int pid_dir(int proc, uint32_t pid)
{
	char name[16];
	int dir;

	snprintf(name, sizeof(name), "%" PRIu32, pid);
	dir = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return dir < 0 ? -errno : dir;
}

int process_of_thread(uint32_t *pid, int proc, uint32_t tid)
{
	char text[STATUS_MAX + 1];
	const char *line;
	ssize_t n;
	int dir = pid_dir(proc, tid);

	if (dir < 0)
		return dir;
	n = read_at(dir, "status", text, STATUS_MAX);
	close(dir);
	if (n < 0)
		return n;
	text[n] = '\0';
	line = strstr(text, "\nTgid:");
	if (!line)
		return -EBADMSG;
	*pid = strtoul(line + strlen("\nTgid:"), NULL, 10);

	return 0;
}

int process_parent(uint32_t *ppid, int proc, uint32_t pid)
{
	struct process_stat stat;
	int dir = pid_dir(proc, pid);
	int err;

	if (dir < 0)
		return dir;
	err = stat_read(&stat, dir);
	close(dir);
	if (!err)
		*ppid = stat.ppid;

	return err;
}

/* Opens /proc/PID if it is still that process; its folder, or a negative errno. */
static int process_dir(const struct process_source *source,
		       const struct process_facts *facts, struct process_stat *stat)
{
	uint64_t tick_ns = NSEC_PER_SEC / sysconf(_SC_CLK_TCK);
	int dir = pid_dir(source->proc, facts->pid);
	int err;

	if (dir < 0)
		return dir;
	err = stat_read(stat, dir);
	if (!err && stat->start_ticks != facts->start_ns / tick_ns)
		err = -ESRCH;
	if (err) {
		close(dir);
		return err;
	}

	return dir;
}

static void exe_read(struct process_facts *facts, int dir)
{
	char path[FDP_STRING_MAX];
	ssize_t n = readlinkat(dir, "exe", path, sizeof(path));

	if (n > 0)
		text_copy(&facts->exe, path, n);
}

static void cmdline_read(struct process_facts *facts, int dir)
{
	char text[FDP_STRING_MAX];
	ssize_t n = read_at(dir, "cmdline", text, sizeof(text));

	if (n > 0)
		text_copy(&facts->cmdline, text, n);
}

/* The line "0::/path" is the one of cgroup v2 (cgroups(7)). */
static void cgroup_read(struct process_facts *facts, int dir)
{
	char text[4 * FDP_STRING_MAX + 1];
	ssize_t n = read_at(dir, "cgroup", text, sizeof(text) - 1);
	char *line = text;

	if (n <= 0)
		return;
	text[n] = '\0';
	while (line && strncmp(line, "0::", 3) != 0) {
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	if (line)
		text_copy(&facts->cgroup, line + 3, strcspn(line + 3, "\n"));
}

static void cgroup_recall(const struct process_source *source,
			  struct process_facts *facts)
{
	struct fdp_text *path;

	if (facts->cgroup.len || !facts->cgroup_id)
		return;
	path = table_find(source->cgroups, &facts->cgroup_id);
	if (path)
		text_copy(&facts->cgroup, path->data, path->len);
}

static void cgroup_remember(const struct process_source *source, uint64_t id,
			    const char *path, size_t len)
{
	void *kept;

	if (!id || !len || table_find(source->cgroups, &id))
		return;
	if (table_add(&kept, source->cgroups, &id) == 0)
		text_copy(kept, path, len);
}

void process_source_cgroup(const struct process_source *source,
			   const struct event_cgroup *event)
{
	char path[EVENT_PATH_MAX + 1];
	size_t len = path_join(path, event->path, event->path_len,
			       !(event->flags & EVENT_FILE_PATH_CUT));

	cgroup_remember(source, event->cgroup, path, len);
}

static bool is_complete(const struct process_source *source,
			const struct process_facts *facts)
{
	bool kernel = facts->flags & FDP_PROCESS_KERNEL;

	return facts->told && (facts->exe.len || kernel) && facts->cgroup.len &&
	       (facts->cmdline.len || !source->cmdline || kernel);
}

void process_enrich(const struct process_source *source, struct process_facts *facts)
{
	struct process_stat stat;
	int dir;

	cgroup_recall(source, facts);
	if (is_complete(source, facts))
		return;
	dir = process_dir(source, facts, &stat);
	if (dir < 0)
		return;

	if (!facts->told) {
		facts->ppid = stat.ppid;
		memcpy(facts->main_comm, stat.comm, sizeof(stat.comm));
	}
	if (strcmp(facts->main_comm, stat.comm) == 0) {
		if (!facts->exe.len)
			exe_read(facts, dir);
		if (source->cmdline && !facts->cmdline.len)
			cmdline_read(facts, dir);
	}
	if (!facts->cgroup.len) {
		cgroup_read(facts, dir);
		cgroup_remember(source, facts->cgroup_id, facts->cgroup.data,
				facts->cgroup.len);
	}
	close(dir);
}
