/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order of rows: by one column after the other, upwards or (a - in front of its name)
 * downwards. Numbers are in the order of numbers, texts of bytes; what is not known comes
 * last. Rows that differ in none of the columns stay as they were.
 */
#pragma once

#include "column.h"

#define ORDER_MAX 8

struct order {
	size_t n; /* 0: as they come */
	struct {
		const struct column *column;
		bool down;
	} keys[ORDER_MAX];
};

/* A list like "outcome,-latency_ns"; -EINVAL and the name that is none. */
int order_parse(struct order *order, enum view_id view, const char *list,
		struct fdp_text *unknownp);

/* Rows that are kept to be sorted: passes are copied, what else a row points to is not.
 */
struct kept_row {
	struct row row;
	struct pass pass;
	size_t place;
};

struct rows {
	struct kept_row *items;
	size_t n, capacity;
};

int rows_add(struct rows *rows, const struct row *row);
int rows_sort(struct rows *rows, const struct order *order);
/* Lends the row until the next rows_clear(). */
const struct row *rows_get(struct rows *rows, size_t i);
void rows_clear(struct rows *rows);
void rows_release(struct rows *rows);
