/* SPDX-License-Identifier: BSD-2-Clause */
/* Walk: see walk.h. */
#include "walk.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "frame.h"
#include "search.h"

#define WINDOW_LEN (BLOCK_HEADER_LEN_MAX + BLOCK_PACKED_MAX + FDP_HEADER_MAX)

/* Twice what lies between two clock records. */
#define CLOCKS_APART_NS 20000000000

enum { WALK_AGAIN = WALK_BLOCK + 1 }; /* a frame was passed over */

int walk_init(struct walk *w, fdp_source_fn source, void *ctx)
{
	int err = input_init(&w->in, WINDOW_LEN, source, ctx);

	w->to_ns = UINT64_MAX;

	return err ? err : unpacker_new(&w->unpacker);
}

void walk_release(struct walk *w)
{
	unpacker_free(w->unpacker);
	input_release(&w->in);
}

uint64_t walk_block_number(const struct walk *w)
{
	return w->base + w->block.sequence;
}

int walk_fail(struct walk *w, int err, uint64_t offset)
{
	w->offset = offset;
	if (err == -EBADMSG)
		w->search = w->damaged = true;
	else if (err == -EMEDIUMTYPE || err == -EPROTONOSUPPORT)
		w->ended = true;

	return err;
}

/* The frame at hand is wrong; the walk goes on len bytes behind its start. */
static int frame_wrong(struct walk *w, int err, uint64_t len)
{
	w->pass = len;

	return walk_fail(w, err, w->in.offset);
}

static int source_failed(struct walk *w, int err)
{
	w->offset = w->in.offset + input_left(&w->in);

	return failure_set(&w->why, err, "%s", strerror(-err));
}

/* The input ends inside of the frame at hand. */
static int walk_cut(struct walk *w, const char *what)
{
	w->open = false;
	if (!w->in.offset && !input_left(&w->in))
		failure_set(&w->why, 0, "the input is empty");
	else
		failure_set(&w->why, 0, "cut short inside %s", what);

	return frame_wrong(w, -ENODATA, input_left(&w->in));
}

/* The next frame is not of the open section, or there is none. */
static int section_unfinished(struct walk *w)
{
	w->open = false;
	failure_set(&w->why, 0, "section ends without a trailer");

	return frame_wrong(w, -ENODATA, 0);
}

static int section_start(struct walk *w, uint32_t section, uint64_t sequence)
{
	if (w->n_sections++ == FDP_SECTIONS_MAX) {
		w->ended = true;
		failure_set(&w->why, 0, "more than %d sections", FDP_SECTIONS_MAX);
		return frame_wrong(w, -EBADMSG, 0);
	}
	w->base += w->expect;
	w->expect = sequence;
	w->section = section;
	w->open = true;

	return WALK_HEADER;
}

static int head_next(struct walk *w, size_t len)
{
	uint32_t section;
	int err;

	if (w->open)
		return section_unfinished(w);
	err = header_decode(&w->header, &w->lists, &section, input_at(&w->in), len,
			    &w->why);
	if (err)
		return frame_wrong(w, err, 1);
	w->pass = len;
	w->damaged = false;

	return section_start(w, section, 0);
}

/* A block of a section whose header did not come, which must have been told before. */
static int section_adopt(struct walk *w, const struct block_header *h, size_t len)
{
	if (w->open)
		return section_unfinished(w);
	if (h->section == w->section && w->n_sections) {
		failure_set(&w->why, 0, "block behind the trailer of its section");
		return frame_wrong(w, -EBADMSG, len + h->packed_len);
	}
	if (!w->damaged) {
		failure_set(&w->why, 0, "section header is missing");
		return frame_wrong(w, -EBADMSG, 0);
	}
	memset(&w->header, 0, sizeof(w->header));

	return section_start(w, h->section, h->sequence);
}

/* A damaged block, whose header holds: the next frame is behind it, or it lost bytes. */
static int block_damaged(struct walk *w, const struct block_header *h, size_t len)
{
	size_t whole = len + h->packed_len;
	int ret = input_need(&w->in, whole + FRAME_PREFIX);
	struct cursor next = {.at = input_at(&w->in) + whole,
			      .end = input_at(&w->in) + input_left(&w->in)};

	if (ret == 1 && !frame_is_skippable(take_u32(&next)))
		whole = len;

	return frame_wrong(w, -EBADMSG, whole);
}

static int block_unpack(struct walk *w, const struct block_header *h, size_t len)
{
	int ret = input_need(&w->in, len + h->packed_len);

	if (ret < 0)
		return source_failed(w, ret);
	if (!ret)
		return walk_cut(w, "a block");
	w->in.hops = false;
	ret = unpacker_unpack(w->unpacker, &w->records, h, input_at(&w->in) + len,
			      &w->why);
	if (ret == -ENOMEM)
		return frame_wrong(w, ret, 0);
	w->expect = h->sequence + 1;
	if (ret)
		return block_damaged(w, h, len);
	w->pass = len + h->packed_len;
	w->block = *h;
	w->damaged = false;

	return WALK_BLOCK;
}

/* A clock record in force at from_ns can be in an earlier block, if that is not told. */
static bool block_is_wanted(const struct walk *w, const struct block_header *h)
{
	bool timeless = !h->first_ns && !h->last_ns;
	uint64_t early = w->from_ns > h->last_ns ? w->from_ns - h->last_ns : 0;

	return timeless ||
	       (early <= (h->has_clock ? 0 : CLOCKS_APART_NS) && h->first_ns <= w->to_ns);
}

static int block_skip(struct walk *w, const struct block_header *h, size_t len)
{
	w->expect = h->sequence + 1;
	w->pass = (uint64_t)len + h->packed_len;
	w->damaged = false;

	return WALK_AGAIN;
}

static int block_next(struct walk *w, size_t len)
{
	struct block_header h;
	int err = block_header_decode(&h, input_at(&w->in), len, &w->why);

	if (err)
		return frame_wrong(w, err, 1);
	if (!w->open || h.section != w->section)
		return section_adopt(w, &h, len);
	if (h.sequence < w->expect) {
		failure_set(&w->why, 0, "block %" PRIu64 " comes again or too late",
			    h.sequence);
		return frame_wrong(w, -EBADMSG, len + h.packed_len);
	}
	if (h.sequence > w->expect && !w->damaged) {
		failure_set(&w->why, 0, "block %" PRIu64 " where %" PRIu64 " is expected",
			    h.sequence, w->expect);
		return frame_wrong(w, -EBADMSG, 0);
	}

	if (!block_is_wanted(w, &h))
		return block_skip(w, &h, len);

	return block_unpack(w, &h, len);
}

static int end_next(struct walk *w, size_t len)
{
	struct section_end end;
	int err = trailer_decode(&w->trailer, &end, input_at(&w->in), len, &w->why);

	if (err)
		return frame_wrong(w, err, 1);
	if (w->open && end.section != w->section)
		return section_unfinished(w);
	if (!w->open && w->damaged) {
		/* All else of its section is lost, and was told. */
		w->pass = len;
		return WALK_AGAIN;
	}
	if (!w->open) {
		failure_set(&w->why, 0, "trailer without a section");
		return frame_wrong(w, -EBADMSG, len);
	}
	if (end.blocks != w->expect && !w->damaged) {
		failure_set(&w->why, 0,
			    "trailer after %" PRIu64 " blocks counts %" PRIu64, w->expect,
			    end.blocks);
		return frame_wrong(w, -EBADMSG, 0);
	}
	w->pass = len;
	w->open = false;

	return WALK_TRAILER;
}

static uint32_t frame_len_max(uint32_t magic)
{
	return magic == FRAME_BLOCK ? BLOCK_HEADER_LEN_MAX : FDP_HEADER_MAX;
}

/* A frame of ours, of which the prefix is in the window. */
static int frame_next(struct walk *w, uint32_t magic, uint32_t size)
{
	size_t len = (size_t)FRAME_PREFIX + size;
	int ret;

	if (len > frame_len_max(magic)) {
		failure_set(&w->why, 0, "frame length %zu exceeds %u", len,
			    frame_len_max(magic));
		return frame_wrong(w, -EBADMSG, 1);
	}
	ret = input_need(&w->in, len);
	if (ret < 0)
		return source_failed(w, ret);
	if (!ret)
		return walk_cut(w, magic == FRAME_BLOCK	 ? "a block header"
				   : magic == FRAME_HEAD ? "a section header"
							 : "a trailer");
	if (magic == FRAME_HEAD)
		return head_next(w, len);
	if (magic == FRAME_BLOCK)
		return block_next(w, len);

	return end_next(w, len);
}

/* The first bytes of an input, which may be fewer than a trace has. */
static bool begin_is_ours(const struct walk *w)
{
	uint8_t magic[FRAME_MARK_LEN] = {0};
	struct buffer expected = {.data = magic, .cap = sizeof(magic)};
	const uint8_t *at = input_at(&w->in);
	size_t left = input_left(&w->in);

	put_u32(&expected, FRAME_HEAD);
	if (left < FRAME_PREFIX + FRAME_MARK_LEN)
		return !memcmp(at, magic, left < sizeof(magic) ? left : sizeof(magic));

	return !memcmp(at, magic, sizeof(magic)) &&
	       !memcmp(at + FRAME_PREFIX, frame_mark(FRAME_HEAD), FRAME_MARK_LEN);
}

/* The input ends where a frame could begin. */
static int walk_end(struct walk *w)
{
	if (!w->begun) {
		w->begun = true;
		return walk_cut(w, "a section header");
	}
	if (input_left(&w->in))
		return walk_cut(w, "a frame");

	return w->open ? section_unfinished(w) : WALK_END;
}

static int walk_step(struct walk *w)
{
	struct cursor head;
	uint32_t magic, size;
	int ret = input_need(&w->in, FRAME_PREFIX + (w->begun ? 0 : FRAME_MARK_LEN));

	if (ret < 0)
		return source_failed(w, ret);
	if (!w->begun && !begin_is_ours(w)) {
		failure_set(&w->why, 0, "not an fdpass trace");
		return frame_wrong(w, -EMEDIUMTYPE, 0);
	}
	if (!ret)
		return walk_end(w);
	w->begun = true;
	head = (struct cursor){.at = input_at(&w->in),
			       .end = input_at(&w->in) + FRAME_PREFIX};
	magic = take_u32(&head);
	size = take_u32(&head);
	w->offset = w->in.offset;
	if (frame_mark(magic))
		return frame_next(w, magic, size);
	if (frame_is_skippable(magic)) {
		w->pass = (uint64_t)FRAME_PREFIX + size;
		return WALK_AGAIN;
	}
	failure_set(&w->why, 0, "not a frame of a trace");

	return frame_wrong(w, -EBADMSG, 1);
}

/* Leaves the frame that was handed out before. Returns 1, or an error. */
static int walk_pass(struct walk *w)
{
	uint64_t offset = w->in.offset;
	int ret = input_pass_far(&w->in, &w->pass);

	if (ret < 0)
		return source_failed(w, ret);
	if (ret)
		return 1;
	w->pass = 0;
	w->open = false;
	failure_set(&w->why, 0, "cut short inside a frame");

	return walk_fail(w, -ENODATA, offset);
}

int walk_next(struct walk *w)
{
	int ret = WALK_AGAIN;

	while (ret == WALK_AGAIN) {
		if (w->ended)
			return WALK_END;
		ret = walk_pass(w);
		if (ret < 0)
			return ret;
		if (w->search) {
			ret = search_frame(&w->in, frame_len_max);
			if (ret < 0)
				return source_failed(w, ret);
			w->search = false;
		}
		ret = walk_step(w);
	}

	return ret;
}
