// SPDX-License-Identifier: BSD-2-Clause
/*
 * make FOLDER: for each hostile string a trace, FOLDER/NAME.fdpass, that has it in every
 * field that holds a text, and a tame one of the same shape. The fields are found in the
 * table that the format itself is made of, so that a later one is in it too.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../../format/record.h"
#include "../lib/trace.h"

#define N_PROCESSES 3
#define N_SOCKETS 2
#define N_MESSAGES 4
#define SECOND 1000000000ULL
#define STRING(s)                                                                        \
	{                                                                                \
		(s), sizeof(s) - 1                                                       \
	}

static char every_byte[256], long_one[1000];

static const struct {
	const char *name;
	struct fdp_text text;
} strings[] = {
	{"tame", STRING("tame")},
	{"bytes", {every_byte, sizeof(every_byte)}},
	{"long", {long_one, sizeof(long_one)}},
	{"escape", STRING("\x1b]0;HOSTILE\x07\x1b[2J\x1b[31m\x9bHOSTILE\r\b\b\x7f")},
	{"c1", STRING("\xc2\x9b"
		      "31m\xc2\x90HOSTILE\xc2\x9c")},
	{"bidi",
	 STRING("\xe2\x80\xaeHOSTILE\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c\xef\xbb\xbf")},
	{"lines", STRING("\nHOSTILE\r\n\v\f\xe2\x80\xa8\xe2\x80\xa9\t")},
	{"formula", STRING("=cmd|' /C HOSTILE'!A0")},
	{"plus", STRING("+HOSTILE,\"+HOSTILE")},
	{"minus", STRING("-HOSTILE")},
	{"at", STRING("@HOSTILE(1)")},
	{"tab", STRING("\t=HOSTILE")},
	{"return", STRING("\r=HOSTILE")},
	{"html", STRING("</script><img src=x onerror=HOSTILE><!--]]>'\"&amp;")},
	{"json", STRING("\",\"HOSTILE\":[{\\u0000\\")},
	{"dot", STRING("\"];HOSTILE[label=\"\\N\\l<b>")},
	{"mermaid", STRING("x;HOSTILE-->y\"]#quot;%%{init:{}}%%`|")},
	{"utf8", STRING("\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xff\xfeHOSTILE\xe2\x82")},
	{"nul", STRING("HOSTILE\0\0HOSTILE")},
};

static int sink_write(void *ctx, const void *data, size_t len)
{
	return fwrite(data, 1, len, ctx) == len ? 0 : -1;
}

static void must(int error)
{
	if (error)
		errx(2, "%s", strerror(-error));
}

static struct fdp_clock clock_at(uint64_t ns)
{
	return (struct fdp_clock){.boot_ns = ns, .mono_ns = ns, .real_ns = (int64_t)ns};
}

/* Adds a record, with the string wherever one can be. */
static void add(struct fdp_writer *w, struct fdp_record record, struct fdp_text text)
{
	const struct record_type *type = record_type_find(record.type);

	for (size_t i = 0; i < type->n_fields; i++)
		if (type->fields[i].coding == CODING_TEXT)
			*(struct fdp_text *)(void *)((char *)&record +
						     type->fields[i].offset) = text;
	must(fdp_writer_add(w, &record));
}

static void add_definitions(struct fdp_writer *w, struct fdp_text text)
{
	for (uint32_t i = 1; i <= N_PROCESSES; i++)
		add(w,
		    (struct fdp_record){
			    .type = FDP_PROCESS,
			    .process = {.id = i,
					.pid = 100 + i,
					.tid = 100 + i,
					.start_ns = i},
		    },
		    text);
	for (uint32_t i = 1; i <= N_SOCKETS; i++)
		add(w,
		    (struct fdp_record){
			    .type = FDP_SOCKET,
			    .socket = {.id = i,
				       .type = SOCK_STREAM,
				       .ino = 50 + i,
				       .peer = N_SOCKETS + 1 - i},
		    },
		    text);
	/* One of each kind: what is said of them differs. */
	for (uint32_t kind = 0; kind <= FDP_KIND_ANON; kind++)
		add(w,
		    (struct fdp_record){
			    .type = FDP_FILE,
			    .file = {.id = kind + 1,
				     .kind = kind,
				     .family = AF_INET,
				     .ino = kind},
		    },
		    text);
}

static void add_message(struct fdp_writer *w, uint64_t number, struct fdp_text text)
{
	struct fdp_descriptor sent[FDP_KIND_ANON + 1], got[FDP_KIND_ANON + 1];

	for (int i = 0; i <= FDP_KIND_ANON; i++) {
		sent[i] = (struct fdp_descriptor){i + 1, 10 + i};
		got[i] = (struct fdp_descriptor){i + 1, i % 7 ? 40 + i : FDP_FD_LOST};
	}
	add(w,
	    (struct fdp_record){
		    .type = FDP_SEND,
		    .send = {.message = number,
			     .time_ns = number * SECOND,
			     .process = 1,
			     .socket = 1,
			     .receiver = 2,
			     .size = 1,
			     .sockfd = 3,
			     .call = FDP_CALL_MSG,
			     .error_index = -1,
			     .n_fds = FDP_KIND_ANON + 1,
			     .fds = sent},
	    },
	    text);
	if (number % 2)
		add(w,
		    (struct fdp_record){
			    .type = FDP_RECEIVE,
			    .receive = {.message = number,
					.time_ns = number * SECOND + 5,
					.process = 2,
					.socket = 2,
					.sender = 1,
					.result = 1,
					.sockfd = 4,
					.call = FDP_CALL_MSG,
					.n_fds = FDP_KIND_ANON + 1,
					.fds = got},
		    },
		    text);
	add(w,
	    (struct fdp_record){
		    .type = FDP_TRANSFER,
		    .transfer = {.time_ns = number * SECOND + 7,
				 .way = 1,
				 .from = 2,
				 .to = 3,
				 .file = number,
				 .from_fd = 41,
				 .to_fd = 60},
	    },
	    text);
}

static void make(const char *folder, const char *name, struct fdp_text text)
{
	const struct fdp_hook hooks[] = {{FDP_HOOK_ATTACHED, text, text},
					 {FDP_HOOK_REFUSED, text, text}};
	const struct fdp_text blind_spots[] = {text, text};
	const struct fdp_header header = {
		.flags = FDP_HEADER_CMDLINE,
		.writer = text,
		.options = text,
		.backend = text,
		.kernel = text,
		.machine = text,
		.hostname = text,
		.boot_id = text,
		.capture = text,
		.clock = clock_at(SECOND),
		.n_hooks = 2,
		.hooks = hooks,
		.n_blind_spots = 2,
		.blind_spots = blind_spots,
	};
	const struct fdp_trailer trailer = {.stop = FDP_STOP_SIGNAL,
					    .clock = clock_at(SECOND)};
	struct fdp_writer *w;
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.fdpass", folder, name);
	file = fopen(path, "w");
	if (!file)
		err(2, "%s", path);
	must(fdp_writer_new(&w, &header, sink_write, file));
	add_definitions(w, text);
	for (uint64_t i = 1; i <= N_MESSAGES; i++)
		add_message(w, i, text);
	must(fdp_writer_finish(w, &trailer));
	fdp_writer_free(w);
	if (fclose(file))
		err(2, "%s", path);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: make FOLDER");
	for (size_t i = 0; i < sizeof(every_byte); i++)
		every_byte[i] = (char)i;
	memset(long_one, 0x1b, sizeof(long_one));
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		make(argv[1], strings[i].name, strings[i].text);

	return 0;
}
