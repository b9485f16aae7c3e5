/* SPDX-License-Identifier: BSD-2-Clause */
/* Header and trailer: see header.h. */
#include "header.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "frame.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* After the mark: what a transfer as text would change (line ends, end of file). */
static const char text_trap[4] = {'\r', '\n', '\x1a', '\n'};

#define FLAGS_KNOWN                                                                      \
	(FDP_HEADER_EXACT_FILES | FDP_HEADER_FILTERED | FDP_HEADER_CMDLINE |             \
	 FDP_HEADER_SENDERS)
#define DEMANDS_KNOWN UINT64_C(0)

enum item_value { ITEM_TEXT, ITEM_U32, ITEM_U64, ITEM_CLOCK };

/* An item that is there at most once, as a member of fdp_header or fdp_trailer. */
struct item {
	uint32_t tag; /* on disk, never reused */
	uint16_t offset;
	uint8_t value; /* enum item_value */
};

static const struct item header_items[] = {
	{1, offsetof(struct fdp_header, writer), ITEM_TEXT},
	{2, offsetof(struct fdp_header, options), ITEM_TEXT},
	{3, offsetof(struct fdp_header, backend), ITEM_TEXT},
	{4, offsetof(struct fdp_header, kernel), ITEM_TEXT},
	{5, offsetof(struct fdp_header, machine), ITEM_TEXT},
	{6, offsetof(struct fdp_header, hostname), ITEM_TEXT},
	{7, offsetof(struct fdp_header, boot_id), ITEM_TEXT},
	{8, offsetof(struct fdp_header, capture), ITEM_TEXT},
	{9, offsetof(struct fdp_header, cpus), ITEM_U32},
	{10, offsetof(struct fdp_header, page_size), ITEM_U32},
	{11, offsetof(struct fdp_header, pid_ns), ITEM_U32},
	{12, offsetof(struct fdp_header, clock), ITEM_CLOCK},
};

/* Items that may be there several times. */
#define TAG_HOOK 13
#define TAG_BLIND_SPOT 14

static const struct item trailer_items[] = {
	{1, offsetof(struct fdp_trailer, stop), ITEM_U32},
	{2, offsetof(struct fdp_trailer, clock), ITEM_CLOCK},
	{3, offsetof(struct fdp_trailer, messages), ITEM_U64},
	{4, offsetof(struct fdp_trailer, descriptors), ITEM_U64},
	{5, offsetof(struct fdp_trailer, receives), ITEM_U64},
};

#define TAG_LOST 6 /* cause, what, count */

/* A value is encoded by itself first, for its length goes in front. */
#define VALUE_MAX (2 * (FDP_STRING_MAX + VARINT_MAX) + VARINT_MAX)

static void clock_encode(struct buffer *out, const struct fdp_clock *clock)
{
	if (!clock->boot_ns && !clock->mono_ns && !clock->real_ns && !clock->error_ns)
		return;
	put_varint(out, clock->boot_ns);
	put_varint(out, clock->mono_ns);
	put_varint(out, zigzag(clock->real_ns));
	put_varint(out, clock->error_ns);
}

static struct fdp_clock clock_decode(struct cursor *in)
{
	struct fdp_clock clock;

	clock.boot_ns = take_varint(in);
	clock.mono_ns = take_varint(in);
	clock.real_ns = unzigzag(take_varint(in));
	clock.error_ns = take_varint(in);

	return clock;
}

static void value_encode(struct buffer *out, const void *member, enum item_value value)
{
	const struct fdp_text *text = member;

	switch (value) {
	case ITEM_TEXT:
		put_bytes(out, text->data, text->len);
		return;
	case ITEM_U32:
		if (*(const uint32_t *)member)
			put_varint(out, *(const uint32_t *)member);
		return;
	case ITEM_U64:
		if (*(const uint64_t *)member)
			put_varint(out, *(const uint64_t *)member);
		return;
	case ITEM_CLOCK:
		clock_encode(out, member);
		return;
	}
}

static void value_decode(void *member, struct cursor *in, enum item_value value)
{
	size_t len = cursor_left(in);

	switch (value) {
	case ITEM_TEXT:
		in->bad |= len > FDP_STRING_MAX;
		*(struct fdp_text *)member = (struct fdp_text){
			.data = (const char *)take_bytes(in, len), .len = len};
		return;
	case ITEM_U32:
		*(uint32_t *)member = take_varint32(in);
		return;
	case ITEM_U64:
		*(uint64_t *)member = take_varint(in);
		return;
	case ITEM_CLOCK:
		*(struct fdp_clock *)member = clock_decode(in);
		return;
	}
}

static void put_item(struct buffer *out, uint32_t tag, const struct buffer *value)
{
	put_varint(out, tag);
	put_varint(out, value->len);
	put_bytes(out, value->data, value->len);
	out->full |= value->full;
}

/* Empty texts and zeros are left out: not there means not said. */
static int items_encode(struct buffer *out, const void *from, const struct item *items,
			size_t n)
{
	uint8_t bytes[VALUE_MAX];

	for (size_t i = 0; i < n; i++) {
		struct buffer value = {.data = bytes, .cap = sizeof(bytes)};

		value_encode(&value, (const char *)from + items[i].offset,
			     items[i].value);
		if (value.full)
			return -EINVAL;
		if (items[i].value == ITEM_TEXT && value.len > FDP_STRING_MAX)
			return -EINVAL;
		if (value.len)
			put_item(out, items[i].tag, &value);
	}

	return 0;
}

/* Takes the next item's tag and value. */
static uint32_t take_item(struct cursor *value, struct cursor *in)
{
	uint32_t tag = take_varint32(in);
	uint64_t len = take_varint(in);

	*value = (struct cursor){.at = in->at, .end = in->at};
	if (take_bytes(in, len))
		value->end += len;

	return tag;
}

/* Is it one of these? Then it goes into its member; a second one is malformed. */
static bool item_decode(void *to, const struct item *items, size_t n, uint32_t tag,
			struct cursor *value, uint64_t *seen)
{
	for (size_t i = 0; i < n; i++) {
		if (items[i].tag != tag)
			continue;
		value_decode((char *)to + items[i].offset, value, items[i].value);
		value->bad |= *seen >> i & 1;
		*seen |= UINT64_C(1) << i;
		return true;
	}

	return false;
}

static int hooks_encode(struct buffer *out, const struct fdp_header *header)
{
	uint8_t bytes[VALUE_MAX];

	if (header->n_hooks > FDP_HOOKS_MAX)
		return -EINVAL;
	for (uint32_t i = 0; i < header->n_hooks; i++) {
		const struct fdp_hook *hook = &header->hooks[i];
		struct buffer value = {.data = bytes, .cap = sizeof(bytes)};

		if (hook->name.len > FDP_STRING_MAX || hook->reason.len > FDP_STRING_MAX)
			return -EINVAL;
		put_varint(&value, hook->state);
		put_text(&value, hook->name);
		put_text(&value, hook->reason);
		put_item(out, TAG_HOOK, &value);
	}

	return 0;
}

static int blind_spots_encode(struct buffer *out, const struct fdp_header *header)
{
	if (header->n_blind_spots > FDP_BLIND_SPOTS_MAX)
		return -EINVAL;
	for (uint32_t i = 0; i < header->n_blind_spots; i++) {
		struct fdp_text text = header->blind_spots[i];

		if (text.len > FDP_STRING_MAX)
			return -EINVAL;
		put_varint(out, TAG_BLIND_SPOT);
		put_text(out, text);
	}

	return 0;
}

int header_encode(struct buffer *out, const struct fdp_header *header, uint32_t *section)
{
	size_t start = frame_open(out, FRAME_HEAD);
	int err;

	put_bytes(out, text_trap, sizeof(text_trap));
	put_u16(out, FDP_VERSION_MAJOR);
	put_u16(out, FDP_VERSION_MINOR);
	put_u64(out, header->flags & FLAGS_KNOWN);
	put_u64(out, 0);
	err = items_encode(out, header, header_items, COUNT(header_items));
	if (!err)
		err = hooks_encode(out, header);
	if (!err)
		err = blind_spots_encode(out, header);
	if (err)
		return err;
	*section = frame_close(out, start);

	return out->full ? -EINVAL : 0;
}

static void hook_decode(struct fdp_header *header, struct header_lists *lists,
			struct cursor *in)
{
	struct fdp_hook *hook = &lists->hooks[header->n_hooks];

	if (header->n_hooks == FDP_HOOKS_MAX) {
		in->bad = true;
		return;
	}
	hook->state = take_varint32(in);
	hook->name = take_text(in);
	hook->reason = take_text(in);
	header->n_hooks++;
}

static void blind_spot_decode(struct fdp_header *header, struct header_lists *lists,
			      struct cursor *in)
{
	if (header->n_blind_spots == FDP_BLIND_SPOTS_MAX) {
		in->bad = true;
		return;
	}
	value_decode(&lists->blind_spots[header->n_blind_spots++], in, ITEM_TEXT);
}

static int header_items_decode(struct fdp_header *header, struct header_lists *lists,
			       struct cursor *in, struct failure *why)
{
	uint64_t seen = 0;

	while (cursor_left(in) && !in->bad) {
		struct cursor value;
		uint32_t tag = take_item(&value, in);

		if (tag == TAG_HOOK)
			hook_decode(header, lists, &value);
		else if (tag == TAG_BLIND_SPOT)
			blind_spot_decode(header, lists, &value);
		else
			item_decode(header, header_items, COUNT(header_items), tag,
				    &value, &seen);
		in->bad |= value.bad;
		if (in->bad)
			return failure_set(why, -EBADMSG,
					   "item %" PRIu32 " of the section header is "
					   "malformed",
					   tag);
	}

	return 0;
}

/* Words of 64 bits: unknown ones are ignored in the first, refused in the second. */
static int flags_decode(struct fdp_header *header, struct cursor *in, struct failure *why)
{
	uint64_t flags = take_u64(in);
	uint64_t demands = take_u64(in) & ~DEMANDS_KNOWN;

	if (in->bad)
		return failure_set(why, -EBADMSG, "section header is too short");
	if (demands)
		return failure_set(why, -EPROTONOSUPPORT,
				   "section needs feature bit %d, newer than this reader",
				   __builtin_ctzll(demands));
	header->flags = (uint32_t)(flags & FLAGS_KNOWN);

	return 0;
}

/* Before the checksum is looked at: is it a trace, and of a version that has one? */
static int version_decode(struct fdp_header *header, struct cursor in,
			  struct failure *why)
{
	const uint8_t *trap = take_bytes(&in, sizeof(text_trap));

	header->major = take_u16(&in);
	header->minor = take_u16(&in);
	if (in.bad)
		return failure_set(why, -EBADMSG, "section header is too short");
	if (memcmp(trap, text_trap, sizeof(text_trap)))
		return failure_set(why, -EBADMSG,
				   "section header was changed as if it were text");
	if (header->major != FDP_VERSION_MAJOR)
		return failure_set(why, -EPROTONOSUPPORT,
				   "format version %u.%u, this reader knows %d",
				   header->major, header->minor, FDP_VERSION_MAJOR);

	return 0;
}

int header_decode(struct fdp_header *header, struct header_lists *lists,
		  uint32_t *section, const uint8_t *frame, size_t len,
		  struct failure *why)
{
	struct cursor in = {.at = frame + len - FRAME_SUM_LEN, .end = frame + len};
	int err;

	if (len < FRAME_PREFIX + FRAME_MARK_LEN + FRAME_SUM_LEN ||
	    memcmp(frame + FRAME_PREFIX, frame_mark(FRAME_HEAD), FRAME_MARK_LEN))
		return failure_set(why, -EBADMSG, "section header without its mark");
	*section = take_u32(&in);
	memset(header, 0, sizeof(*header));
	in = (struct cursor){.at = frame + FRAME_PREFIX + FRAME_MARK_LEN,
			     .end = frame + len - FRAME_SUM_LEN};
	err = version_decode(header, in, why);
	if (err)
		return err;
	if (frame_content(&in, frame, len))
		return failure_set(why, -EBADMSG,
				   "checksum of the section header is wrong");
	take_bytes(&in, sizeof(text_trap) + 2 * sizeof(uint16_t));
	err = flags_decode(header, &in, why);
	if (err)
		return err;
	header->hooks = lists->hooks;
	header->blind_spots = lists->blind_spots;

	return header_items_decode(header, lists, &in, why);
}

static void lost_encode(struct buffer *out, uint32_t cause, uint32_t what, uint64_t count)
{
	uint8_t bytes[3 * VARINT_MAX];
	struct buffer value = {.data = bytes, .cap = sizeof(bytes)};

	put_varint(&value, cause);
	put_varint(&value, what);
	put_varint(&value, count);
	put_item(out, TAG_LOST, &value);
}

int trailer_encode(struct buffer *out, const struct fdp_trailer *trailer,
		   const struct section_end *end)
{
	size_t start = frame_open(out, FRAME_END);
	int err;

	put_u32(out, end->section);
	put_u64(out, end->blocks);
	err = items_encode(out, trailer, trailer_items, COUNT(trailer_items));
	if (err)
		return err;
	for (uint32_t cause = 0; cause < FDP_CAUSE_COUNT; cause++)
		for (uint32_t what = 0; what < FDP_LOST_COUNT; what++)
			if (trailer->lost[cause][what])
				lost_encode(out, cause, what, trailer->lost[cause][what]);
	frame_close(out, start);

	return out->full ? -EINVAL : 0;
}

/* What a later version loses, or loses it by, is lost all the same. */
static void lost_decode(struct fdp_trailer *trailer, struct cursor *in)
{
	uint32_t cause = take_varint32(in);
	uint32_t what = take_varint32(in);
	uint64_t count = take_varint(in);

	if (cause >= FDP_CAUSE_COUNT)
		cause = FDP_CAUSE_MISSED;
	if (what >= FDP_LOST_COUNT)
		what = FDP_LOST_SEND;
	trailer->lost[cause][what] += count;
}

int trailer_decode(struct fdp_trailer *trailer, struct section_end *end,
		   const uint8_t *frame, size_t len, struct failure *why)
{
	struct cursor in;
	uint64_t seen = 0;

	if (frame_content(&in, frame, len))
		return failure_set(why, -EBADMSG, "checksum of the trailer is wrong");
	memset(trailer, 0, sizeof(*trailer));
	end->section = take_u32(&in);
	end->blocks = take_u64(&in);
	while (cursor_left(&in) && !in.bad) {
		struct cursor value;
		uint32_t tag = take_item(&value, &in);

		if (tag == TAG_LOST)
			lost_decode(trailer, &value);
		else
			item_decode(trailer, trailer_items, COUNT(trailer_items), tag,
				    &value, &seen);
		in.bad |= value.bad;
	}
	if (in.bad)
		return failure_set(why, -EBADMSG, "trailer is malformed");

	return 0;
}
