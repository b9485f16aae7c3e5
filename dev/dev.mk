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
	@$(MAKE) $(parallel) --no-print-directory all $(B)/demo/bus
	@demo/run $(B)

check: setup-check
	@$(MAKE) $(parallel) --no-print-directory all $(UNIT_PROGRAMS) $(BENCH_PROGRAMS)
	@MAKE='$(MAKE)' dev/check $(B) check-unit check-golden check-traces check-hostile \
		check-faults check-install check-readme check-fleet check-live

lint: setup-lint
	@$(MAKE) $(parallel) --no-print-directory all
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

# Made of what the tools say of themselves; for another machine by those of this one.
COMPLETIONS := $(foreach tool,fdpass-record fdpass-replay,$(B)/completions/$(tool).bash \
	$(B)/completions/_$(tool) $(B)/completions/$(tool).fish)
completions: $(COMPLETIONS)
ifdef CROSS
$(COMPLETIONS): $(B)/completions/%:
	$(MAKE) ARCH=$(MACHINE) build/completions/$*
	@mkdir -p $(@D)
	cp build/completions/$* $@
else
completion = @mkdir -p $(@D); dev/completions $(1) $(B)/$* >$@.tmp && mv $@.tmp $@
$(B)/completions/%.bash: $(B)/% dev/completions
	$(call completion,bash)
$(B)/completions/_%: $(B)/% dev/completions
	$(call completion,zsh)
$(B)/completions/%.fish: $(B)/% dev/completions
	$(call completion,fish)
endif
.PHONY: completions

BINDIR ?= $(PREFIX)/bin
UNITDIR ?= $(PREFIX)/lib/systemd/system
MANDIR ?= $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d

# What is installed where, as FILE:PLACE; the pages go where their section is.
INSTALLED = $(foreach tool,fdpass-record fdpass-replay,$(B)/$(tool):$(BINDIR)/$(tool) \
	$(B)/completions/$(tool).bash:$(BASHDIR)/$(tool) \
	$(B)/completions/_$(tool):$(ZSHDIR)/_$(tool) \
	$(B)/completions/$(tool).fish:$(FISHDIR)/$(tool).fish) \
	$(foreach page,$(MAN_PAGES),$(page):$(MANDIR)/man$(patsubst .%,%,$(suffix $(page)))/$(notdir $(page))) \
	$(B)/fdpass-record.service:$(UNITDIR)/fdpass-record.service

$(B)/fdpass-record.service: record/fdpass-record.service FORCE
	@sed 's|/usr/local/bin|$(BINDIR)|' $< >$@

install: all man completions $(B)/fdpass-record.service
	@set -e; for pair in $(INSTALLED); do \
		mode=644; case $$pair in *:$(BINDIR)/*) mode=755 ;; esac; \
		echo "$(DESTDIR)$${pair#*:}"; \
		install -D -m $$mode "$${pair%%:*}" "$(DESTDIR)$${pair#*:}"; done

uninstall:
	rm -f $(foreach pair,$(INSTALLED),$(DESTDIR)$(word 2,$(subst :, ,$(pair))))
.PHONY: install uninstall FORCE

# The commands in README.md, and what they print: make check-readme [UPDATE=1]
check-readme: all $(B)/tests/workload
	@dev/readme $(if $(UPDATE),--update) $(B)
.PHONY: check-readme

# Completion in bash, zsh and fish, and what is installed.
check-install: all man completions
	@MAKE='$(MAKE)' tests/install.sh $(B)
.PHONY: check-install
