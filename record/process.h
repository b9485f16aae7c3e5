/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of a process beyond what each event says of its thread: the facts of one
 * program that it executed. They come from the kernel first, because the process may be
 * gone when we look; /proc fills in what the kernel did not say.
 *
 * /proc is believed only while it shows the same start time, so that a reused pid never
 * gets another process's facts, and of what changes with execve(2) only while the name
 * of the first thread is still the one that the kernel told.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../bpf/event.h"
#include "../format/fdp.h"

struct table;

struct process_facts {
	uint32_t pid;
	uint64_t start_ns;
	bool told;	/* by the kernel: what follows, up to the texts, is known */
	uint32_t flags; /* enum fdp_process_flag */
	uint32_t ppid, own_pid;
	uint64_t parent_start_ns;
	uint64_t cgroup_id;
	uint32_t pid_ns, mnt_ns, user_ns, net_ns;
	char main_comm[EVENT_COMM_LEN + 1];
	struct fdp_text exe, cgroup, cmdline; /* owned */
};

/* Takes over what the event says; its lengths have been checked. */
int process_facts_init(struct process_facts *facts, const struct event_process *event);
void process_facts_release(struct process_facts *facts);

/* Bytes of its texts. */
size_t process_facts_weight(const struct process_facts *facts);

/* Where the rest is read from. */
struct process_source {
	int proc;	       /* /proc */
	bool cmdline;	       /* read the arguments too */
	struct table *cgroups; /* id to path: most processes share one with others */
};

/* path is "/proc", or a folder that looks like it. */
int process_source_open(struct process_source *source, const char *path, bool cmdline);
void process_source_close(struct process_source *source);

/* Keeps a cgroup's path; its length has been checked. */
void process_source_cgroup(const struct process_source *source,
			   const struct event_cgroup *event);

/* Fills in what is not known yet. What cannot be read stays unknown: no error. */
void process_enrich(const struct process_source *source, struct process_facts *facts);

/* The process that a thread is one of, which is itself for its first thread. */
int process_of_thread(uint32_t *pid, int proc, uint32_t tid);

/* The parent of a process, 0 for none; proc is a descriptor of /proc. */
int process_parent(uint32_t *ppid, int proc, uint32_t pid);
