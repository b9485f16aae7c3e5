# SPDX-License-Identifier: BSD-2-Clause
# The oracle itself: stored lines of strace, and a stored trace, give known messages.
. "$(dirname "$0")/lib.sh"

expect "strace's lines are read: resumed, mmsg, several cmsgs, peek, truncated, errors" \
	diff "$here/oracle/strace.expected" <("$here/strace-messages" "$here/oracle/strace.txt")

expect "passes are put into the same words" \
	diff "$here/oracle/passes.expected" \
	<(jq -rs -f "$here/messages.jq" "$here/oracle/passes.jsonl")

unreadable() {
	echo '1 sendmsg(3, {msg_control=[{cmsg_type=SCM_RIGHTS; ) = 1' |
		"$here/strace-messages" >/dev/null 2>&1 && return 1
	return 0
}
expect "a line that cannot be read is an error, not a difference" unreadable
