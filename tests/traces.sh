#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Traces that fdpass-replay makes, and what is left when it cannot. traces.sh [BUILD]

set -u
build=$(CDPATH='' cd -- "${1:-build}" && pwd) || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

# verdict NAME: the last command's
verdict() {
	if [ $? = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $1"
	fi
}

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
	replay --cut 0..1 chain.fdpass --force -o /dev/null && [ -c /dev/null ]
	verdict "a device stays one"
}

check_drafts

echo "traces: $passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
