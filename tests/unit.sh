#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs the unit tests given as arguments; ends with "unit: N passed, N failed".
# A sanitizer's report fails the run even where criterion's exit status does not tell.
set -u

reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
ASAN_OPTIONS=log_path=$reports/asan${ASAN_OPTIONS:+:$ASAN_OPTIONS}
UBSAN_OPTIONS=print_stacktrace=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}
export ASAN_OPTIONS UBSAN_OPTIONS

passed=0
failed=0
for test in "$@"; do
	if ! "$test" --quiet --tap="$reports/tap" >"$reports/out" 2>&1; then
		echo "$test:"
		cat "$reports/out"
	fi
	touch "$reports/tap"
	ok=$(grep -c '^ok' "$reports/tap")
	bad=$(grep -c '^not ok' "$reports/tap")
	if [ $((ok + bad)) -eq 0 ]; then
		echo "$test: ran no test"
		bad=1
	fi
	grep '^not ok' "$reports/tap"
	passed=$((passed + ok))
	failed=$((failed + bad))
	rm -f "$reports/tap"
done
for report in "$reports"/asan*; do
	[ -e "$report" ] || continue
	cat "$report"
	failed=$((failed + 1))
done

echo "unit: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
