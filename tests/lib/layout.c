// SPDX-License-Identifier: BSD-2-Clause
/* Layout: see layout.h. */
#include "layout.h"

#include <inttypes.h>
#include <stdlib.h>

#include "../../format/record.h"
#include "trace.h"

static const char *const codings[] = {
	[CODING_U32] = "u32",	      [CODING_U64] = "u64",
	[CODING_S32] = "s32",	      [CODING_S64] = "s64",
	[CODING_NS] = "ns",	      [CODING_BOOL] = "bool",
	[CODING_PROCESS] = "process", [CODING_SOCKET] = "socket",
	[CODING_FILE] = "file",	      [CODING_TIME] = "time",
	[CODING_MESSAGE] = "message", [CODING_TEXT] = "text",
	[CODING_FDS] = "fds",
};

/* FNV-1a: long texts need not be in the fixture twice. */
static uint64_t text_sum(struct fdp_text text)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (size_t i = 0; i < text.len; i++)
		sum = (sum ^ (uint8_t)text.data[i]) * 0x100000001b3;

	return text.len ? sum : 0;
}

static void fds_put(FILE *out, const struct fdp_descriptor *fds, uint32_t n)
{
	fprintf(out, "%" PRIu32, n);
	for (uint32_t i = 0; i < n; i++)
		fprintf(out, " %" PRIu64 ":%" PRId32, fds[i].file, fds[i].fd);
}

static void value_put(FILE *out, const struct field *f, const struct fdp_record *rec)
{
	const void *value = (const char *)rec + f->offset;
	const void *count = (const char *)rec + f->count;

	switch ((enum coding)f->coding) {
	case CODING_U32:
	case CODING_NS:
		fprintf(out, "%" PRIu32, *(const uint32_t *)value);
		break;
	case CODING_S32:
		fprintf(out, "%" PRId32, *(const int32_t *)value);
		break;
	case CODING_S64:
		fprintf(out, "%" PRId64, *(const int64_t *)value);
		break;
	case CODING_BOOL:
		fprintf(out, "%d", *(const bool *)value);
		break;
	case CODING_TEXT:
		fprintf(out, "%" PRIx64, text_sum(*(const struct fdp_text *)value));
		break;
	case CODING_FDS:
		fds_put(out, *(const struct fdp_descriptor *const *)value,
			*(const uint32_t *)count);
		break;
	default:
		fprintf(out, "%" PRIu64, *(const uint64_t *)value);
	}
}

void layout_put(FILE *out, const struct fdp_record *rec)
{
	const struct record_type *row = record_type_find(rec->type);

	if (!row)
		return;
	fprintf(out, "%s %u\n", row->name, (unsigned int)rec->type);
	for (size_t i = 0; i < row->n_fields; i++) {
		fprintf(out, "\t%s %s ", row->fields[i].name,
			codings[row->fields[i].coding]);
		value_put(out, &row->fields[i], rec);
		fputc('\n', out);
	}
}

void layout_trace(struct memory_sink *sink)
{
	static const enum sample samples[] = {SAMPLE_COUNTED, SAMPLE_LEAST};
	struct fdp_header header;
	struct fdp_trailer trailer;
	struct fdp_record record;
	struct sample_space space;
	struct fdp_writer *w;
	int err;

	sample_header(&header);
	sample_trailer(&trailer);
	err = fdp_writer_new(&w, &header, memory_sink_write, sink);
	for (size_t s = 0; s < sizeof(samples) / sizeof(samples[0]); s++) {
		for (size_t i = 0; i < n_sample_types && !err; i++) {
			sample_record(&record, sample_types[i], samples[s], &space);
			err = fdp_writer_add(w, &record);
		}
	}
	if (!err)
		err = fdp_writer_finish(w, &trailer);
	if (err)
		abort();
	fdp_writer_free(w);
}
