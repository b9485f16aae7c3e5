/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: any bytes, read to their end over all damage. Checksums are not looked at.
 * The last byte says whether repeats, and blocks of other times, are passed over.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../format/fdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Touches all bytes of a text, for the sanitizer to see. */
static size_t text_touch(struct fdp_text text)
{
	size_t sum = 0;

	for (size_t i = 0; i < text.len; i++)
		sum += (uint8_t)text.data[i];

	return sum;
}

static size_t header_touch(const struct fdp_header *h)
{
	size_t sum = text_touch(h->writer) + text_touch(h->options) +
		     text_touch(h->capture) + text_touch(h->hostname);

	for (uint32_t i = 0; i < h->n_hooks; i++)
		sum += text_touch(h->hooks[i].name) + text_touch(h->hooks[i].reason);
	for (uint32_t i = 0; i < h->n_blind_spots; i++)
		sum += text_touch(h->blind_spots[i]);

	return sum;
}

static size_t record_touch(const struct fdp_record *rec)
{
	size_t sum = 0;

	switch (rec->type) {
	case FDP_HEADER:
		return header_touch(&rec->header);
	case FDP_PROCESS:
		return text_touch(rec->process.comm) + text_touch(rec->process.cmdline);
	case FDP_FILE:
		return text_touch(rec->file.name) + text_touch(rec->file.remote);
	case FDP_SOCKET:
		return text_touch(rec->socket.name);
	case FDP_SEND:
		for (uint32_t i = 0; i < rec->send.n_fds; i++)
			sum += rec->send.fds[i].file;
		return sum;
	case FDP_RECEIVE:
		for (uint32_t i = 0; i < rec->receive.n_fds; i++)
			sum += rec->receive.fds[i].file;
		return sum;
	default:
		return 0;
	}
}

/* Each frame can be told of a few times at most: more would be a reader that hangs. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static volatile size_t sink;
	struct fdp_reader *r;
	struct fdp_record rec;
	size_t errors = 0;
	int ret;

	if (fdp_reader_new_memory(&r, data, size))
		return 0;
	if (size && data[size - 1] & 1)
		fdp_reader_skip_repeats(r);
	if (size && data[size - 1] & 2)
		fdp_reader_set_window(r, 1000, 100000);
	while ((ret = fdp_reader_next(r, &rec)) != 0) {
		if (ret > 0)
			sink += record_touch(&rec);
		else if (!*fdp_reader_failure(r)->phrase || ++errors > 4 * size + 4)
			abort();
	}
	fdp_reader_free(r);

	return 0;
}
