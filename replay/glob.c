// SPDX-License-Identifier: BSD-2-Clause
#include "glob.h"

/* Where the set that starts at p ends, behind its ]; 0 if it does not. */
static size_t set_end(struct fdp_text pattern, size_t p)
{
	size_t first = p + 1;
	if (first < pattern.len && pattern.data[first] == '!')
		first++;
	/* A ] in front is one of the set. */
	for (size_t i = first + 1; i < pattern.len; i++)
		if (pattern.data[i] == ']')
			return i + 1;
	return 0;
}

static bool set_has(const char *set, size_t len, unsigned char byte)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char low = (unsigned char)set[i], high = low;
		if (i + 2 < len && set[i + 1] == '-') {
			high = (unsigned char)set[i + 2];
			i += 2;
		}
		if (byte >= low && byte <= high)
			return true;
	}
	return false;
}

/* What stands at p takes the byte: where the pattern goes on. 0: it does not. */
static size_t take_byte(struct fdp_text pattern, size_t p, char byte)
{
	if (p == pattern.len)
		return 0;
	char c = pattern.data[p];
	if (c == '?')
		return p + 1;
	size_t end = c == '[' ? set_end(pattern, p) : 0;
	if (end) {
		bool negated = pattern.data[p + 1] == '!';
		size_t first = p + 1 + negated;
		bool has = set_has(pattern.data + first, end - 1 - first,
				   (unsigned char)byte);
		return has != negated ? end : 0;
	}
	if (c == '\\' && p + 1 < pattern.len)
		c = pattern.data[++p];
	return c == byte ? p + 1 : 0;
}

bool glob_matches(struct fdp_text pattern, struct fdp_text text)
{
	/* Only the last star is tried again: what an earlier one took can stay. */
	size_t p = 0, t = 0, star = 0, retry = 0;
	while (t < text.len) {
		if (p < pattern.len && pattern.data[p] == '*') {
			star = ++p;
			retry = t;
			continue;
		}
		size_t next = take_byte(pattern, p, text.data[t]);
		if (next) {
			p = next;
			t++;
			continue;
		}
		if (!star)
			return false;
		p = star;
		t = ++retry;
	}
	while (p < pattern.len && pattern.data[p] == '*')
		p++;
	return p == pattern.len;
}
