/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutants COUNT TRACE...: alters each trace COUNT times, in one of several ways, and
 * reads it. Fails when an alteration goes unnoticed, or when reading takes over a second;
 * a crash or an endless read is told by whoever runs this. Deterministic.
 */
#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "../../format/fdp.h"

#define TRACE_MAX (8 << 20)
#define SEEK_FOOTER 9
#define SEEK_ENTRY 8
#define FRAME_HEAD_LEN 8

struct totals {
	unsigned long mutants, unnoticed, slow;
	double slowest;
};

static uint32_t seed = 1;

static uint32_t chance(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;

	return (uint64_t)seed * below >> 32;
}

static uint32_t u32_at(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Where the seek table begins, which is no part of what is recorded. */
static size_t content_len(const uint8_t *data, size_t len)
{
	size_t table;

	if (len < SEEK_FOOTER || u32_at(data + len - 4) != 0x8f92eab1)
		return len;
	table = FRAME_HEAD_LEN + SEEK_FOOTER +
		(size_t)SEEK_ENTRY * u32_at(data + len - SEEK_FOOTER);

	return table < len ? len - table : len;
}

static size_t flip(uint8_t *data, size_t len, size_t content)
{
	data[chance(content)] ^= 1 << chance(8);

	return len;
}

static size_t scribble(uint8_t *data, size_t len, size_t content)
{
	size_t at = chance(content), n = 1 + chance(64);

	for (size_t i = at; i < content && i < at + n; i++)
		data[i] = chance(256);

	return len;
}

static size_t cut(uint8_t *data, size_t len, size_t content)
{
	(void)data;
	(void)len;

	return chance(content);
}

static size_t take_out(uint8_t *data, size_t len, size_t content)
{
	size_t at = chance(content), n = 1 + chance(content - at);

	memmove(data + at, data + at + n, len - at - n);

	return len - n;
}

static size_t repeat(uint8_t *data, size_t len, size_t content)
{
	size_t at = chance(content), n = 1 + chance(content - at);

	memmove(data + at + n, data + at, len - at);

	return len + n;
}

static size_t exchange(uint8_t *data, size_t len, size_t content)
{
	size_t n = 1 + chance(content / 2), a = chance(content - n + 1),
	       b = chance(content - n + 1);

	for (size_t i = 0; i < n; i++) {
		uint8_t kept = data[a + i];

		data[a + i] = data[b + i];
		data[b + i] = kept;
	}

	return len;
}

static size_t (*const ways[])(uint8_t *data, size_t len, size_t content) = {
	flip, scribble, cut, take_out, repeat, exchange,
};

/* Whether the reader said that something is wrong. */
static bool is_noticed(const uint8_t *data, size_t len)
{
	struct fdp_reader *reader;
	struct fdp_record record;
	bool noticed = false;
	int ret;

	if (fdp_reader_new_memory(&reader, data, len))
		errx(2, "out of memory");
	while ((ret = fdp_reader_next(reader, &record)) != 0) {
		noticed |= ret < 0;
		if (ret == -EMEDIUMTYPE || ret == -EPROTONOSUPPORT)
			break;
	}
	fdp_reader_free(reader);

	return noticed;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);

	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void mutate(const uint8_t *data, size_t len, struct totals *totals)
{
	size_t content = content_len(data, len), altered;
	uint8_t *copy = malloc(2 * len);
	double begin;

	if (!copy)
		err(2, "malloc");
	do {
		memcpy(copy, data, len);
		altered =
			ways[chance(sizeof(ways) / sizeof(ways[0]))](copy, len, content);
	} while (altered == len && memcmp(copy, data, len) == 0);
	begin = now();
	totals->unnoticed += !is_noticed(copy, altered);
	begin = now() - begin;
	totals->slow += begin > 1;
	if (begin > totals->slowest)
		totals->slowest = begin;
	totals->mutants++;
	free(copy);
}

static size_t read_file(uint8_t *data, const char *name)
{
	FILE *file = fopen(name, "r");
	size_t len = file ? fread(data, 1, TRACE_MAX, file) : 0;

	if (!len)
		err(2, "%s", name);
	fclose(file);

	return len;
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	uint8_t *data = malloc(TRACE_MAX);
	struct totals totals = {0};
	struct rusage usage;

	if (!count || !data)
		errx(2, "usage: mutants COUNT TRACE...");
	for (int i = 2; i < argc; i++) {
		size_t len = read_file(data, argv[i]);

		for (unsigned long n = 0; n < count; n++)
			mutate(data, len, &totals);
	}
	free(data);
	getrusage(RUSAGE_SELF, &usage);
	printf("%lu mutants, %lu unnoticed, %lu over a second, slowest %.0f ms, "
	       "%ld MiB of memory\n",
	       totals.mutants, totals.unnoticed, totals.slow, 1000 * totals.slowest,
	       usage.ru_maxrss / 1024);

	return totals.unnoticed || totals.slow || usage.ru_maxrss > 64 * 1024;
}
