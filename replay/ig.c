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
	size_t offset;
	uint64_t max;
	enum member_kind kind;
	bool needed;
};

#define AT(name) offsetof(struct ig_event, name)

/* clang-format off */
static const struct member members[] = {
	{"fd", AT(fd), INT32_MAX, MEMBER_U32, true},
	{"file", AT(file), 0, MEMBER_TEXT, true},
	{"proc.pid", AT(pid), UINT32_MAX, MEMBER_U32, true},
	{"proc.tid", AT(tid), UINT32_MAX, MEMBER_U32, false},
	{"proc.comm", AT(comm), 0, MEMBER_TEXT, true},
	{"proc.creds.uid", AT(uid), UINT32_MAX, MEMBER_U32, false},
	{"proc.creds.gid", AT(gid), UINT32_MAX, MEMBER_U32, false},
	{"proc.mntns_id", AT(mnt_ns), UINT32_MAX, MEMBER_U32, false},
	{"proc.parent.pid", AT(ppid), UINT32_MAX, MEMBER_U32, false},
	{"proc.parent.comm", AT(parent_comm), 0, MEMBER_TEXT, false},
	{"socket_ino", AT(socket_ino), INT64_MAX, MEMBER_U64, false},
	{"sockfd", AT(sockfd), INT32_MAX, MEMBER_U32, false},
	{"runtime.containerId", AT(container), 0, MEMBER_TEXT, false},
	{"k8s.node", AT(node), 0, MEMBER_TEXT, false},
	{"timestamp", AT(time), 0, MEMBER_TEXT, false},
	{"timestamp_raw", AT(real_ns), INT64_MAX, MEMBER_U64, false},
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
		.container = nothing,
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
