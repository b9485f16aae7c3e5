/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The backends: BPF objects, compiled into the program, and what each of them attaches.
 * A table; probe.c loads and attaches by it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What a hook is for decides whether it is loaded, and what its absence means. */
enum hook_use {
	HOOK_NEEDED, /* no capture without it, or without one of its group */
	HOOK_USEFUL,
	HOOK_EXACT_FILES, /* for --exact-files */
	HOOK_TRANSFERS,	  /* for --transfers */
	HOOK_BY_PID,	  /* for the filter by pid */
	HOOK_SNAPSHOT,
};

struct hook {
	const char *name;    /* "fexit/__scm_send", as --list-hooks prints it */
	const char *program; /* in the BPF object */
	enum hook_use use;
	unsigned int group; /* of these the first that the kernel has is used; 0: none */
	int n_params;	    /* that the kernel's function must have; -1: any */
	unsigned int lost;  /* enum fdp_lost: what a skipped run of it is counted as */
};

struct backend {
	const char *name; /* as --backend has it */
	const char *object, *object_end;
	const char *old, *old_end; /* for kernels without bpf_rdonly_cast(); or NULL */
	const struct hook *hooks;
	size_t n_hooks;
	const char *const *blind_spots; /* sentences, NULL at the end */
	bool sees_ends; /* of all messages: its map of them holds no other */
};

#define BACKEND_BLIND_SPOTS_MAX 8

/* One more, of fentry and tracepoint where the kernel preempts their programs. */
extern const char backend_preempted[];

/* In the order in which they are tried; NULL at the end. */
const struct backend *backend_get(size_t i);
