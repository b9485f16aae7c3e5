#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Traces as recorders write them seldom or never, each a text twin made for one question:
# what fdpass-replay makes of them. edges.sh [BUILD]

set -u
. "$(dirname -- "$0")/lib/verdict.sh"
build=$(CDPATH='' cd -- "${1:-build}" && pwd) || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8
cd "$work" || exit 2

replay() {
	timeout 20 "$build/fdpass-replay" "$@" 2>said
}

# made NAME [HEADER]: a trace of the lines of standard input, between header and trailer
made() {
	{
		echo "header ${2-clock.boot_ns=1 clock.real_ns=1767323045000000000}"
		echo 'process id=1 pid=101 tid=101 start_ns=5 comm="client" main_comm="client"'
		echo 'process id=2 pid=102 tid=102 start_ns=6 comm="server" main_comm="server"'
		echo 'socket id=1 type=1 ino=11 name="/s"'
		echo 'file id=1 kind=chr mode=8630 dev_minor=5 ino=5 name="/dev/null"'
		echo 'file id=2 kind=regular mode=33188 dev_minor=5 ino=6 name="/letter"'
		cat
		echo "${3-trailer stop=signal}"
	} >"$1.twin"
	rm -f "$1"
	"$build/fdpass-replay" --assemble "$1.twin" -o "$1"
}

# sent SECONDS MESSAGE FDS and received SECONDS MESSAGE FDS: lines of a text twin
sent() {
	echo "send time_ns=$1 message=$2 process=1 socket=1 error_index=-1 fds=$3"
}

received() {
	echo "receive time_ns=$1 message=$2 process=2 socket=1 result=1 fds=$3"
}

check_sorted_way() {
	{
		sent 1000 1 1:3
		received 2000 1 1:7
	} | made way
	[ "$(replay --where-from 102:7 --sort file.name way)" = \
		'client[101] 3 → server[102] 7   /dev/null' ]
	verdict "the way to a descriptor can be sorted"
}

# The wall clock is set while it is recorded; then --since passes over that block.
check_clock() {
	clocks='clock.boot_ns=1000000000 clock.real_ns=1700000000000000000'
	{
		sent 1000000000 1 1:3
		echo block
		sent 50000000000 2 1:3
		echo 'clock boot_ns=90000000000 real_ns=1700003600000000000'
		echo block
		sent 99000000000 3 1:3
	} | made clock "$clocks"
	[ "$(replay --time utc --columns time clock | tail -n 1)" = 2023-11-14T23:13:29.000000000Z ] &&
		[ "$(replay --time utc --columns time --since 97 clock | tail -n 1)" = \
			2023-11-14T23:13:29.000000000Z ]
	verdict "--since leaves the wall clock as it was"
}

# What --max-memory bounds is what is kept: of rows those that are wanted.
check_memory() {
	"$build/tests/make_traces" big 20000 >big
	[ "$(replay --max-memory 4M --sort time --filter 'message = 7' big | wc -l)" = 2 ] &&
		! replay --max-memory 4M --sort time big >rows && grep -q 'more than 4 MiB' said &&
		! replay --max-memory 8M --format html big >rows && grep -q 'more than 8 MiB' said &&
		! replay --max-memory 4M big big >rows && grep -q 'more than 4 MiB' said
	verdict "--max-memory counts the rows that are kept"
}

# What a dump keeps was recorded before its header; a header that is lost has no clock.
check_period() {
	clocks='clock.boot_ns=9000000000 clock.real_ns=1700000009000000000'
	{
		echo 'clock boot_ns=1000000000 real_ns=1700000001000000000'
		sent 2000000000 1 1:3
	} | made dump "$clocks" "trailer stop=dump $clocks"
	replay --info dump | grep -q '^recorded *2023-11-14T22:13:22.000000000Z for 7.000 s, until: dump$'
	verdict "a dump was recorded from its first event on"
	printf x | dd of=dump bs=1 seek=40 conv=notrunc 2>/dev/null
	replay --info dump | grep -q '^recorded *2023-11-14T22:13:22.000000000Z for 7.000 s'
	verdict "and so was what has lost its header"
}

# Second 0 is that of tables, whatever ended before.
check_seconds() {
	{
		echo 'file_end time_ns=500000000 file=9'
		sent 1000000000 1 1:3
		sent 1600000000 2 2:4
	} | made seconds
	[ "$(replay --columns time,from.fd seconds | tail -n 1)" = '0.600000  4' ] &&
		replay --cut 0..0.7 -o cut seconds && [ "$(replay --format csv cut | wc -l)" = 3 ]
	verdict "--cut counts seconds as tables do"
}

check_window() {
	{
		sent 1000000000 1 1:3
		received 1100000000 1 1:7
		echo 'file_end time_ns=5000000000 file=1'
	} | made window
	[ "$(replay --who-has /dev/null --until 2 window | wc -l)" = 3 ]
	verdict "a file that ended later is held at --until"
}

# The wall clock is first known from a record, not from the header.
check_shift() {
	{
		echo 'clock boot_ns=11000000000 real_ns=1700003600000000000'
		sent 12000000000 1 1:3
	} | made shift cpus=1
	replay --redact --shift-time -o shifted shift >/dev/null &&
		[ "$(replay --time utc --columns time shifted | tail -n 1)" = 2000-01-01T00:00:01.000000000Z ]
	verdict "--shift-time hides when, whatever tells it first"
}

check_early() {
	sent 1 1 1:3 | made early 'clock.boot_ns=1 clock.real_ns=-9223372036854775808'
	[ "$(replay --time utc --columns time early | tail -n 1)" = 1677-09-21T00:12:43.145224192Z ]
	verdict "the earliest time that there is can be shown"
}

check_slices() {
	sent 1000 1 1:3,2:4 | made slices
	replay --format perfetto --filter 'index = 1' slices | grep -q '"1: fd 4":"regular /letter queued"'
	verdict "a slice has the descriptors that a filter wants"
}

# By the records, by END, or by one of them alone; two of the most make no zero.
check_lost() {
	{
		sent 1000 1 1:3
		echo 'loss from_ns=1 to_ns=2 cause=ring what=send count=18446744073709551615'
		echo 'loss from_ns=1 to_ns=2 cause=ring what=send count=1'
	} | made lost
	replay --view summary lost >/dev/null
	[ $? = 3 ] && grep -q '18446744073709551615' said
	verdict "what was lost is told though END does not say so"
}

# An errno takes 12 bits of the 32 that it has.
check_errno() {
	echo 'send time_ns=1 message=1 process=1 socket=1 error=65549 error_index=-1 fds=1:3' |
		made errno
	[ "$(replay --columns errno errno | tail -n 1)" = unknown ]
	verdict "no errno is taken for another one"
}

# Nobody knows what the descriptors are; how many they are is known.
check_many() {
	{
		sent 1000 1 0:3,0:4,0:5
		echo 'transfer time_ns=1000 way=pidfd_getfd from=1 to=2 file=1 from_fd=3 to_fd=4'
	} | made many
	[ "$(replay --check max-fds=2 many)" = 'max-fds: message 1: client[101] 5 → ?   -   queued' ] &&
		[ "$(replay --check max-fds=0 many | wc -l)" = 1 ]
	verdict "max-fds counts what a message carries"
}

check_output() {
	sent 1000 1 1:3 | made mine
	cp mine yours
	replay --force -o mine mine
	[ $? = 2 ] && grep -q 'mine: is to be read, and cannot be replaced' said &&
		cmp mine yours && ! replay --force -o mine <mine && cmp mine yours &&
		replay --force -o said.too mine
	verdict "a trace is not replaced by what is made of it"
}

check_told() {
	sent 1000 1 1:3 | made told
	replay --redact -o told.new told >/dev/full
	[ $? = 2 ] && [ ! -e told.new ] &&
		[ "$(cat said)" = 'fdpass-replay: standard output: No space left on device' ]
	verdict "the output that has no room is the one that is named"
}

# Of NFS and of overlays: what a reader of doubles would round.
check_inode() {
	{
		echo 'file id=3 kind=regular ino=9223372036854775809 name="/nfs/x"'
		sent 1000 1 3:3
	} | made inode
	replay --format jsonl --columns file.ino inode | grep -qx '{"file":{"ino":"9223372036854775809"}}' &&
		[ "$(replay --filter 'file.ino > 9223372036854775808' --format csv inode | wc -l)" = 2 ]
	verdict "an inode of 64 bits is told exactly"
}

# In another block than the event: who would have received it, and who forked the sender.
check_background() {
	{
		echo 'process id=3 pid=90 tid=90 start_ns=2 comm="shell" main_comm="shell"'
		echo 'process id=4 pid=91 tid=91 start_ns=1300 ppid=90 parent_start_ns=2 comm="job" main_comm="job"'
		echo 'process id=5 pid=92 tid=92 start_ns=1500 ppid=91 parent_start_ns=1300 comm="heir" main_comm="heir"'
		echo 'process id=6 pid=93 tid=93 start_ns=4 comm="other" main_comm="other"'
		echo 'socket id=2 type=1 ino=12 flags=1 peer=3 name="/run/x"'
		echo 'socket id=3 type=1 ino=13 flags=1 peer=2'
		echo 'holder socket=2 process=2 fd=7'
		echo block
		echo 'send time_ns=1000 message=1 process=1 socket=1 receiver=2 error_index=-1 fds=2:3'
		echo 'send time_ns=1100 message=2 process=1 socket=1 error_index=-1 fds=1:3'
		echo 'receive time_ns=1200 message=2 process=3 socket=1 result=1 fds=1:3'
		echo block
		echo 'send time_ns=2000 message=3 process=5 socket=3 error_index=-1 fds=1:3'
	} | made whole
	rm -f part && replay --cut .. -o part whole
	columns=time,from,from.parent,to,object,via,outcome
	replay --columns $columns whole >wanted
	replay --columns $columns part | diff wanted - && grep -q '(server' wanted &&
		[ "$(replay --format text part | grep -c 'process .*other')" = 0 ]
	verdict "a part has who would have received, and parents"
	replay --view chains whole >wanted && grep -q '⇢ heir' wanted &&
		replay --view chains part | diff wanted -
	verdict "and inherits what the whole does"
}

check_names() {
	name=$(printf 'x\033[31m\tx')
	replay "$name"
	[ $? = 2 ] && [ "$(cat said)" = 'fdpass-replay: x\x1b[31m\x09x: No such file or directory' ]
	verdict "no name of a file reaches the terminal unescaped"
	echo nothing >"$name"
	replay "$name"
	[ $? = 2 ] && grep -qF 'x\x1b[31m\x09x: offset 0: not an fdpass trace' said
	verdict "nor that of one that is there"
	replay --assemble "$name" -o twin
	[ $? = 2 ] && grep -qF 'x\x1b[31m\x09x: line 1:' said &&
		! replay --who-has "$name" way >/dev/null && grep -qF 'x\x1b[31m\x09x' said
	verdict "nor that of a text, or of what nobody has"
}

# A shell's >(command) is such a name, and a pipe has no other.
check_inherited() {
	sent 1000 1 1:3 | made mine
	replay mine >wanted
	[ "$(replay -o - mine)" = "$(cat wanted)" ] && [ ! -e ./- ] &&
		[ "$(replay -o /dev/fd/3 mine 3>&1)" = "$(cat wanted)" ] &&
		[ "$(replay --cut .. -o - mine | replay)" = "$(cat wanted)" ] &&
		replay --cut .. -o /dev/stdout mine >part && replay part | cmp - wanted &&
		"$build/tests/make_traces" big 200000 >big &&
		{ replay --cut .. -o - big; echo $? >status; } | head -c 9 >/dev/null &&
		[ "$(cat status)" = 2 ] && [ ! -s said ] &&
		! replay --cut .. -o /dev/fd/77 mine && grep -q 'Bad file descriptor' said
	verdict "what is open already can be written to"
}

check_nothing() {
	! replay --assemble /dev/null -o nothing && [ ! -e nothing ] &&
		! echo '# none' | replay --assemble - -o nothing &&
		grep -q 'line 1: no trace begins in all of it: there is no header' said
	verdict "a text of nothing is no trace"
}

# What was not sent has no receiver: the way is known by the name of the sender's peer.
check_cut_name() {
	{
		echo 'socket id=2 type=1 ino=12 peer=3'
		echo 'socket id=3 type=1 ino=13 peer=2 name="\x00abstract"'
		sent 1000000000 1 1:3
		echo block
		sent 2000000000 2 1:3 | sed 's/socket=1/socket=2 error=32/'
	} | made named
	rm -f part
	replay --cut .. --filter errno -o part named &&
		[ "$(replay --columns via part | tail -n 1)" = 'stream @abstract' ]
	verdict "a part has the name of the way on which nothing was sent"
}

# A parent may take part after its child.
check_parent() {
	{
		echo 'process id=3 pid=103 tid=103 ppid=104 start_ns=9 comm="child" main_comm="child"'
		sent 1000 1 1:3 | sed s/process=1/process=3/
		echo 'process id=4 pid=104 tid=104 start_ns=8 comm="sh" main_comm="sh"'
		sent 2000 2 1:3 | sed s/process=1/process=3/
	} | made parent
	[ "$(replay --view sends --columns parent --format csv parent | tr '\n' ' ')" = 'parent  sh ' ]
	verdict "a parent has its name from its first record on"
}

check_sorted_way
check_told
check_names
check_background
check_inode
check_shift
check_early
check_slices
check_lost
check_errno
check_many
check_output
check_cut_name
check_parent
check_inherited
check_nothing
check_clock
check_memory
check_period
check_seconds
check_window

echo "edges: $passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
