// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/text.h"

#include <locale.h>

#include "scene.h"

struct text_case {
	const char *text;
	size_t len;
	const char *terminal, *json, *csv;
};

#define CASE(text, terminal, json, csv)                                                  \
	{                                                                                \
		text, sizeof(text) - 1, terminal, json, csv                              \
	}

static const struct text_case cases[] = {
	CASE("", "", "", ""),
	CASE("/dev/null", "/dev/null", "/dev/null", "/dev/null"),
	CASE("a\nb\t\x1b[31m", "a\\x0ab\\x09\\x1b[31m", "a\\u000ab\\u0009\\u001b[31m",
	     "a\\x0ab\\x09\\x1b[31m"),
	CASE("\0x\x7f", "\\x00x\\x7f", "\\u0000x\\u007f", "\\x00x\\x7f"),
	CASE("say \"hi\"", "say \"hi\"", "say \\\"hi\\\"", "\"say \"\"hi\"\"\""),
	CASE("back\\slash", "back\\slash", "back\\\\slash", "back\\slash"),
	CASE("\\x1b", "\\x5cx1b", "\\\\x1b", "\\x5cx1b"),
	CASE("caf\xc3\xa9 \xe6\x96\x87 \xf0\x9f\x90\xa7",
	     "caf\xc3\xa9 \xe6\x96\x87 \xf0\x9f\x90\xa7",
	     "caf\xc3\xa9 \xe6\x96\x87 \xf0\x9f\x90\xa7",
	     "caf\xc3\xa9 \xe6\x96\x87 \xf0\x9f\x90\xa7"),
	/* C1 CSI; right-to-left override; zero-width space. */
	CASE("\xc2\x9b", "\\xc2\\x9b", "\\u009b", "\\xc2\\x9b"),
	CASE("\xe2\x80\xae", "\\xe2\\x80\\xae", "\\u202e", "\\xe2\\x80\\xae"),
	CASE("\xe2\x80\x8b", "\\xe2\\x80\\x8b", "\\u200b", "\\xe2\\x80\\x8b"),
	/* A tag character, beyond the first plane: two halves in JSON. */
	CASE("\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81", "\\udb40\\udc41",
	     "\\xf3\\xa0\\x81\\x81"),
	/* Not UTF-8: alone, cut, overlong, a surrogate, beyond the last. */
	CASE("\xff", "\\xff", "\\u00ff", "\\xff"),
	CASE("\xc3", "\\xc3", "\\u00c3", "\\xc3"),
	CASE("\xc0\xaf", "\\xc0\\xaf", "\\u00c0\\u00af", "\\xc0\\xaf"),
	CASE("\xe0\x80\xaf", "\\xe0\\x80\\xaf", "\\u00e0\\u0080\\u00af",
	     "\\xe0\\x80\\xaf"),
	CASE("\xed\xa0\x80", "\\xed\\xa0\\x80", "\\u00ed\\u00a0\\u0080",
	     "\\xed\\xa0\\x80"),
	CASE("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\u00f4\\u0090\\u0080\\u0080",
	     "\\xf4\\x90\\x80\\x80"),
	CASE("=1+1", "=1+1", "=1+1", "'=1+1"),
	CASE("-1", "-1", "-1", "'-1"),
	CASE("+1", "+1", "+1", "'+1"),
	CASE("@bus,\"x\"", "@bus,\"x\"", "@bus,\\\"x\\\"", "\"'@bus,\"\"x\"\"\""),
	CASE("a,b", "a,b", "a,b", "\"a,b\""),
	CASE(" a", " a", " a", "\" a\""),
};

#define N_CASES (sizeof(cases) / sizeof(cases[0]))

static void check_all(void (*put)(struct out *o, struct fdp_text text), size_t wanted)
{
	for (size_t i = 0; i < N_CASES; i++) {
		struct out o;
		cr_assert_eq(out_init(&o, -1), 0);
		put(&o, (struct fdp_text){cases[i].text, cases[i].len});
		const char *text;
		memcpy(&text, (const char *)&cases[i] + wanted, sizeof(text));
		scene_expect(&o, text);
		out_release(&o);
	}
}

Test(text, nothing_reaches_a_terminal_raw)
{
	check_all(text_terminal, offsetof(struct text_case, terminal));
}

Test(text, json_strings_are_valid)
{
	check_all(text_json, offsetof(struct text_case, json));
}

Test(text, a_csv_field_is_one_line_and_no_formula)
{
	check_all(text_csv, offsetof(struct text_case, csv));
}

/* All pairs of bytes: what comes out has no control and only whole UTF-8. */
Test(text, every_pair_of_bytes_is_printable_afterwards)
{
	struct out o;
	cr_assert_eq(out_init(&o, -1), 0);
	for (unsigned pair = 0; pair < 0x10000; pair++) {
		char bytes[2] = {(char)(pair >> 8), (char)pair};
		o.len = 0;
		text_terminal(&o, (struct fdp_text){bytes, 2});
		text_json(&o, (struct fdp_text){bytes, 2});
		text_csv(&o, (struct fdp_text){bytes, 2});
		struct fdp_text left = {o.data, o.len};
		while (left.len) {
			size_t len;
			cr_assert(text_printable(left, &len), "pair %04x", pair);
			left = (struct fdp_text){left.data + len, left.len - len};
		}
	}
	out_release(&o);
}

Test(text, a_name_in_a_line_does_not_look_like_two)
{
	static const struct {
		struct fdp_text name;
		const char *wanted, *raw;
	} all[] = {
		{SCENE_TEXT("runc:[2:INIT]"), "runc:[2:INIT]", "runc:[2:INIT]"},
		{SCENE_TEXT("a b"), "a b", "a b"},
		{SCENE_TEXT("a → b ⇢"), "a →→ b ⇢⇢", "a →→ b ⇢⇢"},
		{SCENE_TEXT("→→"), "→→→→", "→→→→"},
		{SCENE_TEXT(" a   b "), "\\x20a \\x20\\x20b\\x20", " a   b "},
		{SCENE_TEXT("\xe2\x86"), "\\xe2\\x86", "\xe2\x86"},
		{SCENE_TEXT("\\→\n"), "\\→→\\x0a", "\\→→\n"},
		{SCENE_TEXT(""), "", ""},
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct out o;
		cr_assert_eq(out_init(&o, -1), 0);
		text_apart(&o, all[i].name);
		scene_expect(&o, all[i].wanted);
		o.len = 0;
		text_raw_apart(&o, all[i].name);
		scene_expect(&o, all[i].raw);
		out_release(&o);
	}
}

Test(text, a_made_text_is_quoted_and_not_escaped_again)
{
	struct out o;
	cr_assert_eq(out_init(&o, -1), 0);
	text_csv_escaped(&o, SCENE_TEXT("\\x1b,\""));
	scene_expect(&o, "\"\\x1b,\"\"\"");
	out_release(&o);
}

Test(text, width_counts_columns_not_bytes)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	cr_assert_eq(text_width("abc", 3), 3);
	cr_assert_eq(text_width("caf\xc3\xa9", 5), 4);
	cr_assert_eq(text_width("\xe6\x96\x87", 3), 2);
	cr_assert_eq(text_width("e\xcc\x81", 3), 1);
}

static void becomes(void (*put)(struct out *o, struct fdp_text text), const char *text,
		    const char *wanted)
{
	struct out o;
	cr_assert_eq(out_init(&o, -1), 0);
	put(&o, (struct fdp_text){text, strlen(text)});
	cr_assert(o.len == strlen(wanted) && memcmp(o.data, wanted, o.len) == 0,
		  "%s became %.*s", text, (int)o.len, o.data);
	out_release(&o);
}

Test(text, a_mermaid_label_ends_no_statement_and_starts_no_tag)
{
	becomes(text_mermaid, "/dev/null", "/dev/null");
	becomes(text_mermaid, "a;b", "a#59;b");
	becomes(text_mermaid, "#35;", "#35;35#59;");
	becomes(text_mermaid, "<b>: %%", "#60;b#62;#58; #37;#37;");
	becomes(text_mermaid, "caf\xc3\xa9", "caf\xc3\xa9");
}

Test(text, a_graphviz_label_ends_no_string_and_names_no_entity)
{
	becomes(text_dot, "say \"hi\"", "say \\\"hi\\\"");
	becomes(text_dot, "\\N\\x1b", "\\\\N\\\\x1b");
	becomes(text_dot, "&lt;", "&amp;lt;");
}

Test(text, data_of_a_page_ends_no_element)
{
	becomes(text_script, "\"</script><!--\"", "\"\\u003c/script>\\u003c!--\"");
	becomes(text_script, "[1,2]", "[1,2]");
}

static void expect_cut_before(const char *text, size_t tail, size_t width,
			      const char *wanted)
{
	struct out o;
	cr_assert_eq(out_init(&o, -1), 0);
	text_cut(&o, text, strlen(text), width, tail, false);
	scene_expect(&o, wanted);
	out_release(&o);
}

static void expect_cut(const char *text, size_t width, const char *wanted)
{
	expect_cut_before(text, 0, width, wanted);
	cr_assert_leq(text_width(wanted, strlen(wanted)), width);
}

Test(text, a_cut_is_marked_and_keeps_the_end)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	expect_cut("short", 5, "short");
	expect_cut("regular /tmp/a/letter", 12, "reg…a/letter");
	/* Two columns each: one more would not fit. */
	expect_cut("文文文文文文", 8, "文…文文");
	expect_cut("éééééééé", 7, "éé…éééé");
}

Test(text, a_cut_leaves_the_tail_whole_whatever_it_takes)
{
	expect_cut_before("client[101]", 5, 9, "cli…[101]");
	expect_cut_before("client[101]", 5, 11, "client[101]");
	expect_cut_before("client[101]", 5, 6, "…[101]");
	expect_cut_before("client[101]", 5, 2, "…[101]");
	expect_cut_before("c[101]", 5, 5, "c[101]");
}

Test(text, ascii_has_nothing_else)
{
	struct out o;
	const char text[] = "a → b ⇢ c… é";
	cr_assert_eq(out_init(&o, -1), 0);
	text_ascii(&o, text, strlen(text));
	scene_expect(&o, "a -> b ~> c... \\xc3\\xa9");
	out_release(&o);
}
