# SPDX-License-Identifier: BSD-2-Clause
# What a recorder and a reader are put through; see tests/torture/run.
#
#   make torture              all of it, some minutes, as root
#   make torture TIMES=10     ten kills instead of fifty, and so on: for CI

$(B)/tests/storm: tests/torture/storm.c
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -o $@ $<

$(B)/tests/stuck: tests/torture/stuck.c
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -o $@ $< -lpthread

$(B)/tests/mutants: tests/torture/mutants.c $(B)/libfdp.a
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ZSTD_LIBS)

TIMES ?= 50
torture: all $(B)/tests/storm $(B)/tests/stuck $(B)/tests/mutants $(B)/tests/workload \
		$(B)/tests/replay-faults $(B)/tests/record-faults $(B)/tests/hostile \
		$(B)/tests/make_traces
	@tests/torture/run $(B) $(TIMES)
.PHONY: torture
