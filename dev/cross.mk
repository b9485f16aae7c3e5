# SPDX-License-Identifier: BSD-2-Clause
# make ARCH=arm64: for another machine than this one, into build/aarch64/. clang and the
# binutils of that machine do it, with a folder of its headers and libraries (SYSROOT=;
# "tests/kernels/fetch sysroot-arm64" makes one). Of others, as i386 or s390x, the reader
# alone: make ARCH=s390x replay.

MACHINE := $(shell uname -m)
ARCH ?= $(MACHINE)
override ARCH := $(patsubst arm64,aarch64,$(ARCH))

ifneq ($(ARCH),$(MACHINE))
CROSS := $(ARCH)-linux-gnu
SYSROOT ?= $(abspath $(or $(XDG_CACHE_HOME:%=%/fdpass),build/cache)/sysroot-$(ARCH:aarch64=arm64))
CC := $(CLANG) --target=$(CROSS) --sysroot=$(SYSROOT)
AR := $(if $(filter i386,$(ARCH)),ar,$(CROSS)-ar)
CROSS_BPF_INCLUDE := -idirafter $(SYSROOT)/usr/include/$(CROSS)
PKG_CONFIG := PKG_CONFIG_LIBDIR=$(SYSROOT)/usr/lib/$(CROSS)/pkgconfig $(PKG_CONFIG)
endif
