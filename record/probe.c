// SPDX-License-Identifier: BSD-2-Clause
/*
 * The probe, over libbpf: loads the programs of a backend, attaches them, reads their
 * ring buffer. Backends are tried, best first, by loading them and by a self-test; never
 * by the kernel's version. A hook that this kernel's BTF does not have is not loaded.
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

#include "../format/fdp.h"
#include "backend.h"
#include "budget.h"
#include "crowd_test.h"
#include "hooks.h"
#include "pid_namespace.h"
#include "refusal.h"
#include "self_test.h"
#include "skips.h"

/* So that a flood of events cannot keep the caller for ever. */
#define CONSUME_MAX 65536

/* Told between two readings of the ring: even with the longest paths, it is not full. */
#define SNAPSHOT_STEPS 1024

struct probe {
	const struct backend *backend;
	struct bpf_object *object;
	struct ring_buffer *ring;
	struct bpf_link *links[PROBE_HOOKS_MAX];
	struct probe_hook states[PROBE_HOOKS_MAX];
	/* Backends that were tried before, each as a hook that was refused. */
	struct probe_hook refused[PROBE_BACKENDS_MAX];
	size_t n_refused;
	/* Of the ring buffer, shared with the kernel: how far each side has come. */
	const volatile uint64_t *consumed, *produced;
	struct shared *shared;
	int n_cpus;
	bool no_preempt;				      /* the programs forbid it */
	const char *blind_spots[BACKEND_BLIND_SPOTS_MAX + 1]; /* NULL at the end */
	bool is_skipped; /* the kernel skips programs while another task is in them */
	struct losses before; /* of the tests */
	uint64_t skips[PROBE_HOOKS_MAX];
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

static struct bpf_program *find_program(const struct probe *p, const struct hook *hook)
{
	return bpf_object__find_program_by_name(p->object, hook->program);
}

static struct bpf_map *find_map(const struct probe *p, const char *name)
{
	return bpf_object__find_map_by_name(p->object, name);
}

static int map_fd(const struct probe *p, const char *name)
{
	return bpf_map__fd(find_map(p, name));
}

static bool kernel_has_function(const struct btf *btf, const char *name)
{
	return btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}

static int configure(struct probe *p, const struct btf *btf,
		     const struct probe_options *options)
{
	const struct filter *filter = options->filter;
	struct bpf_map *map = find_map(p, ".rodata.config");

	if (!map)
		return -EINVAL;
	struct config config = {
		.filtered = filter != NULL,
		.exact_files = options->exact_files,
		.pid_ns = pid_namespace_is_initial() ? 0 : pid_namespace_inode(),
		.n_cpus = p->n_cpus,
		.no_edges = !kernel_has_function(btf, "unix_add_edges"),
		.no_preempt = p->no_preempt,
	};
	budget_configure(&config);
	if (filter)
		config.filter = *filter;
	int err = bpf_map__set_initial_value(map, &config, sizeof(config));
	if (err)
		return err;
	/* Where an entry goes when what it is of does, none may be pushed out before. */
	if (p->backend->sees_ends)
		err = bpf_map__set_type(find_map(p, "messages"), BPF_MAP_TYPE_HASH);
	if (!err && p->backend->sees_ends && !filter)
		err = bpf_map__set_max_entries(find_map(p, "unwanted_sends"), 1);
	if (!err && options->exact_files)
		err = bpf_map__set_type(find_map(p, "files"), BPF_MAP_TYPE_HASH);
	return err;
}

static int refuse(struct probe_failure *failure, int err)
{
	refusal_explain(failure->phrase, sizeof(failure->phrase), err, REFUSAL_LOCKDOWN);
	return err;
}

static int load(struct probe *p, struct probe_failure *failure)
{
	int err = bpf_object__load(p->object);

	return err ? refuse(failure, err) : 0;
}

static int attach(struct probe *p, struct probe_failure *failure)
{
	for (size_t i = 0; i < p->backend->n_hooks; i++) {
		const struct hook *hook = &p->backend->hooks[i];
		struct bpf_program *program = find_program(p, hook);

		if (!bpf_program__autoload(program))
			continue;
		p->links[i] = bpf_program__attach(program);
		if (p->links[i]) {
			probe_hook_set(&p->states[i], PROBE_ATTACHED, "");
			continue;
		}
		int err = -errno;
		probe_hook_set(&p->states[i], PROBE_REFUSED, strerror(-err));
		if (hook->use == HOOK_NEEDED) {
			fail(failure, "cannot attach %s: %s", hook->name, strerror(-err));
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

/* Maps a page of a map of the programs; NULL and errno. */
static void *map_page(const struct probe *p, const char *name, int protection, int page)
{
	long size = sysconf(_SC_PAGESIZE);
	void *at = mmap(NULL, size, protection, MAP_SHARED, map_fd(p, name), page * size);

	return at == MAP_FAILED ? NULL : at;
}

static void unmap_page(const volatile void *at)
{
	if (at)
		munmap((void *)(uintptr_t)at, sysconf(_SC_PAGESIZE));
}

/* The ring buffer's first page is the consumer's, the second the producer's. */
static int map_positions(struct probe *p)
{
	p->consumed = map_page(p, "ring", PROT_READ, 0);
	if (p->consumed)
		p->produced = map_page(p, "ring", PROT_READ, 1);
	if (p->produced)
		p->shared = map_page(p, ".bss.shared", PROT_READ | PROT_WRITE, 0);
	return p->shared ? 0 : -errno;
}

static int open_ring(struct probe *p, struct probe_failure *failure)
{
	p->ring = ring_buffer__new(map_fd(p, "ring"), on_event, p, NULL);
	int err = p->ring ? map_positions(p) : -errno;

	if (err)
		fail(failure, "cannot map the ring buffer: %s", strerror(-err));
	return err;
}

/* What the self-test made known was told to nobody else: it must be told again. */
static void forget_known(struct probe *p)
{
	static const char *const maps[] = {"files", "sockets", "processes", "cgroups"};
	uint64_t key; /* or the half of it */

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		int err = 0, fd = map_fd(p, maps[i]);
		/* What is gone meanwhile, a probe deleted. */
		while ((!err || err == -ENOENT) &&
		       bpf_map_get_next_key(fd, NULL, &key) == 0)
			err = bpf_map_delete_elem(fd, &key);
	}
	p->shared->socket_news++;
	p->shared->process_news++;
}

static int self_test(struct probe *p, struct probe_failure *failure)
{
	struct self_test *t = self_test_new();
	int err = t ? 0 : -ENOMEM;

	p->shared->self_test = getpid();
	if (!err)
		err = self_test_pass(t);
	p->shared->self_test = 0;
	while (!err && probe_consume(p, self_test_event, t) > 0)
		;
	const char *verdict = err ? strerror(-err) : self_test_verdict(t);
	if (verdict) {
		fail(failure, "self-test: %s", verdict);
		err = err ? err : -ENOTSUP;
	}
	self_test_free(t);
	return err;
}

/*
 * Two threads take turns on one CPU. A kernel that preempts its programs loses some of
 * what they send: the backend works, but a better one may not have that flaw. Where the
 * test itself does not work, it proves nothing.
 */
static void crowd_test(struct probe *p, struct probe_failure *failure)
{
	struct crowd_test t = {0};

	p->shared->self_test = getpid();
	int err = crowd_test_pass(&t);
	p->shared->self_test = 0;
	while (!err && probe_consume(p, crowd_test_event, &t) > 0)
		;
	for (uint32_t cause = 0; cause < LOSS_CAUSES; cause++)
		if (cause != FDP_CAUSE_RECURSION)
			t.told += p->shared->losses.count[cause][FDP_LOST_SEND];
	p->is_skipped = !err && t.told < t.sent;
	if (p->is_skipped)
		fail(failure,
		     "self-test: %u of %u sends were missed by programs that "
		     "this kernel had preempted",
		     t.sent - t.told, t.sent);
}

/* What the backend cannot see anywhere, and on this kernel. */
static void list_blind_spots(struct probe *p)
{
	size_t n = 0;

	for (const char *const *of = p->backend->blind_spots; *of; of++)
		p->blind_spots[n++] = *of;
	if (p->is_skipped)
		p->blind_spots[n++] = backend_preempted;
}

static int ignore_event(void *ctx, const void *event, size_t size)
{
	(void)ctx;
	(void)event;
	(void)size;
	return 0;
}

/* The tests' own events and losses are nobody's, nor those of other backends' tests. */
static void forget_tests(struct probe *p)
{
	struct losses theirs;

	p->before = (struct losses){0};
	while (probe_consume(p, ignore_event, NULL) > 0)
		;
	forget_known(p);
	probe_losses(p, &theirs);
	p->before = theirs;
}

static int open_object(struct probe *p, const struct btf *btf,
		       const struct probe_options *options, struct probe_failure *failure)
{
	const struct backend *b = p->backend;
	const struct bpf_object_open_opts open_options = {
		.sz = sizeof(open_options),
		.object_name = b->name,
	};

	bool old = b->old && !kernel_has_function(btf, "bpf_rdonly_cast");
	const char *object = old ? b->old : b->object;

	p->object = bpf_object__open_mem(
		object, (old ? b->old_end : b->object_end) - object, &open_options);
	if (!p->object) {
		fail(failure, "cannot read the BPF programs: %s", strerror(errno));
		return -errno;
	}
	const char *missing = hooks_choose(p->states, b, btf, options);
	if (missing) {
		fail(failure, "this kernel has no %s", missing);
		return -ENOTSUP;
	}
	for (size_t i = 0; i < b->n_hooks; i++)
		bpf_program__set_autoload(find_program(p, &b->hooks[i]),
					  p->states[i].state == PROBE_REFUSED);
	int err = configure(p, btf, options);
	if (err)
		fail(failure, "cannot configure the BPF programs: %s", strerror(-err));
	return err;
}

static int open_backend(struct probe **probep, const struct backend *backend,
			bool no_preempt, const struct btf *btf,
			const struct probe_options *options,
			struct probe_failure *failure)
{
	struct probe *p = calloc(1, sizeof(*p));
	int err = -ENOMEM;

	if (!p) {
		fail(failure, "out of memory");
		return err;
	}
	p->backend = backend;
	p->no_preempt = no_preempt;
	p->n_cpus = libbpf_num_possible_cpus();
	err = p->n_cpus > 0 ? open_object(p, btf, options, failure) : -ENODEV;
	if (!err)
		err = load(p, failure);
	if (!err)
		err = open_ring(p, failure);
	if (!err)
		err = attach(p, failure);
	if (!err)
		err = self_test(p, failure);
	if (err) {
		probe_close(p);
		return err;
	}
	crowd_test(p, failure);
	forget_tests(p);
	list_blind_spots(p);
	*probep = p;
	return 0;
}

/* Not the verifier's: it would say the same of other programs on these hooks. */
static bool is_refusal(int err)
{
	return err == -EPERM || err == -ENOENT || err == -ENODEV;
}

/* With preemption forbidden to the programs, if they can be loaded so. */
static int open_either(struct probe **probep, const struct backend *b,
		       const struct btf *btf, const struct probe_options *options,
		       struct probe_failure *failure)
{
	int err = hooks_try(b, btf);

	if (err == -ENOENT) {
		fail(failure, "cannot attach %s: %s", b->hooks[0].name, strerror(-err));
		return err;
	}
	if (err)
		return refuse(failure, err);
	err = -EAGAIN;
	if (kernel_has_function(btf, "bpf_preempt_disable"))
		err = open_backend(probep, b, true, btf, options, failure);
	if (err && !is_refusal(err))
		err = open_backend(probep, b, false, btf, options, failure);
	return err;
}

/* The backends but the one that is chosen are among its hooks, and why not they. */
static void list_refused(struct probe *p, const struct probe_hook *refused, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(refused[i].name, p->backend->name) != 0)
			p->refused[p->n_refused++] = refused[i];
}

/*
 * Tries the backends, best first: the first that misses nothing, or else the first that
 * works. The failure is the last one's that was not for want of a hook.
 */
static int open_any(struct probe **probep, const struct btf *btf,
		    const struct probe_options *options, struct probe_failure *failure)
{
	struct probe *p = NULL, *second = NULL;
	struct probe_hook refused[PROBE_BACKENDS_MAX];
	struct probe_failure why = {""};
	const struct backend *b;
	size_t n_refused = 0;
	int err = -EINVAL;

	for (size_t i = 0; (b = backend_get(i)) && i < PROBE_BACKENDS_MAX; i++) {
		if (options->backend && strcmp(options->backend, b->name) != 0)
			continue;
		err = open_either(&p, b, btf, options, &why);
		if (!err && (!p->is_skipped || options->backend))
			break;
		refused[n_refused].name = b->name;
		probe_hook_set(&refused[n_refused++], PROBE_REFUSED, why.phrase);
		if ((err != -ENOENT && err != -ENOTSUP) || !failure->phrase[0])
			*failure = why;
		if (!err && !second)
			second = p;
		else
			probe_close(p);
		p = NULL;
	}
	if (!p && second) {
		p = second;
		second = NULL;
		forget_tests(p);
	}
	probe_close(second);
	if (!p)
		return err;
	list_refused(p, refused, n_refused);
	*probep = p;
	return 0;
}

int probe_open(struct probe **probep, const struct probe_options *options,
	       struct probe_failure *failure)
{
	libbpf_set_print(quiet);
	struct btf *btf = btf__load_vmlinux_btf();
	if (!btf) {
		fail(failure,
		     "no BTF: CONFIG_DEBUG_INFO_BTF is off, or /sys is not there");
		return -ENOTSUP;
	}
	int err = open_any(probep, btf, options, failure);
	btf__free(btf);
	return err;
}

void probe_close(struct probe *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < PROBE_HOOKS_MAX; i++)
		bpf_link__destroy(p->links[i]);
	ring_buffer__free(p->ring);
	unmap_page(p->consumed);
	unmap_page(p->produced);
	unmap_page(p->shared);
	bpf_object__close(p->object);
	free(p);
}

const char *probe_backend(const struct probe *p)
{
	return p->backend->name;
}

const char *const *probe_blind_spots(const struct probe *p)
{
	return p->blind_spots;
}

size_t probe_hooks(const struct probe *p, struct probe_hook states[PROBE_HOOKS_MAX])
{
	size_t n = p->backend->n_hooks;

	memcpy(states, p->refused, p->n_refused * sizeof(*states));
	memcpy(states + p->n_refused, p->states, n * sizeof(*states));
	return p->n_refused + n;
}

int probe_want(struct probe *p, uint32_t pid)
{
	uint8_t yes = 1;

	return bpf_map_update_elem(map_fd(p, "wanted_pids"), &pid, &yes, BPF_ANY);
}

/* An iterator runs while its file is read; what it has to say goes to the ring buffer. */
static int run_iterator(struct probe *p, const struct bpf_link *link,
			probe_event_fn consume, void *ctx)
{
	char steps[SNAPSHOT_STEPS];
	ssize_t n;
	int fd = bpf_iter_create(bpf_link__fd(link));

	if (fd < 0)
		return -errno;
	do {
		n = read(fd, steps, sizeof(steps));
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
	for (size_t i = 0; i < p->backend->n_hooks; i++) {
		if (p->backend->hooks[i].use != HOOK_SNAPSHOT)
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
	__atomic_store_n(&p->shared->asleep, 1, __ATOMIC_SEQ_CST);
	return probe_backlog(p) == 0;
}

size_t probe_backlog(const struct probe *p)
{
	return __atomic_load_n(p->produced, __ATOMIC_ACQUIRE) -
	       __atomic_load_n(p->consumed, __ATOMIC_ACQUIRE);
}

size_t probe_capacity(const struct probe *p)
{
	return bpf_map__max_entries(find_map(p, "ring"));
}

/*
 * Tracepoints run in interrupts, too, and are skipped there when other families' packets
 * come by: no loss of ours, unless the kernel preempts programs.
 */
static bool skips_are_losses(const struct probe *p, const struct hook *hook)
{
	return p->is_skipped || (strncmp(hook->name, "tp_btf/", 7) != 0 &&
				 strncmp(hook->name, "raw_tp/", 7) != 0);
}

int probe_losses(struct probe *p, struct losses *losses)
{
	*losses = p->shared->losses;
	for (size_t i = 0; i < p->backend->n_hooks; i++) {
		const struct hook *hook = &p->backend->hooks[i];

		if (!p->links[i] || !skips_are_losses(p, hook))
			continue;
		program_skips(&p->skips[i], bpf_program__fd(find_program(p, hook)));
		losses->count[FDP_CAUSE_MISSED][hook->lost] += p->skips[i];
	}
	for (uint32_t cause = 0; cause < LOSS_CAUSES; cause++)
		for (uint32_t kind = 0; kind < LOSS_KINDS; kind++)
			losses->count[cause][kind] -= p->before.count[cause][kind];
	return 0;
}
