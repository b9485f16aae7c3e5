// SPDX-License-Identifier: BSD-2-Clause
#include "ig.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "moment.h"

enum member_kind { MEMBER_TEXT, MEMBER_U32, MEMBER_U64 };

struct member {
	const char *path; /* with dots */
	enum member_kind kind;
	size_t offset;
	uint64_t max;
	bool needed;
};

#define AT(name) offsetof(struct ig_event, name)

/* clang-format off */
static const struct member members[] = {
	{"fd", MEMBER_U32, AT(fd), INT32_MAX, true},
	{"file", MEMBER_TEXT, AT(file), 0, true},
	{"proc.pid", MEMBER_U32, AT(pid), UINT32_MAX, true},
	{"proc.tid", MEMBER_U32, AT(tid), UINT32_MAX, false},
	{"proc.comm", MEMBER_TEXT, AT(comm), 0, true},
	{"proc.creds.uid", MEMBER_U32, AT(uid), UINT32_MAX, false},
	{"proc.creds.gid", MEMBER_U32, AT(gid), UINT32_MAX, false},
	{"proc.mntns_id", MEMBER_U32, AT(mnt_ns), UINT32_MAX, false},
	{"proc.parent.pid", MEMBER_U32, AT(ppid), UINT32_MAX, false},
	{"proc.parent.comm", MEMBER_TEXT, AT(parent_comm), 0, false},
	{"socket_ino", MEMBER_U64, AT(socket_ino), INT64_MAX, false},
	{"sockfd", MEMBER_U32, AT(sockfd), INT32_MAX, false},
	{"k8s.node", MEMBER_TEXT, AT(node), 0, false},
	{"timestamp", MEMBER_TEXT, AT(time), 0, false},
	{"timestamp_raw", MEMBER_U64, AT(real_ns), INT64_MAX, false},
};
/* clang-format on */

void ig_prepare(void)
{
	json_object_seed(0);
}

static const json_t *find(const json_t *object, const char *path)
{
	char key[32];
	while (object) {
		size_t len = strcspn(path, ".");
		if (len >= sizeof(key))
			return NULL;
		memcpy(key, path, len);
		key[len] = '\0';
		object = json_object_get(object, key);
		if (!path[len])
			return object;
		path += len + 1;
	}
	return NULL;
}

static bool take_number(struct ig_event *e, const struct member *m, const json_t *value)
{
	json_int_t number = json_integer_value(value);
	if (!json_is_integer(value) || number < 0 || (uint64_t)number > m->max)
		return false;
	uint32_t small = (uint32_t)number;
	uint64_t large = (uint64_t)number;
	if (m->kind == MEMBER_U32)
		memcpy((char *)e + m->offset, &small, sizeof(small));
	else
		memcpy((char *)e + m->offset, &large, sizeof(large));
	return true;
}

static int take_member(struct ig_event *e, const struct member *m,
		       char phrase[IG_PHRASE_MAX])
{
	const json_t *value = find(e->json, m->path);
	bool right = !m->needed;
	if (value && m->kind == MEMBER_TEXT) {
		struct fdp_text text = {json_string_value(value),
					json_string_length(value)};
		right = json_is_string(value) && text.len <= FDP_STRING_MAX;
		if (right)
			memcpy((char *)e + m->offset, &text, sizeof(text));
	} else if (value) {
		right = take_number(e, m, value);
	}
	if (right)
		return 0;
	snprintf(phrase, IG_PHRASE_MAX,
		 !value			  ? "the event has no %s"
		 : m->kind == MEMBER_TEXT ? "%s is no text of at most 4096 bytes"
					  : "%s is no number that it can be",
		 m->path);
	return -EINVAL;
}

/* Of versions that print no nanoseconds there is the date. */
static bool take_time(struct ig_event *e)
{
	struct moment moment;
	if (e->real_ns)
		return true;
	if (moment_parse(&moment, e->time) || moment.base != MOMENT_WALL)
		return false;
	e->real_ns = (uint64_t)moment.ns;
	return moment.ns > 0;
}

int ig_event_init(struct ig_event *e, struct fdp_text line, char phrase[IG_PHRASE_MAX])
{
	json_error_t error;
	int err = 0;
	const struct fdp_text nothing = {"", 0};
	*e = (struct ig_event){
		.comm = nothing,
		.parent_comm = nothing,
		.file = nothing,
		.node = nothing,
		.time = nothing,
	};
	e->json = json_loadb(line.data, line.len, JSON_ALLOW_NUL, &error);
	if (!e->json && json_error_code(&error) == json_error_out_of_memory)
		return -ENOMEM;
	if (!json_is_object((const json_t *)e->json)) {
		snprintf(phrase, IG_PHRASE_MAX, "it is no JSON object");
		err = -EINVAL;
	}
	for (size_t i = 0; !err && i < sizeof(members) / sizeof(members[0]); i++)
		err = take_member(e, &members[i], phrase);
	if (!err && !take_time(e)) {
		snprintf(phrase, IG_PHRASE_MAX, "the event has no time");
		err = -EINVAL;
	}
	if (err)
		ig_event_release(e);
	return err;
}

void ig_event_release(struct ig_event *e)
{
	json_decref(e->json);
	e->json = NULL;
}
