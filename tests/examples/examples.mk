# SPDX-License-Identifier: BSD-2-Clause
# The documented examples, recorded afresh and compared with fixtures/recorded/.
#
#   make check-examples                              all, in an emulated Debian
#   make check-examples SCENES="docker logind"       these
#   make check-examples-here                         those that need no systemd, here
#   make keep-examples                               records the fixtures themselves

SCENES ?= guest

setup-examples:
	dev/setup build demo examples
setup-guest:
	dev/setup build demo kernels guest
.PHONY: setup-examples setup-guest

# The packages come first: a sub-make sees what they brought.
check-examples-here: setup-examples
	@$(MAKE) --no-print-directory all $(B)/demo/bus $(B)/tests/receive
	@tests/examples/run $(B) here

check-examples keep-examples: setup-guest
	@$(MAKE) --no-print-directory all guest $(B)/demo/bus $(B)/tests/receive
	@tests/examples/run $(B) $(if $(filter keep-%,$@),--keep) $(SCENES)
.PHONY: check-examples-here check-examples keep-examples
