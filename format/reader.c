/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reader: hands out the records of a trace one by one. It allocates only when it is made:
 * a window over the input that holds the largest block, and the records of one block.
 */
#include "fdp.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record.h"
#include "repeats.h"
#include "walk.h"

struct memory {
	const uint8_t *at;
	size_t left;
};

struct fdp_reader {
	struct walk walk;
	struct memory memory; /* sources of our own */
	int fd;

	bool in_block; /* walk.records are what is left of it */
	struct codec codec;
	uint32_t records, definitions; /* of this block, so far */
	struct fdp_clock clock;	       /* the last one that was handed out */
	uint64_t skipped;
	struct fdp_record record;
	struct fdp_failure failure;
	struct fdp_descriptor fds[FDP_FDS_MAX];
	struct repeats repeats;
};

static ptrdiff_t memory_source(void *ctx, void *data, size_t len)
{
	struct memory *m = ctx;

	if (len > m->left)
		len = m->left;
	if (len)
		memcpy(data, m->at, len);
	m->at += len;
	m->left -= len;

	return (ptrdiff_t)len;
}

static ptrdiff_t fd_source(void *ctx, void *data, size_t len)
{
	const int *fd = ctx;
	ssize_t n;

	do
		n = read(*fd, data, len);
	while (n < 0 && errno == EINTR);

	return n < 0 ? -errno : n;
}

int fdp_reader_new(struct fdp_reader **readerp, fdp_source_fn source, void *ctx)
{
	struct fdp_reader *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->codec.fds = r->fds;
	r->failure.phrase = r->walk.why.phrase;
	err = walk_init(&r->walk, source, ctx);
	if (err)
		goto out;
	*readerp = r;

	return 0;
out:
	fdp_reader_free(r);

	return err;
}

int fdp_reader_new_fd(struct fdp_reader **readerp, int fd)
{
	struct fdp_reader *r;
	int err = fdp_reader_new(&r, fd_source, NULL);

	if (err)
		return err;
	r->fd = fd;
	r->walk.in.ctx = &r->fd;
	*readerp = r;

	return 0;
}

int fdp_reader_new_memory(struct fdp_reader **readerp, const void *data, size_t len)
{
	struct fdp_reader *r;
	int err = fdp_reader_new(&r, memory_source, NULL);

	if (err)
		return err;
	r->memory = (struct memory){.at = data, .left = len};
	r->walk.in.ctx = &r->memory;
	*readerp = r;

	return 0;
}

void fdp_reader_free(struct fdp_reader *r)
{
	if (!r)
		return;
	walk_release(&r->walk);
	free(r);
}

void fdp_reader_set_skip(struct fdp_reader *r, fdp_skip_fn skip)
{
	r->walk.in.skip = skip;
}

void fdp_reader_set_window(struct fdp_reader *r, uint64_t from_ns, uint64_t to_ns)
{
	r->walk.from_ns = from_ns;
	r->walk.to_ns = to_ns;
}

void fdp_reader_skip_repeats(struct fdp_reader *r)
{
	r->repeats.wanted = true;
	repeats_forget(&r->repeats);
}

const struct fdp_failure *fdp_reader_failure(const struct fdp_reader *r)
{
	return &r->failure;
}

uint64_t fdp_reader_skipped(const struct fdp_reader *r)
{
	return r->skipped;
}

/* The rest of a block with a bad record in it cannot be trusted, nor that record. */
static int block_fail(struct fdp_reader *r, int err)
{
	r->in_block = false;
	repeats_forget(&r->repeats);

	return walk_fail(&r->walk, err, r->walk.offset);
}

/* What the block's header promised of its records. */
static int block_check(struct fdp_reader *r)
{
	const struct block_header *h = &r->walk.block;
	bool timeless = r->codec.first_ns > r->codec.last_ns;

	if (h->records != r->records || h->definitions != r->definitions)
		return failure_set(
			&r->walk.why, -EBADMSG,
			"block header counts other records than the block has");
	if (h->last_ns != r->codec.last_ns ||
	    h->first_ns != (timeless ? 0 : r->codec.first_ns))
		return failure_set(&r->walk.why, -EBADMSG,
				   "block header has other times than the block");

	return 0;
}

/* 1: the record is there, 0: the block is done, or negative. */
static int record_next(struct fdp_reader *r)
{
	struct record_frame frame;

	while (cursor_left(&r->walk.records)) {
		int ret = record_take(&frame, &r->walk.records, &r->walk.why);
		bool definition = !ret && frame.row && frame.row->definition;

		r->records++;
		r->definitions += definition;
		if (definition && r->repeats.wanted && repeats_has(&r->repeats, &frame))
			continue;
		if (!ret)
			ret = record_fill(&r->record, &frame, &r->codec, &r->walk.why);
		if (ret < 0)
			return block_fail(r, ret);
		if (ret && r->record.type == FDP_CLOCK)
			r->clock = r->record.clock;
		if (ret)
			return 1;
		r->skipped++;
	}
	r->in_block = false;

	return block_check(r) ? block_fail(r, -EBADMSG) : 0;
}

static void block_begin(struct fdp_reader *r)
{
	codec_reset(&r->codec);
	r->in_block = true;
	r->records = 0;
	r->definitions = 0;
	r->record.block = walk_block_number(&r->walk);
	repeats_block(&r->repeats);
}

/* A clock record in a block that was passed over, or lost, is not what counts here. */
static bool clock_is_news(const struct fdp_reader *r)
{
	const struct fdp_clock *clock = &r->walk.block.clock;

	return clock->boot_ns && memcmp(clock, &r->clock, sizeof(*clock));
}

static int clock_give(struct fdp_reader *r)
{
	r->clock = r->walk.block.clock;
	r->record.type = FDP_CLOCK;
	r->record.clock = r->clock;

	return 1;
}

static int header_give(struct fdp_reader *r)
{
	r->record.type = FDP_HEADER;
	r->record.block = r->walk.base + r->walk.expect;
	r->record.header = r->walk.header;
	r->clock = r->walk.header.clock;
	repeats_forget(&r->repeats);

	return 1;
}

static int trailer_give(struct fdp_reader *r)
{
	r->record.type = FDP_TRAILER;
	r->record.block = r->walk.base + r->walk.expect;
	r->record.trailer = r->walk.trailer;

	return 1;
}

static int reader_step(struct fdp_reader *r)
{
	for (;;) {
		int ret = r->in_block ? record_next(r) : 0;

		if (!ret)
			ret = walk_next(&r->walk);
		else if (ret > 0)
			return ret;
		r->failure.offset = r->walk.offset;
		if (ret <= 0)
			return ret;
		if (ret == WALK_HEADER)
			return header_give(r);
		if (ret == WALK_TRAILER)
			return trailer_give(r);
		block_begin(r);
		if (clock_is_news(r))
			return clock_give(r);
	}
}

int fdp_reader_lend(struct fdp_reader *r, const struct fdp_record **recordp)
{
	int ret = reader_step(r);

	if (ret > 0)
		*recordp = &r->record;

	return ret;
}

int fdp_reader_next(struct fdp_reader *r, struct fdp_record *record)
{
	int ret = reader_step(r);

	if (ret > 0)
		*record = r->record;

	return ret;
}
