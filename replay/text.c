// SPDX-License-Identifier: BSD-2-Clause
#include "text.h"

#include <string.h>
#include <wchar.h>

static const char hex_digits[] = "0123456789abcdef";

/* Length of the UTF-8 sequence and its code point; 0: not UTF-8 (RFC 3629). */
static size_t utf8_decode(const unsigned char *s, size_t left, uint32_t *codep)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = s[0] < 0x80   ? 1
		     : s[0] < 0xc2 ? 0
		     : s[0] < 0xe0 ? 2
		     : s[0] < 0xf0 ? 3
		     : s[0] < 0xf5 ? 4
				   : 0;
	if (!len || len > left)
		return 0;
	uint32_t code = len == 1 ? s[0] : s[0] & (0x7f >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*codep = code;
	return len;
}

/* What moves the cursor, reorders or hides: it must not reach a terminal. */
static bool code_is_control(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {{0x00, 0x1f},	  {0x7f, 0x9f},	    {0xad, 0xad},
		      {0x61c, 0x61c},	  {0x180e, 0x180e}, {0x200b, 0x200f},
		      {0x2028, 0x202e},	  {0x2060, 0x206f}, {0xfeff, 0xfeff},
		      {0xfff9, 0xfffb},	  {0xfffe, 0xffff}, {0xe0000, 0xe0fff},
		      {0xf0000, 0x10ffff}};
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

bool text_printable(struct fdp_text text, size_t *lenp)
{
	uint32_t code;
	size_t len = utf8_decode((const unsigned char *)text.data, text.len, &code);
	*lenp = len ? len : 1;
	return len && !code_is_control(code);
}

/* ASCII that needs no second look in any language: no control, quote or backslash. */
static const bool is_plain[256] = {
	[' '] = true,
	['!'] = true,
	['#' ... '['] = true,
	[']' ... '~'] = true,
};

static size_t plain_length(struct fdp_text text)
{
	size_t n = 0;
	while (n < text.len && is_plain[(unsigned char)text.data[n]])
		n++;
	return n;
}

static struct fdp_text text_after(struct fdp_text text, size_t len)
{
	return (struct fdp_text){text.data + len, text.len - len};
}

static void put_hex(struct out *o, const char *prefix, unsigned char byte)
{
	out_word(o, prefix);
	out_char(o, hex_digits[byte >> 4]);
	out_char(o, hex_digits[byte & 15]);
}

void text_hex(struct out *o, struct fdp_text text)
{
	for (size_t i = 0; i < text.len; i++)
		put_hex(o, "\\x", (unsigned char)text.data[i]);
}

/* A character that is UTF-8 but not printable, in UTF-16 as JSON wants it. */
static void put_json_escape(struct out *o, struct fdp_text text)
{
	uint32_t code;
	if (!utf8_decode((const unsigned char *)text.data, text.len, &code))
		code = (unsigned char)text.data[0];
	if (code > 0xffff) {
		uint32_t high = 0xd800 + ((code - 0x10000) >> 10);
		put_hex(o, "\\u", (unsigned char)(high >> 8));
		put_hex(o, "", (unsigned char)high);
		code = 0xdc00 + ((code - 0x10000) & 0x3ff);
	}
	put_hex(o, "\\u", (unsigned char)(code >> 8));
	put_hex(o, "", (unsigned char)code);
}

/* What is not printable is put by escape; quotes have a backslash in a quoted text. */
static inline void put_escaped(struct out *o, struct fdp_text text, bool quoted,
			       void (*escape)(struct out *, struct fdp_text))
{
	while (text.len) {
		size_t len = plain_length(text);
		out_bytes(o, text.data, len);
		text = text_after(text, len);
		if (!text.len)
			break;
		bool printable = text_printable(text, &len);
		if (quoted && (text.data[0] == '"' || text.data[0] == '\\'))
			out_char(o, '\\');
		/* What looks like an escape of ours is none. */
		if (!quoted && text.len > 1 && memcmp(text.data, "\\x", 2) == 0)
			printable = false;
		if (printable)
			out_bytes(o, text.data, len);
		else
			escape(o, (struct fdp_text){text.data, len});
		text = text_after(text, len);
	}
}

void text_terminal(struct out *o, struct fdp_text text)
{
	put_escaped(o, text, false, text_hex);
}

#define ARROW_BEGIN 0xe2 /* the first byte of both in UTF-8 */

static bool is_arrow(struct fdp_text text)
{
	return text.len >= 3 &&
	       (memcmp(text.data, "→", 3) == 0 || memcmp(text.data, "⇢", 3) == 0);
}

/* At the start or the end, or behind another one. */
static bool is_gap(struct fdp_text text, size_t at)
{
	return text.data[at] == ' ' &&
	       (!at || at + 1 == text.len || text.data[at - 1] == ' ');
}

void text_apart(struct out *o, struct fdp_text name)
{
	size_t done = 0;
	for (size_t at = 0; at < name.len; at++) {
		struct fdp_text rest = text_after(name, at);
		bool arrow = is_arrow(rest);
		if (!arrow && !is_gap(name, at))
			continue;
		text_terminal(o, (struct fdp_text){name.data + done, at - done});
		if (arrow)
			text_raw_apart(o, (struct fdp_text){rest.data, 3});
		else
			text_hex(o, (struct fdp_text){rest.data, 1});
		done = at + (arrow ? 3 : 1);
	}
	text_terminal(o, text_after(name, done));
}

/* Where the next arrow begins; the length, when there is none. */
static size_t next_arrow(struct fdp_text name, size_t at)
{
	const char *found = name.data + at;
	while ((found = memchr(found, ARROW_BEGIN,
			       name.len - (size_t)(found - name.data)))) {
		at = (size_t)(found - name.data);
		if (is_arrow(text_after(name, at)))
			return at;
		found++;
	}
	return name.len;
}

void text_raw_apart(struct out *o, struct fdp_text name)
{
	size_t done = 0;
	size_t at = name.len ? next_arrow(name, 0) : 0;
	for (; at < name.len; at = next_arrow(name, at + 3)) {
		out_bytes(o, name.data + done, at + 3 - done);
		done = at;
	}
	out_bytes(o, name.data + done, name.len - done);
}

void text_json(struct out *o, struct fdp_text text)
{
	put_escaped(o, text, true, put_json_escape);
}

/* Spreadsheets compute a field that starts with one of these, quoted or not. */
static bool csv_is_formula(struct fdp_text text)
{
	return text.len && memchr("=+-@", text.data[0], 4);
}

static void put_csv(struct out *o, struct fdp_text text, bool escaped)
{
	bool quote = text.len && (memchr(text.data, ',', text.len) ||
				  memchr(text.data, '"', text.len) ||
				  text.data[0] == ' ' || text.data[text.len - 1] == ' ');
	if (quote)
		out_char(o, '"');
	if (csv_is_formula(text))
		out_char(o, '\'');
	while (text.len) {
		const char *mark = memchr(text.data, '"', text.len);
		size_t len = mark ? (size_t)(mark - text.data) : text.len;
		if (escaped)
			out_bytes(o, text.data, len);
		else
			text_terminal(o, (struct fdp_text){text.data, len});
		if (mark)
			out_word(o, "\"\"");
		text = text_after(text, mark ? len + 1 : len);
	}
	if (quote)
		out_char(o, '"');
}

void text_csv(struct out *o, struct fdp_text text)
{
	put_csv(o, text, false);
}

void text_csv_escaped(struct out *o, struct fdp_text text)
{
	put_csv(o, text, true);
}

static bool mermaid_is_plain(unsigned char c)
{
	return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || (c && strchr(" ./_-[]()+=,@", c));
}

void text_mermaid(struct out *o, struct fdp_text escaped)
{
	for (size_t i = 0; i < escaped.len; i++) {
		unsigned char c = (unsigned char)escaped.data[i];
		if (mermaid_is_plain(c)) {
			out_char(o, escaped.data[i]);
			continue;
		}
		out_char(o, '#');
		out_u64(o, c);
		out_char(o, ';');
	}
}

void text_quoted(struct out *o, struct fdp_text text)
{
	out_char(o, '"');
	put_escaped(o, text, true, text_hex);
	out_char(o, '"');
}

void text_dot(struct out *o, struct fdp_text escaped)
{
	for (size_t i = 0; i < escaped.len; i++) {
		char c = escaped.data[i];
		if (c == '&') {
			out_word(o, "&amp;");
			continue;
		}
		if (c == '"' || c == '\\')
			out_char(o, '\\');
		out_char(o, c);
	}
}

void text_script(struct out *o, struct fdp_text json)
{
	while (json.len) {
		const char *mark = memchr(json.data, '<', json.len);
		size_t len = mark ? (size_t)(mark - json.data) : json.len;
		out_bytes(o, json.data, len);
		if (mark)
			out_word(o, "\\u003c");
		json = text_after(json, mark ? len + 1 : len);
	}
}

int text_order(struct fdp_text a, struct fdp_text b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.data, b.data, len) : 0;
	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static size_t code_width(uint32_t code, size_t bytes)
{
	int columns = bytes > 1 ? wcwidth((wchar_t)code) : 1;
	/* -1: of what the locale does not know; terminals show something. */
	return columns >= 0 ? (size_t)columns : 1;
}

size_t text_width(const char *data, size_t len)
{
	size_t width = 0;
	for (size_t at = 0; at < len;) {
		uint32_t code = 0;
		size_t n = utf8_decode((const unsigned char *)data + at, len - at, &code);
		width += code_width(code, n);
		at += n ? n : 1;
	}
	return width;
}

/* Bytes from the start that take at least so many columns, or, exactly, no more. */
static size_t text_skip(const char *data, size_t len, size_t width, bool exact)
{
	size_t at = 0, columns = 0;
	while (at < len && columns < width) {
		uint32_t code = 0;
		size_t n = utf8_decode((const unsigned char *)data + at, len - at, &code);
		columns += code_width(code, n);
		if (exact && columns > width)
			break;
		at += n ? n : 1;
	}
	return at;
}

void text_cut(struct out *o, const char *data, size_t len, size_t width, size_t tail,
	      bool ascii)
{
	size_t has = text_width(data, len), mark = ascii ? 3 : 1;
	size_t room = width > mark ? width - mark : 0;
	size_t end = tail ? text_width(data + len - tail, tail) : room - room / 3;
	if (has <= width || has <= mark + end || !end) {
		out_bytes(o, data, len);
		return;
	}
	size_t head = room > end ? room - end : 0;
	size_t behind = text_skip(data, len, has - end, false);
	out_bytes(o, data, text_skip(data, len, head, true));
	out_word(o, ascii ? "..." : "…");
	out_bytes(o, data + behind, len - behind);
}

void text_ascii(struct out *o, const char *data, size_t len)
{
	static const struct {
		uint32_t code;
		const char *ascii;
	} signs[] = {
		{0x2192, "->"}, {0x21e2, "~>"}, {0x2026, "..."}, {0x251c, "|"},
		{0x2500, "-"},	{0x2514, "`"},	{0x2502, "|"},
	};
	for (size_t at = 0; at < len;) {
		uint32_t code = 0;
		const char *ascii = NULL;
		size_t n = utf8_decode((const unsigned char *)data + at, len - at, &code);
		n = n ? n : 1;
		for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
			if (signs[i].code == code)
				ascii = signs[i].ascii;
		if (ascii)
			out_word(o, ascii);
		else if (n == 1 && (unsigned char)data[at] < 0x80)
			out_char(o, data[at]);
		else
			for (size_t i = 0; i < n; i++)
				put_hex(o, "\\x", (unsigned char)data[at + i]);
		at += n;
	}
}
