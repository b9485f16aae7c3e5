/* SPDX-License-Identifier: BSD-2-Clause */
/* Names: the words for the numbers of a trace, as SPEC.md has them. */
#include "fdp.h"

static const char *const causes[] = {
	[FDP_CAUSE_RING] = "ring",	     [FDP_CAUSE_MAP] = "map",
	[FDP_CAUSE_RECURSION] = "recursion", [FDP_CAUSE_FAULT] = "fault",
	[FDP_CAUSE_BUDGET] = "budget",	     [FDP_CAUSE_MISSED] = "missed",
	[FDP_CAUSE_DISK] = "disk",
};

static const char *const losts[] = {
	[FDP_LOST_SEND] = "send",	  [FDP_LOST_RECEIVE] = "receive",
	[FDP_LOST_END] = "end",		  [FDP_LOST_DEFINITION] = "definition",
	[FDP_LOST_TRANSFER] = "transfer",
};

static const char *const stops[] = {
	[FDP_STOP_UNKNOWN] = "unknown",	  [FDP_STOP_SIGNAL] = "signal",
	[FDP_STOP_DURATION] = "duration", [FDP_STOP_MESSAGES] = "messages",
	[FDP_STOP_COMMAND] = "command",	  [FDP_STOP_SIZE] = "size",
	[FDP_STOP_DISK] = "disk",	  [FDP_STOP_ERROR] = "error",
	[FDP_STOP_DUMP] = "dump",
};

static const char *const end_reasons[] = {
	[FDP_END_UNKNOWN] = "unknown",
	[FDP_END_CLOSED] = "closed",
	[FDP_END_COLLECTED] = "collected",
	[FDP_END_NOT_SENT] = "not-sent",
};

static const char *const calls[] = {
	[FDP_CALL_UNKNOWN] = "unknown",	  [FDP_CALL_MSG] = "msg",
	[FDP_CALL_MMSG] = "mmsg",	  [FDP_CALL_OTHER] = "other",
	[FDP_CALL_IO_URING] = "io_uring",
};

static const char *const hook_states[] = {
	[FDP_HOOK_ATTACHED] = "attached",
	[FDP_HOOK_ABSENT] = "absent",
	[FDP_HOOK_REFUSED] = "refused",
	[FDP_HOOK_UNUSED] = "unused",
};

static const char *const ways[] = {
	[FDP_WAY_UNKNOWN] = "unknown",	   [FDP_WAY_PIDFD_GETFD] = "pidfd_getfd",
	[FDP_WAY_SECCOMP] = "seccomp",	   [FDP_WAY_MSG_RING] = "msg_ring",
	[FDP_WAY_SCM_PIDFD] = "scm_pidfd", [FDP_WAY_FIXED_INSTALL] = "fixed_install",
};

static const char *word(const char *const *words, size_t n, uint32_t number)
{
	return number < n ? words[number] : "unknown";
}

#define WORD(words, number) word(words, sizeof(words) / sizeof(*(words)), number)

const char *fdp_cause_name(uint32_t cause)
{
	return WORD(causes, cause);
}

const char *fdp_lost_name(uint32_t what)
{
	return WORD(losts, what);
}

const char *fdp_stop_name(uint32_t stop)
{
	return WORD(stops, stop);
}

const char *fdp_end_reason_name(uint32_t reason)
{
	return WORD(end_reasons, reason);
}

const char *fdp_call_name(uint32_t call)
{
	return WORD(calls, call);
}

const char *fdp_hook_state_name(uint32_t state)
{
	return WORD(hook_states, state);
}

const char *fdp_way_name(uint32_t way)
{
	return WORD(ways, way);
}
