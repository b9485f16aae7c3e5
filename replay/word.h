/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words of our own: what numbers of the trace are called. What a column of words can say
 * is a closed set, so that a filter which asks for another word can be told so.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct words {
	size_t n;
	const char *(*at)(size_t i); /* below n; NULL: that number has none */
};

extern const struct words words_outcome, words_errno, words_kind, words_via, words_family,
	words_type, words_state, words_open_flags, words_seals, words_link, words_proof,
	words_group;

const char *word_errno(size_t error);
/* NULL: it has none. */
const char *word_family(uint32_t family);
const char *word_socket_type(size_t type);
const char *word_state(size_t state);
const char *word_proof(bool proven, bool inferred);

/* The words of the flags, in the order of the set; returns how many there are. */
uint32_t word_open_flags(const char **words, uint32_t flags);
uint32_t word_seals(const char **words, uint32_t seals);
