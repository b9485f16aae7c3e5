/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receipts: the last hop by which an owner (a process) got a file, under any descriptor
 * number and under each. What happens later is added later: the table tells what was so
 * at the instant up to which it was advanced.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define RECEIPT_NONE UINT32_MAX
#define RECEIPT_OWN (UINT32_MAX - 1) /* not received: see receipts_own() */

struct receipt {
	uint64_t time_ns;
	uint32_t file, owner; /* numbers of the caller's */
	int32_t fd;	      /* below 0: unknown */
	uint32_t hop;
};

/* By which hop the owner has a file, or that it had it, and under which number. */
struct receipt_had {
	uint32_t owner;
	int32_t fd;
	uint32_t hop; /* or RECEIPT_OWN; RECEIPT_NONE: free */
};

struct receipt_slot {
	uint32_t file;
	struct receipt_had had;
};

struct receipt_table {
	struct receipt_slot *slots;
	size_t n, n_slots;
};

struct receipts {
	struct receipt *coming; /* a heap, the first one is the earliest */
	size_t n_coming, capacity;
	/*
	 * Most files are had by few, all at about the same time, and are numbered as they
	 * come: the first ones of each are in an array, those of file 0 first.
	 */
	struct receipt_had *firsts;
	size_t n_files, files_capacity;
	struct receipt_table last;  /* by file and owner: not among the first ones */
	struct receipt_table by_fd; /* the last under each other number */
};

void receipts_release(struct receipts *r);

/* It counts from its time on; until then it is coming. */
int receipts_add(struct receipts *r, const struct receipt *receipt);

/*
 * The owner had the file under that number without receiving it: what it receives later,
 * under other numbers, is not where it has this one from.
 */
int receipts_own(struct receipts *r, uint32_t file, uint32_t owner, int32_t fd);

/* All that came until then, included. */
int receipts_advance(struct receipts *r, uint64_t time_ns);

/* The last hop that brought the file to the owner, RECEIPT_NONE if there is none. */
uint32_t receipts_last(const struct receipts *r, uint32_t file, uint32_t owner);

/* The same under that number; or RECEIPT_OWN. */
uint32_t receipts_last_fd(const struct receipts *r, uint32_t file, uint32_t owner,
			  int32_t fd);
