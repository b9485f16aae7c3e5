# SPDX-License-Identifier: BSD-2-Clause
# When the recorder stops, and what it says then: limits, signals, a command's end, a pipe.
. "$(dirname "$0")/lib.sh"

workload=$build/tests/workload

info() {
	"$build/fdpass-replay" --info "$folder/$1.fdpass"
}

# complete NAME WHY: the trace says that nothing is missing and why it ended.
complete() {
	info "$1" >"$folder/info" || { echo "status $?"; return 1; }
	grep -q "^complete  *yes" "$folder/info" && grep -q "until: $2" "$folder/info" ||
		{ cat "$folder/info"; return 1; }
}

# status_is WANTED COMMAND...
status_is() {
	local wanted=$1 status
	shift
	"$@" >"$folder/out" 2>&1
	status=$?
	[ $status = "$wanted" ] || { echo "status $status"; cat "$folder/out"; return 1; }
}

# run WHY STATUS OPTION... -- COMMAND...: it ends with this status and for this reason.
run() {
	local name=$1 why=$2 status=$3
	shift 3
	status_is "$status" timeout -k 5 30 "$build/fdpass-record" \
		-o "$folder/$name.fdpass" "$@" && complete "$name" "$why"
}

# COMMAND's status is ours, and its signal as the shell has it.
expect "command: status 0" run zero command 0 -- true
expect "command: status 7" run seven command 7 -- sh -c 'exit 7'
# shellcheck disable=SC2016
expect "command: killed by SIGTERM" run killed command 143 -- sh -c 'kill $$'
expect "command: one that is not there" status_is 2 "$build/fdpass-record" \
	-o "$folder/none.fdpass" -- "$folder/no-such-command"
expect "command: and no trace is left" test ! -e "$folder/none.fdpass"
expect "command: its output is its own" eval \
	'[ "$("$build/fdpass-record" -q -o "$folder/echo.fdpass" -- echo hello)" = hello ]'

told_backend() {
	[ "$("$build/fdpass-record" --list-hooks | sed -n 's/^taken  *//p')" = \
		"$("$build/fdpass-replay" --info "$folder/zero.fdpass" |
			sed -n 's/^recorder .*backend \([a-z]*\).*/\1/p')" ]
}
expect "hooks: the backend that is told is the one that records" told_backend

took() {
	local start=$EPOCHREALTIME
	"${@:3}" || return
	awk -v from="$start" -v to="$EPOCHREALTIME" -v least="$1" -v most="$2" \
		'BEGIN { t = to - from; if (t < least || t > most) { print t " s"; exit 1 } }'
}
# A limit ended the recording, COMMAND goes on: that is said, unless with -q.
outlived() {
	status_is 5 timeout -k 5 30 "$build/fdpass-record" "$@" -d 0.1 \
		-o "$folder/outlived.fdpass" --force -- sh -c 'sleep 1; exit 5' &&
		complete outlived duration
}
waits_aloud() {
	outlived && grep -qx "fdpass-record: the recording has ended (duration), waiting for sh\
 (pid [0-9]*)" "$folder/out"
}
expect "duration: a command that goes on is waited for, aloud" waits_aloud
expect "duration: with -q, without a word" eval 'outlived -q && [ ! -s "$folder/out" ]'

handed_on_late() {
	recorder late -d 0.1 -- sleep 1000
	wait_for 20 grep -q waiting "$folder/late.said"
	recorder_end late TERM
	[ $? = 143 ] && complete late duration
}
expect "duration: SIGTERM is handed on to a command that goes on" handed_on_late

expect "duration: -d 0.5 takes half a second" \
	took 0.5 5 run duration duration 0 -d 0.5

# Of seven messages, the first three with both their ends.
three() {
	run three messages 0 -n 3 -- sh -c '"$0" stream dgram seqpacket many; sleep 1' \
		"$workload" &&
		[ "$(passes three | jq -s 'map(.message) | unique | length')" = 3 ] &&
		passes three | jq -es 'length == 6 and all(.outcome == "delivered")' >/dev/null
}
expect "messages: -n 3 has the first three, and both their ends" three

ended_by() {
	recorder "$1" && "$workload" stream >/dev/null &&
		recorder_end "$1" "$1" && complete "$1" signal &&
		passes "$1" | jq -es 'any(.from.comm == "workload" and .outcome == "delivered")' \
			>/dev/null &&
		grep -qx '[0-9]* messages*, [0-9]* descriptors*, 0 lost, .* in .*' \
			"$folder/$1.said"
}
for signal in INT TERM HUP; do
	expect "SIG$signal: the trace is whole, the totals are told" ended_by $signal
done

under_nohup() {
	(trap "" HUP; exec "$build/fdpass-record" -q -o "$folder/nohup.fdpass") &
	recorders[nohup]=$!
	started+=($!)
	wait_for 10 test -e "$folder/nohup.fdpass" && kill -HUP "${recorders[nohup]}" &&
		sleep 0.5 && "$workload" stream >/dev/null && recorder_end nohup INT &&
		complete nohup signal && passes nohup | jq -es 'any(.from.comm == "workload")'
}
expect "SIGHUP: is ignored under nohup(1)" under_nohup

# SIGINT twice, as an impatient person does it, or timeout(1).
impatient() {
	local i
	for i in 1 2 3 4 5; do
		recorder "twice$i" || return
		kill -INT "${recorders[twice$i]}"
		sleep 0.00$i
		kill -INT "${recorders[twice$i]}" 2>/dev/null
		wait "${recorders[twice$i]}" || { echo "status $?"; return 1; }
		complete "twice$i" signal || return
	done
}
expect "SIGINT: a second one does no harm" impatient

# SIGTERM is for the command, which may take its time.
handed_on() {
	recorder handed -- sh -c 'trap "exit 9" TERM; echo >"$0"; while :; do sleep 0.05; done' \
		"$folder/trapping"
	wait_for 10 test -e "$folder/trapping"
	recorder_end handed TERM
	[ $? = 9 ] && complete handed command
}
expect "SIGTERM: is handed on to the command" handed_on

killed() {
	recorder kill9 --comm workload && "$workload" stream many >/dev/null &&
		wait_for 20 eval '[ "$(passes kill9 2>/dev/null | wc -l)" = 278 ]' &&
		{ recorder_end kill9 KILL; [ $? = 137 ]; } &&
		status_is 3 info kill9 && passes kill9 2>/dev/null |
			jq -es 'length == 278 and all(.outcome == "delivered")' >/dev/null
}
expect "SIGKILL: what was flushed is readable" killed

# The reader shows what comes while the recorder goes on.
piped() {
	local reader writer
	mkfifo "$folder/pipe"
	# To open one end alone would wait for the other.
	exec 9<>"$folder/pipe"
	"$build/fdpass-replay" --format jsonl --view sends - <"$folder/pipe" \
		>"$folder/live" 9>&- &
	reader=$!
	"$build/fdpass-record" -q --comm=workload -o - >"$folder/pipe" 9>&- &
	writer=$!
	started+=($reader $writer)
	exec 9>&-
	# Nothing tells on a pipe when the hooks are in place: pass until something is seen.
	wait_for 20 eval '"$workload" stream >/dev/null; [ -s "$folder/live" ]' &&
		jq -es 'all(.comm == "workload" and .file.name == "/dev/null")' \
			"$folder/live" >/dev/null &&
		kill -0 $writer && kill -INT $writer && wait $writer && wait $reader
}
expect "pipe: fdpass-record -o - | fdpass-replay - shows it live" piped

# Nothing is recorded yet: the signal ends it as any program.
no_reader() {
	mkfifo "$folder/lonely"
	start "$build/fdpass-record" -q -o "$folder/lonely"
	sleep 3
	kill -TERM $! && wait_for 5 eval "! kill -0 $! 2>/dev/null" ||
		{ kill -KILL $!; return 1; }
	wait $!
	[ $? = 143 ]
}
expect "pipe: a signal ends the wait for a reader" no_reader

# Both in one would be neither.
piped_with_command() {
	"$build/fdpass-record" -q -o - -- sh -c 'echo mine; "$0" stream' "$workload" \
		>"$folder/beside.fdpass" 2>"$folder/beside.said" &&
		complete beside command && grep -qx mine "$folder/beside.said" &&
		passes beside | jq -es 'any(.outcome == "delivered")'
}
expect "pipe: what COMMAND prints does not go into the trace" piped_with_command

# The reader goes: the recorder ends without a word. head takes the header and is gone.
reader_gone() {
	local status
	{
		timeout -k 5 20 "$build/fdpass-record" -q -o - 2>"$folder/gone.said"
		echo $? >"$folder/gone.status"
	} | head -c 100 >/dev/null &
	local pipeline=$!
	started+=("$pipeline")
	wait_for 15 eval '"$workload" stream >/dev/null; [ -s "$folder/gone.status" ]' &&
		[ ! -s "$folder/gone.said" ]
}
expect "pipe: a reader that goes away ends it without a word" reader_gone

# Nothing more goes into this FIFO.
is_full() {
	python3 -c 'import os, select, sys
poll = select.poll()
poll.register(os.open(sys.argv[1], os.O_RDWR | os.O_NONBLOCK), select.POLLOUT)
sys.exit(bool(poll.poll(0)))' "$1"
}

# stall NAME: a recorder into a full pipe, whose reader begins when NAME.go is there.
stall() {
	local fifo=$folder/$1.fifo
	mkfifo "$fifo"
	# shellcheck disable=SC2016 # the inner shell's own
	start sh -c 'exec <"$0"; until [ -e "$1" ]; do sleep 0.1; done; exec cat' \
		"$fifo" "$folder/$1.go" >"$folder/$1.fdpass"
	reader=$!
	start "$build/fdpass-record" -q -o "$fifo" 2>"$folder/$1.said"
	recorders[$1]=$!
	wait_for 60 eval '"$build/tests/rounds" eventfd 1000 - && is_full "$fifo"'
}

gives_up() {
	local reader
	stall stuck && kill -TERM "${recorders[stuck]}" || return
	wait_for 20 eval '! kill -0 "${recorders[stuck]}" 2>/dev/null' ||
		kill -KILL "${recorders[stuck]}"
	wait "${recorders[stuck]}"
	[ $? = 2 ] &&
		[ "$(cat "$folder/stuck.said")" = "fdpass-record: $folder/stuck.fifo: nobody reads \
it: the trace is cut short" ]
}
expect "pipe: a signal ends it though the reader takes nothing" gives_up

goes_on() {
	local reader
	stall slow && kill -TERM "${recorders[slow]}" && : >"$folder/slow.go" &&
		wait "${recorders[slow]}" && wait $reader && complete slow signal
}
expect "pipe: a reader that goes on after the signal gets all of it" goes_on

refused() {
	echo mine >"$folder/mine"
	status_is 2 "$build/fdpass-record" -o "$folder/mine" -- true &&
		[ "$(cat "$folder/mine")" = mine ] && [ "$(wc -l <"$folder/out")" -le 2 ] &&
		status_is 0 "$build/fdpass-record" --force -q -o "$folder/mine" -- true
}
expect "output: an existing file is left alone without --force" refused

# What is opened later would be descriptor 1.
closed_stdout() {
	status_is 2 sh -c 'exec timeout -k 5 20 "$0" -q -d 0.1 -o - >&-' "$build/fdpass-record" &&
		grep -qx 'fdpass-record: -: Bad file descriptor' "$folder/out"
}
expect "output: standard output that is closed is an error" closed_stdout

unprivileged() {
	chmod 711 "$folder"
	cp "$build/fdpass-record" "$folder/recorder"
	chmod 755 "$folder/recorder"
	status_is 2 setpriv --reuid=nobody --clear-groups "$folder/recorder" -o /dev/null \
		-d 1 && [ "$(wc -l <"$folder/out")" = 1 ] &&
		grep -q 'CAP_BPF' "$folder/out"
}
expect "without privileges one line names the capability" unprivileged

# What SECURITY.md says is enough.
two_capabilities() {
	local caps=-all,+bpf,+perfmon
	mkdir -m 777 "$folder/nobody"
	cp "$build/fdpass-record" "$workload" "$folder/nobody"
	timeout -k 5 60 setpriv --reuid=nobody --regid=nogroup --clear-groups \
		--inh-caps=$caps --ambient-caps=$caps --bounding-set=$caps \
		"$folder/nobody/fdpass-record" -q -o "$folder/nobody/two.fdpass" -- \
		"$folder/nobody/workload" stream >/dev/null || return
	mv "$folder/nobody/two.fdpass" "$folder" && complete two command &&
		passes two | jq -es 'any(.outcome == "delivered"
			and .from.comm == "workload" and .to.fd != null)' >/dev/null
}
expect "CAP_BPF and CAP_PERFMON are enough" two_capabilities
