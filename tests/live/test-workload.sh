# SPDX-License-Identifier: BSD-2-Clause
# Each scenario of tests/workload: the trace says of every descriptor what the program
# itself stated, and has every message that strace saw. Then the same by 32-bit calls.
# SCENARIOS="peek mmsg" limits it to these.
. "$(dirname "$0")/lib.sh"

# Splits what the workload stated into SCENARIO.stated, at its headings.
split_stated() {
	awk -v folder="$folder/$1" '
		/^{"scenario":/ { split($0, part, "\""); out = folder "/" part[4] ".stated"; next }
		{ print > out }' "$folder/$1.stated"
}

# Passes of the processes that took part in the scenario, and what these stated.
agree() {
	local program=$1 at=$folder/$1/$2
	[ -s "$at.stated" ] || { echo "nothing was stated"; return 1; }
	jq -Sc -f "$here/stated.jq" "$at.stated" | sort >"$at.expected"
	jq -c --slurpfile stated "$at.stated" \
		'select(.from.pid as $pid | any($stated[]; .from.pid == $pid))' \
		"$folder/$program.passes" | jq -Sc -f "$here/stated.jq" | sort >"$at.traced"
	diff "$at.expected" "$at.traced" >"$at.diff" && return
	echo "< stated, > traced"
	grep '^<' "$at.diff" | head -4 | sed 's/^/# /'
	grep '^>' "$at.diff" | head -4 | sed 's/^/# /'
	return 1
}

nothing_else() {
	[ "$(cat "$folder/$1"/*.traced | wc -l)" = "$(wc -l <"$folder/$1.passes")" ]
}

for program in workload workload32; do
	if [ $program = workload32 ] && [ "$(uname -m)" != x86_64 ]; then
		skip $program "32-bit calls are made on x86-64 alone"
		continue
	fi
	scenarios=${SCENARIOS-$("$build/tests/$program")} || not_ok "$program" "cannot be run"
	mkdir "$folder/$program"
	# shellcheck disable=SC2086 # one argument each
	trace "$program" "$build/tests/$program" $scenarios >"$folder/$program.stated" ||
		not_ok "$program: every call answers as expected" "exit status $?"
	split_stated "$program"
	passes "$program" >"$folder/$program.passes"
	for scenario in $scenarios; do
		expect "$program $scenario: every pass is as stated" \
			agree "$program" "$scenario"
	done
	expect "$program: no pass that nobody stated" nothing_else "$program"
	compare "$program"
done
