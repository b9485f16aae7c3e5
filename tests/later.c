// SPDX-License-Identifier: BSD-2-Clause
/*
 * later FOLDER: writes fixtures of what a later version may do, each by itself, to
 * FOLDER/NAME.hex, unless they are there: fixtures are never changed.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../format/block.h"
#include "../format/header.h"
#include "../format/record.h"

#define LINE_BYTES 16
#define TRACE_MAX (1 << 16)

static const struct fdp_descriptor sent = {.file = 1, .fd = 3};
static const struct fdp_descriptor received = {.file = 1, .fd = 7};

static const struct fdp_record records[] = {
	{.type = FDP_FILE,
	 .file = {.id = 1, .kind = FDP_KIND_CHR, .name = {"/dev/null", 9}}},
	{.type = FDP_SEND,
	 .send = {.message = 1,
		  .time_ns = 1000,
		  .size = 1,
		  .sockfd = 4,
		  .call = FDP_CALL_MSG,
		  .error_index = -1,
		  .n_fds = 1,
		  .fds = &sent}},
	{.type = FDP_RECEIVE,
	 .receive = {.message = 1,
		     .time_ns = 1500,
		     .result = 1,
		     .sockfd = 5,
		     .call = FDP_CALL_MSG,
		     .n_fds = 1,
		     .fds = &received}},
};

/* What the fixture does to the trace, and to each record, as it is or on disk. */
struct later {
	const char *name, *sentence, *answer;
	uint64_t header_flags;
	void (*alter)(struct fdp_record *record);
	uint8_t more;	 /* bytes behind the last field of each record */
	uint8_t unknown; /* a record of this type behind each */
};

static void flags_set(struct fdp_record *r)
{
	if (r->type == FDP_FILE)
		r->file.flags |= 1U << 31;
	else if (r->type == FDP_SEND)
		r->send.flags |= 1U << 31;
	else
		r->receive.flags |= 1U << 31;
}

static void numbers_set(struct fdp_record *r)
{
	if (r->type == FDP_FILE)
		r->file.kind = 1000;
	else if (r->type == FDP_SEND)
		r->send.call = 1000;
	else
		r->receive.call = 1000;
}

static const struct later fixtures[] = {
	{.name = "unknown-record",
	 .sentence = "A record of a type to pass over behind each record.",
	 .answer = "header file send receive trailer end skipped 3",
	 .unknown = 100},
	{.name = "longer-record",
	 .sentence = "Each record has three bytes of fields of a later version.",
	 .answer = "header file send receive trailer end",
	 .more = 3},
	{.name = "unknown-flags",
	 .sentence = "The header and each record have a flag of a later version.",
	 .answer = "header file send receive trailer end",
	 .header_flags = 1ULL << 63,
	 .alter = flags_set},
	{.name = "unknown-numbers",
	 .sentence = "A kind of file and a call that only a later registry has.",
	 .answer = "header file send receive trailer end",
	 .alter = numbers_set},
};

static void must(int err, const char *what)
{
	if (err)
		errx(2, "%s", what);
}

/* A record as it is on disk; its length is one byte. */
static void record_put(struct buffer *out, const struct later *l,
		       const struct fdp_record *record, struct codec *codec)
{
	struct fdp_record altered = *record;
	size_t start = out->len;

	if (l->alter)
		l->alter(&altered);
	must(record_encode(out, &altered, codec), "record_encode");
	out->data[start] += l->more;
	for (uint8_t i = 0; i < l->more; i++)
		put_bytes(out, &(uint8_t){0xa5}, 1);
	if (l->unknown)
		put_bytes(out, (const uint8_t[]){3, l->unknown, 0xa5, 0x5a}, 4);
}

static void trace_put(struct buffer *out, const struct later *l)
{
	struct fdp_header header = {.cpus = 1, .flags = l->header_flags};
	const struct fdp_trailer trailer = {.stop = FDP_STOP_SIGNAL};
	struct section_end end = {.blocks = 1};
	struct block_header block = {.definitions = 1, .first_ns = 1000, .last_ns = 1500};
	struct codec codec = {0};
	struct buffer raw;
	struct packer *packer;
	struct fdp_text piece;

	must(buffer_init(&raw, FDP_BLOCK_MAX), "memory");
	must(packer_new(&packer), "memory");
	must(header_encode(out, &header, &end.section), "header_encode");
	codec_reset(&codec);
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		record_put(&raw, l, &records[i], &codec);
		block.records += l->unknown ? 2 : 1;
	}
	block.section = end.section;
	must(packer_pack(packer, &block, &raw, &piece), "packer_pack");
	put_bytes(out, piece.data, piece.len);
	must(trailer_encode(out, &trailer, &end), "trailer_encode");
	packer_free(packer);
	buffer_release(&raw);
}

static void fixture_write(const char *folder, const struct later *l)
{
	struct buffer trace;
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.hex", folder, l->name);
	file = fopen(path, "wx");
	if (!file)
		err(2, "%s", path);
	must(buffer_init(&trace, TRACE_MAX), "memory");
	trace_put(&trace, l);
	fprintf(file, "# %s\n# answer: %s", l->sentence, l->answer);
	for (size_t at = 0; at < trace.len; at++) {
		if (at % LINE_BYTES == 0)
			fprintf(file, "\n%04zx ", at);
		fprintf(file, " %02x", trace.data[at]);
	}
	fputc('\n', file);
	buffer_release(&trace);
	if (fclose(file))
		err(2, "%s", path);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: later FOLDER");
	for (size_t i = 0; i < sizeof(fixtures) / sizeof(fixtures[0]); i++)
		fixture_write(argv[1], &fixtures[i]);

	return 0;
}
