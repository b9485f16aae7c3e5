/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An open file, as the trace describes it: made from what the probe saw, and nothing
 * else. A pure function over one event; the table of file systems and names in file.c is
 * the recorder's whole knowledge of kinds.
 */
#pragma once

#include "../bpf/event.h"
#include "../format/fdp.h"

/* Where the texts of one description live. */
struct file_texts {
	char name[EVENT_PATH_MAX + 1];
	char local[EVENT_SUN_LEN];
	char remote[64];
};

/*
 * Fills everything but file->socket. The texts point into texts, which must outlive them.
 * event->path holds event->path_len bytes.
 */
void file_describe(struct fdp_file *file, struct file_texts *texts,
		   const struct event_file *event);

/*
 * A path out of len bytes of NUL-terminated names, leaf first; no names are the root. out
 * has room for EVENT_PATH_MAX + 1 bytes; returns how many are the path's.
 */
size_t path_join(char *out, const char *names, size_t len, bool absolute);

/* Bytes of a sun_path without the NUL that ends one in the file system (unix(7)). */
size_t sun_path_length(const void *sun_path, size_t len);
