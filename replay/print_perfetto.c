// SPDX-License-Identifier: BSD-2-Clause
/*
 * Perfetto: a timeline in the JSON of Chrome traces, which ui.perfetto.dev loads. A track
 * is a thread; a slice is a message sent or received, with its descriptors as arguments;
 * an arrow is a pass. Of chains, more arrows lead from a receipt to the next send.
 *
 * How long a call took is not known: slices are as short as can be. The passes of one
 * message come together, so that one message at a time is held.
 */
#include "printer.h"

#include <errno.h>
#include <stdlib.h>

#include "cast.h"
#include "shape.h"

#define SLICE_NS 100

/* Pids end there (PID_MAX_LIMIT); made ones come after, then those of other sections. */
#define PID_MAX (1u << 22)
#define SECTION_PIDS (2 * PID_MAX)

/* One side of the message in hand: its slice, but for the end. */
struct side {
	struct out slice; /* in memory */
	bool begun;
	uint32_t source; /* its event */
	uint32_t n;	 /* descriptors below are told, or not wanted */
};

struct perfetto {
	struct index threads; /* that have a name */
	struct side send, receive;
	struct out flows; /* in memory */
	struct out name;  /* in memory: of a process */
	uint64_t flow;	  /* number of the last one */
	uint64_t pids;	  /* of the section */
	bool any;
};

static int perfetto_start(struct printer *p)
{
	struct perfetto *state = calloc(1, sizeof(*state));
	if (!state)
		return -ENOMEM;
	p->state = state;
	int err = out_init(&state->send.slice, -1);
	if (!err)
		err = out_init(&state->receive.slice, -1);
	if (!err)
		err = out_init(&state->name, -1);
	return err ? err : out_init(&state->flows, -1);
}

static void perfetto_release(struct printer *p)
{
	struct perfetto *state = p->state;
	if (!state)
		return;
	index_release(&state->threads);
	out_release(&state->send.slice);
	out_release(&state->receive.slice);
	out_release(&state->flows);
	out_release(&state->name);
	free(state);
}

static void put_event(struct printer *p, const char *text, size_t len)
{
	struct perfetto *state = p->state;
	if (!state->any)
		out_word(p->out, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
	else
		out_word(p->out, ",\n");
	state->any = true;
	out_bytes(p->out, text, len);
}

/* Microseconds. */
static void put_time(struct out *o, uint64_t ns)
{
	out_word(o, ",\"ts\":");
	out_u64(o, ns / 1000);
	out_char(o, '.');
	out_padded(o, ns % 1000, 3);
}

static const struct fdp_process *end_process(const struct row *row,
					     const struct pass_end *end)
{
	return end->process == TRACE_NONE ? NULL
					  : &row->trace->processes.items[end->process];
}

struct track {
	uint32_t pid, tid;
};

/*
 * Who is not known is on a track of process 0. A process outside of the recorder's pid
 * namespace has no pid there: it gets one that is greater than any.
 */
static struct track track_of(const struct row *row, const struct pass_end *end)
{
	const struct fdp_process *process = end_process(row, end);
	if (!process)
		return (struct track){0, 0};
	if (process->pid)
		return (struct track){process->pid, process->tid};
	uint32_t made = PID_MAX + end->process % PID_MAX;
	return (struct track){made, made};
}

/* Pids of several hosts, or sections, must not meet. */
static uint64_t pids_of(const struct printer *p, const struct row *row,
			const struct pass_end *end)
{
	const struct perfetto *state = p->state;
	const struct origin *origin = row->trace->origin;
	if (!origin || end->process == TRACE_NONE)
		return state->pids;
	return state->pids + origin->process_hosts[end->process] * SECTION_PIDS;
}

static void put_track(struct printer *p, struct out *o, const struct row *row,
		      const struct pass_end *end)
{
	struct track track = track_of(row, end);
	uint64_t pids = pids_of(p, row, end);
	out_word(o, "\"pid\":");
	out_u64(o, pids + track.pid);
	out_word(o, ",\"tid\":");
	out_u64(o, pids + track.tid);
}

static void put_meta(struct printer *p, const struct row *row, const struct pass_end *end,
		     const char *what, struct fdp_text name)
{
	struct out *o = &p->scratch;
	o->len = 0;
	out_word(o, "{\"ph\":\"M\",\"name\":\"");
	out_word(o, what);
	out_word(o, "\",");
	put_track(p, o, row, end);
	out_word(o, ",\"args\":{\"name\":\"");
	text_json(o, name);
	out_word(o, "\"}}");
	put_event(p, o->data, o->len);
}

/* With the host, where there are several. */
static void put_process_name(struct printer *p, const struct row *row,
			     const struct pass_end *end, struct fdp_text name)
{
	struct perfetto *state = p->state;
	state->name.len = 0;
	out_bytes(&state->name, name.data, name.len);
	if (end->process != TRACE_NONE)
		show_host(row->trace, end->process, &state->name);
	put_meta(p, row, end, "process_name",
		 (struct fdp_text){state->name.data, state->name.len});
}

static int name_track(struct printer *p, const struct row *row,
		      const struct pass_end *end)
{
	struct perfetto *state = p->state;
	const struct fdp_process *process = end_process(row, end);
	struct track track = track_of(row, end);
	uint64_t key = (uint64_t)track.pid << 32 | track.tid;
	key ^= pids_of(p, row, end) << 20;
	if (index_get(&state->threads, key) != INDEX_NONE)
		return 0;
	struct fdp_text name = {"unknown", 7};
	if (process)
		name = trace_process_name(process);
	put_process_name(p, row, end, name);
	put_meta(p, row, end, "thread_name", process ? process->comm : name);
	return index_set(&state->threads, key, 1);
}

static void put_shown_json(struct printer *p, struct out *o)
{
	text_json(o, (struct fdp_text){p->scratch.data, p->scratch.len});
	p->scratch.len = 0;
}

static void side_begin(struct printer *p, struct side *side, const struct row *row,
		       const struct pass_end *end, const char *verb)
{
	struct out *o = &side->slice;
	side->begun = true;
	side->n = 0;
	out_word(o, "{\"ph\":\"X\",\"cat\":\"fdpass\",\"name\":\"");
	out_word(o, verb);
	out_char(o, ' ');
	show_object(row, &p->scratch);
	put_shown_json(p, o);
	out_word(o, "\",");
	put_track(p, o, row, end);
	put_time(o, end->time_ns);
	out_word(o, ",\"dur\":0.");
	out_padded(o, SLICE_NS, 3);
	out_word(o, ",\"args\":{\"message\":");
	out_u64(o, row->pass->message);
	if (show_via(row, &p->scratch)) {
		out_word(o, ",\"via\":\"");
		put_shown_json(p, o);
		out_char(o, '"');
	}
}

/* "0: fd 3": "chr /dev/null delivered" */
static void side_add(struct printer *p, struct side *side, const struct row *row,
		     const struct pass_end *end, const char *verb)
{
	struct out *o = &side->slice;
	if (!side->begun)
		side_begin(p, side, row, end, verb);
	if (row->pass->index < side->n)
		return;
	side->n = row->pass->index + 1;
	out_word(o, ",\"");
	out_u64(o, row->pass->index);
	out_word(o, ": fd ");
	if (end->fd >= 0)
		out_i64(o, end->fd);
	else
		out_char(o, '?');
	out_word(o, "\":\"");
	if (show_object(row, &p->scratch))
		out_char(&p->scratch, ' ');
	show_outcome(row, &p->scratch);
	put_shown_json(p, o);
	out_char(o, '"');
}

static void side_end(struct printer *p, struct side *side)
{
	if (!side->begun)
		return;
	out_word(&side->slice, "}}");
	put_event(p, side->slice.data, side->slice.len);
	side->slice.len = 0;
	side->begun = false;
}

static void flush_message(struct printer *p)
{
	struct perfetto *state = p->state;
	side_end(p, &state->send);
	side_end(p, &state->receive);
	if (state->flows.len)
		put_event(p, state->flows.data, state->flows.len);
	state->flows.len = 0;
}

/* One end of an arrow, bound to the slice that holds its instant. */
static void put_flow_end(struct printer *p, const struct row *row,
			 const struct pass_end *end, const char *phase, const char *name)
{
	struct perfetto *state = p->state;
	struct out *o = &state->flows;
	if (o->len)
		out_word(o, ",\n");
	out_word(o, "{\"ph\":\"");
	out_word(o, phase);
	out_word(o, "\",\"cat\":\"fdpass\",\"name\":\"");
	out_word(o, name);
	out_word(o, "\",\"id\":");
	out_u64(o, state->flow);
	out_char(o, ',');
	put_track(p, o, row, end);
	put_time(o, end->time_ns);
	out_char(o, '}');
}

static void put_flow(struct printer *p, const struct row *row, const struct pass_end *a,
		     const struct pass_end *b, const char *name)
{
	struct perfetto *state = p->state;
	state->flow++;
	put_flow_end(p, row, a, "s", name);
	put_flow_end(p, row, b, "f\",\"bp\":\"e", name);
}

static void put_joint(struct printer *p, const struct row *row)
{
	uint32_t before = row->hop->before;
	if (p->selection.view != VIEW_CHAINS || before == TRACE_NONE)
		return;
	struct pass pass;
	chain_pass(row->chains, &row->chains->hops[before], &pass);
	/* Where nobody saw it arrive, from where it was sent. */
	put_flow(p, row, pass.received ? &pass.to : &pass.from, &row->pass->from,
		 row->hop->inferred ? "inferred chain" : "chain");
}

/* Ends what the row does not belong to. A look and the receipt are of one send. */
static void slices_turn(struct printer *p, const struct row *row)
{
	struct perfetto *state = p->state;
	const struct pass_source source = chain_source(row->hop);
	bool new_send = !state->send.begun || state->send.source != source.send;
	bool new_receive =
		!state->receive.begun || state->receive.source != source.receive;
	if (pass_is_transfer(&source) || (row->pass->sent ? new_send : new_receive))
		flush_message(p);
	else if (new_receive)
		side_end(p, &state->receive);
	state->send.source = source.send;
	state->receive.source = source.receive;
}

static int perfetto_row(struct printer *p, const struct row *row)
{
	struct perfetto *state = p->state;
	const struct pass *pass = row->pass;
	struct row brief = *row;
	slices_turn(p, row);
	int err = pass->sent ? name_track(p, row, &pass->from) : 0;
	if (!err && pass->received)
		err = name_track(p, row, &pass->to);
	p->scratch.len = 0;
	brief.brief = true;
	if (pass->sent)
		side_add(p, &state->send, &brief, &pass->from, "send");
	if (pass->received)
		side_add(p, &state->receive, &brief, &pass->to, "receive");
	if (pass->sent && pass->received && !pass->late)
		put_flow(p, row, &pass->from, &pass->to, "pass");
	put_joint(p, row);
	return err ? err : state->flows.err;
}

static int perfetto_section(struct printer *p)
{
	struct perfetto *state = p->state;
	flush_message(p);
	index_release(&state->threads);
	state->pids += SECTION_PIDS;
	return state->flows.err;
}

static int perfetto_finish(struct printer *p)
{
	const struct perfetto *state = p->state;
	if (!state->any)
		out_word(p->out, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
	out_word(p->out, "\n]}\n");
	return p->out->err;
}

const struct printer_ops print_perfetto_ops = {
	.start = perfetto_start,
	.row = perfetto_row,
	.section = perfetto_section,
	.finish = perfetto_finish,
	.release = perfetto_release,
};
