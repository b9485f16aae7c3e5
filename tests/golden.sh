#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Golden tests of fdpass-replay: what it prints (.out), complains about (.err) and how it
# exits (.exit) must be what tests/golden/ has. golden.sh [--update] [BUILD]
#
# A case is a line of tests/golden/cases: a name and the arguments, with NAME.fdpass for
# the traces that make_traces makes; they are read from the folder where they lie.

set -u
update=
if [ "${1-}" = --update ]; then
	update=1
	shift
fi
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$(CDPATH='' cd -- "${1:-build}" && pwd) || exit 2
golden=$top/tests/golden
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

mkdir "$work/traces"
"$build/tests/make_traces" "$work/traces" || exit 2
cd "$work/traces" || exit 2
cat chain.fdpass failed.fdpass >joined.fdpass
cp "$golden/not-a-trace.txt" .

pass() {
	passed=$((passed + 1))
}

fail() {
	failed=$((failed + 1))
	echo "FAIL $1"
}

# check NAME FILE: the result FILE in $work against the golden one
check() {
	if [ -n "$update" ]; then
		cp "$work/$2" "$golden/$2"
	elif ! diff -u "$golden/$2" "$work/$2"; then
		return 1
	fi
}

run_case() {
	name=$1
	shift
	TZ=UTC "$build/fdpass-replay" "$@" >"$work/$name.out" 2>"$work/$name.err" </dev/null
	echo $? >"$work/$name.exit"
	# Sizes and places in a file are not what is tested here.
	sed -i 's/offset [1-9][0-9]*:/offset N:/' "$work/$name.err"
	sed -i '/^trace  /s/, [0-9]* bytes$/, N bytes/' "$work/$name.out"
	ok=1
	for suffix in out err exit; do
		check "$name" "$name.$suffix" || ok=
	done
	if [ -n "$ok" ]; then pass; else fail "$name"; fi
}

# No output may hold a control character, whatever names the trace has.
check_controls() {
	for trace in hostile bytes; do
		for format in table json jsonl csv; do
			for view in passes sends receives chains processes summary; do
				if "$build/fdpass-replay" --view $view --format $format \
					$trace.fdpass | LC_ALL=C tr -d '\n\040-\176\200-\377' |
					grep -q .; then
					fail "controls: $trace $view $format"
				else
					pass
				fi
			done
		done
	done
}

# JSON must be valid for every byte string; jq decides.
check_json() {
	if ! command -v jq >/dev/null; then
		echo "SKIP json: jq is not installed"
		skipped=$((skipped + 1))
		return
	fi
	for trace in *.fdpass; do
		for view in passes sends receives chains processes summary; do
			ok=1
			"$build/fdpass-replay" --view $view --format json "$trace" \
				2>/dev/null | jq -e 'type == "array"' >/dev/null || ok=
			rows=$("$build/fdpass-replay" --view $view --format json "$trace" \
				2>/dev/null | jq length)
			lines=$("$build/fdpass-replay" --view $view --format jsonl "$trace" \
				2>/dev/null | jq -c . | wc -l)
			[ "$rows" = "$lines" ] || ok=
			if [ -n "$ok" ]; then pass; else fail "json: $trace $view"; fi
		done
	done
	"$build/fdpass-replay" --format json bytes.fdpass | jq -e '
		.[0].from.comm as $name
		| ($name | explode) == [range(256)]' >/dev/null
	if [ $? = 0 ]; then pass; else fail "json: every byte comes back"; fi
}

# The rows have exactly the members that the schema requires, at every depth.
check_schema() {
	for view in passes sends receives chains processes summary leaks; do
		"$build/fdpass-replay" --view $view --schema >"$work/schema" || return
		if "$build/fdpass-replay" --view $view --format jsonl failed.fdpass \
			chain.fdpass | jq -es --slurpfile schema "$work/schema" '
			def fits($s): if type == "object" then
				keys == ($s.required | sort) and
				keys == ($s.properties | keys) and
				all(to_entries[]; .key as $k |
					.value | fits($s.properties[$k]))
			elif type == "array" then
				($s.type | index("array")) != null and
				all(.[]; fits($s.items))
			elif type == "number" then ($s.type | index("integer")) != null
			else type as $t | ($s.type | index($t)) != null end;
			length > 0 and all(.[]; fits($schema[0]))' >/dev/null; then
			pass
		else
			fail "schema: $view"
		fi
	done
}

# The gadget's lines: all of its keys, sorted at every level.
check_ig() {
	if "$build/fdpass-replay" --format ig chain.fdpass bytes.fdpass | jq -es '
		def sorted: if type == "object"
			then keys_unsorted == keys and all(.[]; sorted) else true end;
		length > 0 and all(.[]; sorted and keys == ["fd", "file", "k8s", "proc",
			"runtime", "socket_ino", "sockfd", "timestamp", "timestamp_raw"]
			and (.proc | keys) == ["comm", "creds", "mntns_id", "parent", "pid",
			"tid"])' >/dev/null; then
		pass
	else
		fail "ig: keys"
	fi
}

# A pipe gives the same answer as a file.
check_pipe() {
	"$build/fdpass-replay" --since 1us --normalize chain.fdpass >"$work/file.out"
	"$build/fdpass-replay" --since 1us --normalize <chain.fdpass >"$work/pipe.out"
	if [ -s "$work/file.out" ] && cmp -s "$work/file.out" "$work/pipe.out"; then
		pass
	else
		fail "--since of a pipe"
	fi
}

# A full disk, an existing output, a cut at any byte.
check_output() {
	"$build/fdpass-replay" chain.fdpass >/dev/full 2>/dev/null
	if [ $? = 2 ]; then pass; else fail "full disk"; fi
	"$build/fdpass-replay" -o made chain.fdpass && cmp -s made "$work/passes-table.out"
	if [ $? = 0 ]; then pass; else fail "--output writes the same"; fi
	echo mine >made
	"$build/fdpass-replay" -o made chain.fdpass 2>said
	if [ $? = 2 ] && [ "$(cat made)" = mine ] && grep -q -e --force said; then pass; else fail "no overwriting"; fi
	"$build/fdpass-replay" --force -o made chain.fdpass &&
		cmp -s made "$work/passes-table.out"
	if [ $? = 0 ]; then pass; else fail "--force overwrites"; fi
	"$build/fdpass-replay" <chain.fdpass | cmp -s - "$work/passes-table.out"
	if [ $? = 0 ]; then pass; else fail "standard input"; fi
}

check_cuts() {
	size=$(wc -c <chain.fdpass)
	ok=1 cut=1
	while [ $cut -lt "$size" ]; do
		head -c $cut chain.fdpass | "$build/fdpass-replay" --format csv \
			>"$work/cut.out" 2>"$work/cut.err"
		status=$?
		lines=$(wc -l <"$work/cut.out")
		# Before the header it is no trace; before the first whole block nothing is
		# known; behind it everything.
		case $status,$lines in
		2,0 | 3,1 | 3,5 | 0,5) ;;
		*) ok= ;;
		esac
		# The seek table behind the trailer is never needed.
		if [ $status != 0 ] && [ "$(wc -l <"$work/cut.err")" != 1 ]; then ok=; fi
		cut=$((cut + 1))
	done
	if [ -n "$ok" ]; then pass; else fail "a cut at any byte"; fi
}

# A byte that is not what it was: either nothing depends on it, or the status tells.
check_flips() {
	"$build/fdpass-replay" --format csv sections.fdpass >"$work/whole.out"
	size=$(wc -c <sections.fdpass)
	ok=1 at=0
	while [ $at -lt "$size" ]; do
		cp sections.fdpass flipped
		printf '\377' | dd of=flipped bs=1 seek=$at conv=notrunc 2>/dev/null
		if "$build/fdpass-replay" --format csv flipped >"$work/flip.out" 2>/dev/null &&
			! cmp -s "$work/whole.out" "$work/flip.out"; then
			echo "byte $at"
			ok=
		fi
		at=$((at + 11))
	done
	if [ -n "$ok" ]; then pass; else fail "a changed byte is told"; fi
}

while read -r name arguments; do
	case $name in
	'' | '#'*) continue ;;
	esac
	set -f --
	for argument in $arguments; do
		set -- "$@" "$(printf %s "$argument" | tr @ ' ')"
	done
	set +f
	run_case "$name" "$@"
done <"$golden/cases"
check_controls
check_json
check_schema
check_ig
check_pipe
check_output
check_cuts
check_flips

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
