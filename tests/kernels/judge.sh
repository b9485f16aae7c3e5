# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# What is asserted of what came out of a kernel, in $results/KERNEL/BACKEND/ as job leaves it.
. "$root/tests/live/judge.sh"

ok() { echo "ok $1"; }
not_ok() { echo "not ok $1: ${2:-}"; }
skip() { echo "skip $1: $2"; }

# expect NAME COMMAND...: the command succeeds; its output explains why not.
expect() {
	local name=$1 why
	shift
	if why=$("$@" 2>&1); then ok "$name"; else not_ok "$name" "$why"; fi
}

# Of the trace FILE.fdpass, in FILE.passes; fails if it is not complete.
complete() {
	"$build/fdpass-replay" --view passes --format jsonl "$1.fdpass" >"$1.passes"
}

# Does the trace say that the kernel preempted its programs, so that it misses some?
is_preempted() {
	blind_spots_of "$1" | grep -q 'preempts the programs'
}

# A command's status 0 is 3 when the trace is not complete, and says so.
answered() {
	local status
	status=$(cat "$1.status")
	[ "$status" = 0 ] || { [ "$status" = 3 ] && is_preempted "$1.fdpass"; } ||
		{ echo "status $status"; cat "$1".l*; return 1; }
}

# lost TRACE: how much it says that it lost.
lost() {
	"$build/fdpass-replay" --info "$1" 2>/dev/null |
		sed -n 's/^complete *no: \([0-9]*\) lost.*/\1/p'
}

# One scenario under a backend whose programs the kernel preempts: what is not as stated was
# counted. A message that was missed can be wrong in each of its descriptors.
missed_and_counted() {
	local wrong counted
	agree "$1" "$2" >/dev/null && return
	wrong=$(grep -c '^<' "$1/$2.diff")
	counted=$(lost "$1.fdpass")
	[ "${counted:-0}" -gt 0 ] || { echo "$wrong missed, none counted"; return 1; }
	[ "$2" != threads ] || [ "$wrong" -le "$counted" ] ||
		{ echo "$wrong missed, $counted counted"; return 1; }
}

# One workload under one backend: whole, as stated, and nothing besides.
check_workload() {
	local name=$1 at=$2 backend=$3 program scenario scenarios incomplete judge=agree
	program=${at##*/}
	scenarios=$(sed -n 's/^{"scenario":"\(.*\)"}$/\1/p' "$at.stated")
	expect "$name $program: every call answers as expected" answered "$at"
	incomplete=$(complete "$at" 2>&1)
	split_scenarios "$at" "$at.stated" "$at.passes" "$at.fdpass" || return
	if is_preempted "$at.fdpass"; then
		judge=missed_and_counted
		[ -z "$incomplete" ] || echo "# $incomplete"
	else
		expect "$name $program: nothing was lost" test "$incomplete" = ""
		expect "$name $program: no pass that nobody stated" nothing_else "$at"
	fi
	for scenario in $scenarios; do
		expect "$name $program $scenario" $judge "$at" "$scenario" | cut -c 1-400
	done
	expect "$name $program: the trace names the backend" \
		test "$(backend_of "$at.fdpass")" = "$backend"
	[ "$backend" = tracepoint ] ||
		expect "$name $program: says why a descriptor was not installed" \
			grep -q '"outcome":"truncated","errno":"EMFILE"' "$at.passes"
}

# numbers TRACE VIEW KIND: of each descriptor that the rounds passed its message and file.
numbers() {
	"$build/fdpass-replay" --view "$2" --format csv \
		--columns comm,file.kind,message,index,file.id,file.exact "$1" 2>/dev/null |
		grep "^rounds,$3," | sort
}

# Files that followed each other at one place are different ones, for sender and receiver.
files_are_told_apart() {
	local sent received
	sent=$(numbers "$1" sends "$2")
	received=$(numbers "$1" receives "$2")
	[ "$sent" = "$received" ] || { echo "the sides differ"; return 1; }
	[ "$(cut -d , -f 5 <<<"$sent" | sort -u | wc -l)" = $rounds ] &&
		! grep -qv ',true$' <<<"$sent" && return
	head -3 <<<"$sent"
	return 1
}

check_exact() {
	local name=$1 at=$2 kind
	expect "$name exact: every call answers as expected" answered "$at"
	is_preempted "$at.fdpass" && return
	expect "$name exact: nothing was lost" complete "$at"
	for kind in $kinds; do
		expect "$name exact: $rounds of $kind in one place are $rounds, on both sides" \
			files_are_told_apart "$at.fdpass" "$kind"
	done
}

# Every hook is attached, or there is a reason; the trace says the same. What only the
# filter by process needs is not needed by --list-hooks.
hooks_are_explained() {
	local of_trace
	! grep -vE '^attached  [^:]+$|^(absent|refused|unused) +[^:]+: .' "$1/hooks" || return 1
	of_trace=$("$build/fdpass-replay" --format text "$1/workload.fdpass" 2>/dev/null |
		sed -n 's/^hook state=\([a-z]*\) name="\([^"]*\)".*/\1 \2/p' |
		grep -v sched_process_)
	diff <(echo "$of_trace") \
		<(sed 's/:.*//; s/  */ /' "$1/hooks" | grep -v sched_process_)
}

# All that a trace tells of the workload's passes, as far as both it and the other can.
alike() {
	local at=$1 other=$2
	jq -rn -L "$judge_here" --slurpfile passes "$at.passes" \
		--argjson blind_spots "$(blind_spots_of "$at.fdpass" |
			jq -c --argjson more "$(blind_spots_of "$other.fdpass")" '. + $more')" \
		-f "$here/alike.jq" "$at.stated" | sort
}

# Scenarios that only one of them can run are left out.
tell_the_same() {
	diff <(alike "$1" "$2") <(alike "$2" "$1") >"$1.unlike" && return
	local both
	both=$(join <(scenarios_of "$1") <(scenarios_of "$2"))
	! grep '^[<>]' "$1.unlike" | grep -P "^. ($(echo $both | tr ' ' '|'))\t" |
		head -4 | cut -c 1-600 | grep .
}

scenarios_of() {
	sed -n 's/^{"scenario":"\(.*\)"}$/\1/p' "$1.stated" | sort
}

# Each backend of a kernel with the first one, which makes any two of them alike.
check_alike() {
	local kernel=$1 backend program first='' at
	for backend in $backends; do
		at=$results/$kernel/$backend
		[ -s "$at/workload.passes" ] && ! is_preempted "$at/workload.fdpass" || continue
		for program in workload workload32; do
			[ -s "$at/$program.passes" ] || continue
			[ -z "$first" ] || expect "$kernel $backend $program: tells the same as ${first##*/}" \
				tell_the_same "$at/$program" "$first/$program"
		done
		first=${first:-$at}
	done
}

# The kernels with each other: the first trace of each, with that of the first.
check_kernels_alike() {
	local kernel backend at first=''
	for kernel; do
		for backend in $backends; do
			at=$results/$kernel/$backend
			[ -s "$at/workload.passes" ] && ! is_preempted "$at/workload.fdpass" ||
				continue
			[ -z "$first" ] || expect "$kernel: tells the same as ${first#"$results/"}" \
				tell_the_same "$at/workload" "$first/workload"
			first=${first:-$at}
			break
		done
	done
}

# A backend says in one line why it is not for this kernel, and leaves no trace.
refused_in_a_line() {
	[ "$(wc -l <"$1/refusal")" = 1 ] && [ ! -s "$1/workload.fdpass" ] && return
	cat "$1/refusal"
	return 1
}

# Those ways to hand over a descriptor without a message that this kernel has, and that the
# trace does not name as a blind spot.
check_transfers() {
	local name=$1 at=$2 way
	expect "$name transfers: every call answers as expected" answered "$at/transfers"
	is_preempted "$at/transfers.fdpass" && return
	transfers_of "$at/transfers.fdpass" >"$at/transfers.traced"
	! blind_spots_of "$at/transfers.fdpass" | grep -q 'what pidfd_getfd(2) takes' ||
		sed -i '/^pidfd_getfd /d' "$at/transfers.stated"
	for way in pidfd_getfd seccomp msg_ring fixed_install scm_pidfd; do
		if grep -q "^$way " "$at/transfers.stated"; then
			expect "$name transfers: $way is traced as it was stated" diff \
				<(grep "^$way " "$at/transfers.stated") \
				<(grep "^$way " "$at/transfers.traced")
		else
			expect "$name transfers: $way, which is not there, is not traced" \
				test -z "$(grep "^$way " "$at/transfers.traced")"
		fi
	done
}

# Some kernels leave the end of the longer name behind the NUL of the shorter one.
check_renamed() {
	local name=$1 at=$2/renamed
	expect "$name renamed: every call answers as expected" answered "$at"
	is_preempted "$at.fdpass" && return
	expect "$name renamed: a process is recorded by the name that it has taken" \
		test "$("$build/fdpass-replay" --view passes --format csv --columns \
			from.comm,to.comm,outcome "$at.fdpass" 2>&1 | tail -n +2)" \
		= short,short,delivered
}

# Where programs are preempted, much is missed, and nothing is mistaken for something else.
check_crowd() {
	local name=$1 at=$2/crowd
	expect "$name crowd: every call answers as expected" answered "$at"
	expect "$name crowd: who passes to himself is who receives" \
		test "$("$build/fdpass-replay" --view passes --format jsonl \
			--filter 'from.comm = rounds' "$at.fdpass" 2>/dev/null |
			jq -s 'length > 0 and all(.to.pid == null or .to.pid == .from.pid)')" = true
}

# A receiver that is wanted, whose sender is not; others pass what fills the ring, if what
# nobody wants is told before somebody does, as with tracepoints.
check_receiver() {
	local name=$1 at=$2/receiver
	is_preempted "$at.fdpass" || [ "${2##*/}" = tracepoint ] && return
	expect "$name receiver: what nobody wants does not fill the ring" answered "$at"
	expect "$name receiver: its sender is told" test "$("$build/fdpass-replay" \
		--view passes --format csv --columns from.comm,to.comm,file.name,outcome \
		"$at.fdpass" 2>&1 | tail -n +2)" = send,receive,/dev/null,delivered
}

# Each pass has the wall time at which it was, whatever happened to the clocks.
told_in_time() {
	local time from to
	while read -r time && read -r from to <&3; do
		time=$(date -d "$time" +%s)
		[ "$time" -ge "$from" ] && [ "$time" -le "$to" ] ||
			{ echo "$time is not in $from to $to"; return 1; }
	done < <("$build/fdpass-replay" --format csv --columns time "$1.fdpass" | sed 1d) \
		3<"$1.stated"
	! read -r from <&3
}

# How long the machine slept, in seconds: what one clock counts and the other does not.
seconds_asleep() {
	"$build/fdpass-replay" --format text "$1" |
		awk -F '[= ]' '/^clock / { asleep = ($3 - $5) / 1e9 } END { print int(asleep) }'
}

check_clocks() {
	local name=$1 at=$2/clocks
	is_preempted "$at.fdpass" && return
	expect "$name clocks: the recorder survives their steps" \
		test "$(cat "$at.status" "$at.log")" = 0
	expect "$name clocks: each pass is told in its wall time" told_in_time "$at"
	[ ! -e "$at.suspended" ] || expect "$name clocks: the time in suspend is boot time" \
		test "$(seconds_asleep "$at.fdpass")" -ge 1
}

# Of the backends that have a flaw the best one is taken: it tells nothing of the tests that
# the others were put to, and says of them, not of itself, why they were not taken.
check_second() {
	local name=$1 trace=$2/second.fdpass refused
	[ -e "$trace" ] && is_preempted "$trace" || return
	expect "$name second best: tells nothing of the tests of others" \
		test "$(cat "$2/second.status") $("$build/fdpass-replay" --info "$trace" 2>/dev/null |
			sed -n 's/^contains *\([0-9]* messages\),.*/\1/p')" = "0 0 messages"
	refused=$("$build/fdpass-replay" --format text "$trace" 2>/dev/null |
		sed -n 's/^hook state=refused name="\([a-z]*\)".*/\1/p' | sort | xargs)
	expect "$name second best: the others say why not" \
		test "$refused $(backend_of "$trace")" = "kprobe tracepoint fentry"
}

check_backend() {
	local kernel=$1 backend=$2 at=$results/$1/$2 name="$1 $2" program
	if [ "$(cat "$at/hooks.status")" != 0 ]; then
		if [[ ,$(kernel_field "$kernel" 4), == *,$backend,* ]]; then
			not_ok "$name: attaches" "$(cat "$at/refusal")"
		else
			expect "$name: says in a line why not" refused_in_a_line "$at"
		fi
		return
	fi
	ok "$name: attaches$(is_preempted "$at/workload.fdpass" && echo ", preempted")"
	expect "$name: tells of each hook why it is not attached" hooks_are_explained "$at"
	for program in workload workload32; do
		[ ! -e "$at/$program.status" ] || check_workload "$name" "$at/$program" "$backend"
	done
	check_transfers "$name" "$at"
	check_renamed "$name" "$at"
	check_crowd "$name" "$at"
	check_receiver "$name" "$at"
	check_exact "$name" "$at/exact"
	check_bus "$name" "$at"
}

check_bus() {
	local name=$1 trace=$2/exact.fdpass
	[ -e "$2/bus.status" ] || return
	[ "$(cat "$2/bus.status")" = 0 ] || {
		not_ok "$name bus: the call" "$(cat "$2/bus.log")"
		return
	}
	is_preempted "$trace" && return
	expect "$name bus: /dev/null went from client over dbus-broker to server" \
		over_the_bus "$trace" /dev/null
	expect "$name bus: and so did a file" over_the_bus "$trace" /bus/letter
}
