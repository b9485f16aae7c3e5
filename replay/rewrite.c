// SPDX-License-Identifier: BSD-2-Clause
#include "rewrite.h"

int rewrite_init(struct rewrite *w, const struct rewrite_options *options,
		 struct out *out)
{
	*w = (struct rewrite){.options = *options, .out = out};
	cut_init(&w->cut, &options->cut);
	return redaction_init(&w->redaction, options->keep, options->shift_time);
}

void rewrite_release(struct rewrite *w)
{
	fdp_writer_free(w->writer);
	w->writer = NULL;
	redaction_release(&w->redaction);
	cut_release(&w->cut);
}

static int write_out(void *ctx, const void *data, size_t len)
{
	struct out *out = ctx;
	out_bytes(out, data, len);
	return out->err;
}

/* Without a trailer: whoever reads it is told that it was cut short. */
static int section_end(struct rewrite *w)
{
	if (!w->writer)
		return 0;
	int err = fdp_writer_flush(w->writer);
	fdp_writer_free(w->writer);
	w->writer = NULL;
	return err;
}

static int section_begin(struct rewrite *w, struct fdp_header *header)
{
	int err = section_end(w);
	cut_restart(&w->cut);
	w->trailer = (struct fdp_trailer){0};
	w->damaged = false;
	if (w->options.cut.given)
		header->flags |= FDP_HEADER_FILTERED;
	return err ? err : fdp_writer_new(&w->writer, header, write_out, w->out);
}

static int write_trailer(struct rewrite *w, const struct fdp_trailer *read)
{
	struct fdp_trailer trailer = *read;
	if (!w->writer || w->damaged)
		return section_end(w);
	trailer.messages = w->trailer.messages;
	trailer.descriptors = w->trailer.descriptors;
	trailer.receives = w->trailer.receives;
	int err = fdp_writer_finish(w->writer, &trailer);
	fdp_writer_free(w->writer);
	w->writer = NULL;
	return err;
}

static int keep(void *ctx, struct fdp_record *record)
{
	struct rewrite *w = ctx;
	if (!w->writer) /* its header was damaged */
		return 0;
	if (record->type == FDP_SEND) {
		w->trailer.messages++;
		w->trailer.descriptors += record->send.n_fds;
	}
	w->trailer.receives += record->type == FDP_RECEIVE;
	int err = w->options.redact ? redact_record(&w->redaction, record) : 0;
	return err ? err : fdp_writer_add(w->writer, record);
}

int rewrite_add(struct rewrite *w, const struct fdp_record *record, bool inside)
{
	struct fdp_record copy = *record;
	bool frame = record->type == FDP_HEADER || record->type == FDP_TRAILER;
	int err = frame && w->options.redact ? redact_record(&w->redaction, &copy) : 0;
	if (err)
		return err;
	if (record->type == FDP_HEADER)
		return section_begin(w, &copy.header);
	if (record->type == FDP_TRAILER)
		return write_trailer(w, &copy.trailer);
	if (w->options.cut.given)
		return cut_add(&w->cut, &copy, inside, keep, w);
	return keep(w, &copy);
}

void rewrite_damage(struct rewrite *w)
{
	w->damaged = true;
}

int rewrite_finish(struct rewrite *w, struct out *report)
{
	if (w->options.redact)
		redaction_report(&w->redaction, report);
	int err = out_finish(report);
	if (!err)
		err = section_end(w);
	return err ? err : out_finish(w->out);
}
