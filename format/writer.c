/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writer: collects records into a block, puts in front of each event the definitions that
 * the block does not have yet, and gives whole blocks to the sink.
 *
 * Memory: one block of records, one packed block, the remembered definitions (see
 * definitions.h) and eight bytes per written block for the seek table (see seek.h).
 * Adding a record allocates only to remember a definition.
 */
#include "fdp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "definitions.h"
#include "header.h"
#include "keep.h"
#include "record.h"
#include "seek.h"
#include "tally.h"

/* What a block keeps free for the definitions that one more event needs. */
#define EVENT_ROOM (256 * 1024)

struct fdp_writer {
	fdp_sink_fn sink;
	void *ctx;
	int error; /* after it, nothing is written */
	uint64_t size;
	uint32_t head_len;
	struct fdp_clock clock;	   /* the last one */
	struct block_header block; /* of the open block */
	struct buffer records;	   /* and its records */
	size_t repeated;	   /* bytes of these that are repeated definitions */
	uint64_t block_number;	   /* of the open block, from 1, whatever its section */
	struct tally hand;	   /* what is in the open block */
	struct tally written;	   /* and what is in those of the section before it */
	struct keep keep;
	struct codec codec;
	struct packer *packer;
	struct definitions definitions;
	struct seek_table seek;
};

static int writer_put(struct fdp_writer *w, const void *data, size_t len)
{
	if (!w->error)
		w->error = w->sink(w->ctx, data, len);
	if (!w->error)
		w->size += len;

	return w->error;
}

static void block_start(struct fdp_writer *w)
{
	codec_reset(&w->codec);
	w->records.len = 0;
	w->repeated = 0;
	w->block.records = 0;
	w->block.definitions = 0;
	w->block.clock = w->clock;
	w->block_number++;
	memset(&w->hand, 0, sizeof(w->hand));
}

static int header_put(struct fdp_writer *w, const struct fdp_header *header)
{
	struct buffer frame;
	int err = buffer_init(&frame, FDP_HEADER_MAX);

	if (!err)
		err = header_encode(&frame, header, &w->block.section);
	if (!err)
		err = writer_put(w, frame.data, frame.len);
	w->head_len = (uint32_t)frame.len;
	buffer_release(&frame);

	return err;
}

static int section_start(struct fdp_writer *w, const struct fdp_header *header)
{
	w->error = 0;
	w->size = 0;
	w->block.sequence = 0;
	w->block.lost = 0;
	memset(&w->written, 0, sizeof(w->written));
	seek_table_release(&w->seek);
	if (!w->keep.bytes_max) /* what is kept was recorded before the header */
		w->clock = header->clock;
	block_start(w);

	return header_put(w, header);
}

static int writer_new(struct fdp_writer **writerp, fdp_sink_fn sink, void *ctx)
{
	struct fdp_writer *w = calloc(1, sizeof(*w));
	int err;

	if (!w)
		return -ENOMEM;
	w->sink = sink;
	w->ctx = ctx;
	err = buffer_init(&w->records, FDP_BLOCK_MAX);
	if (!err)
		err = packer_new(&w->packer);
	if (err)
		goto out;
	block_start(w);
	*writerp = w;

	return 0;
out:
	fdp_writer_free(w);

	return err;
}

int fdp_writer_new(struct fdp_writer **writerp, const struct fdp_header *header,
		   fdp_sink_fn sink, void *ctx)
{
	struct fdp_writer *w;
	int err = writer_new(&w, sink, ctx);

	if (err)
		return err;
	err = section_start(w, header);
	if (err)
		goto out;
	*writerp = w;

	return 0;
out:
	fdp_writer_free(w);

	return err;
}

void fdp_writer_free(struct fdp_writer *w)
{
	if (!w)
		return;
	buffer_release(&w->records);
	packer_free(w->packer);
	definitions_release(&w->definitions);
	seek_table_release(&w->seek);
	keep_release(&w->keep);
	free(w);
}

/* Is it in the open block? */
static bool definition_present(const struct fdp_writer *w, const struct definition *def)
{
	return def->written == w->block_number;
}

static void definition_count(struct fdp_writer *w, struct definition *def)
{
	def->written = w->block_number;
	w->block.records++;
	w->block.definitions++;
}

/*
 * Repeats a definition if it is known and not in the open block. There is always room
 * left for the event itself: only the paths of a message with a few hundred of the
 * longest possible names could fill a block, and then some are left out.
 */
static void writer_require(void *ctx, enum fdp_type type, uint64_t id)
{
	struct fdp_writer *w = ctx;
	struct definition *def = definitions_use(&w->definitions, type, id);

	if (!def || definition_present(w, def))
		return;
	if (def->socket)
		writer_require(w, FDP_SOCKET, def->socket);
	if (def->len + FDP_RECORD_MAX > w->records.cap - w->records.len)
		return;
	put_bytes(&w->records, def->bytes, def->len);
	w->repeated += def->len;
	definition_count(w, def);
}

static int definition_add(struct fdp_writer *w, const struct fdp_record *rec)
{
	size_t start = w->records.len;
	struct definition *def;
	int err = record_encode(&w->records, rec, &w->codec);

	if (err)
		return err;
	def = definitions_set(&w->definitions, rec->type, record_id(rec),
			      w->records.data + start,
			      (uint32_t)(w->records.len - start));
	if (!def) {
		w->records.len = start;
		return -ENOMEM;
	}
	if (rec->type == FDP_FILE)
		def->socket = rec->file.socket;
	definition_count(w, def);

	return 0;
}

static int event_add(struct fdp_writer *w, const struct fdp_record *rec)
{
	int err = record_encode(&w->records, rec, &w->codec);

	if (err)
		return err;
	w->block.records++;
	tally_count(&w->hand, rec);
	if (rec->type == FDP_LOSS)
		w->block.lost += rec->loss.count;
	if (rec->type == FDP_CLOCK)
		w->clock = rec->clock;

	return 0;
}

/*
 * Repeated definitions do not count for the target: the more there are, the more events
 * must share them. What is left below FDP_BLOCK_MAX is for the definitions of one event.
 */
static bool block_is_full(const struct fdp_writer *w)
{
	return w->records.len - w->repeated >= FDP_BLOCK_TARGET ||
	       w->records.len >= FDP_BLOCK_MAX - EVENT_ROOM;
}

int fdp_writer_add(struct fdp_writer *w, const struct fdp_record *record)
{
	const struct record_type *row = record_type_find(record->type);
	int err;

	if (w->error)
		return w->error;
	if (!row)
		return -EINVAL;
	record_references(record, writer_require, w);
	err = row->definition ? definition_add(w, record) : event_add(w, record);
	if (err)
		return err;

	return block_is_full(w) ? fdp_writer_flush(w) : 0;
}

static int block_put(struct fdp_writer *w, const struct fdp_text *piece)
{
	int err = seek_table_add(&w->seek, w->block.packed_len, w->block.raw_len);

	if (err)
		return err;

	return writer_put(w, piece->data, piece->len);
}

int fdp_writer_flush(struct fdp_writer *w)
{
	struct fdp_text piece;

	if (w->error || !w->block.records)
		return w->error;
	w->block.last_ns = w->codec.last_ns;
	w->block.first_ns = w->codec.first_ns;
	if (w->block.first_ns > w->block.last_ns)
		w->block.first_ns = 0; /* no record has a time */
	w->error = packer_pack(w->packer, &w->block, &w->records, &piece);
	if (!w->error && w->keep.bytes_max)
		w->error = keep_add(&w->keep, &w->block, &w->hand, &piece);
	else if (!w->error)
		w->error = block_put(w, &piece);
	if (w->error)
		return w->error;
	tally_add(&w->written, &w->hand);
	w->block.sequence++;
	block_start(w);

	return 0;
}

static int trailer_put(struct fdp_writer *w, const struct fdp_trailer *trailer,
		       bool with_table)
{
	struct section_end end = {.section = w->block.section,
				  .blocks = w->block.sequence};
	size_t table_len = with_table ? seek_table_len(&w->seek) : 0;
	struct buffer out;
	int err = buffer_init(&out, FDP_HEADER_MAX + table_len);

	if (!err)
		err = trailer_encode(&out, trailer, &end);
	if (!err && table_len)
		seek_table_encode(&out, &w->seek, w->head_len, (uint32_t)out.len);
	if (!err)
		err = writer_put(w, out.data, out.len);
	buffer_release(&out);

	return err;
}

int fdp_writer_finish(struct fdp_writer *w, const struct fdp_trailer *trailer)
{
	int err = fdp_writer_flush(w);

	if (!err)
		err = trailer_put(w, trailer, true);
	if (!err)
		w->error = -ESHUTDOWN;

	return err;
}

int fdp_writer_abandon(struct fdp_writer *w, const struct fdp_trailer *trailer)
{
	struct fdp_trailer told = *trailer;
	struct tally sum = w->written;
	int err;

	tally_lose(&sum, &w->hand);
	tally_tell(&told, &sum);
	w->error = 0;
	err = trailer_put(w, &told, false);
	w->error = -ESHUTDOWN;

	return err;
}

int fdp_writer_restart(struct fdp_writer *w, const struct fdp_header *header)
{
	return section_start(w, header);
}

void fdp_writer_totals(const struct fdp_writer *w, struct fdp_trailer *trailer)
{
	struct tally sum = w->written;

	tally_add(&sum, &w->hand);
	tally_tell(trailer, &sum);
}

int fdp_writer_new_keeping(struct fdp_writer **writerp, size_t bytes, fdp_sink_fn sink,
			   void *ctx)
{
	int err = writer_new(writerp, sink, ctx);

	if (!err)
		(*writerp)->keep.bytes_max = bytes;

	return err;
}

/* The block gets the place in this section that it would have had from the start. */
static int kept_block_put(struct fdp_writer *w, struct kept_block *b, struct buffer *head)
{
	const struct fdp_text piece = {(const char *)b->piece,
				       BLOCK_HEADER_LEN + b->header.packed_len};
	int err;

	b->header.section = w->block.section;
	b->header.sequence = w->block.sequence;
	head->len = 0;
	block_header_encode(head, &b->header);
	memcpy(b->piece, head->data, head->len);
	w->block.packed_len = b->header.packed_len;
	w->block.raw_len = b->header.raw_len;
	err = block_put(w, &piece);
	w->block.sequence += !err;

	return err;
}

/* When one cannot be written, it and those after it are lost. */
static int kept_put(struct fdp_writer *w)
{
	uint64_t before = w->keep.oldest ? w->keep.oldest->header.lost : 0;
	uint64_t inside = 0;
	struct buffer head;
	int err = buffer_init(&head, BLOCK_HEADER_LEN);

	for (size_t cause = 0; w->keep.oldest && cause < FDP_CAUSE_COUNT; cause++)
		for (size_t what = 0; what < FDP_LOST_COUNT; what++)
			inside += w->keep.oldest->tally.lost[cause][what];
	for (struct kept_block *b = w->keep.oldest; b; b = b->newer) {
		b->header.lost -= before - inside;
		if (!err)
			err = kept_block_put(w, b, &head);
		if (err)
			tally_lose(&w->written, &b->tally);
		else
			tally_add(&w->written, &b->tally);
	}
	buffer_release(&head);

	return err;
}

int fdp_writer_dump(struct fdp_writer *w, const struct fdp_header *header,
		    const struct fdp_trailer *trailer)
{
	struct fdp_trailer told = *trailer;
	int err = fdp_writer_flush(w);

	if (!err)
		err = section_start(w, header);
	if (!err)
		err = kept_put(w);
	if (err)
		return err;
	tally_tell(&told, &w->written);
	err = trailer_put(w, &told, true);
	keep_release(&w->keep);
	memset(&w->written, 0, sizeof(w->written));
	w->block.lost = 0;

	return err;
}

void fdp_writer_set_level(struct fdp_writer *w, int level)
{
	packer_set_level(w->packer, level);
}

void fdp_writer_forget(struct fdp_writer *w, enum fdp_type type, uint64_t id)
{
	definitions_forget(&w->definitions, type, id);
}

uint64_t fdp_writer_size(const struct fdp_writer *w)
{
	return w->size;
}

uint64_t fdp_writer_bound(const struct fdp_writer *w)
{
	return w->size + BLOCK_HEADER_LEN + BLOCK_PACKED_MAX + FDP_HEADER_MAX +
	       seek_table_len(&w->seek);
}

size_t fdp_writer_kept(const struct fdp_writer *w)
{
	return w->keep.bytes;
}

size_t fdp_writer_pending(const struct fdp_writer *w)
{
	return w->records.len;
}
