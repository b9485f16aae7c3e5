/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: a compressed block of any bytes, and the records in it. The first three
 * bytes are the length that it claims to have: it has that, or is refused.
 */
#include <stdlib.h>

#include "../../format/block.h"
#include "../../format/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void records_take(struct cursor *in)
{
	static struct fdp_descriptor fds[FDP_FDS_MAX];
	struct codec codec = {.fds = fds};
	struct fdp_record record;
	struct failure why = {0};
	int ret = 0;

	codec_reset(&codec);
	while (ret >= 0 && cursor_left(in)) {
		size_t left = cursor_left(in);

		ret = record_decode(&record, in, &codec, &why);
		check(ret < 0 ? *why.phrase != '\0' : cursor_left(in) < left);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct unpacker *unpacker;
	struct block_header header;
	struct cursor records;
	struct failure why = {0};

	if (size < 3 || unpacker_new(&unpacker))
		return 0;
	header = (struct block_header){
		.raw_len = (data[0] | data[1] << 8 | data[2] << 16) % (FDP_BLOCK_MAX + 1),
		.packed_len = (uint32_t)(size - 3),
	};
	if (unpacker_unpack(unpacker, &records, &header, data + 3, &why)) {
		check(*why.phrase);
	} else {
		check(cursor_left(&records) == header.raw_len);
		records_take(&records);
	}
	unpacker_free(unpacker);

	return 0;
}
