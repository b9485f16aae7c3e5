/* SPDX-License-Identifier: BSD-2-Clause */
/* A main for a fuzz target where there is no libFuzzer: runs it over the files named. */
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

#define INPUT_MAX (1 << 20)

static int run_file(const char *name)
{
	unsigned char *data = malloc(INPUT_MAX), *exact;
	FILE *file = fopen(name, "rb");
	size_t size;

	if (!data || !file) {
		perror(name);
		free(data);
		return -1;
	}
	size = fread(data, 1, INPUT_MAX, file);
	fclose(file);
	/* Of its exact size, so that a sanitizer sees a byte too far. */
	exact = realloc(data, size ? size : 1);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);

	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (run_file(argv[i]))
			return 1;
	printf("%s: %d inputs\n", argv[0], argc - 1);

	return argc > 1 ? 0 : 1;
}
