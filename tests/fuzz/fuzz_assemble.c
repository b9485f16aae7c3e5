/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: any text is refused, or makes a trace; and the text of that trace makes
 * the same text again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../replay/assemble.h"
#include "../../replay/twin.h"
#include "../lib/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static int assemble(struct memory_sink *sink, const char *text, size_t len)
{
	struct assembler a;

	memory_sink_init(sink);
	assembler_init(&a, memory_sink_write, sink);
	int err = assembler_run(&a, text, len);
	check(!err || err == -ENOMEM || (err == -EINVAL && a.phrase && a.line));
	assembler_release(&a);

	return err;
}

/* Where blocks end, and what is repeated for it, is the writer's business. */
static void print(struct out *text, const struct memory_sink *sink)
{
	struct twin twin = {.out = text};
	struct fdp_reader *r;
	struct fdp_record record;
	int ret;

	check(!out_init(text, -1));
	if (!sink->len)
		return;
	check(!fdp_reader_new_memory(&r, sink->data, sink->len));
	while ((ret = fdp_reader_next(r, &record)) > 0)
		twin_put(&twin, &record);
	/* A section need not have a trailer. */
	check(!ret || ret == -ENODATA);
	fdp_reader_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory_sink first, second;
	struct out text, again;

	if (!assemble(&first, (const char *)data, size)) {
		print(&text, &first);
		check(!assemble(&second, text.data, text.len));
		print(&again, &second);
		if (first.len < FDP_BLOCK_TARGET / 2)
			check(text.len == again.len &&
			      !memcmp(text.data, again.data, text.len));
		memory_sink_release(&second);
		out_release(&again);
		out_release(&text);
	}
	memory_sink_release(&first);

	return 0;
}
