// SPDX-License-Identifier: BSD-2-Clause
#include "other.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "normal.h"

/* Up to size bytes, fewer at the end alone. */
static ssize_t read_all(int fd, char *data, size_t size)
{
	size_t done = 0;
	while (done < size) {
		ssize_t n = read(fd, data + done, size - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

/* The rest of the text behind the head. */
static int load(struct other *o, struct out *text)
{
	char part[65536];
	ssize_t n;
	int err = out_init(text, -1);
	if (err)
		return err;
	out_bytes(text, o->head, o->n_head);
	while ((n = read_all(o->fd, part, sizeof(part))) > 0)
		out_bytes(text, part, (size_t)n);
	return n < 0 ? (int)n : text->err;
}

static int take_lines(struct other *o, const struct out *text, uint64_t *linep)
{
	const char *at = text->data, *end = at + text->len;
	bool chains = false;
	int err = heap_init(&o->heap);
	for (*linep = 1; !err && at < end; ++*linep) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		struct fdp_text line = {at, (size_t)((newline ? newline : end) - at)};
		enum normal_line type = normal_read(line, &o->heap.text);
		if (type == NORMAL_NONE)
			return -EBADMSG;
		chains |= type == NORMAL_CHAIN;
		err = o->heap.text.err;
		at = newline ? newline + 1 : end;
	}
	o->passes = o->heap.text.len && !chains;
	return err;
}

/* A trace begins with bytes that no text has; the text of no passes has none at all. */
static bool is_text(const struct other *o)
{
	if (!o->n_head)
		return true;
	const char *newline = memchr(o->head, '\n', o->n_head);
	struct fdp_text line = {o->head,
				newline ? (size_t)(newline - o->head) : o->n_head};
	struct out scratch;
	if (!line.len || out_init(&scratch, -1))
		return false;
	enum normal_line type = normal_read(line, &scratch);
	out_release(&scratch);
	return type != NORMAL_NONE && !memchr(line.data, '\0', line.len);
}

int other_open(struct other *o, const char *name, uint64_t *linep)
{
	struct out text = {0};
	*o = (struct other){.fd = -1};
	*linep = 0;
	o->fd = strcmp(name, "-") == 0 ? dup(STDIN_FILENO)
				       : open(name, O_RDONLY | O_CLOEXEC);
	if (o->fd < 0)
		return -errno;
	ssize_t n = read_all(o->fd, o->head, sizeof(o->head));
	if (n < 0)
		return (int)n;
	o->n_head = (size_t)n;
	if (!is_text(o))
		return 0;
	int err = load(o, &text);
	if (!err)
		err = take_lines(o, &text, linep);
	out_release(&text);
	close(o->fd);
	o->fd = -1;
	return err;
}

void other_close(struct other *o)
{
	if (o->fd >= 0)
		close(o->fd);
	heap_release(&o->heap);
	o->fd = -1;
}
