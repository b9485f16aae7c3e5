/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Sends that do not match the filters, while a receiver may: the exact backends keep them
 * here, and tell one right before its receipt. So what others pass does not fill the ring
 * of a filtered capture. That is for messages of one descriptor, as nearly all are; the
 * others are told at once, and kept back by the recorder.
 *
 * Nor is the file of such a send described before it is told.
 */
#pragma once

#include "send.h"

struct unwanted {
	struct event_send send;
	struct event_fd fd;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192); /* without filters there is one */
	__type(key, __u64);	   /* the list */
	__type(value, struct unwanted);
} unwanted_sends SEC(".maps");

static __always_inline bool is_kept(const struct event_send *e)
{
	return config.filtered && e->flags & EVENT_SEND_UNWANTED && e->n_fds == 1;
}

/* Keeps it, with the descriptor behind it; false: there is no room. */
static __always_inline bool unwanted_keep(__u64 list, struct event_send *e,
					  const struct event_fd *fd)
{
	struct unwanted *u = bpf_map_lookup_elem(&unwanted_sends, &list);

	e->event.time = bpf_ktime_get_boot_ns();
	if (!u)
		return !bpf_map_update_elem(&unwanted_sends, &list, e, BPF_ANY);
	u->send = *e;
	u->fd = *fd;
	return true;
}

/* The message on the list is wanted after all; file is the number of its file. */
static __always_inline void unwanted_tell(__u64 list, struct message *m, __u64 file)
{
	struct unwanted *u = bpf_map_lookup_elem(&unwanted_sends, &list);

	m->kept = 0;
	if (!u || u->send.message != m->number) { /* it was pushed out */
		lose(LOSS_MAP, LOSS_SEND);
		return;
	}
	u->fd.file = file;
	emit(&u->send.event, EVENT_SEND, sizeof(*u), LOSS_SEND);
}

/* The message died unread, or was not sent. */
static __always_inline void exact_end(__u64 list, struct message *m, __u32 reason)
{
	struct scratch *s = scratch_get();

	if (!s || !end_open(s, m->wanted))
		return;
	if (config.filtered && m->kept)
		unwanted_tell(list, m, file_number(plain(s, (void *)list_file(list, 0))));
	end_close(s, m->number, reason);
}
