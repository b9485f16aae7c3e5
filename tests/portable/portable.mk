# SPDX-License-Identifier: BSD-2-Clause
# The reader and the writer on a machine of 32 bits and on a big-endian one, emulated:
# they must read and write the same bytes. See tests/portable/run.
#
#   make check-portable         (MACHINES="s390x" picks some)

MACHINES ?= i386 s390x

check-portable: setup-portable
	@$(MAKE) --no-print-directory replay $(B)/tests/make_traces
	@MAKE='$(MAKE)' tests/portable/run $(B) $(MACHINES)
.PHONY: check-portable
