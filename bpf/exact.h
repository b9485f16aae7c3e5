/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the exact backends (fentry, kprobe) do at each function of the kernel. Messages
 * without descriptors never come here.
 *
 * - __scm_send: the files were taken from the sender; the kernel's copy of the control
 *   data has their numbers. The event is prepared.
 * - unix_add_edges: the message goes onto the receiver's queue, whose lock is held. The
 *   event is sent, before anybody can receive. Kernels without it (5.10) call
 *   unix_attach_fds and then unix_inflight.
 * - scm_fp_dup: a reader that peeks gets a copy of the list.
 * - scm_detach_fds: the receiver gets the files, receive_fd by receive_fd, and at the end
 *   of it the list dies: then that is told.
 * - unix_destroy_fpl, __scm_destroy: the list dies, and with it the message.
 *
 * A kernel may miss the return of a function, never its entry: it waits for so many
 * returns of one function at once, and no more. So returns are asked only for what
 * nothing else tells: the error of __scm_send, the result of receive_fd.
 */
#pragma once

#include "pending.h"
#include "taking.h"

/* Did the current task take the list from its packet? Once: addresses come again. */
static __always_inline bool exact_was_detached(struct taking *t, __u64 list)
{
	if (!t || t->detached != list)
		return false;
	t->detached = 0;
	return true;
}

/* __scm_destroy() is entered: the list dies. */
__attribute__((noinline, weak)) int exact_destroy(__u64 list)
{
	struct taking *t = taking_get();
	bool taken = exact_was_detached(t, list);

	if (t && t->active && t->list == list) {
		exact_detached(t);
		return 0;
	}
	if (exact_given_up(list))
		return 0;

	struct message *m = message_find(list);
	if (m && config.no_edges && !taken)
		exact_end(list, m, end_reason());
	else if (m || (t && t->peeked))
		exact_drop(list);
	if (m)
		message_over(list, m);
	return 0;
}

static __always_inline bool exact_is_in_flight(__u64 list)
{
	return get(struct scm_fp_list, list, inflight);
}

/* unix_destroy_fpl() is entered with the list still in flight: nobody received it. */
__attribute__((noinline, weak)) int exact_discard(__u64 list)
{
	struct message *m = message_find(list);

	if (!m)
		return 0;
	exact_end(list, m, end_reason());
	message_over(list, m);
	return 0;
}
