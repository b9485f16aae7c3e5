/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The probe: the BPF programs in the kernel, as the rest of the recorder sees them. The
 * only file of the recorder that knows libbpf is probe.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../bpf/event.h"

struct probe;

struct probe_options {
	const struct filter *filter; /* NULL: everything */
	bool exact_files;
	bool transfers;	     /* also those that cost every system call */
	const char *backend; /* NULL: the best that works */
};

#define PROBE_HOOKS_MAX 48
#define PROBE_BACKENDS_MAX 4

enum probe_hook_state { PROBE_ATTACHED, PROBE_ABSENT, PROBE_REFUSED, PROBE_UNUSED };

struct probe_hook {
	const char *name;	     /* "tp_btf/sk_data_ready"; static */
	enum probe_hook_state state; /* same numbers as enum fdp_hook_state */
	char reason[96];	     /* empty, or why it is absent or refused */
};

/* What probe_open() could not do, for the one line that main prints. */
struct probe_failure {
	char phrase[256]; /* "needs CAP_BPF and CAP_PERFMON (run as root)" */
};

/*
 * Loads and attaches. On failure *probep is untouched and failure says why: -EPERM
 * privileges, -ENOTSUP a kernel without BTF or the hooks, -ENOMEM, other errors of
 * libbpf.
 */
int probe_open(struct probe **probep, const struct probe_options *options,
	       struct probe_failure *failure);

/* Detaches and frees; takes NULL. */
void probe_close(struct probe *p);

/* The name of the backend, and what it cannot see: sentences, NULL at the end. Static. */
const char *probe_backend(const struct probe *p);
const char *const *probe_blind_spots(const struct probe *p);

/* Which hooks there are, after the backends that were refused before: fills up to
 * PROBE_HOOKS_MAX, returns how many. */
size_t probe_hooks(const struct probe *p, struct probe_hook hooks[PROBE_HOOKS_MAX]);

/* With filter.by_pid: this process and its descendants from now on are wanted too. */
int probe_want(struct probe *p, uint32_t pid);

/*
 * Has the kernel describe all processes, Unix sockets and their holders into the ring
 * buffer, with the snapshot flags set; consume() is called in between, so that the ring
 * cannot overflow. Returns the first error.
 */
typedef int (*probe_event_fn)(void *ctx, const void *event, size_t size);
int probe_snapshot(struct probe *p, probe_event_fn consume, void *ctx);

/*
 * Hands every event that is in the ring buffer to consume, in order; does not wait.
 * consume returns 0 to go on, negative to stop, which is returned. Returns the number of
 * events otherwise.
 */
int probe_consume(struct probe *p, probe_event_fn consume, void *ctx);

/*
 * A file descriptor for poll(2), readable when there are events and the probe was told to
 * wake us: call probe_sleep() just before waiting. It returns false if events came in
 * meanwhile, so that there is nothing to wait for.
 */
int probe_fd(const struct probe *p);
bool probe_sleep(struct probe *p);

/* Bytes waiting in the ring buffer, and its size. */
size_t probe_backlog(const struct probe *p);
size_t probe_capacity(const struct probe *p);

/* Totals since probe_open(). */
int probe_losses(struct probe *p, struct losses *losses);
