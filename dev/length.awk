# SPDX-License-Identifier: BSD-2-Clause
# Files of at most 600 lines, functions of at most 60, a main() of at most 40.
function complain(line, what) {
	printf "%s:%d: %s\n", FILENAME, line, what
	bad = 1
}

FNR == 601 { complain(FNR, "more than 600 lines") }
/^[a-z].*[(]/ { signature = $0 }
/^{$/ { start = FNR }
/^}$/ && start {
	lines = FNR - start + 1
	limit = signature ~ /(^| )main[(]/ ? 40 : 60
	if (lines > limit)
		complain(start, "function of " lines " lines, more than " limit)
	start = 0
}
END { exit bad }
