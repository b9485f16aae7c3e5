#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# fdpass-replay at a terminal: pager, colours, widths and locales. terminal.sh BUILD
# Ends with "N passed, N failed, N skipped".
set -u

build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
top=$(cd "$(dirname "$0")/.." && pwd)
if ! command -v script >/dev/null; then
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
mkdir "$work/traces"
"$build/tests/make_traces" "$work/traces" || exit 2
cd "$work/traces" || exit
export LC_ALL=C.UTF-8 TERM=xterm PATH="$build:$PATH"
unset NO_COLOR PAGER FDPASS_PAGER LESS COLUMNS

# expect NAME COMMAND...
expect() {
	local name=$1
	shift
	if "$@" >"$work/why" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $name"
		sed 's/\x1b/<ESC>/g' "$work/why" "$work/seen" | cut -c 1-200 | head -n 10
	fi
}

# terminal WIDTH COMMAND: what a terminal of that width gets, in seen; returns its status.
terminal() {
	timeout 20 script -qec "stty cols $1 rows 50; $2" /dev/null </dev/null >"$work/seen.cr"
	local status=$?
	tr -d '\r' <"$work/seen.cr" >"$work/seen"
	return $status
}

esc=$(printf '\033')
seen() { grep -q -- "$1" "$work/seen"; }
unseen() { ! grep -q -- "$1" "$work/seen"; }

# widest COLUMNS: no line of seen, without its colours, is wider.
widest() {
	[ "$(sed "s/$esc\[[0-9;]*m//g" "$work/seen" | wc -L)" -le "$1" ]
}

terminal 200 'FDPASS_PAGER="sed s/^/paged:/" fdpass-replay chain.fdpass'
expect "a terminal gets it through the pager" seen '^paged:.*delivered'
terminal 200 'PAGER="sed s/^/paged:/" fdpass-replay chain.fdpass'
expect "PAGER is the pager" seen '^paged:.*delivered'
terminal 200 'PAGER="sed s/^/no:/" FDPASS_PAGER= fdpass-replay chain.fdpass'
expect "an empty FDPASS_PAGER is none" unseen '^no:'
terminal 200 'PAGER="sed s/^/no:/" fdpass-replay --no-pager chain.fdpass'
expect "--no-pager is none" unseen '^no:'
terminal 200 'PAGER="sed s/^/no:/" fdpass-replay --follow chain.fdpass'
expect "--follow has no pager" unseen '^no:'
terminal 200 'PAGER="sed s/^/paged:/" fdpass-replay cut.fdpass; echo status $?'
expect "what is wrong with the trace is told in the pager" seen '^paged:fdpass-replay: cut'
expect "the status is the reader's, not the pager's" seen '^status 3$'
terminal 200 'PAGER="head -n 1" fdpass-replay long.fdpass; echo end'
expect "a pager that ends early ends it in silence" unseen 'Broken\|fdpass-replay:'
terminal 200 'PATH=/nowhere '"$build/fdpass-replay"' chain.fdpass'
expect "without less it is shown all the same" seen delivered
terminal 200 'fdpass-replay chain.fdpass'
expect "less ends by itself when all fits" seen delivered
# shellcheck disable=SC2016
export SHOW_PARENT='cat >/dev/null; grep ^Seccomp: "/proc/$PPID/status"'
terminal 200 'PAGER=$SHOW_PARENT fdpass-replay chain.fdpass'
case $build in
*/san) ;;
*) expect "the reader confines itself behind its pager" seen 'Seccomp:.2' ;;
esac

bold="$esc\[1m" red="$esc\[1;31m"
terminal 200 'fdpass-replay --no-pager truncated.fdpass'
expect "colours on a terminal" seen "$red"
terminal 200 'NO_COLOR=1 fdpass-replay --no-pager truncated.fdpass'
expect "no colours with NO_COLOR" unseen "$esc"
terminal 200 'TERM=dumb fdpass-replay --no-pager truncated.fdpass'
expect "no colours on a dumb terminal" unseen "$esc"
terminal 200 'fdpass-replay --no-pager --color never truncated.fdpass'
expect "no colours with --color never" unseen "$esc"
fdpass-replay truncated.fdpass >"$work/seen"
expect "no colours in a pipe" unseen "$esc"
NO_COLOR=1 fdpass-replay --color=always truncated.fdpass >"$work/seen"
expect "--color always means it" seen "$bold"
fdpass-replay --color always --view chains truncated.fdpass >"$work/seen"
expect "chains have colours as well" seen "$red\[truncated"
for format in json jsonl csv dot mermaid; do
	fdpass-replay --color always --format $format truncated.fdpass >"$work/seen"
	expect "no colours in $format" unseen "$esc"
done

for width in 60 80 132; do
	terminal $width 'fdpass-replay --no-pager --color always long.fdpass'
	expect "a table fits into $width columns" widest $width
done
expect "what was cut is marked" seen '…'
terminal 80 'COLUMNS=70 fdpass-replay --no-pager long.fdpass'
expect "COLUMNS is the width" widest 70
cp "$top/demo/bus.fdpass" .
for width in 55 60 70; do
	terminal $width 'fdpass-replay --no-pager bus.fdpass 2>said'
	expect "a narrow table fits into $width columns" widest $width
	expect "its pids are whole: $width" test 5 = \
		"$(grep -c '\[3085[023]\]  *[0-9]* .*\[3085[13]\]  *[0-9]* ' "$work/seen")"
	expect "what has no room is told: $width" grep -q "no room for VIA.* in $width" said
done
terminal 60 'fdpass-replay --no-pager --columns time,from,to,object,via,outcome bus.fdpass'
expect "columns that were asked for are there" seen 'VIA'
terminal 100 'fdpass-replay --no-pager bus.fdpass'
expect "nothing is left out where there is room" unseen 'no room'
fdpass-replay --columns file long.fdpass >"$work/whole"
terminal 60 'fdpass-replay --columns file -o out long.fdpass && cat out'
expect "a file has no width" cmp "$work/seen" "$work/whole"

LC_ALL=C fdpass-replay --view chains truncated.fdpass >"$work/seen"
expect "a locale without UTF-8 gets ASCII branches" seen '^|- 3 -> dbus-broker'
for trace in bytes hostile long; do
	for view in passes chains summary; do
		LC_ALL=C fdpass-replay --view $view $trace.fdpass >"$work/seen"
		expect "and nothing but ASCII: $trace $view" sh -c \
			'! LC_ALL=C tr -d "\n\040-\176" <"$1" | grep -q .' - "$work/seen"
	done
done
LC_ALL=C fdpass-replay --format json long.fdpass >"$work/seen"
expect "JSON is UTF-8 in any locale" seen é
fdpass-replay bytes.fdpass | head -n 1 >"$work/seen"
expect "a closed pipe is silent" unseen fdpass-replay:
(trap '' PIPE; fdpass-replay long.fdpass 2>&1 >&3) 3>&1 >"$work/seen" | true
expect "and so it is where SIGPIPE is ignored" test ! -s "$work/seen"

echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
