# SPDX-License-Identifier: BSD-2-Clause
# Each scenario of tests/workload: the trace says of every descriptor what the program
# itself stated, and has every message that strace saw. Then the same by 32-bit calls.
. "$(dirname "$0")/lib.sh"

agree() {
	local name=$1
	jq -Sc -f "$here/stated.jq" "$folder/$name.stated" | sort >"$folder/$name.expected"
	passes "$name" | jq -Sc -f "$here/stated.jq" | sort >"$folder/$name.traced"
	[ -s "$folder/$name.expected" ] || { echo "nothing was stated"; return 1; }
	diff "$folder/$name.expected" "$folder/$name.traced" >"$folder/$name.diff" && return
	echo "< stated, > traced"
	head -8 "$folder/$name.diff" | sed 's/^/# /'
	return 1
}

for program in workload workload32; do
	scenarios=$("$build/tests/$program") || not_ok "$program" "cannot be run"
	for scenario in $scenarios; do
		name=$program-$scenario
		if ! trace "$name" "$build/tests/$program" "$scenario" >"$folder/$name.stated"
		then
			not_ok "$name" "exit status $?"
			continue
		fi
		expect "$name: every pass is as stated" agree "$name"
		compare "$name"
		rm -f "$folder/$name".*
	done
done
