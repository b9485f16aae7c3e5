// SPDX-License-Identifier: BSD-2-Clause
/* Which hooks of a backend this kernel has: see hooks.h. */
#include "hooks.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void probe_hook_set(struct probe_hook *hook, enum probe_hook_state state,
		    const char *reason)
{
	hook->state = state;
	snprintf(hook->reason, sizeof(hook->reason), "%.*s",
		 (int)sizeof(hook->reason) - 1, reason);
}

/* On entry to a function. */
static int try_fentry(uint32_t function)
{
	const struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	struct bpf_prog_load_opts options = {
		.sz = sizeof(options),
		.expected_attach_type = BPF_TRACE_FENTRY,
		.attach_btf_id = function,
	};
	int program = bpf_prog_load(BPF_PROG_TYPE_TRACING, "try", "Dual BSD/GPL", nothing,
				    sizeof(nothing) / sizeof(nothing[0]), &options);
	if (program < 0)
		return -errno;

	int link = bpf_raw_tracepoint_open(NULL, program);
	int err = link < 0 ? -errno : 0;
	if (link >= 0)
		close(link);
	close(program);
	return err;
}

/* By either of the interfaces that the library uses. */
static int try_kprobe(void)
{
	static const char *const interfaces[] = {
		"/sys/bus/event_source/devices/kprobe/type",
		"/sys/kernel/tracing/kprobe_events",
		"/sys/kernel/debug/tracing/kprobe_events",
	};

	for (size_t i = 0; i < sizeof(interfaces) / sizeof(interfaces[0]); i++)
		if (access(interfaces[i], F_OK) == 0)
			return 0;
	return -ENOENT;
}

int hooks_try(const struct backend *b, const struct btf *btf)
{
	const char *name = b->hooks[0].name;

	if (strncmp(name, "kprobe/", 7) == 0)
		return try_kprobe();
	if (strncmp(name, "fexit/", 6) != 0 && strncmp(name, "fentry/", 7) != 0)
		return 0;
	/* That the kernel has no such function is told of the hook, later. */
	int function = btf__find_by_name_kind(btf, strchr(name, '/') + 1, BTF_KIND_FUNC);
	return function > 0 ? try_fentry(function) : 0;
}

/* The function or, for a tracepoint, the function type of the name; NULL: none. */
static const struct btf_type *kernel_prototype(const struct btf *btf, const char *kind,
					       const char *name)
{
	const struct btf_type *type;
	char tracepoint[96];
	int id;

	if (strcmp(kind, "tp_btf") != 0 && strcmp(kind, "raw_tp") != 0) {
		id = btf__find_by_name_kind(btf, name, BTF_KIND_FUNC);
		return id > 0 ? btf__type_by_id(btf, btf__type_by_id(btf, id)->type)
			      : NULL;
	}
	snprintf(tracepoint, sizeof(tracepoint), "btf_trace_%s", name);
	id = btf__find_by_name_kind(btf, tracepoint, BTF_KIND_TYPEDEF);
	if (id <= 0)
		return NULL;
	type = btf__type_by_id(btf, btf__type_by_id(btf, id)->type);
	return btf__type_by_id(btf, type->type);
}

/* Why the hook is not there, or NULL. */
static const char *absence(const struct btf *btf, const struct hook *hook)
{
	const char *name = strchr(hook->name, '/') + 1;
	const struct btf_type *prototype;
	char kind[16], iterator[96];

	snprintf(kind, sizeof(kind), "%.*s", (int)(name - 1 - hook->name), hook->name);
	if (strcmp(kind, "iter") == 0) {
		snprintf(iterator, sizeof(iterator), "bpf_iter__%s", name);
		return btf__find_by_name_kind(btf, iterator, BTF_KIND_STRUCT) > 0
			       ? NULL
			       : "not in this kernel";
	}
	/* Of a system call: attaching it tells. */
	if (strcmp(kind, "tp") == 0)
		return NULL;
	prototype = kernel_prototype(btf, kind, name);
	if (!prototype)
		return "not in this kernel";
	if (hook->n_params >= 0 && btf_vlen(prototype) != hook->n_params)
		return "has other parameters in this kernel";
	return NULL;
}

static bool hook_asked_for(const struct hook *hook, const struct probe_options *options)
{
	switch (hook->use) {
	case HOOK_EXACT_FILES:
		return options->exact_files;
	case HOOK_TRANSFERS:
		return options->transfers;
	case HOOK_BY_PID:
		return options->filter && options->filter->by_pid;
	default:
		return true;
	}
}

/* Is another hook of its group, or the hook itself, there? */
static bool group_is_there(const struct backend *b, const struct btf *btf, size_t hook,
			   size_t until)
{
	for (size_t i = 0; i < until; i++) {
		if (i == hook ||
		    (b->hooks[hook].group && b->hooks[i].group == b->hooks[hook].group)) {
			if (!absence(btf, &b->hooks[i]))
				return true;
		}
	}
	return false;
}

const char *hooks_choose(struct probe_hook *states, const struct backend *b,
			 const struct btf *btf, const struct probe_options *options)
{
	for (size_t i = 0; i < b->n_hooks; i++) {
		const struct hook *hook = &b->hooks[i];
		const char *absent = absence(btf, hook);

		states[i].name = hook->name;
		if (absent)
			probe_hook_set(&states[i], PROBE_ABSENT, absent);
		else if (!hook_asked_for(hook, options) ||
			 (hook->group && group_is_there(b, btf, i, i)))
			probe_hook_set(&states[i], PROBE_UNUSED, "not needed");
		else
			probe_hook_set(&states[i], PROBE_REFUSED, "not attached");
		if (hook->use == HOOK_NEEDED && !group_is_there(b, btf, i, b->n_hooks))
			return hook->name;
	}
	return NULL;
}
