# SPDX-License-Identifier: BSD-2-Clause
# The corpus: real programs that pass descriptors, each compared with strace.
#
#   make check-corpus                             all of them
#   make check-corpus PROGRAMS="nginx haproxy"    these
#   make check-corpus-small                       those whose packages take little room

PROGRAMS ?= all

$(B)/tests/int80: tests/corpus/int80.c
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(SCENE_CFLAGS) -o $@ $<

CORPUS_NEEDS := all $(B)/demo/bus $(B)/tests/receive \
	$(if $(filter x86_64,$(ARCH)),$(B)/tests/int80)

check-corpus: $(CORPUS_NEEDS)
	@tests/corpus/run $(B) $(PROGRAMS)
check-corpus-small: $(CORPUS_NEEDS)
	@tests/corpus/run $(B) small
.PHONY: check-corpus check-corpus-small
