# SPDX-License-Identifier: BSD-2-Clause
# Golden tests of the reader: make check-golden [UPDATE=1]

$(B)/tests/make_traces: $(B)/tests/make_traces.o $(B)/libfdp.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ZSTD_LIBS)

check-golden: $(B)/fdpass-replay $(B)/tests/make_traces
	tests/golden.sh $(if $(UPDATE),--update) $(B)
.PHONY: check-golden
