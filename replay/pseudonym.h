/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pseudonyms: names in place of others, equal where those were equal. They depend on a
 * key that is drawn when they begin and forgotten when they end, so that nobody can try
 * names until one fits. Those that are to be kept stay, and are remembered.
 *
 * Paths are replaced one component at a time: the shape of a tree can still be seen. The
 * words are short, and can be said: "hiloj".
 */
#pragma once

#include "index.h"
#include "out.h"
#include "pool.h"

struct pseudonyms {
	uint64_t key[2];
	const char *keep; /* words and paths, separated by commas; may be NULL */
	struct pool pool;
	struct index users;   /* number to number: in the order in which they come */
	struct index kept;    /* by their place in the pool */
	struct index numbers; /* of words, by their hash */
	struct index taken;   /* these numbers */
	struct out kept_list; /* in memory: as text, one a line */
	struct out scratch;   /* in memory */
	uint64_t words;	      /* replaced, each time they came */
};

/* keep is lent. */
int pseudonyms_init(struct pseudonyms *p, const char *keep);
void pseudonyms_release(struct pseudonyms *p);

/* Each replaces *text by one that lives as long as p; an empty one stays. */
int pseudonym_word(struct pseudonyms *p, struct fdp_text *text);
/* Of sixteen digits: ids of many traces must stay apart. */
int pseudonym_id(struct pseudonyms *p, struct fdp_text *id);
int pseudonym_path(struct pseudonyms *p, struct fdp_text *path);
/* "192.0.2.1:80": the port is kept, and so is the loopback; others are paths. */
int pseudonym_address(struct pseudonyms *p, struct fdp_text *address);
/* Root, nobody and unknown stay. */
int pseudonym_user(struct pseudonyms *p, uint32_t *user);

/* What is in scratch becomes the text. */
int pseudonym_take(struct pseudonyms *p, struct fdp_text *text);
