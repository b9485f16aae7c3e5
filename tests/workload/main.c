/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * workload           lists the scenarios
 * workload NAME...   runs these, each in a process and a folder of its own
 *
 * stdout has a heading for each, {"scenario":NAME}, and what was passed (see workload.h);
 * the exit status is 0 when every system call answered as a scenario expects.
 */
#include <err.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workload.h"

#define TIME_LIMIT_S 20

void fail(const char *what)
{
	err(2, "%s", what);
}

void pair_open(int sv[2], int type)
{
	must(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, sv) == 0, "socketpair");
}

static struct sockaddr_un address_make(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	must(strlen(path) < sizeof(sun.sun_path), path);
	memcpy(sun.sun_path, path, strlen(path));
	return sun;
}

int socket_bind(const char *path, int type)
{
	struct sockaddr_un sun = address_make(path);
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	must(fd >= 0 && bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0, path);
	return fd;
}

int socket_connect(const char *path, int type)
{
	struct sockaddr_un sun = address_make(path);
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	must(fd >= 0 && connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0, path);
	return fd;
}

static int entry_remove(const char *path, const struct stat *st, int type,
			struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* nftw(3) cannot open what lies deeper than PATH_MAX, so it changes folders. */
static void folder_remove(const char *folder)
{
	must(nftw(folder, entry_remove, 16, FTW_DEPTH | FTW_PHYS | FTW_CHDIR) == 0,
	     folder);
}

static int scenario_run(const struct scenario *scenario)
{
	char folder[] = "/tmp/fdpass-XXXXXX";
	struct rlimit limit;
	int status;

	must(mkdtemp(folder) != NULL, folder);
	printf("{\"scenario\":\"%s\"}\n", scenario->name);
	fflush(stdout);
	pid_t pid = fork();
	must(pid >= 0, "fork");
	if (pid == 0) {
		must(getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
		limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
		must(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
		alarm(TIME_LIMIT_S);
		scenario->run(folder);
		must(fflush(stdout) == 0, "stdout");
		_exit(0);
	}
	must(waitpid(pid, &status, 0) == pid, "waitpid");
	folder_remove(folder);
	if (status != 0)
		warnx("%s: failed (wait status %d)", scenario->name, status);
	return status != 0;
}

static const struct scenario *const all[] = {shapes, outcomes, rules};
#define N_ALL (sizeof(all) / sizeof(all[0]))

static const struct scenario *scenario_find(const char *name)
{
	for (size_t i = 0; i < N_ALL; i++) {
		for (const struct scenario *s = all[i]; s->name; s++) {
			if (strcmp(s->name, name) == 0)
				return s;
		}
	}
	errx(2, "%s: no such scenario", name);
}

/* Those that this kernel can run. */
static void scenarios_list(void)
{
	for (size_t i = 0; i < N_ALL; i++) {
		for (const struct scenario *s = all[i]; s->name; s++) {
			if (!s->possible || s->possible())
				puts(s->name);
		}
	}
}

int main(int argc, char **argv)
{
	int failed = 0;

	if (argc == 1)
		scenarios_list();
	for (int i = 1; i < argc; i++)
		failed |= scenario_run(scenario_find(argv[i]));
	return failed;
}
