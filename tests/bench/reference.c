// SPDX-License-Identifier: BSD-2-Clause
/*
 * reference wait|sleep OBJECT COMMAND [ARGUMENT]...: attaches the programs of OBJECT,
 * whatever they are, and reads the map "ring" while COMMAND runs: it waits to be woken by
 * the events, or sleeps for some time. See reference.bpf.c.
 */
#include <bpf/libbpf.h>
#include <err.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define POLL_MS 10
#define SLEEP_US 2000

static int on_event(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	(void)size;
	return 0;
}

static struct bpf_object *attach(const char *path)
{
	struct bpf_object *object = bpf_object__open(path);
	struct bpf_program *program;

	if (!object)
		err(2, "%s", path);
	if (bpf_object__load(object))
		err(2, "%s: cannot be loaded", path);
	bpf_object__for_each_program(program, object) if (!bpf_program__attach(program))
		err(2, "%s: cannot be attached", bpf_program__name(program));

	return object;
}

int main(int argc, char **argv)
{
	struct ring_buffer *ring;
	struct bpf_object *object;
	bool sleeps;
	int status;
	pid_t pid;

	if (argc < 4)
		errx(2, "usage: reference wait|sleep OBJECT COMMAND [ARGUMENT]...");
	sleeps = strcmp(argv[1], "sleep") == 0;
	object = attach(argv[2]);
	ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "ring"), on_event,
				NULL, NULL);
	if (!ring)
		err(2, "ring");
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (!pid) {
		execvp(argv[3], argv + 3);
		err(127, "%s", argv[3]);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (sleeps)
			usleep(SLEEP_US);
		ring_buffer__poll(ring, sleeps ? 0 : POLL_MS);
	}

	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
