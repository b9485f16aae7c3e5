# SPDX-License-Identifier: BSD-2-Clause
# fdpass: fdpass-record (record/, bpf/) and fdpass-replay (replay/); both use format/, cli/.
#
#   make            both tools, in build/          make check      all tests
#   make replay     the reader alone               make SAN=1 ...  with ASan and UBSan
#   make demo       the main job, on real input    make lint       style and layers
#   make static     the recorder in one file       make check-kernels  it, under emulated kernels
#   make bench      what it costs (BENCHMARKS.md)  make V=1 ...   with the commands that it runs

VERSION := 0.1.0
PREFIX ?= /usr/local
CC ?= gcc
CLANG ?= clang
PKG_CONFIG ?= pkg-config

# What is made is named; with V=1 the commands are shown, with -s nothing is.
ifeq ($(filter-out 0,$(V))$(findstring s,$(firstword -$(MAKEFLAGS))),)
say = @echo "  $@";
endif

# What only builds takes all processors, unless make was told how many.
parallel = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

include dev/cross.mk

B := build$(if $(CROSS),/$(ARCH))$(if $(SAN),/san)

WARN := -Wall -Wextra -Wmissing-prototypes -Wstrict-prototypes -Wshadow -Wvla -Wundef \
	-Wwrite-strings -Wpointer-arith -Wcast-qual -Wformat=2
CFLAGS ?= -O3 -g
CPPFLAGS += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DVERSION='"$(VERSION)"'
ALL_CFLAGS = -std=gnu17 $(WARN) $(CFLAGS) $(SAN_FLAGS)
ifdef SAN
SAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

ZSTD_LIBS = $(shell $(PKG_CONFIG) --libs libzstd)
JANSSON_LIBS = $(shell $(PKG_CONFIG) --libs jansson)
REPLAY_LIBS = $(ZSTD_LIBS) $(JANSSON_LIBS)
SECCOMP_LIBS = $(shell $(PKG_CONFIG) --libs libseccomp)
BPF_LIBS = $(shell $(PKG_CONFIG) --libs libbpf)

objects = $(patsubst %.c,$(B)/%.o,$(wildcard $(1)/*.c))
FORMAT_OBJS := $(call objects,format)
CLI_OBJS := $(call objects,cli)
REPLAY_OBJS := $(call objects,replay) $(CLI_OBJS)
RECORD_OBJS := $(call objects,record) $(B)/record/objects.o $(CLI_OBJS)

all: $(B)/fdpass-record $(B)/fdpass-replay
replay: $(B)/fdpass-replay
record: $(B)/fdpass-record
.PHONY: all replay record

$(B)/fdpass-replay: $(REPLAY_OBJS) $(B)/libfdp.a
	$(say)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(REPLAY_LIBS)

$(B)/fdpass-record: $(RECORD_OBJS) $(B)/libfdp.a
	$(say)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(BPF_LIBS) $(SECCOMP_LIBS) $(ZSTD_LIBS)

# One file for hosts without libbpf. Names of users (--uid) need the C library's own files,
# of which the linker warns.
STATIC_LIBS = $(shell $(PKG_CONFIG) --static --libs libbpf libelf libzstd libseccomp)
static: $(B)/static/fdpass-record
$(B)/static/fdpass-record: $(RECORD_OBJS) $(B)/libfdp.a
	@mkdir -p $(@D)
	$(say)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -static -o $@ $^ $(STATIC_LIBS)
.PHONY: static

$(B)/libfdp.a: $(FORMAT_OBJS)
	@rm -f $@
	$(say)$(AR) rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# BPF programs: no vmlinux.h; field offsets are relocated when they are loaded (CO-RE).
BPF_ARCH := $(patsubst x86_64,x86,$(patsubst aarch64,arm64,$(ARCH)))
BPF_INCLUDE = $(or $(CROSS_BPF_INCLUDE),-idirafter /usr/include/$(shell $(CC) -print-multiarch))

BPF_COMPILE = $(CLANG) -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_$(BPF_ARCH) $(BPF_INCLUDE) \
	-Wall -Wextra -Wno-unused-parameter -Wno-gnu-variable-sized-type-not-at-end -c

$(B)/bpf/%.bpf.o: bpf/%.bpf.c $(wildcard bpf/*.h)
	@mkdir -p $(@D)
	$(say)$(BPF_COMPILE) -o $@ $<

# For kernels without typed loads: bpf/kernel.h.
$(B)/bpf/%-old.bpf.o: bpf/%.bpf.c $(wildcard bpf/*.h)
	@mkdir -p $(@D)
	$(say)$(BPF_COMPILE) -DPROBE_READS -o $@ $<

# The objects are part of the program: record/objects.S.
BPF_OBJS := $(patsubst bpf/%.bpf.c,$(B)/bpf/%.bpf.o,$(wildcard bpf/*.bpf.c)) \
	$(B)/bpf/fentry-old.bpf.o $(B)/bpf/kprobe-old.bpf.o
$(B)/record/objects.o: record/objects.S $(BPF_OBJS)
	@mkdir -p $(@D)
	$(say)$(CC) -I$(B)/bpf -c -o $@ $<

include tests/tests.mk
include replay/replay.mk

clean:
	rm -rf build
.PHONY: clean

include tests/live/live.mk tests/corpus/corpus.mk tests/torture/torture.mk
include tests/faults/faults.mk tests/hostile/hostile.mk tests/portable/portable.mk
include tests/bench/bench.mk
include tests/kernels/kernels.mk tests/examples/examples.mk dev/dev.mk

-include $(shell find $(B) -path build/cache -prune -o -type f -name '*.d' -print 2>/dev/null)
