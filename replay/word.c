// SPDX-License-Identifier: BSD-2-Clause
#include "word.h"

#include <string.h>
#include <sys/socket.h>

#include "chain.h"
#include "summary.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* f_flags as Linux numbers them on all but a few old architectures. */
#define LINUX_O_ACCMODE 03
#define LINUX_O_PATH 010000000

/* The last errno of Linux, EHWPOISON. */
#define ERRNO_LAST 133

const char *word_errno(size_t error)
{
	const char *name = strerrorname_np((int)error);
	return error && name ? name : "unknown";
}

static const struct {
	uint32_t number;
	const char *word;
} families[] = {
	{AF_UNIX, "unix"},	     {AF_INET, "inet"},	    {AF_INET6, "inet6"},
	{AF_NETLINK, "netlink"},     {AF_PACKET, "packet"}, {AF_ALG, "alg"},
	{AF_BLUETOOTH, "bluetooth"}, {AF_VSOCK, "vsock"},   {AF_XDP, "xdp"},
};

const char *word_family(uint32_t family)
{
	for (size_t i = 0; i < COUNT(families); i++)
		if (families[i].number == family)
			return families[i].word;
	return NULL;
}

static const char *family_at(size_t i)
{
	return families[i].word;
}

/* SOCK_*, which some architectures number otherwise. */
static const char *const socket_types[] = {
	NULL, "stream", "dgram", "raw", NULL, "seqpacket",
};

const char *word_socket_type(size_t type)
{
	return type < COUNT(socket_types) ? socket_types[type] : NULL;
}

/* Of a message the type of the socket, of a transfer its way. */
static const char *via_at(size_t i)
{
	return i < COUNT(socket_types)
		       ? socket_types[i]
		       : fdp_way_name((uint32_t)(i - COUNT(socket_types)));
}

/* The kernel's TCP_*, which Unix sockets use as well. */
static const char *const states[] = {
	NULL,	      "established", "syn-sent",  "syn-received",
	"fin-wait-1", "fin-wait-2",  "time-wait", "close",
	"close-wait", "last-ack",    "listen",	  "closing",
};

const char *word_state(size_t state)
{
	return state < COUNT(states) ? states[state] : NULL;
}

enum proof { PROOF_PROVEN, PROOF_LIKELY, PROOF_INFERRED, PROOF_COUNT };

static const char *proof_at(size_t i)
{
	static const char *const words[PROOF_COUNT] = {"proven", "likely", "inferred"};
	return words[i];
}

const char *word_proof(bool proven, bool inferred)
{
	return proof_at(inferred ? PROOF_INFERRED : proven ? PROOF_PROVEN : PROOF_LIKELY);
}

struct bit_word {
	uint32_t bits;
	const char *word;
};

static uint32_t bit_words(const char **words, uint32_t flags, const struct bit_word *all,
			  size_t n)
{
	uint32_t n_words = 0;
	for (size_t i = 0; i < n; i++)
		if ((flags & all[i].bits) == all[i].bits)
			words[n_words++] = all[i].word;
	return n_words;
}

static const char *const accesses[] = {"rdonly", "wronly", "rdwr", "noaccess"};

static const struct bit_word open_flags[] = {
	{LINUX_O_PATH, "path"}, {02000, "append"}, {04000, "nonblock"},
	{04010000, "sync"},	{020000, "async"}, {01000000, "noatime"},
};

/* With O_PATH there is no access. */
uint32_t word_open_flags(const char **words, uint32_t flags)
{
	uint32_t n = 0;
	if (!(flags & LINUX_O_PATH))
		words[n++] = accesses[flags & LINUX_O_ACCMODE];
	return n + bit_words(words + n, flags, open_flags, COUNT(open_flags));
}

static const char *open_flag_at(size_t i)
{
	return i < COUNT(accesses) ? accesses[i] : open_flags[i - COUNT(accesses)].word;
}

static const struct bit_word seals[] = {
	{1, "seal"},  {2, "shrink"},	    {4, "grow"},
	{8, "write"}, {16, "future-write"}, {32, "exec"},
};

uint32_t word_seals(const char **words, uint32_t flags)
{
	return bit_words(words, flags, seals, COUNT(seals));
}

static const char *seal_at(size_t i)
{
	return seals[i].word;
}

static const char *outcome_at(size_t i)
{
	return outcome_name((enum outcome)i);
}

/* A kind of a later version is told as the unknown one's name. */
static const char *kind_at(size_t i)
{
	return fdp_kind_name((uint32_t)i);
}

static const char *link_at(size_t i)
{
	return chain_link_name((enum chain_link)i);
}

const struct words words_outcome = {OUTCOME_COUNT, outcome_at};
const struct words words_errno = {ERRNO_LAST + 1, word_errno};
const struct words words_kind = {FDP_KIND_ANON + 1, kind_at};
const struct words words_via = {COUNT(socket_types) + FDP_WAY_FIXED_INSTALL + 1, via_at};
const struct words words_family = {COUNT(families), family_at};
const struct words words_type = {COUNT(socket_types), word_socket_type};
const struct words words_state = {COUNT(states), word_state};
const struct words words_open_flags = {COUNT(accesses) + COUNT(open_flags), open_flag_at};
const struct words words_seals = {COUNT(seals), seal_at};
const struct words words_link = {CHAIN_SAME_NAME + 1, link_at};
const struct words words_proof = {PROOF_COUNT, proof_at};
const struct words words_group = {SUMMARY_GROUPS, summary_group_name};
