// SPDX-License-Identifier: BSD-2-Clause
/*
 * freeze FOLDER: writes a trace of this version of the format, and what its records hold,
 * to FOLDER/MAJOR.MINOR.hex and .fields, unless they are there: old traces stay.
 */
#include <err.h>
#include <stdio.h>

#include "lib/layout.h"
#include "lib/trace.h"

#define LINE_BYTES 16

static FILE *create(const char *folder, const char *suffix)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%d.%d.%s", folder, FDP_VERSION_MAJOR,
		 FDP_VERSION_MINOR, suffix);
	file = fopen(path, "wx");
	if (!file)
		err(2, "%s", path);

	return file;
}

static void hex_put(FILE *out, const struct memory_sink *trace)
{
	fprintf(out, "# Every type of record of version %d.%d, with all fields in use.\n",
		FDP_VERSION_MAJOR, FDP_VERSION_MINOR);
	for (size_t at = 0; at < trace->len; at++) {
		if (at % LINE_BYTES == 0)
			fprintf(out, "%s%04zx ", at ? "\n" : "", at);
		fprintf(out, " %02x", trace->data[at]);
	}
	fputc('\n', out);
}

static void fields_put(FILE *out, const struct memory_sink *trace)
{
	struct fdp_reader *reader;
	struct fdp_record record;
	int ret;

	if (fdp_reader_new_memory(&reader, trace->data, trace->len))
		errx(2, "out of memory");
	while ((ret = fdp_reader_next(reader, &record)) > 0)
		layout_put(out, &record);
	if (ret)
		errx(2, "%s", fdp_reader_failure(reader)->phrase);
	fdp_reader_free(reader);
}

int main(int argc, char **argv)
{
	struct memory_sink trace;
	FILE *hex, *fields;

	if (argc != 2)
		errx(2, "usage: freeze FOLDER");
	hex = create(argv[1], "hex");
	fields = create(argv[1], "fields");
	memory_sink_init(&trace);
	layout_trace(&trace);
	hex_put(hex, &trace);
	fields_put(fields, &trace);
	memory_sink_release(&trace);
	if (fclose(hex) || fclose(fields))
		err(2, "%s", argv[1]);

	return 0;
}
