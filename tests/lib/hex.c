/* SPDX-License-Identifier: BSD-2-Clause */
/* Hex: see hex.h. */
#include "hex.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_LEN 2048

int hex_line(struct memory_sink *sink, const char *line)
{
	char *at;

	if (strtoul(line, &at, 16) != sink->len || strncmp(at, "  ", 2))
		return -EINVAL;
	at++;
	while (at[0] == ' ' && isxdigit((unsigned char)at[1]) &&
	       isxdigit((unsigned char)at[2])) {
		uint8_t byte = (uint8_t)strtoul(at, &at, 16);
		int err = memory_sink_write(sink, &byte, sizeof(byte));

		if (err)
			return err;
	}

	return 0;
}

static const char answer_mark[] = "# answer: ";

int hex_read(struct memory_sink *sink, char *answer, size_t size, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[LINE_MAX_LEN];
	int err = 0;

	if (!file)
		return -errno;
	while (!err && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, answer_mark, sizeof(answer_mark) - 1))
			snprintf(answer, size, "%s", line + sizeof(answer_mark) - 1);
		else if (line[0] && line[0] != '#')
			err = hex_line(sink, line);
	}
	fclose(file);

	return err;
}
