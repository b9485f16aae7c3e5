/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The workload: scenarios that pass descriptors in every way, and state on stdout what
 * became of each, one JSON object per line in the words of `fdpass-replay --view passes`.
 * Nothing here comes from a trace: numbers, names and outcomes are what the system calls
 * told this process, so a trace of it can be compared line by line.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define FDS_MAX 253 /* SCM_MAX_FD */
#define FDS_TOO_MANY (FDS_MAX + 1)
#define NAME_LEN 4200
#define FACTS_LEN 512

/* An open file and what it ought to be called. Takes fd over; object_close() ends it. */
struct object {
	int fd;
	const char *kind;
	bool deleted;
	ino_t ino;
	char name[NAME_LEN];
	char facts[FACTS_LEN]; /* JSON members, each after a comma; see fact.c */
};

void object_init(struct object *o, int fd, const char *kind, bool deleted);
void object_open(struct object *o, const char *path, int flags, const char *kind);
void object_null(struct object *o);
void object_close(struct object *o);
/* Fills in the facts; object_init() has done so as things were then. */
void object_facts(struct object *o);

/* Opens one of each kind; returns how many, FDS_MAX at most. */
size_t objects_open(struct object *objects, const char *folder);

/* How a message is built. */
struct shape {
	size_t size;	  /* bytes of data */
	size_t parts;	  /* SCM_RIGHTS control messages, 0 means 1 */
	bool credentials; /* SCM_CREDENTIALS before them */
	bool unpadded;	  /* the control length ends with the last descriptor */
	int flags;
	const char *address; /* datagram to this path */
};

/* A message on its way. */
struct sent {
	pid_t pid, tid;
	int sock;
	size_t size;
	size_t n;
	struct object objects[FDS_TOO_MANY]; /* fd: the number that was sent */
};

/* Fills in who sends what from where, for a message that will be sent by other means. */
void sent_init(struct sent *s, int sock, const struct object *objects, size_t n,
	       size_t size);

/* Sends; when that fails, states the failure. Returns 0 or an errno. */
int message_send(struct sent *s, int sock, const struct object *objects, size_t n,
		 const struct shape *shape);

/*
 * Receives into a control buffer of control bytes and states what came; descriptors that
 * were installed are closed. Returns their number. What a peek does not install is peeked
 * all the same: it stays in the message.
 */
size_t message_receive(const struct sent *s, int sock, size_t control, int flags);

struct msghdr;
/* States a receipt that the caller made itself. */
size_t message_state(const struct sent *s, int sock, struct msghdr *msg, int flags);

/* States the same outcome for all descriptors of a message that nobody received. */
void sent_state(const struct sent *s, const char *outcome, int error);
/* The same for one that a receiver took without its descriptors. */
void sent_state_dropped(const struct sent *s, int sock);

size_t control_size(size_t n_fds);

/* Ends the program with a message and errno. */
_Noreturn void fail(const char *what);

/* What a scenario takes for granted. Inline, so that analysers see that it holds after.
 */
static inline void must(bool ok, const char *what)
{
	if (!ok)
		fail(what);
}

void pair_open(int sv[2], int type);
/* path := folder/name; it must fit a socket address. */
int socket_bind(const char *path, int type);
int socket_connect(const char *path, int type);

struct scenario {
	const char *name;
	void (*run)(const char *folder);
	bool (*possible)(void); /* NULL: on every kernel */
};

extern const struct scenario shapes[], outcomes[], rules[];
