// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/cut.h"

#include <errno.h>

#include "scene.h"

static void parses(const char *text, uint64_t from_ns, uint64_t to_ns)
{
	struct cut_range range;
	cr_assert_eq(cut_range_parse(&range, text), 0, "%s", text);
	cr_assert(range.from_ns == from_ns && range.to_ns == to_ns, "%s", text);
}

Test(cut, a_range_is_two_times_of_which_one_may_be_missing)
{
	parses("1..2", 1000000000, 2000000000);
	parses("0.5..0.75", 500000000, 750000000);
	parses("0.000000001..", 1, UINT64_MAX);
	parses("..3", 0, 3000000000);
	parses("..", 0, UINT64_MAX);
}

Test(cut, anything_else_is_refused)
{
	static const char *const texts[] = {"",
					    "1",
					    "2..1",
					    "a..b",
					    "1..2x",
					    "1...",
					    "-1..",
					    "1.0000000001..",
					    "99999999999999..",
					    " 1.."};
	struct cut_range range;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		cr_assert_eq(cut_range_parse(&range, texts[i]), -EINVAL, "%s", texts[i]);
}

struct taken {
	enum fdp_type types[16];
	size_t n;
};

static int note(void *ctx, struct fdp_record *record)
{
	struct taken *kept = ctx;
	kept->types[kept->n++] = record->type;
	return 0;
}

static void add(struct cut *c, struct taken *kept, enum fdp_type type, uint64_t message,
		uint64_t time_ns)
{
	struct fdp_record record = {.type = type, .block = time_ns / 100};
	if (type == FDP_SEND) {
		record.send.message = message;
		record.send.time_ns = time_ns;
	} else if (type == FDP_RECEIVE) {
		record.receive.message = message;
		record.receive.time_ns = time_ns;
	} else if (type == FDP_TRANSFER) {
		record.transfer.time_ns = time_ns;
	}
	cr_assert_eq(cut_add(c, &record, true, note, kept), 0);
}

Test(cut, a_message_is_kept_as_a_whole)
{
	struct cut_range range = {.given = true, .from_ns = 10, .to_ns = 20};
	struct taken kept = {.n = 0};
	struct cut c;
	cut_init(&c, &range);
	add(&c, &kept, FDP_SEND, 1, 1000);
	add(&c, &kept, FDP_SEND, 2, 1010);
	add(&c, &kept, FDP_SEND, 3, 1021);
	add(&c, &kept, FDP_RECEIVE, 1, 1022);
	add(&c, &kept, FDP_RECEIVE, 2, 1099);
	cr_assert_eq(kept.n, 2);
	cr_assert(kept.types[0] == FDP_SEND && kept.types[1] == FDP_RECEIVE);
	cut_release(&c);
}

Test(cut, definitions_come_with_the_events_of_their_block)
{
	struct cut_range range = {
		.given = true, .mode = CLOCK_BOOT, .from_ns = 200, .to_ns = 300};
	struct taken kept = {.n = 0};
	struct cut c;
	cut_init(&c, &range);
	add(&c, &kept, FDP_PROCESS, 0, 0);
	add(&c, &kept, FDP_SEND, 1, 99);
	add(&c, &kept, FDP_FILE, 0, 210);
	add(&c, &kept, FDP_SEND, 2, 250);
	cr_assert_eq(kept.n, 2);
	cr_assert(kept.types[0] == FDP_FILE && kept.types[1] == FDP_SEND);
	cut_release(&c);
}

Test(cut, a_transfer_is_kept_by_its_time)
{
	struct cut_range range = {
		.given = true, .mode = CLOCK_BOOT, .from_ns = 100, .to_ns = 200};
	struct taken kept = {.n = 0};
	struct cut c;
	cut_init(&c, &range);
	add(&c, &kept, FDP_TRANSFER, 0, 99);
	add(&c, &kept, FDP_TRANSFER, 0, 150);
	add(&c, &kept, FDP_TRANSFER, 0, 201);
	cr_assert_eq(kept.n, 1);
	cut_release(&c);
}
