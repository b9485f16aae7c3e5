// SPDX-License-Identifier: BSD-2-Clause
/* Skipped programs: see skips.h. */
#include "skips.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

uint64_t program_skips_in(const char *text)
{
	static const char name[] = "recursion_misses:";
	const char *at = strstr(text, name);

	return at ? strtoull(at + sizeof(name) - 1, NULL, 10) : 0;
}

void program_skips(uint64_t *skips, int program_fd)
{
	char path[64], text[1024];
	uint64_t now;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", program_fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	now = program_skips_in(text);
	if (now > *skips)
		*skips = now;
}
