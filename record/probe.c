/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The probe, over libbpf: loads the BPF programs of bpf/, attaches them, reads their ring
 * buffer. Hooks are tried by loading; a hook that this kernel's BTF does not have is not
 * loaded and shown as absent.
 */
#include "probe.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tracepoint.skel.h"

/* What a hook is for decides whether it is loaded, and what its absence means. */
enum hook_use { HOOK_NEEDED, HOOK_USEFUL, HOOK_EXACT_FILES, HOOK_BY_PID, HOOK_SNAPSHOT };

struct hook {
	const char *name;    /* as --list-hooks prints it */
	const char *program; /* in the BPF object */
	enum hook_use use;
};

static const struct hook hooks[] = {
	{"tp_btf/sk_data_ready", "sk_data_ready", HOOK_NEEDED},
	{"tp_btf/sock_send_length", "sock_send_length", HOOK_NEEDED},
	{"tp_btf/skb_copy_datagram_iovec", "skb_copy_datagram_iovec", HOOK_NEEDED},
	{"tp_btf/sock_recv_length", "sock_recv_length", HOOK_NEEDED},
	{"tp_btf/kfree_skb", "kfree_skb", HOOK_USEFUL},
	{"tp_btf/kmem_cache_free", "kmem_cache_free", HOOK_EXACT_FILES},
	{"tp_btf/sched_process_fork", "sched_process_fork", HOOK_BY_PID},
	{"iter/task", "snapshot_processes", HOOK_SNAPSHOT},
	{"iter/task_file", "snapshot_sockets", HOOK_SNAPSHOT},
};

/* So that a flood of events cannot keep the caller for ever. */
#define CONSUME_MAX 65536

#define N_HOOKS (sizeof(hooks) / sizeof(hooks[0]))

struct probe {
	struct tracepoint_bpf *bpf;
	struct ring_buffer *ring;
	struct bpf_link *links[N_HOOKS];
	struct probe_hook states[N_HOOKS];
	/* Of the ring buffer, shared with the kernel: how far each side has come. */
	const volatile uint64_t *consumed, *produced;
	struct losses *losses; /* room for one of each CPU */
	int n_cpus;
	probe_event_fn consume;
	void *ctx;
	int n_left; /* events until probe_consume() returns all the same */
};

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

__attribute__((format(printf, 2, 3))) static void fail(struct probe_failure *failure,
						       const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(failure->phrase, sizeof(failure->phrase), format, args);
	va_end(args);
}

static void hook_set(struct probe_hook *hook, enum probe_hook_state state,
		     const char *reason)
{
	hook->state = state;
	snprintf(hook->reason, sizeof(hook->reason), "%s", reason);
}

/* The tracepoints that the kernel has are typedefs btf_trace_NAME in its BTF. */
static bool kernel_has(const struct btf *btf, const struct hook *hook)
{
	const char *name = strchr(hook->name, '/') + 1;
	char type[96];

	if (strncmp(hook->name, "iter/", 5) == 0) {
		snprintf(type, sizeof(type), "bpf_iter__%s", name);
		return btf__find_by_name_kind(btf, type, BTF_KIND_STRUCT) > 0;
	}
	snprintf(type, sizeof(type), "btf_trace_%s", name);
	return btf__find_by_name_kind(btf, type, BTF_KIND_TYPEDEF) > 0;
}

static bool hook_asked_for(const struct hook *hook, const struct probe_options *options)
{
	switch (hook->use) {
	case HOOK_EXACT_FILES:
		return options->exact_files;
	case HOOK_BY_PID:
		return options->filter && options->filter->by_pid;
	default:
		return true;
	}
}

static int choose_hooks(struct probe *p, const struct btf *btf,
			const struct probe_options *options,
			struct probe_failure *failure)
{
	for (size_t i = 0; i < N_HOOKS; i++) {
		struct bpf_program *program =
			bpf_object__find_program_by_name(p->bpf->obj, hooks[i].program);
		bool there = kernel_has(btf, &hooks[i]);
		bool wanted = hook_asked_for(&hooks[i], options);

		p->states[i].name = hooks[i].name;
		if (!there)
			hook_set(&p->states[i], PROBE_ABSENT, "not in this kernel");
		else if (!wanted)
			hook_set(&p->states[i], PROBE_UNUSED, "not needed");
		else
			hook_set(&p->states[i], PROBE_REFUSED, "not attached");
		bpf_program__set_autoload(program, there && wanted);
		if (!there && hooks[i].use == HOOK_NEEDED) {
			fail(failure,
			     "this kernel has no tracepoint %s (Linux 6.3 has it)",
			     strchr(hooks[i].name, '/') + 1);
			return -ENOTSUP;
		}
	}
	return 0;
}

/* How deep our pid namespace is: NSpid of /proc/self/status lists one pid for each. */
static uint32_t pid_namespace_level(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	uint32_t level = 0;

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, "NSpid:", 6) != 0)
			continue;
		for (const char *at = line + 6; (at = strchr(at, '\t')); at++)
			level++;
		break;
	}
	fclose(f);
	return level ? level - 1 : 0;
}

static void configure(struct probe *p, const struct btf *btf,
		      const struct probe_options *options)
{
	struct tracepoint_bpf *bpf = p->bpf;

	bpf->rodata->typed_loads =
		btf__find_by_name_kind(btf, "bpf_rdonly_cast", BTF_KIND_FUNC) > 0;
	bpf->rodata->exact_files = options->exact_files;
	bpf->rodata->pid_level = pid_namespace_level();
	if (options->filter)
		memcpy((void *)(uintptr_t)&bpf->rodata->filter, options->filter,
		       sizeof(*options->filter));
	/* Then an entry goes when its file does, and none may be pushed out before. */
	if (options->exact_files)
		bpf_map__set_type(bpf->maps.files, BPF_MAP_TYPE_HASH);
}

static int load(struct probe *p, struct probe_failure *failure)
{
	int err = tracepoint_bpf__load(p->bpf);

	if (!err)
		return 0;
	if (err == -EPERM || err == -EACCES)
		fail(failure, "needs CAP_BPF and CAP_PERFMON: run as root");
	else
		fail(failure, "the kernel refused the BPF programs: %s", strerror(-err));
	return err;
}

static int attach(struct probe *p, struct probe_failure *failure)
{
	for (size_t i = 0; i < N_HOOKS; i++) {
		struct bpf_program *program =
			bpf_object__find_program_by_name(p->bpf->obj, hooks[i].program);

		if (!bpf_program__autoload(program))
			continue;
		p->links[i] = bpf_program__attach(program);
		if (p->links[i]) {
			hook_set(&p->states[i], PROBE_ATTACHED, "");
			continue;
		}
		int err = -errno;
		hook_set(&p->states[i], PROBE_REFUSED, strerror(-err));
		if (hooks[i].use == HOOK_NEEDED) {
			fail(failure, "cannot attach %s: %s", hooks[i].name,
			     strerror(-err));
			return err;
		}
	}
	return 0;
}

static int on_event(void *ctx, void *data, size_t size)
{
	struct probe *p = ctx;
	int err = p->consume(p->ctx, data, size);

	if (err < 0)
		return err;
	return --p->n_left > 0 ? 0 : -ECANCELED;
}

/* The ring buffer's first page is the consumer's, the second the producer's. */
static int map_positions(struct probe *p)
{
	int fd = bpf_map__fd(p->bpf->maps.ring);
	long page = sysconf(_SC_PAGESIZE);
	void *consumed = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);
	void *produced = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, page);

	if (consumed != MAP_FAILED)
		p->consumed = consumed;
	if (produced != MAP_FAILED)
		p->produced = produced;
	return p->consumed && p->produced ? 0 : -errno;
}

static int open_ring(struct probe *p, struct probe_failure *failure)
{
	int err = -ENOMEM;

	p->losses = calloc(p->n_cpus, sizeof(*p->losses));
	if (p->losses) {
		p->ring = ring_buffer__new(bpf_map__fd(p->bpf->maps.ring), on_event, p,
					   NULL);
		err = p->ring ? map_positions(p) : -errno;
	}
	if (err)
		fail(failure, "cannot map the ring buffer: %s", strerror(-err));
	return err;
}

int probe_open(struct probe **probep, const struct probe_options *options,
	       struct probe_failure *failure)
{
	int err = -ENOMEM;
	struct btf *btf = NULL;
	struct probe *p = calloc(1, sizeof(*p));

	if (!p) {
		fail(failure, "out of memory");
		return err;
	}
	libbpf_set_print(quiet);
	btf = btf__load_vmlinux_btf();
	if (!btf) {
		fail(failure, "this kernel has no BTF (CONFIG_DEBUG_INFO_BTF)");
		err = -ENOTSUP;
		goto out;
	}
	p->n_cpus = libbpf_num_possible_cpus();
	p->bpf = tracepoint_bpf__open();
	if (!p->bpf || p->n_cpus <= 0) {
		err = -errno;
		fail(failure, "cannot read the BPF programs: %s", strerror(-err));
		goto out;
	}
	err = choose_hooks(p, btf, options, failure);
	if (err)
		goto out;
	configure(p, btf, options);
	err = load(p, failure);
	if (err)
		goto out;
	err = open_ring(p, failure);
	if (err)
		goto out;
	err = attach(p, failure);
	if (err)
		goto out;
	*probep = p;
	p = NULL;
out:
	btf__free(btf);
	probe_close(p);
	return err;
}

void probe_close(struct probe *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < N_HOOKS; i++)
		bpf_link__destroy(p->links[i]);
	ring_buffer__free(p->ring);
	if (p->consumed)
		munmap((void *)(uintptr_t)p->consumed, sysconf(_SC_PAGESIZE));
	if (p->produced)
		munmap((void *)(uintptr_t)p->produced, sysconf(_SC_PAGESIZE));
	free(p->losses);
	tracepoint_bpf__destroy(p->bpf);
	free(p);
}

size_t probe_hooks(const struct probe *p, struct probe_hook states[PROBE_HOOKS_MAX])
{
	memcpy(states, p->states, sizeof(p->states));
	return N_HOOKS;
}

int probe_want(struct probe *p, uint32_t pid)
{
	uint8_t yes = 1;

	return bpf_map_update_elem(bpf_map__fd(p->bpf->maps.wanted_pids), &pid, &yes,
				   BPF_ANY);
}

/* An iterator runs while its file is read; what it has to say goes to the ring buffer. */
static int run_iterator(struct probe *p, const struct bpf_link *link,
			probe_event_fn consume, void *ctx)
{
	char byte;
	ssize_t n;
	int fd = bpf_iter_create(bpf_link__fd(link));

	if (fd < 0)
		return -errno;
	do {
		n = read(fd, &byte, sizeof(byte));
		int err = probe_consume(p, consume, ctx);
		if (err < 0) {
			close(fd);
			return err;
		}
	} while (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)));
	int err = n < 0 ? -errno : 0;
	close(fd);
	return err;
}

int probe_snapshot(struct probe *p, probe_event_fn consume, void *ctx)
{
	for (size_t i = 0; i < N_HOOKS; i++) {
		if (hooks[i].use != HOOK_SNAPSHOT)
			continue;
		if (!p->links[i])
			return -ENOTSUP;
		int err = run_iterator(p, p->links[i], consume, ctx);
		if (err < 0)
			return err;
	}
	return 0;
}

int probe_consume(struct probe *p, probe_event_fn consume, void *ctx)
{
	p->consume = consume;
	p->ctx = ctx;
	p->n_left = CONSUME_MAX;
	int n = ring_buffer__consume(p->ring);
	return n == -ECANCELED ? CONSUME_MAX : n;
}

int probe_fd(const struct probe *p)
{
	return ring_buffer__epoll_fd(p->ring);
}

bool probe_sleep(struct probe *p)
{
	__atomic_store_n(&p->bpf->bss->asleep, 1, __ATOMIC_SEQ_CST);
	return probe_backlog(p) == 0;
}

size_t probe_backlog(const struct probe *p)
{
	return __atomic_load_n(p->produced, __ATOMIC_ACQUIRE) -
	       __atomic_load_n(p->consumed, __ATOMIC_ACQUIRE);
}

size_t probe_capacity(const struct probe *p)
{
	return bpf_map__max_entries(p->bpf->maps.ring);
}

int probe_losses(const struct probe *p, struct losses *losses)
{
	uint32_t zero = 0;
	struct losses sum = {0};

	if (bpf_map_lookup_elem(bpf_map__fd(p->bpf->maps.loss_counters), &zero,
				p->losses))
		return -errno;
	for (int cpu = 0; cpu < p->n_cpus; cpu++)
		for (size_t i = 0; i < LOSS_CAUSES; i++)
			for (size_t k = 0; k < LOSS_KINDS; k++)
				sum.count[i][k] += p->losses[cpu].count[i][k];
	*losses = sum;
	return 0;
}
