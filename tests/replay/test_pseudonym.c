// SPDX-License-Identifier: BSD-2-Clause
#include "../../replay/pseudonym.h"

#include "scene.h"

static struct pseudonyms begin(const char *keep)
{
	struct pseudonyms p;
	cr_assert_eq(pseudonyms_init(&p, keep), 0);
	return p;
}

static bool is(struct fdp_text text, const char *wanted)
{
	return text.len == strlen(wanted) && memcmp(text.data, wanted, text.len) == 0;
}

static struct fdp_text text_of(const char *word)
{
	return (struct fdp_text){word, strlen(word)};
}

/* The example of the paper: key 00 01 .. 0f, fifteen bytes, a129ca6149be45e5. */
Test(pseudonym, an_id_is_what_siphash_makes_of_it_and_a_word_its_end)
{
	struct pseudonyms p = begin(NULL);
	p.key[0] = 0x0706050403020100;
	p.key[1] = 0x0f0e0d0c0b0a0908;
	struct fdp_text word = {"\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16", 15};
	struct fdp_text id = word, none = {"", 0};
	cr_assert_eq(pseudonym_word(&p, &word), 0);
	cr_assert(is(word, "hiloj"), "%.*s", (int)word.len, word.data);
	cr_assert_eq(pseudonym_id(&p, &id), 0);
	cr_assert(is(id, "a129ca6149be45e5"), "%.*s", (int)id.len, id.data);
	cr_assert(pseudonym_id(&p, &none) == 0 && !none.len);
	pseudonyms_release(&p);
}

/* More words than there are of five letters. */
Test(pseudonym, no_two_words_become_one)
{
	enum { WORDS = 70000 };
	struct pseudonyms p = begin(NULL);
	struct pool seen;
	size_t longer = 0;
	pool_init(&seen);
	struct index places = {0};
	for (unsigned i = 0; i < WORDS; i++) {
		struct fdp_text word = {(const char *)&i, sizeof(i)};
		cr_assert_eq(pseudonym_word(&p, &word), 0);
		longer += word.len == 11;
		cr_assert(word.len == 5 || word.len == 11);
		cr_assert_eq(pool_intern(&seen, &word), 0);
		uint64_t key = (uintptr_t)word.data;
		cr_assert_eq(index_get(&places, key), INDEX_NONE);
		cr_assert_eq(index_set(&places, key, i), 0);
	}
	cr_assert_gt(longer, WORDS - 65536);
	index_release(&places);
	pool_release(&seen);
	pseudonyms_release(&p);
}

Test(pseudonym, equal_words_stay_equal_and_others_apart)
{
	struct pseudonyms p = begin(NULL);
	struct fdp_text a = text_of("client"), b = text_of("client"),
			c = text_of("clien");
	cr_assert_eq(pseudonym_word(&p, &a), 0);
	cr_assert_eq(pseudonym_word(&p, &b), 0);
	cr_assert_eq(pseudonym_word(&p, &c), 0);
	cr_assert(a.len == b.len && !memcmp(a.data, b.data, a.len));
	cr_assert(a.len == 5 && c.len == 5 && memcmp(a.data, c.data, 5) != 0);
	pseudonyms_release(&p);
}

Test(pseudonym, another_run_has_another_key)
{
	struct pseudonyms p = begin(NULL), q = begin(NULL);
	struct fdp_text a = text_of("client"), b = text_of("client");
	cr_assert_eq(pseudonym_id(&p, &a), 0);
	cr_assert_eq(pseudonym_id(&q, &b), 0);
	cr_assert(memcmp(a.data, b.data, 16) != 0);
	pseudonyms_release(&p);
	pseudonyms_release(&q);
}

Test(pseudonym, a_path_keeps_its_slashes_and_what_is_on_the_list)
{
	struct pseudonyms p = begin("/usr,passwd");
	struct fdp_text path = text_of("/home/a//passwd/"), kept = text_of("/usr/bin/x"),
			other = text_of("/usrlocal");
	cr_assert_eq(pseudonym_path(&p, &path), 0);
	cr_assert_eq(path.len, strlen("/hiloj/hiloj//passwd/"));
	cr_assert(!memcmp(path.data + path.len - 9, "//passwd/", 9));
	cr_assert_eq(pseudonym_path(&p, &kept), 0);
	cr_assert(is(kept, "/usr/bin/x"));
	cr_assert_eq(pseudonym_path(&p, &other), 0);
	cr_assert(!is(other, "/usrlocal") && other.len == 6);
	cr_assert(is((struct fdp_text){p.kept_list.data, p.kept_list.len},
		     "passwd\n/usr/bin/x\n"));
	pseudonyms_release(&p);
}

Test(pseudonym, an_address_keeps_its_port_and_loopback_stays)
{
	struct pseudonyms p = begin(NULL);
	struct fdp_text far = text_of("192.0.2.1:80"), near = text_of("127.0.0.1:80");
	struct fdp_text unnamed = {"\0bus/1", 6};
	cr_assert_eq(pseudonym_address(&p, &far), 0);
	cr_assert(far.len == 8 && !memcmp(far.data + 5, ":80", 3));
	cr_assert_eq(pseudonym_address(&p, &near), 0);
	cr_assert(is(near, "127.0.0.1:80"));
	cr_assert_eq(pseudonym_address(&p, &unnamed), 0);
	cr_assert(unnamed.len == 12 && !unnamed.data[0] && unnamed.data[6] == '/');
	pseudonyms_release(&p);
}

Test(pseudonym, users_are_numbered_as_they_come_but_root_stays)
{
	struct pseudonyms p = begin(NULL);
	uint32_t users[] = {1000, 0, 33, 1000, 65534, UINT32_MAX};
	static const uint32_t wanted[] = {10000, 0, 10001, 10000, 65534, UINT32_MAX};
	for (size_t i = 0; i < 6; i++) {
		cr_assert_eq(pseudonym_user(&p, &users[i]), 0);
		cr_assert_eq(users[i], wanted[i]);
	}
	pseudonyms_release(&p);
}
