/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: any text is refused with the number of a line, or makes a valid trace;
 * and in which parts it comes makes no difference.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../replay/import.h"
#include "../lib/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static int import(struct memory_sink *sink, const char *text, size_t len, size_t step)
{
	struct importer importer;
	int err = 0;

	memory_sink_init(sink);
	check(!importer_init(&importer, memory_sink_write, sink));
	for (size_t at = 0; !err && at < len; at += step)
		err = importer_add(&importer, text + at,
				   len - at < step ? len - at : step);
	if (!err)
		err = importer_finish(&importer);
	check(!err || (err == -EINVAL && importer.phrase[0]));
	importer_release(&importer);

	return err;
}

static void read_back(const struct memory_sink *sink)
{
	struct fdp_reader *r;
	struct fdp_record record;
	int ret;

	check(!fdp_reader_new_memory(&r, sink->data, sink->len));
	while ((ret = fdp_reader_next(r, &record)) > 0)
		;
	check(!ret);
	fdp_reader_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory_sink whole, parts;
	int err = import(&whole, (const char *)data, size, size ? size : 1);

	check(import(&parts, (const char *)data, size, 7) == err);
	if (!err) {
		read_back(&whole);
		check(whole.len == parts.len &&
		      !memcmp(whole.data, parts.data, whole.len));
	}
	memory_sink_release(&whole);
	memory_sink_release(&parts);

	return 0;
}
