# SPDX-License-Identifier: BSD-2-Clause
# Unit tests and fuzz targets.
#
# tests/<folder>/test_<module>.c is linked with tests/lib/, libfdp.a, the objects of cli/
# and, for record/ and replay/, those of that folder but main.o and those with libbpf.
#
#   make check-unit          unit tests, then the fuzz targets over their corpus
#   make fuzz FUZZ_S=60      each fuzz target for so many seconds, with clang's libFuzzer

UNIT := $(patsubst tests/%.c,%,$(wildcard tests/format/test_*.c tests/cli/test_*.c \
	tests/record/test_*.c tests/replay/test_*.c))
TEST_LIB_OBJS := $(call objects,tests/lib)
CRITERION_LIBS ?= -lcriterion
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_S ?= 60

# What a test of the folder is linked with.
unit_objects = $(if $(filter record replay,$(1)),$(filter-out %/main.o %/probe.o %/hooks.o, \
	$(call objects,$(1))) $(if $(filter record,$(1)),$(B)/record/objects.o)) $(CLI_OBJS)

define unit_test
$(B)/tests/$(1): $(B)/tests/$(1).o $(call unit_objects,$(patsubst %/,%,$(dir $(1)))) \
		$(TEST_LIB_OBJS) $(B)/libfdp.a
	$$(say)$$(CC) $$(ALL_CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(CRITERION_LIBS) $$(ZSTD_LIBS) \
		$(if $(filter replay/%,$(1)),$$(REPLAY_LIBS)) \
		$(if $(filter record/%,$(1)),$$(SECCOMP_LIBS))
endef
$(foreach test,$(UNIT),$(eval $(call unit_test,$(test))))

# Criterion compares strings as char *, literals too.
$(B)/tests/%.o: WARN += -Wno-write-strings

# Fails one allocation of ours after the other; the libraries' own are not touched.
$(B)/tests/format/test_oom: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

# Targets that look at the reader's side want its objects.
FUZZ_REPLAY := filter assemble import
FUZZ_REPLAY_OBJS := $(filter-out %/main.o,$(REPLAY_OBJS))
$(FUZZ_REPLAY:%=$(B)/tests/replay-%): $(FUZZ_REPLAY_OBJS)
$(FUZZ_REPLAY:%=$(B)/tests/replay-%): ZSTD_LIBS += $(JANSSON_LIBS)

$(B)/tests/replay-%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/driver.o $(TEST_LIB_OBJS) \
		$(B)/libfdp.a
	$(say)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(B)/libfdp.a $(ZSTD_LIBS)

.SECONDARY:

UNIT_PROGRAMS := $(UNIT:%=$(B)/tests/%) $(FUZZ:%=$(B)/tests/replay-%)
check-unit: $(UNIT_PROGRAMS)
	@tests/unit.sh $(UNIT:%=$(B)/tests/%)
	set -e; for name in $(FUZZ); do \
		$(B)/tests/replay-$$name tests/fuzz/corpus/$$name/*; done
.PHONY: check-unit

FUZZ_FLAGS := -g -O2 -std=gnu17 -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=all -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
fuzz_objects = $(patsubst %.c,build/fuzz/%.o,$(filter-out %/main.c,$(wildcard $(1))))

build/fuzz/%.o: %.c $(B)/replay/page.h
	@mkdir -p $(@D)
	$(say)$(CLANG) $(CPPFLAGS) -isystem $(B)/replay $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<

# libzstd is linked into them, for its allocations to be those of heap.c, too.
FUZZ_WRAP := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free
$(FUZZ_REPLAY:%=build/fuzz/%): $(call fuzz_objects,replay/*.c cli/*.c)
$(FUZZ:%=build/fuzz/%): build/fuzz/%: build/fuzz/tests/fuzz/fuzz_%.o \
		$(call fuzz_objects,tests/fuzz/heap.c format/*.c tests/lib/*.c)
	$(say)$(CLANG) $(FUZZ_FLAGS) $(FUZZ_WRAP) -o $@ $^ -Wl,-Bstatic $(REPLAY_LIBS) -Wl,-Bdynamic

# New inputs are collected outside of the repository's corpus.
fuzz: $(FUZZ:%=build/fuzz/%)
	@tests/fuzz/run $(FUZZ_S) $(FUZZ)
.PHONY: fuzz

# When the format has a new version: a trace of it, for ever.
$(B)/tests/freeze: $(B)/tests/freeze.o $(TEST_LIB_OBJS) $(B)/libfdp.a
	$(say)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ZSTD_LIBS)

# What later versions may do: fixtures/good/, made once, each when it was thought of.
$(B)/tests/later: $(B)/tests/later.o $(B)/libfdp.a
	$(say)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ZSTD_LIBS)

freeze: $(B)/tests/freeze
	$(B)/tests/freeze fixtures/frozen
.PHONY: freeze
