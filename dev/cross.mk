# SPDX-License-Identifier: BSD-2-Clause
# make ARCH=arm64: for another machine than this one, into build/aarch64/. Needs
# gcc-aarch64-linux-gnu, and the libraries for arm64: by multiarch, or unpacked somewhere
# (SYSROOT=; "tests/kernels/fetch sysroot-arm64" does it).

MACHINE := $(shell uname -m)
ARCH ?= $(MACHINE)
override ARCH := $(patsubst arm64,aarch64,$(ARCH))

ifneq ($(ARCH),$(MACHINE))
CROSS := $(ARCH)-linux-gnu-
CROSS_BPF_INCLUDE := -idirafter /usr/$(ARCH)-linux-gnu/include
ifeq ($(origin CC),default)
CC := $(CROSS)gcc
endif
ifeq ($(origin AR),default)
AR := $(CROSS)ar
endif
SYSROOT ?= $(wildcard $(or $(XDG_CACHE_HOME:%=%/fdpass),build/cache)/sysroot-arm64)
CROSS_LIBS := $(SYSROOT)/usr/lib/$(ARCH)-linux-gnu
PKG_CONFIG := PKG_CONFIG_LIBDIR=$(CROSS_LIBS)/pkgconfig $(PKG_CONFIG)
ifneq ($(SYSROOT),)
CPPFLAGS += -isystem $(SYSROOT)/usr/include
LDFLAGS += -L$(CROSS_LIBS) -L$(SYSROOT)/lib/$(ARCH)-linux-gnu \
	-Wl,-rpath-link=$(CROSS_LIBS):$(SYSROOT)/lib/$(ARCH)-linux-gnu
endif
endif
