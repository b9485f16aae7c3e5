// SPDX-License-Identifier: BSD-2-Clause
#include "info.h"

#include "clock.h"
#include "glob.h"
#include "text.h"

static void put_label(struct out *o, const char *label)
{
	out_word(o, label);
	out_spaces(o, 14 - strlen(label));
}

static void put_known(struct out *o, struct fdp_text text)
{
	if (text.len)
		text_terminal(o, text);
	else
		out_word(o, "unknown");
}

static void put_number(struct out *o, uint64_t n, const char *word)
{
	out_u64(o, n);
	out_char(o, ' ');
	out_word(o, word);
}

/* Of one or more: "1 process", "2 processes". */
static void put_count(struct out *o, uint64_t n, const char *noun)
{
	put_number(o, n, noun);
	if (n != 1)
		out_word(o, noun[strlen(noun) - 1] == 's' ? "es" : "s");
}

void info_put_lost(struct out *o, const uint64_t lost[FDP_LOST_COUNT])
{
	static const char *const nouns[FDP_LOST_COUNT] = {
		[FDP_LOST_SEND] = "send",	  [FDP_LOST_RECEIVE] = "receive",
		[FDP_LOST_END] = "end",		  [FDP_LOST_DEFINITION] = "description",
		[FDP_LOST_TRANSFER] = "transfer",
	};
	uint64_t total = 0;
	for (size_t i = 0; i < FDP_LOST_COUNT; i++)
		total += lost[i];
	if (!total)
		return;
	out_u64(o, total);
	out_word(o, " lost");
	const char *before = " (";
	for (size_t i = 0; i < FDP_LOST_COUNT; i++) {
		if (!lost[i])
			continue;
		out_word(o, before);
		put_count(o, lost[i], nouns[i]);
		before = ", ";
	}
	out_char(o, ')');
}

static void put_causes(struct out *o, const struct trace *t)
{
	const char *before = "; why: ";
	for (size_t i = 0; i < FDP_CAUSE_COUNT; i++) {
		uint64_t n = trace_lost_by(t, (enum fdp_cause)i);
		if (!n)
			continue;
		out_word(o, before);
		put_number(o, n, fdp_cause_name((uint32_t)i));
		before = ", ";
	}
}

static void put_complete(struct out *o, const struct trace *t,
			 const struct info_source *source)
{
	uint64_t lost[FDP_LOST_COUNT];
	for (size_t i = 0; i < FDP_LOST_COUNT; i++)
		lost[i] = trace_lost(t, (enum fdp_lost)i);
	uint64_t total = trace_lost_total(t);
	put_label(o, "complete");
	if (!total && !source->cut && !source->corrupt) {
		out_word(o, "yes\n");
		return;
	}
	out_word(o, "no: ");
	info_put_lost(o, lost);
	put_causes(o, t);
	if (source->cut)
		out_word(o, total ? ", cut short" : "cut short");
	if (source->cut && !t->has_trailer)
		out_word(o, ": it has no END");
	if (source->corrupt)
		out_word(o, total || source->cut ? ", damaged" : "damaged");
	out_char(o, '\n');
}

static void put_source(struct out *o, const struct info_source *source)
{
	put_label(o, "trace");
	text_terminal(o, (struct fdp_text){source->name, strlen(source->name)});
	if (source->section > 1) {
		out_word(o, ", section ");
		out_u64(o, source->section);
	}
	if (source->size) {
		out_word(o, ", ");
		put_count(o, source->size, "byte");
	}
	out_char(o, '\n');
}

/* The header may be lost and, in a dump, is younger than the events. */
static uint64_t begin_of(const struct trace *t)
{
	uint64_t header = t->header.clock.boot_ns;
	bool has_events = t->first_ns != UINT64_MAX;
	return has_events && (!header || header > t->first_ns) ? t->first_ns : header;
}

static void put_period(struct out *o, const struct trace *t)
{
	struct clock clock;
	clock_init(&clock, CLOCK_UTC);
	uint64_t begin = begin_of(t);
	uint64_t end = t->has_trailer ? t->trailer.clock.boot_ns : t->last_ns;
	put_label(o, "recorded");
	if (!clock_put(o, &clock, CLOCK_UTC, t, begin))
		out_word(o, "at an unknown time");
	if (end >= begin) {
		uint64_t ms = (end - begin) / 1000000;
		out_word(o, " for ");
		out_u64(o, ms / 1000);
		out_char(o, '.');
		out_padded(o, ms % 1000, 3);
		out_word(o, " s");
	}
	if (t->has_trailer && t->trailer.stop) {
		out_word(o, ", until: ");
		out_word(o, fdp_stop_name(t->trailer.stop));
	}
	out_char(o, '\n');
}

static void put_recorder(struct out *o, const struct trace *t)
{
	put_label(o, "recorder");
	put_known(o, t->header.writer);
	out_word(o, ", backend ");
	put_known(o, t->header.backend);
	out_word(o, ", format ");
	out_u64(o, t->header.major);
	out_char(o, '.');
	out_u64(o, t->header.minor);
	out_char(o, '\n');
}

static void put_host(struct out *o, const struct trace *t)
{
	put_label(o, "host");
	out_word(o, "Linux ");
	put_known(o, t->header.kernel);
	out_char(o, ' ');
	put_known(o, t->header.machine);
	if (t->header.cpus) {
		out_word(o, ", ");
		put_count(o, t->header.cpus, "CPU");
	}
	if (t->header.hostname.len) {
		out_word(o, ", ");
		text_terminal(o, t->header.hostname);
	}
	out_char(o, '\n');
}

static void put_contents(struct out *o, const struct trace *t)
{
	put_label(o, "contains");
	put_count(o, t->sends_seen, "message");
	out_word(o, ", ");
	put_count(o, t->descriptors_seen, "descriptor");
	out_word(o, ", ");
	put_count(o, t->receives_seen, "receive");
	if (t->transfers_seen) {
		out_word(o, ", ");
		put_count(o, t->transfers_seen, "transfer");
	}
	out_word(o, "; ");
	put_count(o, t->processes.n, "process");
	out_word(o, ", ");
	put_count(o, t->sockets.n, "socket");
	out_word(o, ", ");
	put_count(o, t->files.n, "open file");
	out_char(o, '\n');
}

static void put_filters(struct out *o, const struct trace *t)
{
	put_label(o, "filters");
	out_word(o, t->header.flags & FDP_HEADER_FILTERED
			    ? "yes: what is absent was perhaps not recorded"
			    : "none");
	if (t->header.flags & FDP_HEADER_SENDERS)
		out_word(o, "; receivers were not recorded");
	if (t->header.flags & FDP_HEADER_EXACT_FILES)
		out_word(o, "; open files are exact");
	out_char(o, '\n');
}

/* NULs lie between the arguments. */
static void put_command(struct out *o, const struct trace *t)
{
	struct fdp_text left = t->header.options;
	if (!left.len)
		return;
	put_label(o, "command");
	while (left.len) {
		const char *nul = memchr(left.data, 0, left.len);
		size_t len = nul ? (size_t)(nul - left.data) : left.len;
		text_terminal(o, (struct fdp_text){left.data, len});
		len += nul != NULL;
		left = (struct fdp_text){left.data + len, left.len - len};
		if (left.len)
			out_char(o, ' ');
	}
	out_char(o, '\n');
}

static void put_hook(struct out *o, const struct fdp_hook *hook)
{
	text_terminal(o, hook->name);
	out_char(o, ' ');
	out_word(o, fdp_hook_state_name(hook->state));
	if (!hook->reason.len)
		return;
	out_word(o, " (");
	text_terminal(o, hook->reason);
	out_char(o, ')');
}

static void put_hooks(struct out *o, const struct trace *t)
{
	uint64_t attached = 0;
	for (uint32_t i = 0; i < t->header.n_hooks; i++)
		attached += t->header.hooks[i].state == FDP_HOOK_ATTACHED;
	put_label(o, "hooks");
	put_number(o, attached, "attached");
	for (uint32_t i = 0; i < t->header.n_hooks; i++) {
		const struct fdp_hook *hook = &t->header.hooks[i];
		if (hook->state == FDP_HOOK_ATTACHED || hook->state == FDP_HOOK_UNUSED)
			continue;
		out_word(o, "; ");
		put_hook(o, hook);
	}
	out_char(o, '\n');
}

static void put_blind_spots(struct out *o, const struct trace *t)
{
	for (uint32_t i = 0; i < t->header.n_blind_spots; i++) {
		put_label(o, i ? "" : "blind spots");
		text_terminal(o, t->header.blind_spots[i]);
		out_char(o, '\n');
	}
}

/* What blind spots are called is the recorder's affair; that they name it is not. */
static bool is_of_transfers(struct fdp_text spot)
{
	static const char *const globs[] = {"*pidfd_getfd*", "*seccomp*", "*MSG_RING*",
					    "*io_uring makes*", "*SO_PASSPIDFD*"};
	for (size_t i = 0; i < sizeof(globs) / sizeof(globs[0]); i++)
		if (glob_matches((struct fdp_text){globs[i], strlen(globs[i])}, spot))
			return true;
	return false;
}

void info_put_unwatched(struct out *o, const struct trace *t)
{
	for (uint32_t i = 0; i < t->header.n_blind_spots; i++) {
		size_t at = o->len;
		if (!is_of_transfers(t->header.blind_spots[i]))
			continue;
		text_terminal(o, t->header.blind_spots[i]);
		out_char(o, '\n');
		/* Another trace said so before. */
		if (memmem(o->data, at, o->data + at, o->len - at))
			o->len = at;
	}
}

void info_print(struct out *o, const struct trace *t, const struct info_source *source)
{
	if (source->section > 1)
		out_char(o, '\n');
	put_source(o, source);
	put_complete(o, t, source);
	put_period(o, t);
	put_contents(o, t);
	put_recorder(o, t);
	put_host(o, t);
	put_command(o, t);
	put_filters(o, t);
	put_hooks(o, t);
	put_blind_spots(o, t);
}
