# SPDX-License-Identifier: BSD-2-Clause
# What surrounds the tools: packages, demo, all tests, lint, man pages, installation.

# Installs what is missing when root; says what is missing when not (dev/packages).
setup:
	dev/setup build demo
setup-check:
	dev/setup build demo check
setup-kernels:
	dev/setup build check kernels
setup-portable:
	dev/setup build portable
setup-lint:
	dev/setup build demo check lint

# The packages come first: a sub-make sees what they brought.
demo: setup
	@$(MAKE) --no-print-directory all $(B)/demo/bus
	@demo/run $(B)

check: setup-check
	@$(MAKE) --no-print-directory all
	@MAKE='$(MAKE)' dev/check $(B) check-unit check-golden check-traces check-hostile check-faults check-live

lint: setup-lint
	@$(MAKE) --no-print-directory all
	@dev/lint $(B)
.PHONY: setup setup-check setup-kernels setup-portable setup-lint demo check lint

# gcc's analyzer follows each way through each function, which takes minutes. It takes
# arrays that realloc(3) moved for lost or unwritten, and table entries for absent.
ANALYZER := -fanalyzer -Werror -Wno-analyzer-malloc-leak \
	-Wno-analyzer-use-of-uninitialized-value -Wno-analyzer-null-argument
analyze: $(B)/replay/page.h
	set -e; for file in $(wildcard format/*.c cli/*.c replay/*.c record/*.c); do \
		gcc -std=gnu17 $(CPPFLAGS) -isystem $(B)/replay -O2 $(ANALYZER) -c \
			-o /dev/null $$file; done
	@echo "analyze: nothing found"
.PHONY: analyze

MAN_PAGES := $(patsubst man/%.scd,$(B)/man/%,$(wildcard man/*.scd))
man: $(MAN_PAGES)
$(B)/man/%: man/%.scd
	@mkdir -p $(@D)
	scdoc < $< > $@.tmp
	mv $@.tmp $@
.PHONY: man

BINDIR ?= $(PREFIX)/bin
UNITDIR ?= $(PREFIX)/lib/systemd/system
MANDIR ?= $(PREFIX)/share/man
COMPLETIONS ?= $(PREFIX)/share/bash-completion/completions

install: all man
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(COMPLETIONS)
	install -m 755 $(B)/fdpass-record $(B)/fdpass-replay $(DESTDIR)$(BINDIR)
	install -d $(DESTDIR)$(UNITDIR)
	sed 's|/usr/local/bin|$(BINDIR)|' record/fdpass-record.service \
		>$(DESTDIR)$(UNITDIR)/fdpass-record.service
	install -m 644 $(MAN_PAGES) $(DESTDIR)$(MANDIR)/man1
	install -m 644 dev/fdpass.bash $(DESTDIR)$(COMPLETIONS)/fdpass-record
	ln -sf fdpass-record $(DESTDIR)$(COMPLETIONS)/fdpass-replay
.PHONY: install
