# SPDX-License-Identifier: BSD-2-Clause
# Live tests: real programs and the workload, recorded and compared with strace.

# What is recorded, not what records: without sanitizers, which do not work under strace.
SCENE_CFLAGS = -std=gnu17 $(WARN) $(CFLAGS)

# Without gcc-multilib, which does not go with cross-compilers, asm/ is only found there.
CFLAGS_32 = -m32 -D_FILE_OFFSET_BITS=64 -idirafter /usr/include/$(shell $(CC) -print-multiarch)

# The scenarios that the live tests trace, for the native and for the 32-bit system calls.
WORKLOADS := $(B)/tests/workload $(if $(filter x86_64,$(ARCH)),$(B)/tests/workload32)
WORKLOAD_SOURCES := $(wildcard tests/workload/*.c)

$(B)/tests/workload: $(WORKLOAD_SOURCES) $(wildcard tests/workload/*.h)
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -o $@ $(WORKLOAD_SOURCES) -lpthread
$(B)/tests/workload32: $(WORKLOAD_SOURCES) $(wildcard tests/workload/*.h)
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) $(CFLAGS_32) -o $@ $(WORKLOAD_SOURCES) \
		-lpthread

$(B)/demo/bus: demo/bus.c
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -o $@ $< \
		$(shell $(PKG_CONFIG) --cflags --libs libsystemd)

# Small programs that the scripts start.
LIVE_HELPERS := $(patsubst tests/live/%.c,$(B)/tests/%,$(wildcard tests/live/*.c))

$(LIVE_HELPERS): $(B)/tests/%: tests/live/%.c
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -o $@ $<

check-live: all $(B)/demo/bus $(LIVE_HELPERS) $(WORKLOADS)
	@tests/live/run $(B)
.PHONY: check-live
