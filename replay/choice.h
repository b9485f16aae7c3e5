/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Choices: which messages a filter wants, and the open files in them, section by section.
 * A first reading of the traces makes the choice, a second one asks for it.
 */
#pragma once

#include "index.h"
#include "pass.h"

struct chosen {
	struct index messages, files;
	struct index unnumbered; /* events of no message, by type and place */
};

struct choice {
	struct chosen *sections;
	size_t n, capacity;
	size_t at; /* the section that is being read, from 1; 0: none */
	uint32_t seen[FDP_TRANSFER + 1]; /* in it, by type */
};

void choice_release(struct choice *c);

/* A section begins: a new one, or after choice_rewind() the next one. */
int choice_section(struct choice *c);
void choice_rewind(struct choice *c);

int choice_add(struct choice *c, const struct pass *pass,
	       const struct pass_source *source);

/*
 * Of the section, all of whose events are asked about, in their order. Without a choice
 * everything is wanted.
 */
bool choice_has(struct choice *c, const struct fdp_record *event);
