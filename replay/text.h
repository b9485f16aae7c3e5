/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts of a trace are hostile: names of processes and files, chosen by anybody. This is
 * their only way to an output, one function per language:
 *
 *   terminal  printable UTF-8 as it is; controls (C0, DEL, C1, bidirectional and other
 *             invisible ones) and bytes that are no UTF-8 as \xHH; the "\x" of a text
 *             itself as \x5cx, so that no two texts look the same
 *   JSON      without the quotes; controls as \u00HH, and so are bytes that are no UTF-8
 *   CSV       a field after RFC 4180, escaped as for a terminal: a record is one line;
 *             one that a spreadsheet could take for a formula starts with '
 *   Mermaid   of what was escaped for a terminal: ASCII but letters, digits and a few
 *             more as #NN; which is how Mermaid writes a character by its number
 *   Graphviz  the same within "": quotes, backslashes and ampersands escaped
 *   HTML      JSON within <script>: < as \u003c, so that no text ends the element
 */
#pragma once

#include "../format/fdp.h"
#include "out.h"

void text_terminal(struct out *o, struct fdp_text text);
/*
 * The same of a name in a line of several, such as a way: an arrow of its own is doubled,
 * and a blank that could end it is \x20, so that no name looks like two.
 */
void text_apart(struct out *o, struct fdp_text name);
/* Each byte as \xHH. */
void text_hex(struct out *o, struct fdp_text text);
/* Raw, with its arrows doubled. */
void text_raw_apart(struct out *o, struct fdp_text name);
void text_json(struct out *o, struct fdp_text text);
void text_csv(struct out *o, struct fdp_text text);
/* The same of what text_terminal() has made. */
void text_csv_escaped(struct out *o, struct fdp_text text);

void text_mermaid(struct out *o, struct fdp_text escaped);
void text_dot(struct out *o, struct fdp_text escaped);
/* Of a JSON value. */
void text_script(struct out *o, struct fdp_text json);

/* For the text twin: printable, and every text has one spelling that gives it back. */
void text_quoted(struct out *o, struct fdp_text text);
/* As memcmp(3) has it, the shorter of two that begin alike first. */
int text_order(struct fdp_text a, struct fdp_text b);

/*
 * Of what text_terminal() has made, and of our own signs, what a terminal without UTF-8
 * shows: -> for an arrow, |- for a branch, ... for what was left out, and bytes as \xHH.
 */
void text_ascii(struct out *o, const char *data, size_t len);

/*
 * At most so many columns of it: what does not fit is left out before the last two thirds
 * and marked, for the end of a name says most. A tail of so many bytes, if there is one,
 * stays whole in any case, and what is left out is before it.
 */
void text_cut(struct out *o, const char *data, size_t len, size_t width, size_t tail,
	      bool ascii);

/* Columns that a terminal gives to UTF-8 made by text_terminal(). */
size_t text_width(const char *data, size_t len);

/* Whether the text starts with a printable character; *lenp: its bytes, or the 1 that
 * is no UTF-8.
 */
bool text_printable(struct fdp_text text, size_t *lenp);
