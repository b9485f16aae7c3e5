// SPDX-License-Identifier: BSD-2-Clause
#include "container.h"

#include <string.h>

#define ID_LEN 64 /* of Docker, Podman, containerd's CRI and CRI-O */

static const struct fdp_text nothing = {"", 0};

static bool starts_with(struct fdp_text text, const char *prefix)
{
	size_t len = strlen(prefix);
	return text.len >= len && memcmp(text.data, prefix, len) == 0;
}

static bool ends_with(struct fdp_text text, const char *suffix)
{
	size_t len = strlen(suffix);
	return text.len >= len && memcmp(text.data + text.len - len, suffix, len) == 0;
}

static bool is_hex(struct fdp_text text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!memchr("0123456789abcdef", text.data[i], 16))
			return false;
	return true;
}

/* The number that a runtime gave it, behind a name of the runtime's or alone. */
static struct fdp_text find_id(struct fdp_text name)
{
	if (ends_with(name, ".scope"))
		name.len -= strlen(".scope");
	if (name.len < ID_LEN || starts_with(name, "libpod-conmon-") ||
	    starts_with(name, "crio-conmon-"))
		return nothing;
	struct fdp_text id = {name.data + name.len - ID_LEN, ID_LEN};
	bool apart = name.len == ID_LEN || id.data[-1] == '-';
	return apart && is_hex(id) ? id : nothing;
}

static struct fdp_text find_between(struct fdp_text name, const char *prefix,
				    const char *suffix)
{
	size_t around = strlen(prefix) + strlen(suffix);
	if (name.len <= around || !starts_with(name, prefix) || !ends_with(name, suffix))
		return nothing;
	return (struct fdp_text){name.data + strlen(prefix), name.len - around};
}

/* systemd keeps virtual machines where it keeps its containers. */
static struct fdp_text find_name(struct fdp_text name)
{
	static const char *const forms[][2] = {
		{"lxc.payload.", ""},
		{"machine-", ".scope"},
		{"systemd-nspawn@", ".service"},
	};
	if (starts_with(name, "machine-qemu"))
		return nothing;
	struct fdp_text found = find_id(name);
	for (size_t i = 0; !found.len && i < sizeof(forms) / sizeof(forms[0]); i++)
		found = find_between(name, forms[i][0], forms[i][1]);
	return found;
}

static bool is_unit(struct fdp_text name)
{
	return ends_with(name, ".scope") || ends_with(name, ".service") ||
	       ends_with(name, ".slice");
}

/* The last name of a path, which becomes the path before it. */
static struct fdp_text take_last(struct fdp_text *path)
{
	const char *slash = memrchr(path->data, '/', path->len);
	size_t before = slash ? (size_t)(slash - path->data) : 0;
	size_t start = slash ? before + 1 : 0;
	struct fdp_text name = {path->data + start, path->len - start};
	path->len = before;
	return name;
}

struct fdp_text container_name(struct fdp_text cgroup, bool other_pid_ns)
{
	struct fdp_text path = cgroup;
	while (path.len) {
		struct fdp_text found = find_name(take_last(&path));
		if (found.len)
			return found;
	}
	struct fdp_text last = take_last(&cgroup);
	return other_pid_ns && !is_unit(last) ? last : nothing;
}
