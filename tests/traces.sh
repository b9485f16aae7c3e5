#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Traces that fdpass-replay makes, and what is left when it cannot. traces.sh [BUILD]

set -u
. "$(dirname -- "$0")/lib/verdict.sh"
build=$(CDPATH='' cd -- "${1:-build}" && pwd) || exit 2
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
fuzz=$top/tests/fuzz/corpus
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

replay() {
	"$build/fdpass-replay" "$@" 2>said
}

mkdir "$work/traces"
"$build/tests/make_traces" "$work/traces" || exit 2
"$build/tests/make_traces" big 200000 >"$work/traces/big.fdpass"
cd "$work/traces" || exit 2

check_drafts() {
	mkdir drafts
	replay --format text chain.fdpass >twin
	echo nonsense >>twin
	replay --assemble twin -o drafts/new
	[ $? = 2 ] && grep -q 'twin: line' said && [ -z "$(ls drafts)" ]
	verdict "a text that is none leaves no trace"

	replay --redact missing.fdpass -o drafts/new
	[ $? = 2 ] && [ -z "$(ls drafts)" ]
	verdict "a missing trace leaves none"

	echo mine >drafts/old
	replay --assemble twin -o drafts/old --force
	[ $? = 2 ] && [ "$(cat drafts/old)" = mine ]
	verdict "what could not be replaced is as it was"
	replay --cut 0..1 chain.fdpass -o drafts/old
	[ $? = 2 ] && [ "$(cat drafts/old)" = mine ] && grep -q -e --force said
	verdict "a trace is not replaced unasked"
	replay --cut 0..1 chain.fdpass -o drafts/old --force && zstd -qt drafts/old
	verdict "a trace is replaced when asked"
	rm drafts/old

	(
		ulimit -f 16
		replay --cut 0..1000 big.fdpass -o drafts/new
	)
	[ $? = 2 ] && [ "$(wc -l <said)" = 1 ] && [ -z "$(ls drafts)" ]
	verdict "a trace that finds no room leaves none"

	(
		cat big.fdpass
		exec sleep 5
	) | "$build/fdpass-replay" --cut 0..1000 -o drafts/new 2>said &
	sleep 1
	writer=$(ls drafts)
	kill -TERM $!
	wait $!
	[ $? = 2 ] && [ -n "$writer" ] && [ -z "$(ls drafts)" ]
	verdict "an ended writer leaves none"

	(
		umask 027
		replay --cut 0..1 chain.fdpass -o drafts/new
	) && [ "$(stat -c %a drafts/new)" = 640 ]
	verdict "a trace has the mode of any new file"
	rm -f drafts/new
	timeout 20 perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' "$build/fdpass-replay" \
		--cut 0..1 chain.fdpass -o drafts/new && zstd -qt drafts/new
	verdict "a parent that ignores the end of children does no harm"
	replay --cut 0..1 chain.fdpass -o /dev/null && replay chain.fdpass -o /dev/null && [ -c /dev/null ]
	verdict "a device stays one"
	replay --cut 0..1 -o - chain.fdpass | zstd -qt && [ ! -e ./- ] &&
		replay --redact -o - chain.fdpass | zstd -qt && grep -q '^still there' said &&
		[ "$(replay -o - chain.fdpass)" = "$(replay chain.fdpass)" ]
	verdict "- is standard output"
	replay --cut 0..1 -o /dev/stdout chain.fdpass | zstd -qt
	verdict "and so is /dev/stdout"
	script -qec "'$build/fdpass-replay' --cut 0..1 -o - chain.fdpass" /dev/null >shown
	[ $? = 2 ] && grep -q 'a trace is not written to a terminal' shown
	verdict "a trace does not go to a terminal"
}

# refuses NAME LINE-NUMBER WORDS: the text in $work/wrong is none
refuses() {
	replay --from-ig "$work/wrong" -o imported
	[ $? = 2 ] && [ ! -e imported ] && [ "$(wc -l <said)" = 1 ] &&
		grep -q "wrong: line $2: .*$3" said
	verdict "$1"
}

check_import() {
	lines=$fuzz/import/dbus.jsonl
	replay --from-ig "$lines" -o imported && zstd -qt imported
	verdict "the lines of the gadget make a trace"
	TZ=Etc/GMT-1 replay --format ig imported | cmp - "$lines"
	verdict "and the trace makes the lines"
	replay --view chains imported | grep -q \
		'^client\[1296790\] 3 → \[sent\] ⇢ \[inferred\] dbus-broker\[901\] 112 → \[sent\]'
	verdict "who passed on what is inferred"
	for format in table json mermaid dot perfetto html; do
		replay --view chains --format $format imported | grep -q inferred
		verdict "$format says that it is inferred"
	done
	! replay --view chains --format json imported | grep -qE 'proven|likely'
	verdict "nothing of it is proven or likely"
	replay --info imported | grep -q 'receivers were not recorded'
	verdict "the trace says what it lacks"

	# Each trace of the golden tests as lines, as a trace, as lines again.
	for trace in chain truncated inherited sections hostile; do
		rm -f imported
		replay --format ig $trace.fdpass | jq -S . >lines
		replay --format ig $trace.fdpass | replay --from-ig - -o imported
		replay --format ig imported | jq -S . | diff lines - >/dev/null
		verdict "$trace: lines, a trace, lines"
	done
	rm -f imported
	id=$(printf %064d 7)
	jq -c ".runtime.containerId = \"$id\" | .k8s.node = \"web1\"" "$lines" |
		replay --from-ig - -o imported &&
		[ "$(replay --columns from.container,host --format csv imported |
			sed 1d | uniq)" = "$id,web1" ]
	verdict "the container and the node are kept"
	rm -f imported

	head -n 1 "$lines" >"$work/first"
	cp "$work/first" "$work/wrong"
	echo '{"fd":' >>"$work/wrong"
	refuses "half a line is refused" 2 'no JSON object'
	jq -c 'del(.proc.pid)' "$work/first" >"$work/wrong"
	refuses "a line without a process is refused" 1 proc.pid
	jq -c '.fd = 4294967296' "$work/first" >"$work/wrong"
	refuses "a number that none can be is refused" 1 fd
	{ cat "$work/first"; jq -c '.k8s.node = "other"' "$work/first"; } >"$work/wrong"
	refuses "two nodes are not mixed" 2 node
	{ printf '\n\n'; head -c 70000 /dev/zero | tr '\0' ' '; echo x; } >"$work/wrong"
	refuses "a line without an end is refused" 3 65536
	: >"$work/wrong"
	refuses "nothing is no trace" 0 'no event'
}

# host NAME BOOT SECONDS: the trace of the chain as another host would have it
host() {
	rm -f "$1"
	replay --format text chain.fdpass | sed "s/boot_id=\"[^\"]*\"/boot_id=\"$2\"/
		s/ kernel=/ hostname=\"$1\" kernel=/
		s/real_ns=17673230[0-9]*/real_ns=$3/" >twin
	replay --assemble twin -o "$1"
}

check_merge() {
	host alpha aaaa 1767323045000000000
	host beta bbbb 1767323045500000000
	replay --format csv alpha beta >merged
	[ "$(cut -d, -f5 merged | sort | uniq -c | tr -s ' ')" = ' 4 alpha
 4 beta
 1 host' ]
	verdict "two hosts are told apart"
	grep -q '2 hosts are merged by their wall clocks: true to 0.001 ms' said
	verdict "and how well their clocks are known is said"
	replay alpha beta | grep -q '^0.000000 client\[101\]@alpha .* dbus-broker\[102\]@alpha'
	verdict "a table names the host"
	[ "$(replay alpha beta | sed 1d | cut -c 1-8 | uniq)" = "0.000000
0.000002
0.500000
0.500002" ]
	verdict "what happened later is told later"
	[ "$(replay beta alpha | sort)" = "$(replay alpha beta | sort)" ]
	verdict "the order of the traces does not matter"
	[ "$(replay --view processes alpha beta | grep -c 'client *101')" = 2 ]
	verdict "equal pids of two hosts are two processes"
	[ "$(replay --view chains alpha beta | grep -c '^client\[101\]@.* 3 → dbus-broker.* server')" = 2 ]
	verdict "and no chain goes from one to the other"
	[ "$(replay --filter 'host = beta' --format csv alpha beta | wc -l)" = 5 ]
	verdict "a host can be asked for"
	[ "$(replay --since 0.4 --format csv alpha beta | grep -c beta)" = 4 ] &&
		! replay --since 0.4 --format csv alpha beta | grep alpha
	verdict "times are counted from the first event of all"
	for format in mermaid dot perfetto html; do
		replay --format $format alpha beta | grep -q beta
		verdict "$format names the hosts"
	done
	! replay alpha | grep -q @ && ! replay alpha chain.fdpass 2>/dev/null | grep -q nothing
	verdict "one host needs no name"

	host gamma cccc 0
	replay --format csv alpha gamma >merged
	[ $? = 2 ] && grep -q '^fdpass-replay: gamma: section 1: .*cannot be merged$' said &&
		[ "$(wc -l <merged)" = 5 ] && [ "$(wc -l <said)" = 1 ]
	verdict "what cannot be related is refused, and the rest shown"
}

# The README's table: each field of the gadget's line, and columns that exist.
check_fields() {
	awk '/^## /{ inside = /Inspektor/ } inside && /^\| `/' "$top/README.md" >fields
	replay --format ig chain.fdpass | head -n 1 |
		jq -r 'paths(type != "object") | join(".")' | sort >wanted
	cut -d'|' -f2 fields | grep -o '`[^`]*`' | tr -d '`' | sort | diff wanted -
	verdict "the README has each field of the gadget"
	replay --columns help | cut -d' ' -f1 >columns
	cut -d'|' -f3 fields | grep -o '`[^`]*`' | tr -d '`' >named
	[ "$(wc -l <named)" -gt 14 ] && ! grep -vxF -f columns named
	verdict "and the columns that it names exist"
}

# head_of NS: a header whose recorder is in the pid namespace NS.
head_of() {
	echo "header writer=\"x\" kernel=\"6\" machine=\"x86_64\"" \
		"capture=\"725ced0c-46c6-4751-86b8-cc081169f77e\" cpus=1 page_size=4096" \
		"boot_id=\"00000000-0000-0000-0000-000000000001\" pid_ns=$1" \
		"clock.boot_ns=1000 clock.mono_ns=1000 clock.real_ns=1795321051546617746"
}

# Outside of the recorder's pid namespace are two that live, one of the machine's own.
check_outsiders() {
	{
		head_of 4026531999
		echo 'process id=1 pid=0 tid=0 own_pid=10 start_ns=100 pid_ns=4026531836' \
			'cgroup="/jobs/worker" comm="one" main_comm="one"'
		echo 'process id=2 pid=0 tid=0 own_pid=11 start_ns=200 comm="two" main_comm="two"'
		echo 'process id=3 pid=50 tid=50 start_ns=300 comm="in" main_comm="in"'
		echo 'socket id=1 ino=77 type=1'
		echo 'file id=1 kind=99 name="/etc/passwd"'
		for n in 1 2; do
			echo "send message=$n time_ns=${n}000 process=3 socket=1 sockfd=3 call=46" \
				"size=1 fds=1:5"
			echo "receive message=$n time_ns=${n}500 process=$n socket=1 sockfd=3" \
				"call=47 result=1 fds=1:7"
		done
		echo trailer
	} >outside
	replay --assemble outside -o outside.fdpass &&
		[ "$(replay --who-has '*passwd' --format csv --columns comm,pid outside.fdpass)" = \
			"$(printf 'comm,pid\nin,50\none,\ntwo,\n')" ]
	verdict "of processes without a pid one does not end the other"
	[ "$(replay --columns to.container outside.fdpass | tail -n 1)" = - ]
	verdict "a process of the machine's own pid namespace is in no container"
	replay --columns from,to outside.fdpass | grep -q '^in\[50\] *two\[-\]$'
	verdict "a process without a pid is shown without one"
	replay --format perfetto outside.fdpass >tracks && grep -q 'process_name.*"one"' tracks &&
		grep -q 'process_name.*"two"' tracks
	verdict "and has a track of its own"
	[ "$(replay --filter 'file.kind = unknown' outside.fdpass | wc -l)" = 3 ]
	verdict "a kind of a later version can be asked for as it is shown"

	sed 's/pid_ns=4026531999/pid_ns=4026531836/' outside >inside
	replay --assemble inside -o inside.fdpass && replay inside.fdpass outside.fdpass >/dev/null
	grep -q 'inside.fdpass and outside.fdpass have the pids of different namespaces' said
	verdict "pids of two namespaces are not taken for the same"
	sed 's/pid_ns=4026531999/pid_ns=0/' outside >anywhere
	replay --assemble anywhere -o anywhere.fdpass &&
		replay anywhere.fdpass outside.fdpass >/dev/null && [ ! -s said ]
	verdict "of a namespace that is not known nothing is said"
}

# What has no number is chosen by its place, over more than a block.
check_places() {
	{
		head_of 0
		echo 'process id=1 pid=10 tid=10 start_ns=100 comm="a" main_comm="a"'
		echo 'process id=2 pid=11 tid=11 start_ns=200 comm="b" main_comm="b"'
		echo 'file id=1 kind=regular name="/etc/passwd"'
		seq 0 99999 | awk '{ printf "transfer time_ns=%.0f way=1 from=1 to=2 file=1 from_fd=%d to_fd=%d\n",
			1e9 + $1 * 1e6, $1, $1 }'
		echo trailer
	} >places
	replay --assemble places -o places.fdpass &&
		replay --since 80 --cut 0..1000 --filter 'to.fd = 95000' places.fdpass -o place.fdpass &&
		[ "$(replay --view transfers --format csv --columns to.fd place.fdpass | tail -n +2)" = 95000 ]
	verdict "a cut behind blocks that are passed over has what was chosen"
}

# The table behind END is lost: the recording is whole, and the file is not.
check_ends() {
	head -c -1 chain.fdpass >x.fdpass
	replay --info x.fdpass >info
	[ $? = 3 ] && grep -q '^complete *no: cut short$' info && ! grep -q 'no END' said info
	verdict "END is not missed where only the table behind it is"
}

# Each section has its own blind spots.
check_unwatched() {
	replay --format text chain.fdpass |
		sed 's/pidfd_getfd(2) is not seen/seccomp is not seen/' >other
	replay --assemble other -o other.fdpass && cat chain.fdpass other.fdpass chain.fdpass >three
	replay --view transfers three >/dev/null
	[ "$(grep -c 'not watched: pidfd_getfd(2) is not seen' said)" = 1 ] &&
		grep -q 'not watched: seccomp is not seen' said
	verdict "what each section did not watch is said, once"
}

check_drafts
check_merge
check_unwatched
check_outsiders
check_places
check_ends
if command -v jq >/dev/null; then
	check_import
	check_fields
else
	echo "SKIP import: jq is not installed"
	skipped=$((skipped + 1))
fi

echo "traces: $passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
