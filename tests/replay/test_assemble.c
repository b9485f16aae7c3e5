// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/assemble.h"

#include <errno.h>

#include "../../replay/twin.h"
#include "../lib/trace.h"
#include "scene.h"

static int run(struct assembler *a, struct memory_sink *sink, const char *text)
{
	memory_sink_init(sink);
	assembler_init(a, memory_sink_write, sink);
	return assembler_run(a, text, strlen(text));
}

Test(assemble, a_wrong_line_is_told_by_number_and_phrase)
{
	static const struct {
		const char *text;
		uint64_t line;
		const char *phrase;
	} cases[] = {
		{"header\n\nfoo\n", 3, "its first word is no type of a record"},
		{"send\n", 1, "it is not between a header and a trailer"},
		{"header\ntrailer\nsend\n", 3,
		 "it is not between a header and a trailer"},
		{"header cpus=x\n", 1, "a value is none that the field can have"},
		{"header cpus=4294967296\n", 1,
		 "a value is none that the field can have"},
		{"header cpus=007\n", 1, "a value is none that the field can have"},
		{"header cpu=1\n", 1, "the line has no such field"},
		{"header writer=x\n", 1, "a text is not in quotes"},
		{"header writer=\"x\n", 1, "a text has no end"},
		{"header writer=\"\\n\"\n", 1, "what follows a backslash has no meaning"},
		{"header writer=\"\"cpus=1\n", 1, "a space is missing between fields"},
		{"header\nsend fds=1\n", 2, "a descriptor is no number"},
		{"header\nblock 1\n", 2, "a block has no fields"},
		{"hook\n", 1, "it does not follow a header"},
		{"header\nsend\nhook\n", 3, "it does not follow a header"},
		{"header\nlost\n", 2, "it does not follow a trailer"},
		{"header\ntrailer\nlost cause=7\n", 3,
		 "there is no such cause, or nothing such to lose"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct assembler a;
		struct memory_sink sink;
		cr_assert_eq(run(&a, &sink, cases[i].text), -EINVAL, "%s", cases[i].text);
		cr_assert_eq(a.line, cases[i].line, "%s", cases[i].text);
		cr_assert_str_eq(a.phrase, cases[i].phrase);
		assembler_release(&a);
		memory_sink_release(&sink);
	}
}

/* The record that comes first behind the header. */
static struct fdp_record second_record(struct fdp_reader **readerp,
				       const struct memory_sink *sink)
{
	struct fdp_record record;
	cr_assert_eq(fdp_reader_new_memory(readerp, sink->data, sink->len), 0);
	cr_assert_eq(fdp_reader_next(*readerp, &record), 1);
	cr_assert_eq(fdp_reader_next(*readerp, &record), 1);
	return record;
}

Test(assemble, a_record_comes_back_from_its_line_whatever_is_in_it)
{
	static struct sample_space space;
	for (size_t i = 0; i < n_sample_types; i++) {
		for (int sample = 0; sample < SAMPLE_COUNT; sample++) {
			struct fdp_record record = {0};
			struct fdp_reader *reader;
			struct memory_sink sink;
			struct assembler a;
			struct out text;
			sample_record(&record, sample_types[i], (enum sample)sample,
				      &space);
			cr_assert_eq(out_init(&text, -1), 0);
			out_word(&text, "header\n");
			struct twin twin = {.out = &text};
			twin_put(&twin, &record);
			out_char(&text, '\0');
			cr_assert_eq(run(&a, &sink, text.data), 0, "%s: %s", a.phrase,
				     text.data);
			struct fdp_record back = second_record(&reader, &sink);
			cr_assert(records_equal(&record, &back), "%s", text.data);
			fdp_reader_free(reader);
			assembler_release(&a);
			memory_sink_release(&sink);
			out_release(&text);
		}
	}
}
