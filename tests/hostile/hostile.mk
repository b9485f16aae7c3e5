# SPDX-License-Identifier: BSD-2-Clause
# Hostile strings in every field of a trace, through every output: tests/hostile/run.

$(B)/tests/hostile: tests/hostile/make.c $(TEST_LIB_OBJS) $(B)/libfdp.a
	@mkdir -p $(@D)
	$(say)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ZSTD_LIBS)

check-hostile: $(B)/fdpass-replay $(B)/tests/hostile
	@tests/hostile/run $(B)
.PHONY: check-hostile
