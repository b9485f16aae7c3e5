// SPDX-License-Identifier: BSD-2-Clause
#include "hops.h"

void hops_begin(struct hops *h, const struct row *leaf)
{
	h->n = chain_path(leaf->chains, (size_t)(leaf->hop - leaf->chains->hops),
			  h->path);
	h->next = 0;
	h->row = *leaf;
	h->last = leaf->pass;
}

const struct row *hops_next(struct hops *h)
{
	if (h->next == h->n)
		return NULL;
	h->row.hop = &h->row.chains->hops[h->path[h->next++]];
	h->row.pass = h->next == h->n ? h->last : &h->pass;
	if (h->row.pass == &h->pass)
		chain_pass(h->row.chains, h->row.hop, &h->pass);
	return &h->row;
}
