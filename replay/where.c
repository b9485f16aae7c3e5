// SPDX-License-Identifier: BSD-2-Clause
#include "where.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "glob.h"

static bool parse_number(unsigned long *numberp, struct fdp_text text, unsigned long max)
{
	char *end;
	errno = 0;
	*numberp = strtoul(text.data, &end, 10);
	return text.len && text.data[0] >= '0' && text.data[0] <= '9' && !errno &&
	       end == text.data + text.len && *numberp <= max;
}

int where_parse(struct where *w, const char *text)
{
	const char *colon = strrchr(text, ':');
	unsigned long pid = 0, fd;
	if (!colon || colon == text)
		return -EINVAL;
	struct fdp_text who = {text, (size_t)(colon - text)};
	struct fdp_text number = {colon + 1, strlen(colon + 1)};
	if (!parse_number(&fd, number, INT32_MAX))
		return -EINVAL;
	bool named = strspn(who.data, "0123456789") < who.len;
	if (!named && !parse_number(&pid, who, UINT32_MAX))
		return -EINVAL;
	*w = (struct where){
		.name = {who.data, named ? who.len : 0},
		.pid = (uint32_t)pid,
		.fd = (int32_t)fd,
	};
	return 0;
}

static uint64_t process_key(const struct fdp_process *process)
{
	return trace_process_key(process->pid, process->start_ns);
}

/* Those of that name; whoever has changed it is called by each of them. */
static int find_meant(struct index *meant, const struct where *w, const struct trace *t)
{
	int err = 0;
	for (size_t i = 0; !err && i < t->processes.n; i++) {
		const struct fdp_process *process = &t->processes.items[i];
		bool is = w->name.len ? glob_matches(w->name, trace_process_name(process))
				      : process->pid == w->pid;
		err = is ? index_set(meant, process_key(process), 0) : 0;
	}
	return err;
}

static void see_pid(struct where_pids *pids, uint32_t pid)
{
	for (size_t i = 0; i < pids->n && i < WHERE_PIDS_MAX; i++)
		if (pids->items[i] == pid)
			return;
	if (pids->n < WHERE_PIDS_MAX)
		pids->items[pids->n] = pid;
	if (pids->n <= WHERE_PIDS_MAX)
		pids->n++;
}

int where_find(const struct chain_hop **hopp, struct pass *pass, struct where_pids *pids,
	       const struct where *w, const struct chains *c, uint64_t time_ns)
{
	const struct fdp_process *processes = c->trace->processes.items;
	struct index meant = {0};
	uint64_t found_ns = 0;
	int err = find_meant(&meant, w, c->trace);
	*pids = (struct where_pids){0};
	*hopp = NULL;
	for (size_t i = 0; !err && meant.n && i < c->n; i++) {
		chain_pass(c, &c->hops[i], pass);
		if (!pass_installed(pass) || pass->to.process == TRACE_NONE ||
		    pass->to.fd != w->fd || pass->to.time_ns > time_ns)
			continue;
		const struct fdp_process *to = &processes[pass->to.process];
		if (index_get(&meant, process_key(to)) == INDEX_NONE)
			continue;
		see_pid(pids, to->pid);
		if (pass->to.time_ns < found_ns)
			continue;
		*hopp = &c->hops[i];
		found_ns = pass->to.time_ns;
	}
	index_release(&meant);
	if (pids->n > 1)
		*hopp = NULL;
	if (*hopp)
		chain_pass(c, *hopp, pass);
	return err;
}
