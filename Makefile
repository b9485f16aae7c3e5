# SPDX-License-Identifier: BSD-2-Clause
# fdpass: fdpass-record (record/, bpf/, format/) and fdpass-replay (replay/, format/).
#
#   make            both tools, in build/          make check      all tests
#   make replay     the reader alone               make SAN=1 ...  with ASan and UBSan
#   make demo       the main job, on real input    make lint       style and layers

VERSION := 0.1.0
PREFIX ?= /usr/local
CC ?= gcc
CLANG ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
PKG_CONFIG ?= pkg-config
ARCH ?= $(shell uname -m)

B := build$(if $(SAN),/san)

WARN := -Wall -Wextra -Wmissing-prototypes -Wstrict-prototypes -Wshadow -Wvla -Wundef \
	-Wwrite-strings -Wpointer-arith -Wcast-qual -Wformat=2
CFLAGS ?= -O2 -g
CPPFLAGS += -D_GNU_SOURCE -DVERSION='"$(VERSION)"'
ALL_CFLAGS = -std=gnu17 $(WARN) $(CFLAGS) $(SAN_FLAGS)
ifdef SAN
SAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

ZSTD_LIBS = $(shell $(PKG_CONFIG) --libs libzstd)
SMARTCOLS_CFLAGS = $(shell $(PKG_CONFIG) --cflags smartcols)
SMARTCOLS_LIBS = $(shell $(PKG_CONFIG) --libs smartcols)
BPF_LIBS = $(shell $(PKG_CONFIG) --libs libbpf)

objects = $(patsubst %.c,$(B)/%.o,$(wildcard $(1)/*.c))
FORMAT_OBJS := $(call objects,format)
REPLAY_OBJS := $(call objects,replay)
RECORD_OBJS := $(call objects,record)

all: $(B)/fdpass-record $(B)/fdpass-replay
replay: $(B)/fdpass-replay
record: $(B)/fdpass-record
.PHONY: all replay record

$(B)/fdpass-replay: $(REPLAY_OBJS) $(B)/libfdp.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ZSTD_LIBS) $(SMARTCOLS_LIBS)

$(B)/fdpass-record: $(RECORD_OBJS) $(B)/libfdp.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(BPF_LIBS) $(ZSTD_LIBS)

$(B)/libfdp.a: $(FORMAT_OBJS)
	rm -f $@
	$(AR) rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/replay/%.o: CPPFLAGS += $(SMARTCOLS_CFLAGS)

# BPF programs: no vmlinux.h; field offsets are relocated when they are loaded (CO-RE).
BPF_ARCH := $(patsubst x86_64,x86,$(patsubst aarch64,arm64,$(ARCH)))
BPF_INCLUDE = -idirafter /usr/include/$(shell $(CC) -print-multiarch)

$(B)/bpf/%.bpf.o: bpf/%.bpf.c $(wildcard bpf/*.h)
	@mkdir -p $(@D)
	$(CLANG) -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_$(BPF_ARCH) $(BPF_INCLUDE) -Wall \
		-Wextra -c -o $@ $<

$(B)/bpf/%.skel.h: $(B)/bpf/%.bpf.o
	$(BPFTOOL) gen skeleton $< name $*_bpf > $@.tmp
	mv $@.tmp $@

$(B)/record/probe.o: $(B)/bpf/tracepoint.skel.h
$(B)/record/probe.o: CPPFLAGS += -I$(B)/bpf

# What is recorded, not what records: without sanitizers, which do not work under strace.
SCENE_CFLAGS = -std=gnu17 $(WARN) $(CFLAGS)

# The scenarios that the live tests trace, for the native and for the 32-bit system calls.
WORKLOADS := $(B)/tests/workload $(B)/tests/workload32
WORKLOAD_SOURCES := $(wildcard tests/workload/*.c)

$(B)/tests/workload: $(WORKLOAD_SOURCES) $(wildcard tests/workload/*.h)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -o $@ $(WORKLOAD_SOURCES) -lpthread
$(B)/tests/workload32: $(WORKLOAD_SOURCES) $(wildcard tests/workload/*.h)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -m32 -D_FILE_OFFSET_BITS=64 -o $@ $(WORKLOAD_SOURCES) \
		-lpthread

# Installs what is missing when root; says what is missing when not (dev/packages).
setup:
	dev/setup build demo
setup-check:
	dev/setup build demo check
setup-lint:
	dev/setup build demo check lint

$(B)/demo/bus: demo/bus.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -o $@ $< \
		$(shell $(PKG_CONFIG) --cflags --libs libsystemd)

# The packages come first: a sub-make sees what they brought.
demo: setup
	@$(MAKE) --no-print-directory all $(B)/demo/bus
	@demo/run $(B)

$(B)/tests/receive: tests/live/receive.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -o $@ $<

check: setup-check
	@$(MAKE) --no-print-directory all
	@MAKE='$(MAKE)' dev/check $(B) check-unit check-golden check-live

check-live: all $(B)/demo/bus $(B)/tests/receive $(WORKLOADS)
	@tests/live/run $(B)

lint: setup-lint
	@$(MAKE) --no-print-directory all
	@dev/lint $(B)
.PHONY: setup setup-check setup-lint demo check check-live lint

MAN_PAGES := $(patsubst man/%.scd,$(B)/man/%,$(wildcard man/*.scd))
man: $(MAN_PAGES)
$(B)/man/%: man/%.scd
	@mkdir -p $(@D)
	scdoc < $< > $@.tmp
	mv $@.tmp $@
.PHONY: man

BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
COMPLETIONS ?= $(PREFIX)/share/bash-completion/completions

install: all man
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(COMPLETIONS)
	install -m 755 $(B)/fdpass-record $(B)/fdpass-replay $(DESTDIR)$(BINDIR)
	install -m 644 $(MAN_PAGES) $(DESTDIR)$(MANDIR)/man1
	install -m 644 dev/fdpass.bash $(DESTDIR)$(COMPLETIONS)/fdpass-record
	ln -sf fdpass-record $(DESTDIR)$(COMPLETIONS)/fdpass-replay
.PHONY: install

-include tests/tests.mk replay/replay.mk

clean:
	rm -rf build
.PHONY: clean

-include $(shell find $(B) -name '*.d' 2>/dev/null)
