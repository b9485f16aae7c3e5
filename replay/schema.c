// SPDX-License-Identifier: BSD-2-Clause
#include "schema.h"

static void put_text(struct out *o, const char *text)
{
	out_char(o, '"');
	text_json(o, (struct fdp_text){text, strlen(text)});
	out_char(o, '"');
}

static void put_name(struct out *o, const char *name, size_t len)
{
	out_char(o, '"');
	out_bytes(o, name, len);
	out_char(o, '"');
}

static size_t prefix_length(const char *name)
{
	const char *dot = strchr(name, '.');
	return dot ? (size_t)(dot - name) + 1 : 0;
}

static const char *name_at(const struct selection *s, size_t i)
{
	return column_name(s->columns[i], s->view);
}

/* How many members the object of column i has, from there on; 1: it is in none. */
static size_t group_length(const struct selection *s, size_t i, size_t end)
{
	size_t prefix = prefix_length(name_at(s, i)), n = 1;
	while (prefix && i + n < end &&
	       strncmp(name_at(s, i), name_at(s, i + n), prefix) == 0)
		n++;
	return n;
}

static void put_type(struct out *o, enum cell_type type)
{
	static const char *const types[] = {
		[CELL_NUMBER] = "\"type\":[\"integer\",\"null\"],\"minimum\":0",
		[CELL_LARGE] = "\"type\":[\"string\",\"null\"],\"pattern\":\"^[0-9]+$\"",
		[CELL_BOOL] = "\"type\":[\"boolean\",\"null\"]",
		[CELL_TIME] = "\"type\":[\"string\",\"null\"],\"format\":\"date-time\"",
		[CELL_WORD] = "\"type\":[\"string\",\"null\"]",
		[CELL_TEXT] = "\"type\":[\"string\",\"null\"]",
		[CELL_DEVICE] = "\"type\":[\"string\",\"null\"],"
				"\"pattern\":\"^[0-9]+:[0-9]+$\"",
		[CELL_WORDS] = "\"type\":[\"array\",\"null\"],"
			       "\"items\":{\"type\":\"string\"}",
	};
	out_word(o, types[type]);
}

static void put_members(struct out *o, const struct selection *s, size_t first,
			size_t end, size_t prefix);

static void put_row(struct out *o, const struct selection *s)
{
	out_word(o, "\"type\":\"object\",");
	put_members(o, s, 0, s->n, 0);
}

static void put_column(struct out *o, const struct column *column)
{
	out_word(o, "{\"description\":");
	put_text(o, column->sentence);
	out_char(o, ',');
	if (column->type == CELL_HOPS) {
		struct selection hops;
		selection_all(&hops, VIEW_HOPS, true);
		out_word(o, "\"type\":\"array\",\"items\":{");
		put_row(o, &hops);
		out_char(o, '}');
	} else {
		put_type(o, column->type);
	}
	out_char(o, '}');
}

/* Columns first to end, each without the prefix of the object that they are members of.
 */
static void put_members(struct out *o, const struct selection *s, size_t first,
			size_t end, size_t prefix)
{
	const char *comma = "\n";
	out_word(o, "\"properties\":{");
	for (size_t i = first, n; i < end; i += n) {
		const char *name = name_at(s, i) + prefix;
		size_t inner = prefix ? 0 : prefix_length(name);
		n = inner ? group_length(s, i, end) : 1;
		out_word(o, comma);
		comma = ",\n";
		put_name(o, name, inner ? inner - 1 : strlen(name));
		out_char(o, ':');
		if (!inner) {
			put_column(o, s->columns[i]);
			continue;
		}
		out_word(o, "{\"type\":[\"object\",\"null\"],");
		put_members(o, s, i, i + n, inner);
		out_char(o, '}');
	}
	out_word(o, "},\"required\":[");
	for (size_t i = first, n; i < end; i += n) {
		const char *name = name_at(s, i) + prefix;
		size_t inner = prefix ? 0 : prefix_length(name);
		n = inner ? group_length(s, i, end) : 1;
		if (i > first)
			out_char(o, ',');
		put_name(o, name, inner ? inner - 1 : strlen(name));
	}
	out_word(o, "],\"additionalProperties\":false");
}

void schema_print(struct out *o, const struct selection *selection)
{
	struct selection members = *selection;
	selection_expand(&members);
	out_word(o, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",");
	put_row(o, &members);
	out_word(o, "}\n");
}
