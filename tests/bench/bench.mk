# SPDX-License-Identifier: BSD-2-Clause
# What it costs, beside everything else: BENCHMARKS.md.
#
#   make bench [BENCH=record|replay|all] [ROUNDS=5]

BENCH ?= all
ROUNDS ?= 5
BENCH_PROGRAMS := $(addprefix $(B)/tests/bench/,loop generate consume)

$(B)/tests/bench/loop: tests/bench/loop.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -o $@ $<
$(B)/tests/bench/generate: $(B)/tests/bench/generate.o $(B)/libfdp.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ZSTD_LIBS)
$(B)/tests/bench/consume: $(B)/tests/bench/consume.o \
		$(filter-out %/capture.o,$(call unit_objects,record)) $(B)/libfdp.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ZSTD_LIBS)

setup-bench:
	dev/setup build bench
bench: setup-bench
	@$(MAKE) --no-print-directory all $(BENCH_PROGRAMS)
	@tests/bench/run $(B) $(BENCH) $(ROUNDS)
.PHONY: setup-bench bench
