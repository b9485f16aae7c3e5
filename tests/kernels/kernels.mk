# SPDX-License-Identifier: BSD-2-Clause
# The recorder under emulated kernels (tests/kernels/README.md).

STATIC_WORKLOADS := $(WORKLOADS:$(B)/tests/%=$(B)/static/%)

$(B)/static/workload: $(WORKLOAD_SOURCES) $(wildcard tests/workload/*.h)
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -static -o $@ $(WORKLOAD_SOURCES) -lpthread
$(B)/static/workload32: $(WORKLOAD_SOURCES) $(wildcard tests/workload/*.h)
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) $(CFLAGS_32) -static -o $@ \
		$(WORKLOAD_SOURCES) -lpthread

$(B)/static/%: tests/live/%.c
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -static -o $@ $<

GUEST_HELPERS := $(addprefix $(B)/static/,rounds transfers send receive)

guest: static $(STATIC_WORKLOADS) $(GUEST_HELPERS)
.PHONY: guest

# The packages come first: a sub-make sees what they brought.
check-kernels: setup-kernels
	@$(MAKE) --no-print-directory all guest $(B)/demo/bus
	@BUILD=$(B) tests/kernels/run
.PHONY: check-kernels
