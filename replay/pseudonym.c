// SPDX-License-Identifier: BSD-2-Clause
#include "pseudonym.h"

#include <errno.h>
#include <sys/random.h>

#include "text.h"

#define USER_FIRST 10000
#define USER_NOBODY 65534

int pseudonyms_init(struct pseudonyms *p, const char *keep)
{
	*p = (struct pseudonyms){.keep = keep};
	pool_init(&p->pool);
	if (getrandom(p->key, sizeof(p->key), 0) != sizeof(p->key))
		return -EIO;
	int err = out_init(&p->kept_list, -1);
	return err ? err : out_init(&p->scratch, -1);
}

void pseudonyms_release(struct pseudonyms *p)
{
	pool_release(&p->pool);
	index_release(&p->users);
	index_release(&p->kept);
	index_release(&p->numbers);
	index_release(&p->taken);
	out_release(&p->kept_list);
	out_release(&p->scratch);
	explicit_bzero(p->key, sizeof(p->key));
}

static uint64_t rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static void sip_rounds(uint64_t v[4], unsigned n)
{
	while (n--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

/* SipHash-2-4: without the key, nothing is learned from what it gives. */
static uint64_t sip_hash(const uint64_t key[2], struct fdp_text text)
{
	uint64_t v[4] = {
		key[0] ^ 0x736f6d6570736575,
		key[1] ^ 0x646f72616e646f6d,
		key[0] ^ 0x6c7967656e657261,
		key[1] ^ 0x7465646279746573,
	};
	for (size_t at = 0; at <= text.len; at += 8) {
		uint64_t word = 0;
		for (size_t i = 0; i < 8 && at + i < text.len; i++)
			word |= (uint64_t)(unsigned char)text.data[at + i] << 8 * i;
		if (text.len - at < 8)
			word |= (uint64_t)text.len << 56;
		v[3] ^= word;
		sip_rounds(v, 2);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	sip_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* A word of the list, or a path that it or one of its folders is. */
static bool is_kept(const struct pseudonyms *p, struct fdp_text text)
{
	for (const char *at = p->keep ? p->keep : ""; *at; at++) {
		size_t len = strcspn(at, ",");
		bool begins = len && len <= text.len && !memcmp(at, text.data, len);
		if (begins && (text.len == len || (*at == '/' && text.data[len] == '/')))
			return true;
		at += len;
		if (!*at)
			break;
	}
	return false;
}

/* What stays is told in the end. */
static int remember(struct pseudonyms *p, struct fdp_text text)
{
	int err = pool_intern(&p->pool, &text);
	uint64_t key = (uintptr_t)text.data;
	if (err || index_get(&p->kept, key) != INDEX_NONE)
		return err;
	text_terminal(&p->kept_list, text);
	out_char(&p->kept_list, '\n');
	return index_set(&p->kept, key, 1);
}

/* Sixteen bits that can be said: "hiloj". */
static void put_syllables(struct out *o, uint32_t bits)
{
	static const char consonants[] = "bdfghjklmnprstvz", vowels[] = "aiou";
	out_char(o, consonants[bits >> 12 & 15]);
	out_char(o, vowels[bits >> 10 & 3]);
	out_char(o, consonants[bits >> 6 & 15]);
	out_char(o, vowels[bits >> 4 & 3]);
	out_char(o, consonants[bits & 15]);
}

/*
 * The number of a word: the lowest bits of its hash or, when another word has that one,
 * the next one of more bits that is free.
 */
static int find_number(struct pseudonyms *p, uint64_t hash, uint32_t *numberp)
{
	uint32_t number = index_get(&p->numbers, hash);
	int err = 0;
	if (number == INDEX_NONE) {
		number = (uint32_t)hash & UINT16_MAX;
		while (index_get(&p->taken, number) != INDEX_NONE)
			number += UINT16_MAX + 1;
		err = index_set(&p->taken, number, 1);
		if (!err)
			err = index_set(&p->numbers, hash, number);
	}
	*numberp = number;
	return err;
}

static int put_pseudonym(struct pseudonyms *p, struct fdp_text word)
{
	uint32_t number;
	int err = find_number(p, sip_hash(p->key, word), &number);
	if (err)
		return err;
	put_syllables(&p->scratch, number);
	if (number > UINT16_MAX) {
		out_char(&p->scratch, '-');
		put_syllables(&p->scratch, number >> 16);
	}
	p->words++;
	return 0;
}

static int put_word(struct pseudonyms *p, struct fdp_text word)
{
	if (!word.len || is_kept(p, word)) {
		out_bytes(&p->scratch, word.data, word.len);
		return word.len ? remember(p, word) : 0;
	}
	return put_pseudonym(p, word);
}

int pseudonym_take(struct pseudonyms *p, struct fdp_text *text)
{
	struct fdp_text made = {p->scratch.data, p->scratch.len};
	if (p->scratch.err)
		return p->scratch.err;
	if (made.len > FDP_STRING_MAX)
		made.len = FDP_STRING_MAX;
	int err = pool_intern(&p->pool, &made);
	p->scratch.len = 0;
	if (!err)
		*text = made;
	return err;
}

int pseudonym_word(struct pseudonyms *p, struct fdp_text *text)
{
	int err = put_word(p, *text);
	return err ? err : pseudonym_take(p, text);
}

int pseudonym_id(struct pseudonyms *p, struct fdp_text *id)
{
	static const char digits[] = "0123456789abcdef";
	if (!id->len)
		return 0;
	uint64_t hash = sip_hash(p->key, *id);
	for (unsigned bits = 64; bits; bits -= 4)
		out_char(&p->scratch, digits[hash >> (bits - 4) & 15]);
	p->words++;
	return pseudonym_take(p, id);
}

/* NULs and slashes are the shape; what is between them goes. */
int pseudonym_path(struct pseudonyms *p, struct fdp_text *path)
{
	if (is_kept(p, *path))
		return remember(p, *path);
	int err = 0;
	for (size_t at = 0; !err && at < path->len; at++) {
		size_t len = 0;
		while (at + len < path->len && path->data[at + len] != '/' &&
		       path->data[at + len])
			len++;
		err = put_word(p, (struct fdp_text){path->data + at, len});
		at += len;
		if (at < path->len)
			out_char(&p->scratch, path->data[at]);
	}
	return err ? err : pseudonym_take(p, path);
}

/* Bytes of ":80" at its end; 0 if it has no port. */
static size_t port_length(struct fdp_text address)
{
	size_t at = address.len;
	while (at && address.data[at - 1] >= '0' && address.data[at - 1] <= '9')
		at--;
	bool port = at && at < address.len && address.data[at - 1] == ':';
	return port ? address.len - at + 1 : 0;
}

int pseudonym_address(struct pseudonyms *p, struct fdp_text *address)
{
	size_t port = port_length(*address);
	if (!port || !address->data[0] || memchr(address->data, '/', address->len))
		return pseudonym_path(p, address);
	struct fdp_text host = {address->data, address->len - port};
	bool local = (host.len > 4 && !memcmp(host.data, "127.", 4)) ||
		     (host.len == 5 && !memcmp(host.data, "[::1]", 5));
	if (local)
		return 0;
	int err = put_word(p, host);
	out_bytes(&p->scratch, address->data + host.len, port);
	return err ? err : pseudonym_take(p, address);
}

int pseudonym_user(struct pseudonyms *p, uint32_t *user)
{
	if (!*user || *user == USER_NOBODY || *user == UINT32_MAX)
		return 0;
	uint32_t number = index_get(&p->users, *user);
	if (number == INDEX_NONE) {
		number = USER_FIRST + (uint32_t)p->users.n;
		int err = index_set(&p->users, *user, number);
		if (err)
			return err;
	}
	*user = number;
	return 0;
}
