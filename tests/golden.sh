#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Golden tests of fdpass-replay: what it prints (.out), complains about (.err) and how it
# exits (.exit) must be what tests/golden/ has. golden.sh [--update] [--cases] [BUILD]
#
# A case is a line of tests/golden/cases: a name and the arguments, with NAME.fdpass for
# the traces that make_traces makes; they are read from the folder where they lie. With
# --cases there is nothing else but these.

set -u
export LC_ALL=C.UTF-8
update='' only=''
while :; do
	case ${1-} in
	--update) update=1 ;;
	--cases) only=1 ;;
	*) break ;;
	esac
	shift
done
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
cp "$top"/fixtures/recorded/*.fdpass .
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

# What the traces of real programs tell is told as it was.
check_recorded() {
	for trace in "$top"/fixtures/recorded/*.fdpass; do
		name=$(basename "$trace" .fdpass)
		for view in "--view sends --columns comm,pid,socket_ino,sockfd,fd,file" "" \
			"--view chains" "--columns from.comm,from.container,to.comm,file"; do
			echo "\$ fdpass-replay${view:+ $view} $name.fdpass"
			# shellcheck disable=SC2086 # one argument each
			"$build/fdpass-replay" $view "$trace" 2>&1
			echo
		done >"$work/$name.txt"
		[ -z "$update" ] || cp "$work/$name.txt" "${trace%.fdpass}.txt"
		if diff -u "${trace%.fdpass}.txt" "$work/$name.txt"; then
			pass
		else
			fail "recorded: $name"
		fi
	done
}

# What README shows of them is what is printed.
check_readme() {
	awk -v RS= '/^    [$] fdpass-replay / {
		split($0, lines, "\n")
		words = split(lines[1], word, " ")
		if ((getline trace < word[words]) >= 0) print
	}' "$top/README.md" >"$work/shown"
	grep '^    [$]' "$work/shown" | while read -r _ _ arguments; do
		echo "    \$ fdpass-replay $arguments"
		# shellcheck disable=SC2086 # one argument each
		"$build/fdpass-replay" $arguments | sed 's/^/    /'
	done >"$work/printed"
	if [ -s "$work/shown" ] && diff "$work/shown" "$work/printed"; then
		pass
	else
		fail "README shows what is printed"
	fi
}

# check_control TRACE VIEW FORMAT
check_control() {
	if "$build/fdpass-replay" --view "$2" --format "$3" "$1.fdpass" 2>&1 |
		LC_ALL=C tr -d '\n\t\040-\176\200-\377' | grep -q .; then
		fail "controls: $1 $2 $3"
	else
		pass
	fi
}

# No output may hold a control character, whatever names the trace has.
check_controls() {
	for trace in hostile bytes; do
		for view in passes sends receives transfers chains processes summary; do
			for format in table json jsonl csv; do
				check_control $trace $view $format
			done
		done
		for format in mermaid dot perfetto html; do
			check_control $trace passes $format
			check_control $trace chains $format
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
		for view in passes sends receives transfers chains processes summary; do
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

# Graphviz must draw what it gets, with an edge of the picture for each arrow.
check_dot() {
	if ! command -v dot >/dev/null; then
		echo "SKIP dot: graphviz is not installed"
		skipped=$((skipped + 1))
		return
	fi
	for trace in *.fdpass; do
		for view in passes chains; do
			"$build/fdpass-replay" --view $view --format dot "$trace" \
				>"$work/dot" 2>/dev/null
			[ -s "$work/dot" ] || continue
			if dot -Tsvg "$work/dot" >"$work/svg" 2>"$work/dot.err" &&
				[ ! -s "$work/dot.err" ] &&
				[ "$(grep -c 'class="edge"' "$work/svg")" = \
					"$(grep -c -- ' -> ' "$work/dot")" ]; then
				pass
			else
				fail "dot: $trace $view"
			fi
		done
	done
}

# Of 10,000 passes Graphviz draws a picture, in time.
check_dot_big() {
	command -v dot >/dev/null || return
	for view in passes chains; do
		"$build/tests/make_traces" big 10000 |
			"$build/fdpass-replay" --view $view --format dot >"$work/dot" &&
			[ "$(grep -c -- ' -> ' "$work/dot")" -lt 200 ] &&
			timeout 30 dot -Tsvg "$work/dot" | grep -q 'passes'
		if [ $? = 0 ]; then pass; else fail "dot: $view of 10,000 passes"; fi
	done
}

# A timeline: each arrow leaves and arrives, each within a slice of its track.
check_perfetto() {
	command -v jq >/dev/null || return
	for trace in *.fdpass; do
		for view in passes chains; do
			"$build/fdpass-replay" --view $view --format perfetto "$trace" \
				>"$work/perfetto" 2>/dev/null
			[ -s "$work/perfetto" ] || continue
			if jq -e '.traceEvents as $all
				| ([$all[] | select(.ph == "X") | "\(.pid) \(.tid) \(.ts)"]
					| map({(.): 1}) | add // {}) as $slices
				| [$all[] | select(.ph == "s" or .ph == "f")] as $ends
				| ($ends | all($slices["\(.pid) \(.tid) \(.ts)"]))
				and ($ends | group_by(.id)
					| all(map(.ph) | sort == ["f", "s"]))' \
				"$work/perfetto" >/dev/null; then
				pass
			else
				fail "perfetto: $trace $view"
			fi
		done
	done
}

# The data of the page is JSON, names every pass, and never ends its element.
check_html() {
	command -v jq >/dev/null || return
	for trace in *.fdpass; do
		"$build/fdpass-replay" --format html "$trace" >"$work/html" 2>/dev/null
		[ -s "$work/html" ] || continue
		rows=$("$build/fdpass-replay" --format jsonl "$trace" 2>/dev/null | wc -l)
		sed -n '/id="data">$/,/^<\/script>$/p' "$work/html" | sed '1d;$d' >"$work/data"
		if jq -e --argjson rows "$rows" '(.rows | length) == $rows
			and (.columns | length) as $n | .rows | all(length == $n)' \
			"$work/data" >/dev/null && ! grep -q '<' "$work/data" &&
			[ "$(grep -c '</script>' "$work/html")" = 2 ]; then
			pass
		else
			fail "html: $trace"
		fi
	done
}

# A shared trace has the shape of its source, and none of its names.
check_redact() {
	rm -f shared
	"$build/fdpass-replay" --redact --keep server,/dev --shift-time -o shared \
		chain.fdpass >"$work/report" &&
		zstd -qt <shared && ! zstd -qdc shared | grep -aE 'client|broker|dbus|[/]bus([^a-z]|$)|buffer'
	if [ $? = 0 ]; then pass; else fail "no name is left"; fi
	grep -q '^kept  *server$' "$work/report" && grep -q '^ *[/]dev/null$' "$work/report"
	if [ $? = 0 ]; then pass; else fail "what is kept is told"; fi
	columns=time,from.pid,from.fd,to.pid,to.fd,file.kind,file.ino,size,outcome
	for trace in chain truncated failed inherited sections lost cut corrupt; do
		rm -f shared
		"$build/fdpass-replay" --redact --shift-time -o shared $trace.fdpass \
			>/dev/null 2>&1
		was=$?
		"$build/fdpass-replay" --columns $columns $trace.fdpass 2>/dev/null |
			tr -s ' ' >"$work/source"
		"$build/fdpass-replay" --columns $columns shared 2>/dev/null |
			tr -s ' ' >"$work/shared"
		"$build/fdpass-replay" shared >/dev/null 2>&1
		if [ $? = $was ] && diff "$work/source" "$work/shared"; then
			pass
		else
			fail "redact: $trace keeps its shape"
		fi
	done
}

# A trace and what it looks like redacted are two, of one thing.
check_redacted_twice() {
	rm -f shared
	"$build/fdpass-replay" --redact -o shared chain.fdpass >/dev/null
	"$build/fdpass-replay" chain.fdpass shared >"$work/twice" 2>"$work/said"
	grep -q 'chain.fdpass and shared are of one recording' "$work/said" &&
		! "$build/fdpass-replay" chain.fdpass failed.fdpass chain.fdpass 2>&1 |
		grep 'one recording'
	if [ $? = 0 ]; then pass; else fail "a trace with its redacted self is told"; fi
}

# A cut of everything is everything; a cut of a part is that part.
check_cut_out() {
	"$build/fdpass-replay" --cut .. -o whole chain.fdpass &&
		"$build/fdpass-replay" whole | cmp -s - "$work/passes-table.out"
	if [ $? = 0 ]; then pass; else fail "--cut .. has everything"; fi
	printf '102 112 103 7\n102 114 103 8\n' >"$work/part"
	"$build/fdpass-replay" --cut 0.000002..0.000003 -o part chain.fdpass && zstd -qt <part &&
		[ "$("$build/fdpass-replay" --view sends part | wc -l)" = 3 ] &&
		"$build/fdpass-replay" --columns from.pid,from.fd,to.pid,to.fd part |
		tail -n 2 | tr -s ' ' | sed "s/^ //" | diff - "$work/part" &&
		"$build/fdpass-replay" --info part | grep -q 'filters *yes'
	if [ $? = 0 ]; then pass; else fail "--cut has its part"; fi
	"$build/fdpass-replay" --time boot --cut 101.000002.. -o boot chain.fdpass &&
		cmp -s boot part
	if [ $? = 0 ]; then pass; else fail "--cut by boot time"; fi
}

# A part that a filter chooses is a trace, and shows what the filter shows.
check_cut_filter() {
	columns=from.pid,from.fd,to.pid,to.fd,file.kind,outcome
	for trace in chain truncated failed inherited sections peek; do
		for filter in 'outcome != delivered' 'to.comm = server' 'from.fd = 3'; do
			rm -f part
			"$build/fdpass-replay" --cut .. --filter "$filter" -o part \
				$trace.fdpass && zstd -qt <part 2>/dev/null
			whole=$?
			"$build/fdpass-replay" --columns $columns --filter "$filter" \
				$trace.fdpass >"$work/wanted"
			"$build/fdpass-replay" --columns $columns --filter "$filter" part \
				>"$work/part"
			if [ $whole = 0 ] && diff "$work/wanted" "$work/part"; then
				pass
			else
				fail "--cut --filter: $trace $filter"
			fi
		done
	done
	rm -f part
	"$build/fdpass-replay" --cut .. --filter 'file.kind = memfd' -o part failed.fdpass
	if [ "$("$build/fdpass-replay" --format csv part | wc -l)" = 2 ]; then
		pass
	else
		fail "--cut --filter has nothing else"
	fi
	# Transfers have no number that they could share.
	for filter in 'via.type = seccomp' 'outcome = failed' 'message = 2'; do
		rm -f part
		"$build/fdpass-replay" --cut .. --filter "$filter" -o part transfers.fdpass
		"$build/fdpass-replay" --columns $columns --filter "$filter" \
			transfers.fdpass >"$work/wanted"
		"$build/fdpass-replay" --columns $columns part | diff "$work/wanted" -
		if [ $? = 0 ]; then pass; else fail "--cut --filter: transfers $filter"; fi
	done
	rm -f part
	"$build/fdpass-replay" --cut .. --since 2us -o part chain.fdpass
	"$build/fdpass-replay" --since 2us --columns $columns chain.fdpass >"$work/wanted"
	"$build/fdpass-replay" --columns $columns part | diff "$work/wanted" -
	if [ $? = 0 ]; then pass; else fail "--cut --since"; fi
	rm -f part
	mkfifo pipe
	cat chain.fdpass >pipe &
	"$build/fdpass-replay" --cut .. --filter size -o part pipe 2>"$work/said"
	if [ $? = 2 ] && grep -q 'reads twice' "$work/said"; then
		pass
	else
		fail "--cut --filter of a pipe is refused"
	fi
	cat pipe >/dev/null
}

# A trace is like the text of itself; without a line it is not.
check_diff_text() {
	for trace in chain failed truncated inherited sections hostile peek \
		transfers threads arrows; do
		for view in passes chains; do
			"$build/fdpass-replay" --normalize --view $view $trace.fdpass \
				>"$work/text"
			"$build/fdpass-replay" --diff "$work/text" $trace.fdpass >"$work/same"
			same=$?
			sed 1d "$work/text" | "$build/fdpass-replay" --diff - $trace.fdpass \
				>"$work/less"
			if [ $same = 0 ] && [ ! -s "$work/same" ] &&
				[ "$(grep -c '^[+] ' "$work/less")" = 1 ]; then
				pass
			else
				fail "--diff of a text: $trace $view"
			fi
		done
	done
	# Where nothing was passed, nothing is its text.
	"$build/fdpass-replay" --normalize empty.fdpass >"$work/text"
	"$build/fdpass-replay" --diff "$work/text" empty.fdpass 2>/dev/null
	same=$?
	"$build/fdpass-replay" --diff "$work/text" chain.fdpass >"$work/more" 2>"$work/said"
	if [ $? = 1 ] && [ $same = 0 ] && grep -q 'text: is empty: ' "$work/said" && [ ! -s "$work/text" ] &&
		[ "$(grep -c '^[+] ' "$work/more")" = 2 ]; then
		pass
	else
		fail "--diff of an empty text"
	fi
	"$build/fdpass-replay" --normalize --view chains peek.fdpass >"$work/text"
	(cat "$work/text"; echo strange) |
		"$build/fdpass-replay" --diff - peek.fdpass 2>"$work/said"
	if [ $? = 2 ] && grep -q 'line 4: this is not' "$work/said"; then
		pass
	else
		fail "--diff of a strange line"
	fi
}

# What is told as it comes is what is told in the end, if perhaps in another order.
check_follow() {
	for trace in *.fdpass; do
		"$build/fdpass-replay" --format jsonl "$trace" 2>"$work/err" |
			LC_ALL=C sort >"$work/whole.jsonl"
		"$build/fdpass-replay" --follow --format jsonl - <"$trace" 2>"$work/follow.err" |
			LC_ALL=C sort >"$work/follow.jsonl"
		if cmp "$work/whole.jsonl" "$work/follow.jsonl" &&
			[ "$(wc -l <"$work/err")" = "$(wc -l <"$work/follow.err")" ]; then
			pass
		else
			fail "follow: $trace"
		fi
	done
	# A block that is there is shown, though the end is not.
	{
		cat no-trailer.fdpass
		sleep 3
	} | "$build/fdpass-replay" --follow --columns from.fd,to.fd - >"$work/live" 2>/dev/null &
	follower=$!
	sleep 1
	tr -s ' ' <"$work/live" >"$work/live.now"
	wait $follower
	printf ' FD FD\n 3 112\n 4 113\n112 7\n114 8\n' | diff - "$work/live.now"
	if [ $? = 0 ]; then pass; else fail "follow: a live table"; fi
}

# has_lines N FILE: waits until it has, 5 seconds at most.
has_lines() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ "$(wc -l <"$2")" -ge "$1" ] && return
		sleep 0.5
	done
	return 1
}

# A file that somebody writes is read to the end of the trace; or as long as it is there.
check_follow_file() {
	columns=from.fd,to.fd
	for end in trailer interrupt removal rewriting; do
		cp no-trailer.fdpass growing
		truncate -s -1 growing
		limit='-s TERM 20'
		[ $end != interrupt ] || limit='--preserve-status -s INT 2'
		# shellcheck disable=SC2086 # several arguments
		timeout $limit "$build/fdpass-replay" --follow --columns $columns growing \
			>"$work/live" 2>"$work/said" &
		follower=$!
		sleep 0.3
		tail -c 1 no-trailer.fdpass >>growing
		ok=1
		has_lines 5 "$work/live" && kill -0 $follower || ok=
		case $end in
		trailer) tail -c +$(($(stat -c %s no-trailer.fdpass) + 1)) chain.fdpass >>growing ;;
		removal) rm growing ;;
		rewriting) cat dbus-broker.fdpass >growing ;;
		esac
		wait $follower
		status=$?
		case $end,$status in
		trailer,0 | interrupt,0) [ ! -s "$work/said" ] || ok= ;;
		removal,3 | rewriting,3) grep -qx '.*: growing: removed, replaced or rewritten before its end' \
			"$work/said" || ok= ;;
		*) ok= ;;
		esac
		if [ -n "$ok" ]; then pass; else fail "follow a file: $end"; fi
	done
}

# A trace, its text, a trace: the same bytes again. Damage is told, and leaves a short one.
check_twin() {
	for trace in *.fdpass; do
		rm -f twin
		"$build/fdpass-replay" --format text "$trace" >"$work/twin.txt" 2>/dev/null
		"$build/fdpass-replay" --assemble "$work/twin.txt" -o twin
		status=$?
		"$build/fdpass-replay" --format text twin 2>/dev/null |
			diff - "$work/twin.txt" >"$work/twin.diff"
		case $trace in
		corrupt*) grep -q '^> # damaged' "$work/twin.diff" ;;
		cut* | two*) [ ! -s "$work/twin.diff" ] ;;
		*)
			# An old version of the format is told as the same, and made as ours.
			[ ! -s "$work/twin.diff" ] &&
				{ [ -e "$top/fixtures/recorded/$trace" ] || cmp "$trace" twin; }
			;;
		esac
		if [ $? = 0 ] && [ $status = 0 ]; then pass; else fail "twin: $trace"; fi
	done
	for fixture in "$top"/fixtures/good/*.hex; do
		command -v xxd >/dev/null || break
		rm -f twin
		sed 's/^#.*//; s/^[0-9a-f]*  //; s/  .*//' "$fixture" | xxd -r -p >fixture
		"$build/fdpass-replay" --format text fixture >"$work/twin.txt" 2>"$work/said"
		[ $? != 2 ] &&
			"$build/fdpass-replay" --assemble - -o twin <"$work/twin.txt" &&
			"$build/fdpass-replay" --format text twin 2>/dev/null | cmp - "$work/twin.txt"
		if [ $? = 0 ]; then pass; else fail "twin: $fixture"; fi
		case $fixture in
		*/unknown-record.hex) grep -q 'passed over records of types newer .*: 3$' ;;
		*/later-minor.hex) grep -q 'incomplete: 1 lost' ;;
		*) ! grep -q 'passed over' ;;
		esac <"$work/said"
		if [ $? = 0 ]; then pass; else fail "what is newer is told: $fixture"; fi
	done
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

end() {
	echo "$passed passed, $failed failed, $skipped skipped"
	[ $failed = 0 ]
	exit
}
[ -z "$only" ] || end
check_recorded
check_readme
check_controls
check_json
check_dot
check_dot_big
check_perfetto
check_html
check_redact
check_redacted_twice
check_cut_out
check_cut_filter
check_diff_text
check_follow
check_follow_file
check_twin
check_schema
check_ig
check_pipe
check_output
check_cuts
check_flips
end
