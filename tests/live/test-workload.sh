# SPDX-License-Identifier: BSD-2-Clause
# Each scenario of tests/workload: the trace says of every descriptor what the program
# itself stated, and has every message that strace saw. Then the same by 32-bit calls.
# SCENARIOS="peek mmsg" limits it to these.
. "$(dirname "$0")/lib.sh"
. "$here/judge.sh"

for program in workload workload32; do
	if [ $program = workload32 ] && [ "$(uname -m)" != x86_64 ]; then
		skip $program "32-bit calls are made on x86-64 alone"
		continue
	fi
	scenarios=${SCENARIOS-$("$build/tests/$program")} || not_ok "$program" "cannot be run"
	# shellcheck disable=SC2086 # one argument each
	trace "$program" "$build/tests/$program" $scenarios >"$folder/$program.stated" ||
		not_ok "$program: every call answers as expected" "exit status $?"
	passes "$program" >"$folder/$program.passes"
	split_scenarios "$folder/$program" "$folder/$program.stated" \
		"$folder/$program.passes" "$folder/$program.fdpass"
	for scenario in $scenarios; do
		expect "$program $scenario: every pass is as stated" \
			agree "$folder/$program" "$scenario"
	done
	expect "$program: no pass that nobody stated" nothing_else "$folder/$program"
	compare "$program"
done
