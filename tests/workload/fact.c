/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the system calls and /proc tell of an open file, as JSON members in the words of
 * fdpass-replay: what stat(2), fcntl(2), getsockopt(2) and fdinfo know of it.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "workload.h"

static void device_put(FILE *f, const char *name, dev_t dev)
{
	fprintf(f, ",\"%s\":\"%u:%u\"", name, major(dev), minor(dev));
}

static void flags_put(FILE *f, int fd)
{
	static const char *const access[] = {"rdonly", "wronly", "rdwr", "noaccess"};
	int flags = fcntl(fd, F_GETFL);

	must(flags >= 0, "F_GETFL");
	fprintf(f, ",\"flags\":[\"%s\"",
		flags & O_PATH ? "path" : access[flags & O_ACCMODE]);
	if (flags & O_APPEND)
		fputs(",\"append\"", f);
	if (flags & O_NONBLOCK)
		fputs(",\"nonblock\"", f);
	fputc(']', f);
}

static void seals_put(FILE *f, int fd)
{
	static const char *const words[] = {"seal",  "shrink",	     "grow",
					    "write", "future-write", "exec"};
	int seals = fcntl(fd, F_GET_SEALS);
	const char *comma = "";

	must(seals >= 0, "F_GET_SEALS");
	fputs(",\"seals\":[", f);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!(seals & 1 << i))
			continue;
		fprintf(f, "%s\"%s\"", comma, words[i]);
		comma = ",";
	}
	fputc(']', f);
}

/* "Pid:" of a pidfd's fdinfo. */
static void target_put(FILE *f, int fd)
{
	char path[64], line[128];
	int pid = 0;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	FILE *info = fopen(path, "re");
	must(info != NULL, path);
	while (fgets(line, sizeof(line), info)) {
		if (strncmp(line, "Pid:", 4) == 0)
			pid = (int)strtol(line + 4, NULL, 10);
	}
	fclose(info);
	fprintf(f, ",\"target\":%d", pid);
}

static void mount_put(FILE *f)
{
	struct stat st;

	must(stat("/proc/self/ns/mnt", &st) == 0, "/proc/self/ns/mnt");
	fprintf(f, ",\"mnt_ns\":%llu", (unsigned long long)st.st_ino);
}

static void address_put(FILE *f, const char *name, int err, const struct sockaddr_in *in)
{
	char text[INET_ADDRSTRLEN];

	if (err || in->sin_family != AF_INET || !in->sin_port) {
		fprintf(f, ",\"%s\":null", name);
		return;
	}
	inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
	fprintf(f, ",\"%s\":\"%s:%u\"", name, text, ntohs(in->sin_port));
}

static const char *state_name(int fd, bool has_peer)
{
	int listening = 0;
	socklen_t len = sizeof(listening);

	must(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0,
	     "SO_ACCEPTCONN");
	return listening ? "listen" : has_peer ? "established" : "close";
}

static void socket_put(FILE *f, int fd)
{
	static const char *const families[] = {
		[AF_UNIX] = "unix", [AF_INET] = "inet", [AF_INET6] = "inet6"};
	static const char *const types[] = {
		[SOCK_STREAM] = "stream", [SOCK_DGRAM] = "dgram"};
	struct sockaddr_in local = {0}, remote = {0};
	socklen_t local_len = sizeof(local), remote_len = sizeof(remote);
	int family, type;
	socklen_t len = sizeof(int);

	must(getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) == 0 &&
		     getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0,
	     "getsockopt");
	int err = getsockname(fd, (struct sockaddr *)&local, &local_len);
	address_put(f, "local", err, &local);
	err = getpeername(fd, (struct sockaddr *)&remote, &remote_len);
	address_put(f, "remote", err, &remote);
	fprintf(f, ",\"family\":\"%s\",\"type\":\"%s\",\"state\":\"%s\"",
		families[family], types[type], state_name(fd, !err));
}

static bool is_in_a_mount(const char *kind)
{
	static const char *const kinds[] = {"regular", "directory", "chr",
					    "tty",     "fifo",	    "symlink"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kind, kinds[i]) == 0)
			return true;
	}
	return false;
}

void object_facts(struct object *o)
{
	struct stat st;
	FILE *f = fmemopen(o->facts, sizeof(o->facts), "w");

	must(f && fstat(o->fd, &st) == 0, o->kind);
	device_put(f, "dev", st.st_dev);
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
		device_put(f, "rdev", st.st_rdev);
	flags_put(f, o->fd);
	if (S_ISREG(st.st_mode) && strcmp(o->kind, "namespace") != 0 &&
	    strcmp(o->kind, "pidfd") != 0)
		fprintf(f, ",\"size\":%lld", (long long)st.st_size);
	if (strcmp(o->kind, "memfd") == 0)
		seals_put(f, o->fd);
	if (strcmp(o->kind, "pidfd") == 0)
		target_put(f, o->fd);
	if (is_in_a_mount(o->kind))
		mount_put(f);
	if (strcmp(o->kind, "socket") == 0)
		socket_put(f, o->fd);
	must(fclose(f) == 0, "facts");
}
