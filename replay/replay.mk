# SPDX-License-Identifier: BSD-2-Clause
# The page of --format html, as C strings.
$(B)/replay/page.h: replay/page.html replay/page.awk
	@mkdir -p $(@D)
	$(say)awk -f replay/page.awk replay/page.html > $@.tmp
	@mv $@.tmp $@

$(B)/replay/print_html.o: $(B)/replay/page.h
$(B)/replay/print_html.o: CPPFLAGS += -isystem $(B)/replay

# Golden tests of the reader: make check-golden [UPDATE=1]

$(B)/tests/make_traces: $(B)/tests/make_traces.o $(B)/libfdp.a
	@mkdir -p $(@D)
	$(say)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ZSTD_LIBS)

check-golden: $(B)/fdpass-replay $(B)/tests/make_traces
	tests/golden.sh $(if $(UPDATE),--update) $(B)
	$(if $(UPDATE),,tests/terminal.sh $(B))
.PHONY: check-golden

# Traces that the reader makes, and what it makes of strange ones.
check-traces: $(B)/fdpass-replay $(B)/tests/make_traces
	tests/traces.sh $(B)
	tests/edges.sh $(B)
.PHONY: check-traces

# What is gathered from many hosts: DuckDB, Kubernetes.
check-fleet: $(B)/fdpass-replay $(B)/tests/make_traces
	tests/fleet/run $(B) $(or $(XDG_CACHE_HOME:%=%/fdpass),build/cache)
.PHONY: check-fleet

# The pages in a real browser: not part of check, which installs none.
setup-browser:
	dev/setup build browser
check-browser: setup-browser
	@$(MAKE) --no-print-directory $(B)/fdpass-replay $(B)/tests/make_traces
	tests/browser.sh $(B)
.PHONY: setup-browser check-browser
