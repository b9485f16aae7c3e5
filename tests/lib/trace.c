/* SPDX-License-Identifier: BSD-2-Clause */
/* Traces for tests: see trace.h. */
#include "trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../format/record.h"

#define TEXT(s) ((struct fdp_text){.data = (s), .len = sizeof(s) - 1})

void memory_sink_init(struct memory_sink *s)
{
	*s = (struct memory_sink){.limit = SIZE_MAX};
}

void memory_sink_release(struct memory_sink *s)
{
	free(s->data);
	*s = (struct memory_sink){0};
}

int memory_sink_write(void *ctx, const void *data, size_t len)
{
	struct memory_sink *s = ctx;

	if (len > s->limit - s->len)
		return -ENOSPC;
	if (len > s->cap - s->len) {
		uint8_t *more = realloc(s->data, 2 * s->cap + len);

		if (!more)
			return -ENOMEM;
		s->data = more;
		s->cap = 2 * s->cap + len;
	}
	if (len)
		memcpy(s->data + s->len, data, len);
	s->len += len;

	return 0;
}

const enum fdp_type sample_types[] = {
	FDP_PROCESS, FDP_SOCKET,   FDP_FILE,	 FDP_SEND,     FDP_QUEUE,
	FDP_RECEIVE, FDP_END,	   FDP_LOSS,	 FDP_FILE_END, FDP_CLOCK,
	FDP_HOLDER,  FDP_SNAPSHOT, FDP_TRANSFER,
};
const size_t n_sample_types = sizeof(sample_types) / sizeof(*sample_types);

static uint64_t sample_number(enum sample sample, unsigned int bits, bool is_signed,
			      uint64_t count)
{
	uint64_t ones = UINT64_MAX >> (64 - bits);

	switch (sample) {
	case SAMPLE_LEAST:
		return is_signed ? ones / 2 + 1 : 0;
	case SAMPLE_GREATEST:
		return is_signed ? ones / 2 : ones;
	case SAMPLE_COUNTED:
		return 1000 * count + 7;
	default:
		return 0;
	}
}

static uint32_t sample_fds(enum sample sample, struct sample_space *space)
{
	uint32_t n = sample == SAMPLE_GREATEST ? FDP_FDS_MAX
		     : sample == SAMPLE_ZERO   ? 0
					       : 3;

	for (uint32_t i = 0; i < n; i++) {
		space->fds[i].file = sample_number(sample, 64, false, i) - i % 2;
		space->fds[i].fd = (int32_t)sample_number(sample, 32, true, i);
	}

	return n;
}

static struct fdp_text sample_text(enum sample sample, struct sample_space *space,
				   size_t count)
{
	size_t len = sample == SAMPLE_GREATEST	? FDP_STRING_MAX
		     : sample == SAMPLE_COUNTED ? 200 + count
						: 0;

	return (struct fdp_text){.data = space->text + (len < 4000 ? count : 0),
				 .len = len};
}

void sample_record(struct fdp_record *rec, enum fdp_type type, enum sample sample,
		   struct sample_space *space)
{
	const struct record_type *row = record_type_find(type);

	memset(rec, 0, sizeof(*rec));
	rec->type = type;
	for (size_t i = 0; i < sizeof(space->text); i++)
		space->text[i] = (char)i;
	for (size_t i = 0; i < row->n_fields; i++) {
		const struct field *f = &row->fields[i];
		void *value = (char *)rec + f->offset;

		switch ((enum coding)f->coding) {
		case CODING_U32:
		case CODING_NS:
			*(uint32_t *)value =
				(uint32_t)sample_number(sample, 32, false, i);
			break;
		case CODING_S32:
			*(int32_t *)value = (int32_t)sample_number(sample, 32, true, i);
			break;
		case CODING_S64:
			*(int64_t *)value = (int64_t)sample_number(sample, 64, true, i);
			break;
		case CODING_BOOL:
			*(bool *)value = sample != SAMPLE_ZERO;
			break;
		case CODING_TEXT:
			*(struct fdp_text *)value = sample_text(sample, space, i);
			break;
		case CODING_FDS:
			*(uint32_t *)(void *)((char *)rec + f->count) =
				sample_fds(sample, space);
			*(struct fdp_descriptor **)value = space->fds;
			break;
		default:
			*(uint64_t *)value = sample_number(sample, 64, false, i);
		}
	}
}

static bool texts_equal(struct fdp_text a, struct fdp_text b)
{
	return a.len == b.len && (!a.len || !memcmp(a.data, b.data, a.len));
}

static bool fds_equal(const struct fdp_descriptor *a, const struct fdp_descriptor *b,
		      uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (a[i].file != b[i].file || a[i].fd != b[i].fd)
			return false;

	return true;
}

static bool fields_equal(const struct field *f, const struct fdp_record *a,
			 const struct fdp_record *b)
{
	const void *x = (const char *)a + f->offset, *y = (const char *)b + f->offset;
	const void *n = (const char *)a + f->count, *m = (const char *)b + f->count;

	switch ((enum coding)f->coding) {
	case CODING_U32:
	case CODING_S32:
	case CODING_NS:
		return !memcmp(x, y, sizeof(uint32_t));
	case CODING_BOOL:
		return *(const bool *)x == *(const bool *)y;
	case CODING_TEXT:
		return texts_equal(*(const struct fdp_text *)x,
				   *(const struct fdp_text *)y);
	case CODING_FDS:
		return *(const uint32_t *)n == *(const uint32_t *)m &&
		       fds_equal(*(const struct fdp_descriptor *const *)x,
				 *(const struct fdp_descriptor *const *)y,
				 *(const uint32_t *)n);
	default:
		return !memcmp(x, y, sizeof(uint64_t));
	}
}

bool records_equal(const struct fdp_record *a, const struct fdp_record *b)
{
	const struct record_type *row = record_type_find(a->type);

	if (a->type != b->type || !row)
		return false;
	for (size_t i = 0; i < row->n_fields; i++)
		if (!fields_equal(&row->fields[i], a, b))
			return false;

	return true;
}

void sample_header(struct fdp_header *header)
{
	static const struct fdp_hook hooks[] = {
		{FDP_HOOK_ATTACHED, TEXT("tp_btf/sk_data_ready"), {0}},
		{FDP_HOOK_REFUSED, TEXT("fentry/scm_send"), TEXT("no trampolines")},
	};
	static const struct fdp_text blind_spots[] = {TEXT("pidfd_getfd(2)"), {0}};

	*header = (struct fdp_header){
		.flags = FDP_HEADER_EXACT_FILES | FDP_HEADER_CMDLINE,
		.writer = TEXT("fdpass-record 0.1.0"),
		.options = TEXT("fdpass-record\0-o\0x"),
		.backend = TEXT("tracepoint"),
		.kernel = TEXT("6.18.44"),
		.machine = TEXT("x86_64"),
		.hostname = TEXT("host"),
		.boot_id = TEXT("3b1c1c4e-0000-4000-8000-000000000001"),
		.capture = TEXT("3b1c1c4e-0000-4000-8000-000000000002"),
		.cpus = 2,
		.page_size = 4096,
		.pid_ns = 4026531836,
		.clock = {5, UINT64_MAX, INT64_MIN, 7},
		.n_hooks = 2,
		.hooks = hooks,
		.n_blind_spots = 2,
		.blind_spots = blind_spots,
	};
}

void sample_trailer(struct fdp_trailer *trailer)
{
	*trailer = (struct fdp_trailer){
		.stop = FDP_STOP_DURATION,
		.clock = {1, 2, 3, 4},
		.messages = 5,
		.descriptors = 6,
		.receives = UINT64_MAX,
	};
	for (size_t cause = 0; cause < FDP_CAUSE_COUNT; cause++)
		for (size_t what = 0; what < FDP_LOST_COUNT; what++)
			trailer->lost[cause][what] = cause * 10 + what;
}

static bool clocks_equal(const struct fdp_clock *a, const struct fdp_clock *b)
{
	return a->boot_ns == b->boot_ns && a->mono_ns == b->mono_ns &&
	       a->real_ns == b->real_ns && a->error_ns == b->error_ns;
}

static bool lists_equal(const struct fdp_header *a, const struct fdp_header *b)
{
	if (a->n_hooks != b->n_hooks || a->n_blind_spots != b->n_blind_spots)
		return false;
	for (uint32_t i = 0; i < a->n_hooks; i++)
		if (a->hooks[i].state != b->hooks[i].state ||
		    !texts_equal(a->hooks[i].name, b->hooks[i].name) ||
		    !texts_equal(a->hooks[i].reason, b->hooks[i].reason))
			return false;
	for (uint32_t i = 0; i < a->n_blind_spots; i++)
		if (!texts_equal(a->blind_spots[i], b->blind_spots[i]))
			return false;

	return true;
}

bool headers_equal(const struct fdp_header *a, const struct fdp_header *b)
{
	return a->flags == b->flags && texts_equal(a->writer, b->writer) &&
	       texts_equal(a->options, b->options) &&
	       texts_equal(a->backend, b->backend) && texts_equal(a->kernel, b->kernel) &&
	       texts_equal(a->machine, b->machine) &&
	       texts_equal(a->hostname, b->hostname) &&
	       texts_equal(a->boot_id, b->boot_id) &&
	       texts_equal(a->capture, b->capture) && a->cpus == b->cpus &&
	       a->page_size == b->page_size && a->pid_ns == b->pid_ns &&
	       clocks_equal(&a->clock, &b->clock) && lists_equal(a, b);
}

static int definitions_add(struct fdp_writer *w)
{
	const struct fdp_record records[] = {
		{.type = FDP_PROCESS,
		 .process = {.id = 1, .pid = 10, .comm = TEXT("client")}},
		{.type = FDP_PROCESS,
		 .process = {.id = 2, .pid = 20, .comm = TEXT("server")}},
		{.type = FDP_SOCKET, .socket = {.id = 1, .type = 1, .peer = 2}},
		{.type = FDP_SOCKET, .socket = {.id = 2, .type = 1, .peer = 1}},
		{.type = FDP_SOCKET, .socket = {.id = 3, .name = TEXT("/run/s")}},
		{.type = FDP_FILE,
		 .file = {.id = 1, .kind = FDP_KIND_CHR, .name = TEXT("/dev/null")}},
		{.type = FDP_FILE,
		 .file = {.id = 2, .kind = FDP_KIND_SOCKET, .socket = 3}},
	};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(records) / sizeof(*records); i++)
		err = fdp_writer_add(w, &records[i]);

	return err;
}

static int message_add(struct fdp_writer *w, uint64_t number)
{
	const struct fdp_descriptor sent[] = {{1, 3}, {2, 4}};
	const struct fdp_descriptor got[] = {{1, 7}, {2, FDP_FD_LOST}};
	struct fdp_record rec = {.type = FDP_SEND};
	int err;

	rec.send = (struct fdp_send){.message = number,
				     .time_ns = 1000 * number,
				     .process = 1,
				     .socket = 1,
				     .receiver = 2,
				     .size = 1,
				     .sockfd = 5,
				     .call = FDP_CALL_MSG,
				     .error_index = -1,
				     .n_fds = 2,
				     .fds = sent};
	err = fdp_writer_add(w, &rec);
	if (err)
		return err;
	rec = (struct fdp_record){.type = FDP_RECEIVE};
	rec.receive = (struct fdp_receive){.message = number,
					   .time_ns = 1000 * number + 500,
					   .process = 2,
					   .socket = 2,
					   .sender = 1,
					   .result = 1,
					   .sockfd = 6,
					   .flags = FDP_RECEIVE_TRUNCATED,
					   .n_fds = 2,
					   .fds = got};

	return fdp_writer_add(w, &rec);
}

void sample_trace(struct memory_sink *sink, size_t n_blocks, size_t n_events, bool ended)
{
	const struct fdp_header header = {.writer = TEXT("test"), .cpus = 1};
	const struct fdp_trailer trailer = {.stop = FDP_STOP_SIGNAL, .messages = 1};
	struct fdp_writer *w;
	uint64_t number = 0;
	int err = fdp_writer_new(&w, &header, memory_sink_write, sink);

	if (err)
		abort();
	err = definitions_add(w);
	for (size_t block = 0; !err && block < n_blocks; block++) {
		for (size_t i = 0; !err && i < n_events; i++)
			err = message_add(w, ++number);
		if (!err)
			err = fdp_writer_flush(w);
	}
	if (!err && ended)
		err = fdp_writer_finish(w, &trailer);
	fdp_writer_free(w);
	if (err)
		abort();
}
