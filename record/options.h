/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of fdpass-record, checked: numbers parsed, users and cgroups found. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../bpf/event.h"

struct failure;

#define OPTIONS_PIDS_MAX 256

enum options_action { OPTIONS_RECORD, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_LIST_HOOKS };

struct options {
	enum options_action action;
	const char *output;   /* NULL: a name made of the time */
	uint64_t duration_ns; /* 0: no limit */
	uint64_t messages;    /* 0: no limit */
	uint64_t max_size;    /* bytes of a file, 0: no limit */
	uint64_t keep;	      /* number of files, 0: all; or, with no max_size, one */
	uint64_t ring;	      /* bytes of a flight recorder, 0: none */
	unsigned int dump_on; /* enum trigger */
	uint32_t pids[OPTIONS_PIDS_MAX];
	size_t n_pids;
	struct filter filter;
	bool cmdline;
	bool exact_files;
	bool transfers;
	const char *backend; /* NULL: the best that works */
	bool hostname;
	bool force;
	bool quiet;
	bool no_sandbox;
	char **command; /* NULL: none; the rest of argv */
	int argc;	/* the words of the recorder's own, command excluded */
	char **argv;
};

/* What is pointed to belongs to argv. -EINVAL: failure says what is wrong. */
int options_parse(struct options *o, int argc, char **argv, struct failure *failure);

/* Whether anything but everything was asked for. */
bool options_filtered(const struct options *o);

/* Whether there may be several files. */
bool options_series(const struct options *o);

/* Static. */
const char *options_help(void);
