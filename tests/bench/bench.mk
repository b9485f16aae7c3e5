# SPDX-License-Identifier: BSD-2-Clause
# What it costs, beside everything else: BENCHMARKS.md.
#
#   make bench [BENCH=record|replay|all] [ROUNDS=5]
#   make bench-kernels [KERNELS="5.10 6.12"]    instructions, under emulated kernels

BENCH ?= all
ROUNDS ?= 5
BENCH_KERNELS = $(or $(KERNELS),5.10 6.1 6.12)
BENCH_GUEST := $(addprefix $(B)/static/,loop reference reference.bpf.o)
BENCH_PROGRAMS := $(addprefix $(B)/tests/bench/,loop generate consume)

$(B)/tests/bench/loop: tests/bench/loop.c
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -o $@ $<
$(B)/tests/bench/generate: $(B)/tests/bench/generate.o $(B)/libfdp.a
	$(say)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ZSTD_LIBS)
$(B)/tests/bench/consume: $(B)/tests/bench/consume.o \
		$(filter-out %/capture.o,$(call unit_objects,record)) $(B)/libfdp.a
	$(say)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(SECCOMP_LIBS) $(ZSTD_LIBS)

# The same loops, and the model of a peer, for emulated kernels.
$(B)/static/loop: tests/bench/loop.c
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -static -o $@ $<
$(B)/static/reference: tests/bench/reference.c
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -static -o $@ $< $(STATIC_LIBS)
$(B)/static/reference.bpf.o: tests/bench/reference.bpf.c $(wildcard bpf/*.h)
	@mkdir -p $(@D)
	$(say)$(BPF_COMPILE) -DPROBE_READS -o $@ $<

# They are built by each check, so that a benchmark is never found not to link.
check-unit: $(BENCH_PROGRAMS)

setup-bench:
	dev/setup build bench
bench: setup-bench
	@$(MAKE) --no-print-directory all $(BENCH_PROGRAMS)
	@tests/bench/run $(B) $(BENCH) $(ROUNDS)
bench-kernels: setup-kernels
	@$(MAKE) --no-print-directory static $(BENCH_GUEST)
	@tests/kernels/fetch qemu $(BENCH_KERNELS) && tests/bench/kernels $(B) $(BENCH_KERNELS)
.PHONY: setup-bench bench bench-kernels
