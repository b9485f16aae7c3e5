// SPDX-License-Identifier: BSD-2-Clause
/* The fake probe: see fake_probe.h. */
#include "fake_probe.h"

#include <signal.h>
#include <stdio.h>

#define CAPACITY (1 << 20)

struct fake_probe fake_probe;

/* Nothing looks into it. */
struct probe {
	int nothing;
};

int probe_open(struct probe **probep, const struct probe_options *options,
	       struct probe_failure *failure)
{
	static struct probe probe;

	if (fake_probe.open_error) {
		snprintf(failure->phrase, sizeof(failure->phrase), "%s",
			 fake_probe.phrase);
		return fake_probe.open_error;
	}
	fake_probe.filtered = options->filter != NULL;
	fake_probe.exact_files = options->exact_files;
	*probep = &probe;

	return 0;
}

void probe_close(struct probe *p)
{
	fake_probe.closed = p != NULL;
	if (fake_probe.closing_signal)
		raise(fake_probe.closing_signal);
}

const char *probe_backend(const struct probe *p)
{
	(void)p;

	return "fake";
}

const char *const *probe_blind_spots(const struct probe *p)
{
	static const char *const none[] = {NULL};

	(void)p;

	return none;
}

size_t probe_hooks(const struct probe *p, struct probe_hook hooks[PROBE_HOOKS_MAX])
{
	(void)p;
	hooks[0] = (struct probe_hook){"tp_btf/sk_data_ready", PROBE_ATTACHED, ""};

	return 1;
}

int probe_want(struct probe *p, uint32_t pid)
{
	(void)p;
	fake_probe.wanted[fake_probe.n_wanted++] = pid;

	return 0;
}

int probe_snapshot(struct probe *p, probe_event_fn consume, void *ctx)
{
	int err = fake_probe.snapshot_error;

	(void)p;
	for (size_t i = 0; fake_probe.snapshot[i] && !err; i++)
		err = consume(ctx, fake_probe.snapshot[i], fake_probe.snapshot[i]->size);

	return err;
}

int probe_consume(struct probe *p, probe_event_fn consume, void *ctx)
{
	const struct event *event = fake_probe.events[fake_probe.played];
	int err;

	(void)p;
	fake_probe.consumed++;
	if (!event)
		return 0;
	fake_probe.played++;
	err = consume(ctx, event, event->size);

	return err ? err : 1;
}

int probe_fd(const struct probe *p)
{
	(void)p;

	return -1;
}

bool probe_sleep(struct probe *p)
{
	(void)p;
	if (fake_probe.events[fake_probe.played])
		return false;
	fake_probe.slept++;

	return true;
}

size_t probe_backlog(const struct probe *p)
{
	(void)p;

	return 0;
}

size_t probe_capacity(const struct probe *p)
{
	(void)p;

	return CAPACITY;
}

int probe_losses(struct probe *p, struct losses *losses)
{
	(void)p;
	*losses = fake_probe.played ? fake_probe.later_losses : fake_probe.losses;

	return 0;
}
