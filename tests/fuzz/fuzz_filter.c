/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: a filter of any bytes is refused with a place inside of it, or answers. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../replay/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add(struct trace *t, struct fdp_record record)
{
	if (trace_add(t, &record))
		abort();
}

static void make_trace(struct trace *t)
{
	static const struct fdp_descriptor fd = {1, 3};
	trace_init(t, true);
	add(t, (struct fdp_record){
		       .type = FDP_PROCESS,
		       .process = {.id = 1, .pid = 7, .comm = {"client", 6}},
	       });
	add(t, (struct fdp_record){
		       .type = FDP_FILE,
		       .file = {.id = 1,
				.kind = FDP_KIND_REGULAR,
				.dev_major = 8,
				.name = {"/tmp/\xff\x1b*", 8}},
	       });
	add(t, (struct fdp_record){
		       .type = FDP_SEND,
		       .send = {.message = 1,
				.time_ns = 1000,
				.process = 1,
				.n_fds = 1,
				.fds = &fd},
	       });
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct filter *filter;
	struct expression_failure failure;
	struct fdp_text text = {(const char *)data, size};
	struct trace trace;
	struct kept_room room;
	struct pass pass;
	int err = filter_new(&filter, VIEW_PASSES, text, &failure);
	if (err) {
		if (err == -EINVAL && (!failure.column || failure.column > size + 1))
			abort();
		return 0;
	}
	make_trace(&trace);
	struct fdp_send send = kept_send(&trace.sends, 0, &room);
	pass_from_send(&pass, &trace, &send, 0);
	struct row row = {.trace = &trace, .pass = &pass};
	filter_wants(filter, &row, NULL);
	trace_release(&trace);
	filter_free(filter);
	return 0;
}
