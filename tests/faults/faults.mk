# SPDX-License-Identifier: BSD-2-Clause
# Both tools, with one call after the other failing; see tests/faults/each.c.
#
#   make check-faults           each allocation and each write of both tools
#   make check-faults SAN=1     the same, and no leak
#   make check-valgrind         without faults, under memcheck

FAULTS := write open openat fallocate ftruncate close newlocale main \
	$(if $(SAN),malloc calloc realloc)
FAULT_OBJS := $(B)/tests/faults/calls.o $(B)/tests/faults/each.o

$(B)/tests/replay-faults $(B)/tests/record-faults: \
	LDFLAGS += $(FAULTS:%=-Wl,--wrap=%)
$(B)/tests/replay-faults: $(REPLAY_OBJS) $(FAULT_OBJS) $(B)/libfdp.a
	$(say)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(REPLAY_LIBS)
$(B)/tests/record-faults: $(filter-out %/probe.o %/hooks.o,$(RECORD_OBJS)) $(FAULT_OBJS) \
		$(B)/tests/faults/events.o $(B)/tests/lib/fake_probe.o $(B)/libfdp.a
	$(say)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(SECCOMP_LIBS) $(ZSTD_LIBS)

check-faults: $(B)/tests/replay-faults $(B)/tests/record-faults $(B)/tests/make_traces
	@tests/faults/run $(B)
.PHONY: check-faults

check-valgrind:
	dev/setup build valgrind
	@$(MAKE) --no-print-directory B=build/valgrind CFLAGS='-O1 -g -DWITHOUT_SANDBOX' \
		replay build/valgrind/tests/make_traces build/valgrind/tests/record-faults
	@tests/valgrind.sh build/valgrind
.PHONY: check-valgrind
