# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# What the live tests share. Each test is a bash script that sources this, says "ok NAME",
# "not ok NAME: WHY" or "skip NAME: WHY" for each thing it asserts, and leaves nothing
# behind: its folder goes with it, and so do the processes it started.
#
# $build has the tools, $here this folder, $folder is the test's own.
set -u

build=${build:?run me through tests/live/run}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d)
trap 'end_all' EXIT

started=()

end_started() {
	[ ${#started[@]} = 0 ] || kill "${started[@]}" 2>/dev/null
}

end_all() {
	end_started
	wait 2>/dev/null
	rm -rf "$folder"
}

# start COMMAND...: in the background; it is ended with the test.
start() {
	"$@" &
	started+=($!)
}

# wait_for SECONDS CONDITION...: until the command succeeds.
wait_for() {
	local left=$(($1 * 20))
	shift
	until "$@"; do
		[ $((left--)) -gt 0 ] || return 1
		sleep 0.05
	done
}

ok() {
	echo "ok $1"
}

not_ok() {
	echo "not ok $1: ${2:-}"
}

skip() {
	echo "skip $1: $2"
}

# expect NAME COMMAND...: the command succeeds; its output explains why not. What it starts
# ends with it: the output would have no end otherwise.
expect() {
	local name=$1 why
	shift
	if why=$(started=() && trap end_started EXIT && "$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name" "$why"
	fi
}

# record NAME COMMAND...: the trace NAME.fdpass of the command and of all it starts.
record() {
	local name=$1
	shift
	timeout -k 5 60 "$build/fdpass-record" -q -o "$folder/$name.fdpass" -- "$@"
}

# recorder NAME OPTION...: records into NAME.fdpass in the background, what it says goes to
# NAME.said; it returns when the hooks are in place. recorder_end NAME SIGNAL ends it and
# returns its status.
declare -A recorders=()

recorder() {
	local name=$1
	shift
	start "$build/fdpass-record" -o "$folder/$name.fdpass" "$@" 2>"$folder/$name.said"
	recorders[$name]=$!
	wait_for 10 test -e "$folder/$name.fdpass" || cat "$folder/$name.said"
}

recorder_end() {
	kill "-$2" "${recorders[$1]}" && wait "${recorders[$1]}"
}

# trace NAME COMMAND...: as record, with what strace saw at the same time in NAME.strace.
trace() {
	local name=$1
	shift
	record "$name" strace -f -yy -e abbrev=none -o "$folder/$name.strace" \
		-e trace=sendmsg,sendmmsg,recvmsg,recvmmsg,?recvmmsg_time64 "$@"
}

# passes NAME: the trace's passes by messages, one JSON object per line.
passes() {
	"$build/fdpass-replay" --view passes --filter message --format jsonl \
		"$folder/$1.fdpass"
}

# count_messages and count_descriptors read the lines of strace-messages.
count_messages() {
	wc -l <"$1"
}

count_descriptors() {
	sed 's/.* fds=//' "$1" | tr ',' '\n' | sed '/^$/d' | wc -l
}

# judge NAME WHO: NAME.theirs, the messages that WHO tells of, and NAME.ours are the same.
# Prints one row of the table of programs.
judge() {
	local name=$1 who=$2 differences
	differences=$(diff "$folder/$name.theirs" "$folder/$name.ours" | grep -c '^[<>]')
	printf '# %-20s strace %4d messages %5d descriptors; trace %4d %5d; differ %d\n' \
		"$name" \
		"$(count_messages "$folder/$name.theirs")" \
		"$(count_descriptors "$folder/$name.theirs")" \
		"$(count_messages "$folder/$name.ours")" \
		"$(count_descriptors "$folder/$name.ours")" "$differences"
	[ -s "$folder/$name.theirs" ] || {
		not_ok "$name: $who saw messages with descriptors" none
		return
	}
	if [ "$differences" = 0 ]; then
		ok "$name: the trace has what $who saw"
	else
		not_ok "$name: the trace has what $who saw" "< $who, > trace"
		diff "$folder/$name.theirs" "$folder/$name.ours" | grep '^[<>]' | cut -c1-300 |
			head -20 | sed 's/^/# /'
	fi
}

# compare NAME: the trace has the messages that strace saw, all of them and no others.
compare() {
	"$here/strace-messages" "$folder/$1.strace" | sort -s -n -k1,1 \
		>"$folder/$1.theirs" || return 1
	passes "$1" | jq -rs -f "$here/messages.jq" >"$folder/$1.ours" || return 1
	judge "$1" strace
}

# compare_stated NAME FILE: the same with what the program stated, which knows of threads
# of the kernel's that work for it as little as of its order among them.
compare_stated() {
	sort "$2" >"$folder/$1.theirs"
	passes "$1" | jq -rs -f "$here/messages.jq" | cut -d ' ' -f 2- | sort \
		>"$folder/$1.ours" || return 1
	judge "$1" "the program"
}
