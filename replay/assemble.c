// SPDX-License-Identifier: BSD-2-Clause
#include "assemble.h"

#include <errno.h>
#include <string.h>

#include "twin.h"

void assembler_init(struct assembler *a, fdp_sink_fn sink, void *ctx)
{
	*a = (struct assembler){.sink = sink, .ctx = ctx};
	pool_init(&a->pool);
}

void assembler_release(struct assembler *a)
{
	fdp_writer_free(a->writer);
	a->writer = NULL;
	pool_release(&a->pool);
}

static int refuse(struct assembler *a, const char *phrase)
{
	a->phrase = phrase;
	return -EINVAL;
}

/* The writer's own -EINVAL is about a limit. */
static int written(struct assembler *a, int err)
{
	return err == -EINVAL ? refuse(a, "it exceeds a limit of the format") : err;
}

/* Takes what is before the first of the bytes, or all. */
static struct fdp_text take_until(struct fdp_text *in, const char *stop)
{
	size_t n = 0;
	while (n < in->len && (!in->data[n] || !strchr(stop, in->data[n])))
		n++;
	struct fdp_text taken = {in->data, n};
	*in = (struct fdp_text){in->data + n, in->len - n};
	return taken;
}

static bool take_char(struct fdp_text *in, char c)
{
	if (!in->len || in->data[0] != c)
		return false;
	*in = (struct fdp_text){in->data + 1, in->len - 1};
	return true;
}

static bool text_is(struct fdp_text text, const char *word)
{
	return text.len == strlen(word) && memcmp(text.data, word, text.len) == 0;
}

/* Digits alone, without leading zeros, up to max. */
static bool parse_u64(uint64_t *numberp, struct fdp_text text, uint64_t max)
{
	uint64_t number = 0;
	if (!text.len || (text.len > 1 && text.data[0] == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned)text.data[i] - '0';
		if (digit > 9 || __builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, digit, &number))
			return false;
	}
	*numberp = number;
	return number <= max;
}

static bool parse_i64(int64_t *numberp, struct fdp_text text, int64_t max)
{
	uint64_t number;
	bool minus = take_char(&text, '-');
	if (!parse_u64(&number, text, (uint64_t)max + minus))
		return false;
	*numberp = (int64_t)(minus ? 0 - number : number);
	return true;
}

static bool parse_u32(uint32_t *numberp, struct fdp_text text, twin_word_fn words)
{
	uint64_t number;
	if (parse_u64(&number, text, UINT32_MAX)) {
		*numberp = (uint32_t)number;
		return true;
	}
	for (uint32_t i = 0; words && i < TWIN_WORDS_MAX; i++) {
		const char *word = words(i);
		if (word && strcmp(word, "unknown") != 0 && text_is(text, word)) {
			*numberp = i;
			return true;
		}
	}
	return false;
}

static int hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

/* Behind a backslash: the byte that is meant; negative: none. */
static int take_escape(struct fdp_text *in)
{
	if (take_char(in, '\\'))
		return '\\';
	if (take_char(in, '"'))
		return '"';
	if (!take_char(in, 'x') || in->len < 2)
		return -1;
	int high = hex_value(in->data[0]), low = hex_value(in->data[1]);
	*in = (struct fdp_text){in->data + 2, in->len - 2};
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static int take_text(struct assembler *a, struct fdp_text *textp, struct fdp_text *in)
{
	char *text = pool_take(&a->pool, in->len + 1);
	size_t len = 0;
	if (!text)
		return -ENOMEM;
	if (!take_char(in, '"'))
		return refuse(a, "a text is not in quotes");
	while (in->len && in->data[0] != '"') {
		int c = (unsigned char)in->data[0];
		*in = (struct fdp_text){in->data + 1, in->len - 1};
		if (c == '\\')
			c = take_escape(in);
		if (c < 0)
			return refuse(a, "what follows a backslash has no meaning");
		text[len++] = (char)c;
	}
	if (!take_char(in, '"'))
		return refuse(a, "a text has no end");
	*textp = (struct fdp_text){text, len};
	return 0;
}

/* "1:3,2:?,0:lost" */
static int take_fds(struct assembler *a, uint32_t *np, struct fdp_text *in)
{
	uint32_t n = 0;
	do {
		struct fdp_text file = take_until(in, ": ,");
		bool colon = take_char(in, ':');
		struct fdp_text fd = take_until(in, " ,");
		int64_t number = FDP_FD_UNKNOWN;
		if (n == FDP_FDS_MAX)
			return refuse(a, "there are too many descriptors");
		if (text_is(fd, "lost"))
			number = FDP_FD_LOST;
		else if (!text_is(fd, "?") && !parse_i64(&number, fd, INT32_MAX))
			return refuse(a, "a descriptor is no number");
		if (!colon || !parse_u64(&a->fds[n].file, file, UINT64_MAX))
			return refuse(a, "a descriptor is not FILE:NUMBER");
		a->fds[n++].fd = (int32_t)number;
	} while (take_char(in, ','));
	*np = n;
	return 0;
}

static int take_value(struct assembler *a, uint32_t line, const struct fdp_field *f,
		      char *record, struct fdp_text *in)
{
	void *value = record + f->offset, *count = record + f->count;
	if (f->kind == FDP_FIELD_TEXT)
		return take_text(a, value, in);
	if (f->kind == FDP_FIELD_FDS) {
		*(const struct fdp_descriptor **)value = a->fds;
		return take_fds(a, count, in);
	}
	struct fdp_text word = take_until(in, " ");
	uint64_t truth = 0;
	int64_t number = 0;
	bool right = false;
	if (f->kind == FDP_FIELD_U32)
		right = parse_u32(value, word, twin_words(line, f->name));
	else if (f->kind == FDP_FIELD_U64)
		right = parse_u64(value, word, UINT64_MAX);
	else if (f->kind == FDP_FIELD_S64)
		right = parse_i64(value, word, INT64_MAX);
	else if (f->kind == FDP_FIELD_S32 &&
		 (right = parse_i64(&number, word, INT32_MAX)))
		*(int32_t *)value = (int32_t)number;
	else if (f->kind == FDP_FIELD_BOOL && (right = parse_u64(&truth, word, 1)))
		*(bool *)value = truth;
	return right ? 0 : refuse(a, "a value is none that the field can have");
}

static bool find_field(struct fdp_field *f, uint32_t line, struct fdp_text name)
{
	for (size_t i = 0; twin_field(f, line, i); i++)
		if (text_is(name, f->name))
			return true;
	return false;
}

static int take_fields(struct assembler *a, uint32_t line, void *record,
		       struct fdp_text in)
{
	while (take_char(&in, ' ')) {
		struct fdp_field f;
		struct fdp_text name = take_until(&in, "= ");
		if (!find_field(&f, line, name) || !take_char(&in, '='))
			return refuse(a, "the line has no such field");
		int err = take_value(a, line, &f, record, &in);
		if (err)
			return err;
	}
	return in.len ? refuse(a, "a space is missing between fields") : 0;
}

static int section_end(struct assembler *a)
{
	int err = 0;
	if (a->writer)
		err = a->ending ? fdp_writer_finish(a->writer, &a->trailer)
				: fdp_writer_flush(a->writer);
	fdp_writer_free(a->writer);
	a->writer = NULL;
	a->ending = false;
	return written(a, err);
}

/* The header is whole when something else than its lists comes. */
static int header_end(struct assembler *a)
{
	if (!a->heading)
		return 0;
	a->heading = false;
	int err = fdp_writer_new(&a->writer, &a->header, a->sink, a->ctx);
	pool_release(&a->pool);
	return written(a, err);
}

static int header_line(struct assembler *a, struct fdp_text in)
{
	struct fdp_record record = {.type = FDP_HEADER};
	int err = header_end(a);
	if (!err)
		err = section_end(a);
	if (!err)
		err = take_fields(a, FDP_HEADER, &record, in);
	a->heading = !err;
	a->header = record.header;
	a->header.hooks = a->hooks;
	a->header.blind_spots = a->spots;
	return err;
}

static int list_line(struct assembler *a, uint32_t line, struct fdp_text in)
{
	struct fdp_hook hook = {0};
	if (!a->heading)
		return refuse(a, "it does not follow a header");
	int err = take_fields(a, line, &hook, in);
	if (err)
		return err;
	if (line == TWIN_HOOK && a->header.n_hooks < FDP_HOOKS_MAX)
		a->hooks[a->header.n_hooks++] = hook;
	else if (line == TWIN_BLIND_SPOT && a->header.n_blind_spots < FDP_BLIND_SPOTS_MAX)
		a->spots[a->header.n_blind_spots++] = hook.name;
	else
		err = refuse(a, "there are too many of them");
	return err;
}

static int lost_line(struct assembler *a, struct fdp_text in)
{
	struct fdp_record record = {.type = FDP_LOSS};
	if (!a->ending)
		return refuse(a, "it does not follow a trailer");
	int err = take_fields(a, TWIN_LOST, &record, in);
	if (err)
		return err;
	if (record.loss.cause >= FDP_CAUSE_COUNT || record.loss.what >= FDP_LOST_COUNT)
		return refuse(a, "there is no such cause, or nothing such to lose");
	a->trailer.lost[record.loss.cause][record.loss.what] = record.loss.count;
	return 0;
}

static int record_line(struct assembler *a, uint32_t line, struct fdp_text in)
{
	struct fdp_record record = {.type = (enum fdp_type)line};
	int err = header_end(a);
	if (!err && (!a->writer || a->ending))
		return refuse(a, "it is not between a header and a trailer");
	if (!err && line == TWIN_BLOCK)
		return in.len ? refuse(a, "a block has no fields")
			      : written(a, fdp_writer_flush(a->writer));
	if (!err)
		err = take_fields(a, line, &record, in);
	if (!err && line == FDP_TRAILER) {
		a->trailer = record.trailer;
		a->ending = true;
	} else if (!err) {
		err = written(a, fdp_writer_add(a->writer, &record));
	}
	pool_release(&a->pool);
	return err;
}

static int take_line(struct assembler *a, struct fdp_text in)
{
	if (!in.len || in.data[0] == '#')
		return 0;
	struct fdp_text word = take_until(&in, " ");
	for (uint32_t line = 0; line < TWIN_LINES; line++) {
		const char *name = twin_line_name(line);
		if (!name || !text_is(word, name))
			continue;
		if (line == FDP_HEADER)
			return header_line(a, in);
		if (line == TWIN_HOOK || line == TWIN_BLIND_SPOT)
			return list_line(a, line, in);
		if (line == TWIN_LOST)
			return lost_line(a, in);
		return record_line(a, line, in);
	}
	return refuse(a, "its first word is no type of a record");
}

int assembler_run(struct assembler *a, const char *text, size_t len)
{
	struct fdp_text left = {text, len};
	int err = 0;
	while (!err && left.len) {
		a->line++;
		err = take_line(a, take_until(&left, "\n"));
		take_char(&left, '\n');
	}
	if (!err)
		err = header_end(a);
	a->line += !a->line;
	if (!err && !a->writer)
		err = refuse(a, "no trace begins in all of it: there is no header");
	return err ? err : section_end(a);
}
